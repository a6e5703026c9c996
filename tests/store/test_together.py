"""Acts of several threads that share a transaction."""

from collections.abc import Iterator
from concurrent.futures import Future, TimeoutError as FutureTimeout
from threading import Event

import pytest
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.errors import DatabaseAway, Replayed
from bot.store import absences, driver, tables as t
from bot.store.database import Database
from bot.store.pending import put
from tests.fakes.clock import START
from tests.store.crowd import PATIENT, Act, Crowd
from tests.waiting import eventually

_HINT = insert(t.hints)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """So long that a slow machine sends nobody alone."""
    monkeypatch.setattr("bot.store.together._PATIENCE", PATIENT)


@pytest.fixture
def crowd(database: Database) -> Iterator[Crowd]:
    crowd = Crowd(database)
    yield crowd
    crowd.crew.shutdown()


@pytest.fixture
def on_sqlite(sqlite_database: Database) -> Iterator[Crowd]:
    crowd = Crowd(sqlite_database)
    yield crowd
    crowd.crew.shutdown()


@pytest.fixture
def on_postgres(postgres_database: Database) -> Iterator[Crowd]:
    crowd = Crowd(postgres_database)
    yield crowd
    crowd.crew.shutdown()


def note(name: str, then: Act = lambda _: None) -> Act:
    """A hint for *name*, and whatever comes *then*."""

    def act(session: Connection) -> str:
        put(session, _HINT, {"person": name, "hint": "h", "at": START})
        then(session)
        return name

    return act


def refuse(_session: Connection) -> None:
    raise LookupError


def ask(session: Connection) -> None:
    session.execute(select(func.count()).select_from(t.hints))


def ask_and_refuse(session: Connection) -> None:
    ask(session)
    raise LookupError


def test_those_who_come_while_one_is_busy_share_a_commit(crowd: Crowd) -> None:
    begun = crowd.group(*(note(name) for name in "abcde"))
    assert [each.result(PATIENT) for each in begun] == list("abcde")
    assert crowd.noted == list("abcde")
    # One more of whoever was busy.
    assert crowd.commits == 2


def test_nobody_is_told_before_the_commit(crowd: Crowd) -> None:
    seen: list[bool] = []
    begun: list[Future[object]] = []
    with crowd.busy():
        for act in (
            note("a"),
            note("b", lambda _: seen.append(begun[0].done() or any(crowd.noted))),
        ):
            begun.append(crowd.act(act))
            eventually(lambda: len(crowd.database._together) == len(begun), "one more who waits")
    for each in begun:
        each.result(PATIENT)
    assert seen == [False]


@pytest.mark.parametrize("failing", ["a", "c", "e", "ac", "de", "abcd", "abcde"])
@pytest.mark.parametrize("asking", ["", "b", "ad", "abcde"])
def test_whoever_fails_takes_back_only_their_own_part(
    crowd: Crowd, failing: str, asking: str
) -> None:
    ways = {(True, True): ask_and_refuse, (True, False): refuse, (False, True): ask}
    acts = [note(n, ways.get((n in failing, n in asking), lambda _: None)) for n in "abcde"]
    begun = dict(zip("abcde", crowd.group(*acts), strict=True))
    for name, each in begun.items():
        assert isinstance(each.exception(PATIENT), LookupError if name in failing else type(None))
    assert crowd.noted == [name for name in "abcde" if name not in failing]


@pytest.mark.parametrize("asking", [False, True])
def test_a_row_that_is_refused_is_the_fault_of_its_own_part(crowd: Crowd, asking: bool) -> None:
    crowd.database.act(note("b"))
    first, second, third = crowd.group(*(note(n, ask if asking else lambda _: None) for n in "abc"))
    assert (first.result(PATIENT), third.result(PATIENT)) == ("a", "c")
    assert isinstance(second.exception(PATIENT), IntegrityError)
    assert crowd.noted == list("abc")


def test_a_value_that_has_no_place_in_the_database_is_the_fault_of_its_own_part(
    crowd: Crowd,
) -> None:
    def ill(session: Connection) -> None:
        put(session, _HINT, {"person": "b", "hint": "h", "at": START.replace(tzinfo=None)})

    first, second, third = crowd.group(note("a"), ill, note("c"))
    assert (first.result(PATIENT), third.result(PATIENT)) == ("a", "c")
    assert isinstance(second.exception(PATIENT), ValueError)
    assert crowd.noted == ["a", "c"]


