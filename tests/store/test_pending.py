"""Rows that wait in their transaction: written together, and missed by nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, event, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.store import outbox, pending, tables as t
from bot.store.database import Database
from bot.store.upsert import unless_there
from tests.domain.factories import NOW

_PLACE, _MEMBER = insert(t.places), insert(t.members)
_RENAME, _JOURNAL = update(t.places), insert(t.journal)


def place(name: str) -> dict[str, object]:
    return {"id": name, "name": "", "refreshed_at": NOW}


def count(session: Connection) -> int:
    return session.execute(select(func.count()).select_from(t.places)).scalar_one()


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_session: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement.split(maxsplit=3)[2] if statement.startswith("INSERT") else statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def test_rows_of_a_table_go_in_one_statement(database: Database) -> None:
    with database.transaction() as session, statements(database) as sent:
        for name in ("C0ONE", "C0TWO", "C0THREE"):
            pending.put(session, _PLACE, place(name))
            pending.put(session, _MEMBER, {"place": name, "person": "U0ANNA"})
        assert sent == []
        pending.write(session)
        assert sorted(sent) == ["members", "places"]
    with database.reading() as session:
        assert count(session) == 3


def test_what_waits_is_written_when_the_transaction_ends(database: Database) -> None:
    with database.transaction() as session:
        pending.put(session, _PLACE, place("C0ONE"))
    with database.reading() as session:
        assert count(session) == 1


def test_whoever_looks_sees_what_waits(database: Database) -> None:
    with database.transaction() as session:
        pending.put(session, _PLACE, place("C0ONE"))
        assert count(session) == 1


def test_whoever_changes_rows_changes_what_waits_too(database: Database) -> None:
    with database.transaction() as session:
        pending.put(session, _PLACE, place("C0ONE"))
        assert session.execute(_RENAME.values(name="#one")).rowcount == 1


def test_a_statement_that_has_nothing_to_do_with_it_goes_ahead(database: Database) -> None:
    with database.transaction() as session:
        pending.put(session, _PLACE, place("C0ONE"))
        with statements(database) as sent:
            session.execute(
                select(func.count()).select_from(t.hints), execution_options=pending.ASIDE
            )
        assert len(sent) == 1


def test_a_statement_goes_ahead_of_what_waits_for_other_tables_only(database: Database) -> None:
    asked = select(func.count().label("many")).select_from(t.places)
    with database.transaction() as session:
        pending.put(session, _PLACE, place("C0ONE"))
        assert pending.rows(session, asked, {}, t.hints) == [{"many": 0}]
        assert pending.rows(session, asked, {}, t.hints, t.places) == [{"many": 1}]
        pending.put(session, _PLACE, place("C0TWO"))
        assert pending.rows(session, asked, {}) == [{"many": 2}]


def test_what_is_written_last_goes_with_the_commit(postgres_database: Database) -> None:
    with statements(postgres_database) as sent, postgres_database.transaction() as session:
        pending.put(session, _PLACE, place("C0ONE"))
    assert sent[-1] == "COMMIT"
    with postgres_database.reading() as session:
        assert count(session) == 1


def test_after_a_row_that_is_refused_nothing_is_committed(database: Database) -> None:
    def twice() -> None:
        with database.transaction() as session:
            session.execute(insert(t.hints).values(person="U0ANNA", hint="h", at=NOW))
            pending.put(session, _PLACE, place("C0ONE"), place("C0ONE"))

    with pytest.raises(IntegrityError):
        twice()
    with database.transaction() as session:
        assert session.execute(select(func.count()).select_from(t.hints)).scalar() == 0


def test_what_waits_is_not_lost_with_a_savepoint_that_is_taken_back(database: Database) -> None:
    with database.transaction() as session:
        pending.put(session, _PLACE, place("C0ONE"))
        step = session.begin_nested()
        pending.put(session, _PLACE, place("C0TWO"))
        assert count(session) == 2
        step.rollback()
    with database.reading() as session:
        assert count(session) == 1


def test_nothing_of_a_transaction_that_failed_waits_for_the_next(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as session:
            pending.put(session, _PLACE, place("C0ONE"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.transaction() as session:
        pending.put(session, _PLACE, place("C0TWO"))
    with database.reading() as session:
        assert session.execute(select(t.places.c.id)).scalars().all() == ["C0TWO"]


def test_a_row_that_is_refused_takes_its_whole_transaction_back(database: Database) -> None:
    def twice() -> None:
        with database.transaction() as session:
            pending.put(session, _MEMBER, {"place": "C0ONE", "person": "U0ANNA"})
            pending.put(session, _PLACE, place("C0ONE"), place("C0ONE"))

    with pytest.raises(IntegrityError):
        twice()
    with database.reading() as session:
        assert count(session) == 0


def test_rows_are_written_after_what_they_refer_to(database: Database) -> None:
    """A stake before its case would be refused."""
    stake = {
        "case_number": 7, "team": "service-hk", "position": 0, "reasons": [],
        "opened_at": NOW, "claim_due": NOW, "resolve_due": NOW,
    }  # fmt: skip
    case = {"number": 7, "opened_at": NOW, "units": [], "regions": [], "tags": []}
    with database.transaction() as session:
        pending.put(session, insert(t.stakes), stake)
        pending.put(session, insert(t.cases), case)


def test_a_row_that_changes_nothing_a_second_time_is_sent_once(database: Database) -> None:
    once = unless_there(database.engine.dialect.name, t.places)
    many: list[int] = []

    def count_rows(_session: object, _cursor: object, _sql: str, rows: Any, *_: object) -> None:
        many.append(len(rows["rows"].obj if isinstance(rows, dict) else rows))

    with database.transaction() as session:
        for name in ("C0ONE", "C0TWO", "C0ONE"):
            pending.put_once(session, once, place(name))
        event.listen(database.engine, "before_cursor_execute", count_rows)
        pending.write(session)
        event.remove(database.engine, "before_cursor_execute", count_rows)
        assert count(session) == 2
    assert many == [2]


def test_a_statement_keeps_the_values_that_are_its_own(database: Database) -> None:
    renamed = update(t.places).where(t.places.c.id == bindparam("which"), t.places.c.name != "x")
    with database.transaction() as session:
        pending.put(session, _PLACE, place("C0ONE"), place("C0TWO") | {"name": "x"})
        pending.put(
            session, renamed, *({"which": id_, "name": "new"} for id_ in ("C0ONE", "C0TWO"))
        )
    with database.reading() as session:
        rows = session.execute(select(t.places.c.id, t.places.c.name, t.places.c.refreshed_at))
        assert {tuple(row) for row in rows} == {("C0ONE", "new", NOW), ("C0TWO", "x", NOW)}


def test_many_rows_have_the_values_that_each_would_have_alone(database: Database) -> None:
    """Also where they go to a server as one text."""
    data = [{"a": [None, 1.5, "…", {"\\u0041": True}]}, [], "", 'x"y', 10**15, {"at": "2026"}]
    odd = NOW + timedelta(microseconds=7)
    rows = [
        {
            "case_number": 7,
            "at": odd,
            "by": f"U0{n}",
            "kind": "Kind\t\u2028",
            "team": "",
            "data": each,
        }
        for n, each in enumerate(data)
    ]
    case = {"number": 7, "opened_at": NOW, "units": ["a"], "regions": [], "tags": []}
    with database.transaction() as session:
        pending.put(session, insert(t.cases), case)
        pending.put(session, _JOURNAL, *rows)
    with database.transaction() as session:
        for row in rows:
            session.execute(_JOURNAL, row)
    with database.reading() as session:
        c = t.journal.c
        columns = (c.at, c.by, c.kind, c.team, c.data)
        found = session.execute(select(*columns).order_by(c.id)).all()
    assert found[: len(rows)] == found[len(rows) :]
    assert [row.data for row in found[: len(rows)]] == data
    assert {row.at for row in found} == {odd}


def test_what_is_owed_twice_in_one_transaction_is_there_once(database: Database) -> None:
    with database.transaction() as session:
        for note in ("first", "second"):
            owed = [
                outbox.Owed(key=key, kind="card", channel="C0", urgency=1, data={"note": note})
                for key in ("a", "b")
            ]
            outbox.owe(session, owed, now=NOW)
    with database.reading() as session:
        rows = session.execute(select(t.notices.c.key, t.notices.c.data).order_by(t.notices.c.key))
        assert [tuple(row) for row in rows] == [(key, {"note": "second"}) for key in ("a", "b")]
