"""Statements that go to the driver as they are behave like those that SQLAlchemy executes."""

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Select, bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.errors import DatabaseAway, Unstorable
from bot.store import journal, pending, tables as t
from bot.store.database import Database
from tests.usecases.office import Office

_MEMBER = insert(t.members)
_MEMBERS = select(t.members.c.person).where(t.members.c.place == bindparam("which"))
_RENAME = update(t.members).where(t.members.c.place == bindparam("which"))


def _row(person: str) -> dict[str, str]:
    return {"place": "C0ONE", "person": person}


@pytest.mark.parametrize("query", [journal._LOOK, journal._LOCK.one, journal._STAKES.one])
def test_a_row_has_the_values_that_sqlalchemy_reads(office: Office, query: Select[Any]) -> None:
    number = office.take_in().number
    with office.database.transaction() as session:
        found = pending.rows(session, query, {"which": number})
        expected = session.execute(query, {"which": number}).mappings()
        assert found == [dict(row) for row in expected]
        assert found


def test_what_is_counted_are_the_rows_that_were_written(database: Database) -> None:
    with database.transaction() as session:
        assert pending.count(session, _MEMBER, _row("U0A")) == 1
        assert pending.count(session, _RENAME, {"which": "C0NO", "person": "U0B"}) == 0
        assert pending.count(session, _RENAME, {"which": "C0ONE", "person": "U0B"}) == 1
        assert pending.rows(session, _MEMBERS, {"which": "C0ONE"}) == [{"person": "U0B"}]


def test_whoever_listens_to_statements_hears_of_these_too(database: Database) -> None:
    heard: list[tuple[str, str]] = []
    for when in ("before", "after"):
        name = f"{when}_cursor_execute"
        event.listen(database.engine, name, lambda *told, at=when: heard.append((at, told[2])))
    with database.reading() as session:
        pending.rows(session, _MEMBERS, {"which": "C0ONE"})
    assert [at for at, statement in heard if "members" in statement] == ["before", "after"]


def test_what_is_read_one_after_the_other_is_of_one_moment(sqlite_database: Database) -> None:
    with sqlite_database.reading() as session:
        assert pending.rows(session, _MEMBERS, {"which": "C0ONE"}) == []
        with sqlite_database.transaction() as other:
            pending.put(other, _MEMBER, _row("U0LATE"))
        assert pending.rows(session, _MEMBERS, {"which": "C0ONE"}) == []


def test_a_value_that_is_refused_is_named_like_any_other(postgres_database: Database) -> None:
    with pytest.raises(Unstorable), postgres_database.transaction() as session:
        pending.count(session, _MEMBER, _row("\0"))


def test_a_connection_that_was_lost_is_given_up_and_the_next_one_works(
    postgres_database: Database,
) -> None:
    def asks_a_server_that_hung_up() -> None:
        with postgres_database.transaction() as session:
            pid = session.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with postgres_database.reading() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
            pending.rows(session, _MEMBERS, {"which": "C0ONE"})

    with pytest.raises(DatabaseAway):
        asks_a_server_that_hung_up()
    with postgres_database.transaction() as session:
        assert pending.rows(session, _MEMBERS, {"which": "C0ONE"}) == []


def test_nothing_is_taken_for_done_after_a_statement_that_failed(
    postgres_database: Database,
) -> None:
    def pass_over() -> None:
        with postgres_database.transaction() as session:
            pending.count(session, _MEMBER, _row("U0A"))
            with suppress(IntegrityError):
                pending.count(session, _MEMBER, _row("U0A"))

    with pytest.raises(RuntimeError, match="has failed"):
        pass_over()
    with postgres_database.reading() as session:
        assert pending.rows(session, _MEMBERS, {"which": "C0ONE"}) == []