def test_what_undoes_everything_is_told_to_all(on_sqlite: Crowd) -> None:
    """A full disk, say: SQLite then rolls back more than the statement that failed."""

    def fill(session: Connection) -> None:
        session.execute(text("ROLLBACK"))
        raise LookupError

    first, second, third = on_sqlite.group(note("a"), note("b", fill), note("c"))
    assert isinstance(first.exception(PATIENT), DatabaseAway)
    assert isinstance(second.exception(PATIENT), LookupError)
    assert isinstance(third.exception(PATIENT), DatabaseAway)
    assert on_sqlite.noted == []
    assert on_sqlite.database.act(note("d")) == "d"


@pytest.mark.parametrize("asking", [False, True])
def test_a_connection_that_dies_under_a_group_is_told_to_all_as_a_database_that_is_away(
    on_postgres: Crowd, asking: bool
) -> None:
    database = on_postgres.database

    def cut(session: Connection) -> None:
        pid = driver.connection(session).info.backend_pid
        with database.reading() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        if asking:
            ask(session)

    for each in on_postgres.group(note("a"), note("b", cut), note("c")):
        assert isinstance(each.exception(PATIENT), DatabaseAway)
    assert on_postgres.noted == []
    assert database.act(note("d")) == "d"


def test_a_commit_that_fails_is_told_to_all(on_sqlite: Crowd) -> None:
    def refer_to_nothing(session: Connection) -> None:
        session.execute(text("PRAGMA defer_foreign_keys=ON"))
        session.execute(insert(t.wave_comments).values(comment_id=99, wave=99, at=START))

    for each in on_sqlite.group(note("a", refer_to_nothing), note("b")):
        assert isinstance(each.exception(PATIENT), IntegrityError)
    assert on_sqlite.noted == []
    assert on_sqlite.database.act(note("c")) == "c"


def test_what_is_done_first_is_done_with_the_act_and_taken_back_with_it(crowd: Crowd) -> None:
    def hear(session: Connection) -> None:
        note("heard")(session)

    database = crowd.database.once(hear)
    with pytest.raises(LookupError):
        database.act(note("a", refuse))
    assert crowd.noted == []
    database.act(note("b"))
    database.act(note("c"))
    assert crowd.noted == ["b", "c", "heard"]


def test_a_database_that_is_away_is_named_so(crowd: Crowd) -> None:
    with pytest.raises(DatabaseAway):
        crowd.database.act(lambda _: (_ for _ in ()).throw(OperationalError("", None, Exception())))


def test_the_same_request_twice_at_one_moment_is_carried_out_once(crowd: Crowd) -> None:
    marked = crowd.database.once(
        lambda session: absences.act_once(session, "v0=abc", now=START), absences.acted("v0=abc")
    )
    begun = []
    with crowd.busy():
        for name in "ab":
            begun.append(crowd.crew.submit(marked.act, note(name)))
            eventually(lambda: len(crowd.database._together) == len(begun), "one more who waits")
    first, second = begun
    assert first.result(PATIENT) == "a"
    assert isinstance(second.exception(PATIENT), Replayed)
    with pytest.raises(Replayed):
        crowd.database.once(lambda session: absences.act_once(session, "v0=abc", now=START)).act(
            note("c")
        )
    assert crowd.noted == ["a"]


def test_whoever_has_waited_long_goes_alone(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = Crowd(postgres_database)
    with crowd.busy():
        monkeypatch.setattr("bot.store.together._PATIENCE", 0.01)
        assert crowd.act(note("b")).result(PATIENT) == "b"
        assert crowd.noted == ["b"]
    crowd.crew.shutdown()


def test_whoever_is_begun_with_waits_for_it_however_long(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.together._PATIENCE", 0.2)
    together, late, done = crowd.database._together, Event(), Event()

    def dawdle(_session: Connection) -> None:
        late.set()
        done.wait(PATIENT)

    with crowd.busy():
        first = crowd.act(note("a", dawdle))
        eventually(lambda: len(together) == 1, "one who waits")
        second = crowd.act(note("b"))
        eventually(lambda: len(together) == 2, "two who wait")
    assert late.wait(PATIENT)
    # Longer than anybody's patience.
    with pytest.raises(FutureTimeout):
        second.result(0.4)
    done.set()
    assert (first.result(PATIENT), second.result(PATIENT)) == ("a", "b")
    assert crowd.noted == ["a", "b"]
