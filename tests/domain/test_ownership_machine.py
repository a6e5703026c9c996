"""Many people, all acts, any order: what must hold of a case whatever happens to it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain import events as e
from bot.domain import ownership, targets
from bot.domain.case import Case, State, apply
from bot.domain.organisation import Team
from bot.domain.ownership import Facts
from bot.errors import Refused
from tests.domain.factories import ANNA, BEN, CHLOE, NOW, organisation

ORGANISATION = organisation()
TEAMS = st.sampled_from(ORGANISATION.teams[:4])
PEOPLE = st.sampled_from((ANNA, BEN, CHLOE))
WHY = (e.Reason(kind="rule", name="refund", words=("refund",)),)


class Ownership(RuleBasedStateMachine):
    """A case, everything that was recorded of it, and the time."""

    def __init__(self) -> None:
        super().__init__()
        self.case = Case(number=7)
        self.now: datetime = NOW
        self.recorded: list[e.Recorded] = []

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
        for _ in range(4):
            following = ownership.consequences(self.case, ORGANISATION)
            self.record(following)
        assert not ownership.consequences(self.case, ORGANISATION)

    @initialize(
        teams=st.sets(TEAMS.map(lambda team: team.key)), orphaned=st.booleans(), gone=st.booleans()
    )
    def receive(self, teams: set[str], orphaned: bool, gone: bool) -> None:
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
        for stake in self.case.stakes.values():
            self.record(targets.missed(stake, now=self.now))
            assert not targets.missed(self.case.stakes[stake.team], now=self.now)

    @rule(team=TEAMS, by=PEOPLE)
    def claim(self, team: Team, by: str) -> None:
        self.act(by, lambda: ownership.claim(self.case, team.key, by=by, now=self.now))

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
            lambda: ownership.resolve(self.case, team.key, by=by, outcome="answered", note="ok"),
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

    @invariant()
    def nothing_is_lost(self) -> None:
        if self.recorded and self.case.settled_at is None:
            assert self.case.live_stakes or self.case.triage

    @invariant()
    def what_is_settled_waits_for_nobody(self) -> None:
        if self.case.settled_at is not None:
            assert not self.case.live_stakes
            assert not self.case.triage

    @invariant()
    def only_a_settled_case_is_dismissed(self) -> None:
        assert not self.case.dismissed or self.case.settled_at

    @invariant()
    def a_live_stake_has_a_holder_exactly_when_it_is_claimed(self) -> None:
        for stake in self.case.stakes.values():
            held = bool(stake.holder)
            assert held == (stake.claimed_at is not None)
            assert held or stake.state not in {State.CLAIMED, State.RESOLVED}
            assert not held or stake.state is not State.OPEN

    @invariant()
    def an_ended_stake_says_when_and_a_live_one_does_not(self) -> None:
        for stake in self.case.stakes.values():
            assert (stake.ended_at is None) == stake.state.live

    @invariant()
    def a_live_case_has_a_lead_that_has_not_given_its_part_away(self) -> None:
        if self.case.live_stakes:
            lead = self.case.stakes[self.case.lead]
            assert lead.state.live or lead.state is State.RESOLVED

    @invariant()
    def nobody_takes_a_stake_that_another_holds(self) -> None:
        holders: dict[str, str] = {}
        for recorded in self.recorded:
            match recorded.event:
                case e.StakeClaimed(team=team, holder=holder):
                    assert team not in holders
                    holders[team] = holder
                case e.StakeReleased(team=team, holder=holder):
                    assert holders.pop(team) == holder
                case (
                    e.StakeResolved(team=team)
                    | e.StakeHandedOff(team=team)
                    | e.StakeDeclined(team=team)
                ):
                    holders.pop(team, None)
        live = self.case.live_stakes
        assert holders == {stake.team: stake.holder for stake in live if stake.holder}

    @invariant()
    def the_record_alone_gives_the_same_case(self) -> None:
        replayed = Case(number=7)
        for recorded in self.recorded:
            replayed = apply(replayed, recorded)
        assert replayed == self.case


TestOwnership = Ownership.TestCase
TestOwnership.settings = settings(max_examples=200, stateful_step_count=30)
