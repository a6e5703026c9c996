"""The benchmarks' invented history: its rows are what the bot itself would have written."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import func, select, text

from bench import million, rows
from bot.domain import events as e
from bot.domain.case import State
from bot.store import comments, journal, rounds, tables as t
from bot.store.database import Database

COMMENTS, A_DAY = 180, 30


@pytest.fixture
def small(bare_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A history of a few days, on each kind of database."""
    monkeypatch.setattr(million, "A_DAY", A_DAY)
    with Progress(console=Console(file=io.StringIO())) as progress:
        make = million.fill_sqlite if bare_url.startswith("sqlite") else million.fill_postgres
        make(bare_url, COMMENTS, progress)
    database = Database(bare_url)
    yield database
    database.close()


def test_every_case_stands_as_its_journal_says_and_so_do_its_rounds(small: Database) -> None:
    with small.transaction() as session:
        for number in range(1, COMMENTS + 1):
            assert journal.load(session, number) == journal.replay(session, number)
            before = rounds.of_case(session, number)
            rounds.remake(session, number, journal.history(session, number))
            assert rounds.of_case(session, number) == before
            comment = comments.of_case(session, number)
            assert comment is not None
            assert comment.text


def test_a_history_has_everything_that_digests_count(small: Database) -> None:
    with small.reading() as session:
        kinds = set(session.execute(select(t.journal.c.kind).distinct()).scalars())
        states = set(session.execute(select(t.stakes.c.state).distinct()).scalars())
        last = session.execute(select(func.max(t.journal.c.at))).scalar_one()
    happened = (
        e.StakeClaimed, e.StakeResolved, e.StakeDeclined, e.StakeHandedOff, e.FactAdded,
        e.ClaimTargetMissed, e.CaseSettled, e.CaseReopened, e.CaseSentToTriage, e.StakePaused,
    )  # fmt: skip
    assert {kind.__name__ for kind in happened} <= kinds
    assert states == {state.value for state in State}
    assert last <= rows.NOW


def test_the_bot_goes_on_with_numbers_that_nobody_has(small: Database) -> None:
    with small.transaction() as session:
        assert journal.begin(session, now=rows.NOW).number == COMMENTS + 1


def test_the_indexes_are_those_of_the_migrations(small: Database) -> None:
    # SQLAlchemy does not tell of an index of an expression on SQLite.
    named = (
        "SELECT name FROM sqlite_master WHERE type = 'index'"
        if small.is_sqlite
        else "SELECT indexname FROM pg_indexes"
    )
    with small.reading() as session:
        found = set(session.execute(text(named)).scalars())
    assert {index.name for table in rows.TABLES for index in table.indexes} <= found


def test_a_short_history_is_the_end_of_a_long_one() -> None:
    short, long = (rows.days(count, a_day=A_DAY) for count in (COMMENTS, 10 * COMMENTS))
    assert sum(day.comments for day in short) == COMMENTS
    whole = short[1:]
    assert [(day.ago, day.comments) for day in whole] == [
        (day.ago, day.comments) for day in long[-len(whole) :]
    ]
    assert long[-1].first + long[-1].comments == 10 * COMMENTS + 1


def test_the_same_day_is_made_the_same_every_time() -> None:
    day = rows.days(COMMENTS, a_day=A_DAY)[-1]
    assert rows.copy_day(day) == rows.copy_day(day)


def test_text_with_tabs_and_backslashes_stays_one_field() -> None:
    assert rows.for_copy("a\tb\\n\nc") == "a\\tb\\\\n\\nc"
    assert rows.for_copy({"text": "a\tb"}) == '{"text": "a\\\\tb"}'
    assert rows.for_copy(None) == "\\N"
