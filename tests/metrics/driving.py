"""The office in which a history happens: some cases, a clock, and what comes of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain.case import Case
from bot.domain.comment import Change, ChangeKind
from bot.domain.organisation import Organisation
from bot.store import journal
from bot.store.session import Session
from bot.usecases import by_hand, escalating, receiving
from tests.metrics.journals import History, history
from tests.metrics.offices import CAMPAIGNS, REGIONS, TEXTS, UNITS

PEOPLE = ("U0ANNA", "U0BEN", "U0CHLOE")
MOST_CASES = 4


@dataclass(frozen=True, slots=True)
class Step:
    """Time that passes, and what is then done; the numbers choose among what is there.

    ``wait`` is None for: until the next clock is due, to the microsecond.
    """

    wait: timedelta | None
    verb: str
    case: int = 0
    team: int = 0
    other: int = 0
    person: int = 0
    word: int = 0


@dataclass
class Drive:
    """A history that is being made, in one transaction."""

    session: Session
    organisation: Organisation
    now: datetime
    watched: bool
    numbers: list[int] = field(default_factory=list)
    told: int = 0

    def act(self, verb: Callable[..., Case], case: Case, *arguments: Any, **named: Any) -> None:
        verb(self.session, self.organisation, case.number, *arguments, now=self.now, **named)

    def cases(self) -> list[Case]:
        return [journal.replay(self.session, number) for number in self.numbers]

    def tick(self) -> None:
        """What a clock does when it looks."""
        for number in self.numbers:
            escalating.tick(self.session, self.organisation, number, now=self.now)

    def wait(self, wait: timedelta | None) -> None:
        if wait is None:
            self.now = max(self.now, self._next_due() or self.now)
            if self.watched:
                self.tick()
            return
        until = self.now + wait
        # A clock that watches sees each moment, but nobody needs all of a month's.
        for _ in range(8 if self.watched else 0):
            due = self._next_due()
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            self.tick()
        self.now = until

    def _next_due(self) -> datetime | None:
        moments = [stake.next_at for case in self.cases() for stake in case.live_stakes]
        return min((moment for moment in moments if moment is not None), default=None)

    def new_comment(self, step: Step) -> None:
        if len(self.numbers) >= MOST_CASES:
            return
        self.told += 1
        facts: dict[str, Any] = {
            "text": TEXTS[step.word % len(TEXTS)],
            "campaign": CAMPAIGNS[step.other % len(CAMPAIGNS)],
            "region": REGIONS[step.team % len(REGIONS)],
            "unit": UNITS[step.person % len(UNITS)],
            "author": {"id": f"author {self.told % 5}"},
        }
        if step.case % 5 == 4:
            case, _ = by_hand.record(
                self.session,
                self.organisation,
                external_id=f"by hand {self.told}",
                facts=facts,
                by=who(step),
                now=self.now,
            )
            if case.number not in self.numbers:
                self.numbers.append(case.number)
            return
        source = self.organisation.sources[step.case % len(self.organisation.sources)]
        if step.case % 7 == 6:
            self.say(source.key, f"told {self.told}", ChangeKind.DELETED, {})
        number = self.say(source.key, f"told {self.told}", ChangeKind.CREATED, facts)
        assert number is not None
        if number not in self.numbers:
            self.numbers.append(number)

    def echo(self, author: str, region: str) -> None:
        """Somebody says what many say, if there are not too many cases yet."""
        if len(self.numbers) >= MOST_CASES + 2:
            return
        self.told += 1
        platform = ("facebook", "x")[self.told % 2]
        facts = {
            "text": TEXTS[0],
            "region": region,
            "platform": platform,
            "author": {"id": author},
        }
        source = self.organisation.sources[0]
        number = self.say(source.key, f"told {self.told}", ChangeKind.CREATED, facts)
        if number is not None and number not in self.numbers:
            self.numbers.append(number)

    def say(
        self, source: str, external_id: str, kind: ChangeKind, facts: dict[str, Any]
    ) -> int | None:
        """Let a source say something; the case that it is about."""
        known = self.organisation.source(source)
        assert known is not None
        change = Change(kind=kind, source=source, external_id=external_id, at=self.now, facts=facts)
        return receiving.receive(
            self.session, [change], source=known, organisation=self.organisation, now=self.now
        ).case

    def histories(self) -> list[History]:
        """What came of it, for the reference to count."""
        return [history(self.session, number) for number in self.numbers]


def who(step: Step) -> str:
    return PEOPLE[step.person % len(PEOPLE)]
