"""Values: what is kept comes back as it was, and what is refused is not repeated in the error."""

import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.errors import DatabaseAway, Unstorable
from bot.store import tables as t
from bot.store.database import Database
from bot.store.pending import put
from bot.store.upsert import prepared
from tests.fakes.clock import START

WORDS = "the customer's very own words"


def told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def keep(database: Database, facts: Mapping[str, Any], times: int = 1) -> None:
    row = {"source": "s", "external_id": "1", "facts": facts, "received_at": START}
    with database.transaction() as session:
        for _ in range(times):
            session.execute(insert(t.comments).values(row))


def test_what_is_kept_as_json_comes_back_as_it_was(database: Database) -> None:
    facts: dict[str, Any] = {
        "text": '電池壞了 é 😀 \u2028 "quoted" \\ \t',
        "ключ": [1, -0.5, 2.5, 10**30, None, True, {}, [], ""],
        "deep": {"er": {"est": ["x"]}},
    }
    keep(database, facts)
    with database.reading() as session:
        assert session.execute(select(t.comments.c.facts)).scalar_one() == facts


def test_sqlite_keeps_half_a_pair_of_surrogates(sqlite_database: Database) -> None:
    keep(sqlite_database, {"text": "half \ud83d"})
    with sqlite_database.reading() as session:
        assert session.execute(select(t.comments.c.facts)).scalar_one() == {"text": "half \ud83d"}


@pytest.mark.parametrize("bad", ["\0", "\ud800"], ids=["NUL", "half a pair"])
def test_a_refused_value_is_not_repeated_in_the_error(
    postgres_database: Database, bad: str
) -> None:
    with pytest.raises(Unstorable) as caught:
        keep(postgres_database, {"text": WORDS + bad})
    assert WORDS not in told(caught.value)


@pytest.mark.parametrize("bad", ["\0", "\ud800"], ids=["NUL", "half a pair"])
def test_a_value_that_goes_with_others_is_refused_as_it_is_alone(
    postgres_database: Database, bad: str
) -> None:
    row = {"source": "s", "kind": "k", "at": START, "fingerprint": "", "raw": {}}
    rows = [
        {**row, "external_id": number, "facts": {"text": WORDS + bad}, "received_at": START}
        for number in "12"
    ]
    with pytest.raises(Unstorable) as caught, postgres_database.transaction() as session:
        put(session, prepared("postgresql", t.changes), *rows)
    assert WORDS not in told(caught.value)


def test_a_value_that_is_too_long_for_an_index_is_refused_and_not_waited_for(
    postgres_database: Database,
) -> None:
    author = "".join(chr(0x4E00 + 17 * n) for n in range(1_000))
    row = {
        "source": "s",
        "external_id": "1",
        "author_id": author,
        "facts": {},
        "received_at": START,
    }
    with pytest.raises(Unstorable) as caught, postgres_database.transaction() as session:
        session.execute(insert(t.comments).values(row))
    assert author[:9] not in told(caught.value)


def test_a_broken_rule_of_the_database_does_not_repeat_the_words(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        keep(database, {"text": WORDS}, times=2)
    assert WORDS not in told(caught.value)


def test_a_statement_that_fails_does_not_repeat_the_words(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    failed = pytest.raises((DBAPIError, DatabaseAway))
    with failed as caught, database.reading() as session:
        session.execute(text("SELECT * FROM no_such_table WHERE a = :words"), {"words": WORDS})
    assert WORDS not in told(caught.value)
    assert WORDS not in caplog.text


def test_an_instant_is_the_same_in_both_databases(database: Database) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    # The second is equal to the third, and an hour before it.
    moments = [
        START + timedelta(microseconds=123456),
        datetime(2026, 10, 25, 2, 30, tzinfo=berlin),
        datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=berlin),
    ]
    with database.transaction() as session:
        for number, moment in enumerate(moments):
            session.execute(insert(t.places).values(id=f"C{number}", refreshed_at=moment))
        found = session.execute(select(t.places.c.refreshed_at).order_by(t.places.c.id)).scalars()
        assert [*found] == [moment.astimezone(UTC) for moment in moments]
