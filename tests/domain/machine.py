"""A case that Hypothesis drives: everything that people do with the stakes of teams."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.domain import consequences as following, events as e, ownership, targets
from bot.domain.case import Case, apply
from bot.domain.organisation import Organisation, Phase, Priority, Promise, Step, Team, Tell
from bot.domain.ownership import Facts
from bot.errors import Refused
from tests.domain.factories import ANNA, BEN, CHLOE, NOW, organisation

_URGENT = {Priority.URGENT: Promise(timedelta(minutes=20), timedelta(hours=2))}
_CHAIN = (
    Step(Phase.WARNING, timedelta(), Tell.HOLDER),
    Step(Phase.WARNING, timedelta(minutes=5), Tell.DUTY),
    Step(Phase.BREACH, timedelta(), Tell.LEAD),
    Step(Phase.BREACH, timedelta(), Tell.TEAM),
    Step(Phase.BREACH, timedelta(hours=2), Tell.MANAGERS),
)
ORGANISATION = organisation(
    escalation=_CHAIN,
    teams=tuple(
        replace(team, expires_after=timedelta(hours=3), promises=_URGENT)
        for team in organisation().teams
    ),
)
TEAMS = st.sampled_from(ORGANISATION.teams[:4])
PEOPLE = st.sampled_from((ANNA, BEN, CHLOE))
WHY = (e.Reason(kind="rule", name="refund", words=("refund",)),)


class People(RuleBasedStateMachine):
    """A case, everything that was recorded of it, and the time."""

    def __init__(self) -> None:
        super().__init__()
        self.case = Case(number=7)
        self.now: datetime = NOW
        self.recorded: list[e.Recorded] = []
        self.organisation: Organisation = ORGANISATION
        self.away: frozenset[str] = frozenset()

    def record(self, facts: Facts, by: str = "") -> None:
        for fact in facts:
            recorded = e.Recorded(event=fact, at=self.now, by=by)
            self.recorded.append(recorded)
            self.case = apply(self.case, recorded)

    def act(self, by: str, decide: Callable[[], Facts]) -> None:
        """What the journal does: the facts, then what follows until nothing does."""
        try:
            facts = decide()
        except Refused:
            return
        self.record(facts, by)
        for _ in range(5):
            self.record(self.what_follows())
        assert not self.what_follows()

    def what_follows(self) -> Facts:
        return following.consequences(self.case, self.organisation, now=self.now)

    @initialize(
        teams=st.sets(TEAMS.map(lambda team: team.key)),
        orphaned=st.booleans(),
        gone=st.booleans(),
        settled=st.sampled_from((("all", 0), ("lead", 0), ("any", 0), ("quorum", 2))),
    )
    def receive(
        self, teams: set[str], orphaned: bool, gone: bool, settled: tuple[str, int]
    ) -> None:
        self.organisation = replace(ORGANISATION, settled_when=settled[0], quorum=settled[1])
        facts: Facts = (e.CommentReceived(comment_id=3),)
        if gone:
            facts += (e.CommentDeleted(deleted_at=self.now),)
        else:
            facts += (e.CaseRouted(lead=ORGANISATION.lead_team(tuple(teams)), units=("mobile",)),)
            asked = [team for team in ORGANISATION.teams if team.key in teams]
            facts += tuple(targets.opened(team, WHY, now=self.now) for team in asked)
            if orphaned or not teams:
                facts += (e.CaseSentToTriage(why="no product team covers this region and unit"),)
        self.act("", lambda: facts)

    @rule(minutes=st.integers(1, 2000))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(team=TEAMS, by=PEOPLE)
    def claim(self, team: Team, by: str) -> None:
        self.act(by, lambda: ownership.claim(self.case, team, by=by, now=self.now))

    @rule(team=TEAMS, by=PEOPLE, may_force=st.booleans())
    def release(self, team: Team, by: str, may_force: bool) -> None:
        self.act(
            by,
            lambda: ownership.release(self.case, team, by=by, now=self.now, may_force=may_force),
        )

    @rule(team=TEAMS, by=PEOPLE)
    def resolve(self, team: Team, by: str) -> None:
        self.act(
            by,
            lambda: ownership.resolve(
                self.case, team, by=by, outcome="answered", note="ok", now=self.now
            ),
        )

    @rule(team=TEAMS, to=TEAMS, by=PEOPLE)
    def hand_off(self, team: Team, to: Team, by: str) -> None:
        self.act(
            by,
            lambda: ownership.hand_off(self.case, team.key, to=to, reason="yours", now=self.now),
        )

    @rule(team=TEAMS, instead=st.none() | TEAMS, by=PEOPLE)
    def decline(self, team: Team, instead: Team | None, by: str) -> None:
        self.act(
            by,
            lambda: ownership.decline(
                self.case, team.key, reason="no", instead=instead, now=self.now
            ),
        )

    @rule(team=TEAMS, by=PEOPLE)
    def reopen(self, team: Team, by: str) -> None:
        self.act(by, lambda: ownership.reopen(self.case, team, now=self.now))

    @rule(team=TEAMS, asking=st.just("") | TEAMS.map(lambda team: team.key), by=PEOPLE)
    def invite(self, team: Team, asking: str, by: str) -> None:
        self.act(
            by,
            lambda: ownership.invite(self.case, team, by_team=asking, note="", now=self.now),
        )

    @precondition(lambda self: self.case.triage or self.case.settled_at)
    @rule(teams=st.lists(TEAMS, max_size=3), by=PEOPLE)
    def route_by_hand(self, teams: list[Team], by: str) -> None:
        self.act(
            by,
            lambda: ownership.route_by_hand(self.case, tuple(teams), note="", now=self.now),
        )

    @rule(by=PEOPLE, reason=st.sampled_from(("spam", "")))
    def dismiss(self, by: str, reason: str) -> None:
        self.act(by, lambda: ownership.dismiss(self.case, reason=reason))

    @rule()
    def the_author_deletes(self) -> None:
        self.act("", lambda: (e.CommentDeleted(deleted_at=self.now),))
