"""Many values given to one statement, which reads them as a table.

What concerns every comment of a group is asked for all of them at once: on PostgreSQL each
statement is a journey, and in both databases making and sending one costs more than most rows.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import FromClause, bindparam, column, func, select
from sqlalchemy.types import TypeEngine

from bot.store.columns import json, written

Kind = type[TypeEngine[Any]]


def given(dialect: str, name: str, **kinds: Kind) -> FromClause:
    """The table of the rows that come with the statement as *name*, with columns of these kinds."""
    rows = bindparam(name, type_=json)
    if dialect == "postgresql":
        columns = [column(each, kind()) for each, kind in kinds.items()]
        listed = func.jsonb_to_recordset(rows).table_valued(*columns, name=name)
        return listed.render_derived(with_types=True)
    value = func.json_each(rows).table_valued("value", name=f"{name}_each").c.value
    return select(
        *(
            func.json_extract(value, f"$.{each}", type_=kind()).label(each)
            for each, kind in kinds.items()
        )
    ).subquery(name)


def moment(dialect: str, at: datetime) -> str:
    """*at* as it stands in such a row, which can hold texts and numbers only."""
    utc = at.astimezone(UTC)
    # SQLite compares what is written, and keeps no zone.
    return utc.isoformat(" ", "microseconds") if dialect == "postgresql" else written(utc)
