"""Transactions of several threads that end in one commit."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import Connection, event, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.errors import DatabaseAway
from bot.store import tables as t
from bot.store.database import Database
from bot.store.pending import put
from bot.store.together import Together
from bot.store.turns import Turns
from tests.fakes.clock import START
from tests.waiting import eventually

PATIENT = 20.0
_HINT = insert(t.hints)


class Office:
    """Several threads at one SQLite database, and what it was told."""

    def __init__(self, database: Database) -> None:
        self.database, self.commits = database, 0
        self.turns = Turns(1, patience=PATIENT, needed=True)
        self.together = Together(database.engine, self.turns)
        self.crew = ThreadPoolExecutor(8)
        event.listen(database.engine, "commit", self._count)

    def _count(self, _connection: Connection) -> None:
        self.commits += 1

    def note(self, person: str, then: Callable[[Connection], None] = lambda _: None) -> None:
        """One part: a hint for *person*, and whatever comes *then*."""
        with self.together.one() as session:
            put(session, _HINT, {"person": person, "hint": "h", "at": START})
            then(session)

    def queue_up(self, *parts: Callable[[], None]) -> list[Future[None]]:
        """All of *parts*, which wait for a turn that somebody else has."""
        begun = []
        for part in parts:
            begun.append(self.crew.submit(part))
            eventually(lambda: len(self.turns) == len(begun), "one more who waits")
        return begun

    @property
    def noted(self) -> list[str]:
        """Whose hints are there."""
        with self.database.reading() as session:
            return sorted(session.execute(select(t.hints.c.person)).scalars())


@pytest.fixture
def office(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    # So long that a slow machine does not end a group early.
    monkeypatch.setattr("bot.store.together._LONGEST_SECONDS", PATIENT)
    office = Office(sqlite_database)
    yield office
    office.crew.shutdown()


def refuse(_session: Connection) -> None:
    raise LookupError


def test_those_who_wait_together_share_a_commit(office: Office) -> None:
    with office.turns.one():
        begun = office.queue_up(*(partial(office.note, name) for name in "abcde"))
    for each in begun:
        each.result(10)
    assert office.noted == list("abcde")
    assert office.commits == 1


def test_nobody_is_told_before_the_commit(office: Office) -> None:
    seen: list[bool] = []

    def look(_session: Connection) -> None:
        seen.append(first.done() or bool(office.noted))

    with office.turns.one():
        first, second = office.queue_up(partial(office.note, "a"), partial(office.note, "b", look))
    second.result(10)
    first.result(10)
    assert seen == [False]


@pytest.mark.parametrize("failing", ["a", "c", "e", "ac", "de", "abcd", "abcde"])
def test_whoever_fails_takes_back_only_their_own_part(office: Office, failing: str) -> None:
    parts = [partial(office.note, n, *([refuse] if n in failing else [])) for n in "abcde"]
    with office.turns.one():
        begun = dict(zip("abcde", office.queue_up(*parts), strict=True))
    for name, each in begun.items():
        assert isinstance(each.exception(10), LookupError if name in failing else type(None))
    assert office.noted == [name for name in "abcde" if name not in failing]


def test_a_row_that_is_refused_is_the_fault_of_its_own_part(office: Office) -> None:
    office.note("b")
    with office.turns.one():
        first, second, third = office.queue_up(*(partial(office.note, name) for name in "abc"))
    first.result(10)
    third.result(10)
    assert isinstance(second.exception(10), IntegrityError)
    assert office.noted == list("abc")


def test_what_undoes_everything_is_told_to_all(office: Office) -> None:
    """A full disk, say: SQLite then rolls back more than the statement that failed."""

    def fill(session: Connection) -> None:
        session.execute(text("ROLLBACK"))
        raise LookupError

    with office.turns.one():
        begun = office.queue_up(
            partial(office.note, "a"), partial(office.note, "b", fill), partial(office.note, "c")
        )
    first, second, third = begun
    assert isinstance(first.exception(10), OperationalError)
    assert isinstance(second.exception(10), LookupError)
    third.result(10)
    assert office.noted == ["c"]


def test_a_commit_that_fails_is_told_to_all(office: Office) -> None:
    def refer_to_nothing(session: Connection) -> None:
        session.execute(text("PRAGMA defer_foreign_keys=ON"))
        session.execute(insert(t.wave_comments).values(comment_id=99, wave=99, at=START))

    with office.turns.one():
        begun = office.queue_up(
            partial(office.note, "a", refer_to_nothing), partial(office.note, "b")
        )
    for each in begun:
        assert isinstance(each.exception(10), IntegrityError)
    assert office.noted == []
    office.note("c")
    assert office.noted == ["c"]


def test_an_old_group_is_committed_though_others_wait(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.together._LONGEST_SECONDS", 0.0)
    with office.turns.one():
        begun = office.queue_up(*(partial(office.note, name) for name in "abc"))
    for each in begun:
        each.result(10)
    assert office.commits == 3


def test_another_transaction_is_not_kept_waiting_by_a_group(office: Office) -> None:
    """Whoever does not join has their turn between two groups."""

    def alone() -> None:
        with office.turns.one():
            assert office.noted == ["a"]

    with office.turns.one():
        first, other, last = office.queue_up(
            partial(office.note, "a"), alone, partial(office.note, "b")
        )
    for each in (first, other, last):
        each.result(10)
    assert office.commits == 2


def test_what_is_done_with_a_click_joins_and_is_named_as_any_transaction(office: Office) -> None:
    database = office.database
    turns = database._turns

    def click(name: str) -> None:
        with database.once(lambda session: _note(session, f"heard {name}")).transaction() as own:
            _note(own, name)

    def _note(session: Connection, name: str) -> None:
        put(session, _HINT, {"person": name, "hint": "h", "at": START})

    with turns.one():
        begun = []
        for name in "abc":
            begun.append(office.crew.submit(click, name))
            eventually(lambda: len(turns) == len(begun), "one more who waits")
    for each in begun:
        each.result(10)
    assert office.noted == ["a", "b", "c", "heard a", "heard b", "heard c"]
    assert office.commits == 1

    office.database.close()
    with pytest.raises(DatabaseAway), database.once(lambda _: None).transaction() as session:
        session.execute(text("SELECT * FROM nowhere"))
