"""Many values given to one statement, which reads them as a table.

What concerns every comment of a group is asked for all of them at once: on PostgreSQL each
statement is a journey, and in both databases making and sending one costs more than most rows.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, any_, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from bot.store.columns import json, written

Kind = type[TypeEngine[Any]] | TypeEngine[Any]


def given(dialect: str, name: str, /, **kinds: Kind) -> FromClause:
    """The table of the rows that come with the statement as *name*, with columns of these kinds."""
    rows = bindparam(name, type_=json)
    if dialect == "postgresql":
        columns = [column(each, kind) for each, kind in kinds.items()]
        listed = func.jsonb_to_recordset(rows).table_valued(*columns, name=name)
        return listed.render_derived(with_types=True)
    value = func.json_each(rows).table_valued("value", name=f"{name}_each").c.value
    return select(
        *(
            func.json_extract(value, f"$.{each}", type_=kind).label(each)
            for each, kind in kinds.items()
        )
    ).subquery(name)


def one_of(dialect: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether *column* is one of the values that come with the statement as *name*.

    PostgreSQL takes a table of values to be a hundred rows, for which it may read all of another;
    of these it looks each one up.
    """
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(column.type)))
    each = func.json_each(bindparam(name, type_=json)).table_valued("value")
    return column.in_(select(each.c.value))


def moment(dialect: str, at: datetime) -> str:
    """*at* as it stands in such a row, which can hold texts and numbers only."""
    utc = at.astimezone(UTC)
    # SQLite compares what is written, and keeps no zone.
    return utc.isoformat(" ", "microseconds") if dialect == "postgresql" else written(utc)
