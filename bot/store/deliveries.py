"""Deliveries of webhooks: each answered once, and the same when it comes again."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Executable, Text, bindparam, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store import tables as t
from bot.store.given import given
from bot.store.pending import ASIDE, put

Id = tuple[str, str]
"""What a delivery is known by: its source, and what that calls it."""

_CLOSE = update(t.deliveries).where(
    t.deliveries.c.source == bindparam("which_source"),
    t.deliveries.c.delivery_id == bindparam("which"),
)


def answered(session: Connection, source: str, delivery_id: str) -> tuple[int, int | None] | None:
    """How a delivery was answered before: its status and case."""
    row = session.execute(
        select(t.deliveries.c.status, t.deliveries.c.case_number).where(
            t.deliveries.c.source == source, t.deliveries.c.delivery_id == delivery_id
        )
    ).first()
    return (row.status, row.case_number) if row else None


@cache
def _opening(dialect: str) -> Executable:
    c, told = t.deliveries.c, given(dialect, "told", source=Text, delivery_id=Text).c
    now = bindparam("now", type_=t.Instant())
    rows = select(told.source, told.delivery_id, literal(0), now)
    # SQLite would take the conflict clause for one of a join, were there no condition.
    ordered = rows.where(told.source.is_not(None)).order_by(told.source, told.delivery_id)
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    columns = ["source", "delivery_id", "status", "received_at"]
    opening = make(t.deliveries).from_select(columns, ordered).on_conflict_do_nothing()
    return opening.returning(c.source, c.delivery_id)


def open_all(session: Connection, named: Iterable[Id], *, now: datetime) -> set[Id]:
    """Take deliveries in hand; those of them that were not answered before."""
    told = [{"source": source, "delivery_id": delivery_id} for source, delivery_id in named]
    if not told:
        return set()
    opening = _opening(session.dialect.name)
    opened = session.execute(opening, {"told": told, "now": now}, execution_options=ASIDE)
    return {(row.source, row.delivery_id) for row in opened}


def close(
    session: Connection, source: str, delivery_id: str, *, status: int, case: int | None
) -> None:
    """Remember how the delivery is answered."""
    which = {"which_source": source, "which": delivery_id}
    put(session, _CLOSE, {**which, "status": status, "case_number": case})


def forget(session: Connection, *, before: datetime) -> None:
    """Drop the memory of deliveries that nobody sends again."""
    session.execute(t.deliveries.delete().where(t.deliveries.c.received_at < before))
