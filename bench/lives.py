"""The invented life of one case after another, told by the very rules that a bot lives by.

A comment comes in, teams are asked, people claim, decline, hand off, wait and resolve in their
working hours, and the clock does what is due between their acts. Nothing here decides what an act
means: facts come from `ownership` and its neighbours, and what follows from `consequences`.
"""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from random import Random

from bot.domain import escalation, events as e, ownership, targets, together, waiting
from bot.domain.case import Case, apply
from bot.domain.consequences import consequences
from bot.domain.organisation import Organisation, Priority, Team
from bot.domain.worktime import add
from bot.errors import Refused
from bot.store.rounds import Told

_FOLLOWING = 5
_AT_ONE_TICK = 12
_RULES = (
    ("refund or repair", ("refund",)),
    ("it is broken", ("fault", "screen")),
    ("praise", ("love",)),
    ("campaign", ("campaign",)),
)
_OUTCOMES = ("answered", "refunded", "replaced", "thanked", "explained")

Act = Callable[[datetime], tuple[e.Event, ...]]
Planned = tuple[datetime, int, str, Act]


class Life:
    """One case from its comment to *until*; ``told`` is all that the journal has to say of it."""

    def __init__(
        self, number: int, organisation: Organisation, dice: Random, *, until: datetime
    ) -> None:
        self.case = Case(number=number)
        self.told: list[Told] = []
        self._org = organisation
        self._dice = dice
        self._until = until
        self._plan: list[Planned] = []
        self._order = count()

    def run(self, at: datetime, *, unit: str, region: str) -> None:
        """Live from *at*, when a comment about *unit* comes in for *region*, until the end."""
        self._record(self._received(at, unit, region), by="", at=at)
        while (moment := self._next()) is not None and moment <= self._until:
            if self._plan and self._plan[0][0] == moment:
                _, _, by, act = heapq.heappop(self._plan)
                self._act(act, by, moment)
            else:
                self._tick(moment)

    def _next(self) -> datetime | None:
        clocks = [stake.next_at for stake in self.case.live_stakes if stake.next_at is not None]
        planned = [self._plan[0][0]] if self._plan else []
        # No clock is read at the very instant; each stake's own share of a minute, so that the
        # answer is the same however often it is asked.
        late = timedelta(seconds=self.case.number * 7 % 20 + 1)
        last = self.told[-1][0].at
        return min([*planned, *(max(clock + late, last) for clock in clocks)], default=None)

    def _received(self, at: datetime, unit: str, region: str) -> tuple[e.Event, ...]:
        luck = self._dice.random()
        priority = (
            Priority.URGENT if luck < 0.02 else Priority.HIGH if luck < 0.1 else Priority.NORMAL
        )
        if self._dice.random() < 0.02:
            about = e.CaseRouted(units=(unit,), regions=(region,), priority=priority)
            why = e.CaseSentToTriage(why="no rule matches it")
            return (e.CommentReceived(comment_id=self.case.number), about, why)
        teams = self._teams(region)
        about = e.CaseRouted(
            lead=self._org.lead_team(tuple(team.key for team in teams)),
            units=(unit,),
            regions=(region,),
            priority=priority,
            tags=("vip",) if luck > 0.97 else (),
        )
        asked = tuple(
            targets.opened(team, (self._reason(),), now=at, priority=priority) for team in teams
        )
        return (e.CommentReceived(comment_id=self.case.number), about, *asked)

    def _teams(self, region: str) -> list[Team]:
        wanted = self._dice.choices((1, 2, 3), (85, 12, 3))[0]
        departments = self._dice.choices(self._org.departments, (70, 20, 10), k=wanted)
        keys = dict.fromkeys(f"{department}-{region}" for department in departments)
        return [team for key in keys if (team := self._org.team(key))]

    def _reason(self) -> e.Reason:
        name, words = self._dice.choice(_RULES)
        return e.Reason(kind="rule", name=name, words=words)

    def _record(self, facts: tuple[e.Event, ...], *, by: str, at: datetime) -> None:
        begin = len(self.told)
        self._fold(facts, by=by, at=at)
        for _ in range(_FOLLOWING):
            following = consequences(self.case, self._org, now=at)
            if not following:
                break
            self._fold(following, by="", at=at)
        for recorded, _ in self.told[begin:]:
            self._react(recorded)

    def _fold(self, facts: tuple[e.Event, ...], *, by: str, at: datetime) -> None:
        for fact in facts:
            recorded = e.Recorded(event=fact, at=at, by=by)
            self.case = apply(self.case, recorded)
            self.told.append((recorded, self.case))

    def _act(self, act: Act, by: str, at: datetime) -> None:
        try:
            facts = act(at)
        except Refused:
            return
        if facts:
            self._record(facts, by=by, at=at)

    def _tick(self, at: datetime) -> None:
        for turn in range(_AT_ONE_TICK):
            facts = tuple(
                fact
                for stake in self.case.live_stakes
                if stake.next_at is not None and stake.next_at <= at
                for fact in escalation.tick(
                    self.case,
                    stake,
                    self._org,
                    away=frozenset(),
                    crew=self._team(stake.team).members,
                    now=at,
                )
            )
            if not facts and not turn:
                raise RuntimeError(f"#{self.case.number}: a clock was due and did nothing")
            if not facts:
                break
            self._record(facts, by="", at=at)

    def _team(self, key: str) -> Team:
        team = self._org.team(key)
        if team is None:
            raise LookupError(key)
        return team

    def _react(self, recorded: e.Recorded) -> None:
        event, at = recorded.event, recorded.at
        match event:
            case e.StakeOpened() | e.StakeReopened() | e.StakeReleased():
                self._take_up(self._team(event.team), at)
            case e.StakeClaimed():
                self._finish(self._team(event.team), at, event.holder)
            case e.StakeResolved() if recorded.by and self._dice.random() < 0.03:
                team = self._team(event.team)
                self._will(team, at, 900, self._anybody(team), lambda now: self._again(team, now))
            case e.CaseSentToTriage():
                self._triage(at)
            case _:
                pass

    def _take_up(self, team: Team, at: datetime) -> None:
        """Somebody of the team looks at it: most claim, some pass it on, a few never come."""
        luck, who, key = self._dice.random(), self._anybody(team), team.key
        if luck < 0.0005:
            return
        if luck < 0.04:
            reason = "not about us"
            instead = self._other(team) if luck < 0.025 else None
            self._will(
                team, at, 20, who,
                lambda now: ownership.decline(self.case, key, reason=reason, instead=instead, now=now),
            )  # fmt: skip
        elif luck < 0.08:
            to, reason = self._other(team), "they know more about it"
            self._will(
                team, at, 30, who,
                lambda now: ownership.hand_off(self.case, key, to=to, reason=reason, now=now),
            )  # fmt: skip
        else:
            self._will(
                team, at, 14, who, lambda now: ownership.claim(self.case, team, by=who, now=now)
            )

    def _finish(self, team: Team, at: datetime, who: str) -> None:
        luck = self._dice.random()
        if luck < 0.08:
            text = f"Fact {luck:.4f}: the parts for it are in stock again"
            self._will(
                team, at, 15, who, lambda _: together.add_fact(self.case, team.key, text=text)
            )
        elif luck < 0.1:
            self._will(team, at, 20, who, lambda now: self._snooze(team, now))
        elif luck < 0.12:
            self._will(
                team, at, 10, who,
                lambda now: waiting.wait_for_customer(self.case, team, by=who, now=now),
            )  # fmt: skip
        elif luck < 0.14:
            self._will(team, at, 25, who, lambda now: self._release(team, who, now))
            return
        how = self._dice.choice(_OUTCOMES)
        self._will(
            team, at, 70, who,
            lambda now: ownership.resolve(self.case, team, by=who, outcome=how, note="", now=now),
        )  # fmt: skip

    def _triage(self, at: datetime) -> None:
        reason = "advertising by a stranger"
        team = self._org.teams[int(self._dice.random() * len(self._org.teams))]
        dismissed = self._dice.random() < 0.3 or bool(self.case.stakes)
        self._will(
            team, at, 30, "U0MANAGER",
            lambda now: ownership.dismiss(self.case, reason=reason)
            if dismissed
            else ownership.route_by_hand(self.case, (team,), note="", now=now),
        )  # fmt: skip

    def _again(self, team: Team, now: datetime) -> tuple[e.Event, ...]:
        return ownership.reopen(self.case, team, now=now)

    def _release(self, team: Team, who: str, now: datetime) -> tuple[e.Event, ...]:
        return ownership.release(self.case, team, by=who, now=now, may_force=False)

    def _snooze(self, team: Team, now: datetime) -> tuple[e.Event, ...]:
        until = now + timedelta(hours=4)
        return waiting.snooze(self.case, team, until=until, now=now)

    def _anybody(self, team: Team) -> str:
        # The first of a team do more than the last.
        place = int(self._dice.random() ** 1.5 * len(team.members))
        return f"{team.lead[:-1]}{place}"

    def _other(self, team: Team) -> Team:
        department, region = team.key.split("-")
        others = [name for name in self._org.departments if name != department]
        return self._team(f"{self._dice.choice(others)}-{region}")

    def _will(self, team: Team, at: datetime, minutes: float, by: str, act: Act) -> None:
        """Plan an act of *by* after some working time of the team, *minutes* in the middle."""
        delay = timedelta(minutes=minutes * self._dice.lognormvariate(0, 0.9))
        moment = add(at, delay, team.hours, team.zone)
        heapq.heappush(self._plan, (moment, next(self._order), by, act))
