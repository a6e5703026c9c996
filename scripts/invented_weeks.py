"""Five invented weeks of the demo's organisation, lived through by the use cases themselves.

Everything is laid out in working time before one moment, by a fixed seed, so the weeks are much the
same at whatever hour of the day they are written; times by the clock differ with the nights between.
"""

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from invented_sayings import (
    BATTERY,
    FACTS,
    HK,
    MARKETING,
    PACES,
    PRAISE,
    SERVICE,
    UK,
    UK_SERVICE,
    VOUCHER,
    Saying,
)
from sqlalchemy import text

from bot.domain import worktime
from bot.domain.case import State
from bot.domain.comment import Change, ChangeKind
from bot.domain.organisation import Organisation
from bot.store.database import Database
from bot.store.session import Session
from bot.usecases import escalating, owning, receiving, sharing
from bot.usecases.recording import case_for

WEEKS = 5
_SEED = 20260803
_MINUTE = timedelta(minutes=1)
_TICK = timedelta(minutes=20)
_STILL_ON_IT = 200


Act = Callable[[Session, datetime], None]


@dataclass
class Weeks:
    """The weeks before *now*, as acts that wait for their time."""

    organisation: Organisation
    now: datetime
    dice: random.Random = field(default_factory=lambda: random.Random(_SEED))  # noqa: S311 — a seed decides
    _acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def live(self, database: Database) -> int:
        """Write everything in one transaction, so that no clock meets the past half told.

        Slack has nothing to show of it; how many cases there are.
        """
        self._write_usual()
        self._write_last_day()
        with database.transaction() as session:
            ticked = self._acts[0][0]
            while self._acts:
                at, _, act = heapq.heappop(self._acts)
                while ticked < at:
                    self._tick(session, ticked)
                    ticked += _TICK
                act(session, at)
            self._tick(session, self.now)
            session.execute(text("UPDATE notices SET shown = wanted"))
            return int(session.execute(text("SELECT count(*) FROM cases")).scalar_one())

    def _tick(self, session: Session, at: datetime) -> None:
        for number in escalating.due_cases(session, now=at):
            escalating.tick(session, self.organisation, number, now=at)

    def _write_usual(self) -> None:
        for team, said, each_week in (
            (SERVICE, HK, 14),
            (UK_SERVICE, UK, 22),
            (MARKETING, PRAISE, 7),
        ):
            day = self._team_day(team)
            for week in range(WEEKS):
                for _ in range(each_week + self.dice.randint(-1, 1)):
                    ago = (week * 7 + self.dice.uniform(1.2, 7)) * day
                    self._comment(team, ago, self.dice.choice(said))

    def _write_last_day(self) -> None:
        day = self._team_day(SERVICE)
        for place in range(13):
            ago, saying = day * (0.98 - place * 0.028), BATTERY[place % len(BATTERY)]
            self._comment(SERVICE, ago, saying, others=None if place in {4, 7, 8} else 0)
        # What is left to do, and for whom.
        minutes = {place: _MINUTE * ago for place, ago in enumerate((610, 318, 122, 47, 26, 9))}
        self._comment(SERVICE, minutes[0], BATTERY[3], claim=18, resolve=None)
        self._comment(SERVICE, minutes[1], BATTERY[1], claim=None)
        self._comment(SERVICE, minutes[2], BATTERY[-1], claim=None)
        self._comment(SERVICE, minutes[3], BATTERY[4], claim=11, resolve=None)
        self._comment(MARKETING, minutes[4], VOUCHER, hand_off=SERVICE)
        self._comment(SERVICE, minutes[5], HK[4], claim=None)

    def _team_day(self, team: str) -> timedelta:
        found = owning.known_team(self.organisation, team)
        return found.hours.working_day

    def _later(self, team: str, since: datetime, minutes: float) -> datetime:
        found = owning.known_team(self.organisation, team)
        return worktime.add(since, _MINUTE * minutes, found.hours, found.zone)

    def _at(self, team: str, ago: timedelta) -> datetime:
        """The instant that lies *ago* of the team's working time back."""
        found = owning.known_team(self.organisation, team)
        first = self.now - timedelta(weeks=WEEKS, days=3)
        worked = worktime.between(first, self.now, found.hours, found.zone)
        return worktime.add(first, worked - ago, found.hours, found.zone)

    def _do(self, at: datetime, act: Act) -> None:
        if at < self.now:
            heapq.heappush(self._acts, (at, next(self._order), act))

    def _comment(
        self,
        team: str,
        ago: timedelta,
        saying: Saying,
        *,
        claim: int | None = 0,
        resolve: int | None = 0,
        others: int | None = 0,
        hand_off: str = "",
    ) -> None:
        """Have *saying* come in for *team*; 0 is its usual pace, None is never.

        *others* is how long the other teams of the case take to resolve what they have claimed.
        """

        def come_in(session: Session, at: datetime) -> None:
            number = self._received(session, saying, at)
            for key in case_for(session, number).stakes:
                if key == team and hand_off:
                    self._hand_off(number, key, hand_off, at)
                elif key != team:
                    self._work(number, key, at, 0, others)
                else:
                    self._work(number, key, at, claim, resolve)

        self._do(self._at(team, ago), come_in)

    def _received(self, session: Session, saying: Saying, at: datetime) -> int:
        source = next(s for s in self.organisation.sources if s.key == saying.source)
        id_ = f"invented-{next(self._order)}"
        name = self.dice.choice(saying.names.split(","))
        facts = {
            "platform": source.platform,
            "text": saying.text,
            "language": saying.language,
            "created_at": at.isoformat(),
            "author": {"id": id_, "name": name},
        }
        change = Change(
            kind=ChangeKind.CREATED, source=source.key, external_id=id_, at=at, facts=facts
        )
        taken = receiving.receive(
            session, [change], source=source, organisation=self.organisation, now=at
        )
        return taken.case or 0

    def _work(
        self, number: int, team: str, since: datetime, claim: int | None, resolve: int | None
    ) -> None:
        pace = PACES[team]
        person = self.dice.choice(pace.people)
        slow = 2.2 if self.dice.random() < 0.08 else 1
        to_claim = claim or self.dice.triangular(*pace.claim, pace.claim[0]) * slow
        to_resolve = resolve or self.dice.triangular(*pace.resolve, pace.resolve[0])
        if claim is None:
            return
        held = self._later(team, since, to_claim)
        self._do(held, lambda session, at: self._claim(session, number, team, person, at))
        end = self.now if resolve is None else self._later(team, held, to_resolve)
        while (held := self._later(team, held, _STILL_ON_IT)) < end:
            self._do(held, lambda session, at: self._confirm(session, number, team, person, at))
        if resolve is not None:
            fact = self.dice.choice(FACTS) if self.dice.random() < 0.35 else ""
            self._do(end, lambda session, at: self._end(session, number, team, person, fact, at))

    def _hand_off(self, number: int, team: str, to: str, since: datetime) -> None:
        def pass_on(session: Session, at: datetime) -> None:
            owning.hand_off(
                session, self.organisation, number, team,
                to=to, reason="They want their money back", by="U0CHLOE", now=at,
            )  # fmt: skip

        self._do(self._later(team, since, 6), pass_on)

    def _claim(self, session: Session, number: int, team: str, by: str, at: datetime) -> None:
        if case_for(session, number).stakes[team].state is State.OPEN:
            owning.claim(session, self.organisation, number, team, by=by, now=at)

    def _confirm(self, session: Session, number: int, team: str, by: str, at: datetime) -> None:
        stake = case_for(session, number).stakes[team]
        if stake.state is State.CLAIMED and stake.holder == by:
            sharing.confirm(session, self.organisation, number, team, by=by, now=at)

    def _end(
        self, session: Session, number: int, team: str, by: str, fact: str, at: datetime
    ) -> None:
        case = case_for(session, number)
        if not case.stakes[team].state.live:
            return
        if fact:
            sharing.add_fact(session, self.organisation, number, team, text=fact, by=by, now=at)
        owning.resolve(
            session, self.organisation, number, team, outcome="answered", note="", by=by, now=at
        )
