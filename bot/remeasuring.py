"""Making the rounds again from the journal, and proving that they are what it says."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.store import journal, rounds
from bot.store.database import Database

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Remeasured:
    """How many cases were looked at, and which of them did not stand as their journal says."""

    cases: int
    differing: tuple[int, ...]


def remeasure(
    database: Database, *, check: bool = False, progress: Callable[[int], None] = lambda _: None
) -> Remeasured:
    """Make the rounds of every case again; with *check*, only compare.

    A case is locked meanwhile, so people may go on working.
    """
    count, last, differing = 0, 0, list[int]()
    while numbers := _after(database, last):
        differing += [number for number in numbers if _differs(database, number, mend=not check)]
        count, last = count + len(numbers), numbers[-1]
        progress(count)
    return Remeasured(cases=count, differing=tuple(differing))


def fill(database: Database, *, progress: Callable[[int], None] = lambda _: None) -> int:
    """Make the rounds of cases that have none: those of a release that did not know of rounds.

    Broken off, it goes on where it was when it is called again.
    """
    count = 0
    while True:
        with database.reading() as session:
            numbers = rounds.without(session, limit=_AT_ONCE)
        if not numbers:
            return count
        with database.transaction() as session:
            for number in numbers:
                journal.load(session, number)
                rounds.remake(session, number, journal.history(session, number))
        count += len(numbers)
        progress(count)


def _differs(database: Database, number: int, *, mend: bool) -> bool:
    with database.transaction() as session:
        # Nobody writes to the case's journal while it is read.
        journal.load(session, number)
        return rounds.differs(session, number, journal.history(session, number), mend=mend)


def _after(database: Database, last: int) -> list[int]:
    with database.reading() as session:
        return rounds.numbers(session, after=last, limit=_AT_ONCE)
