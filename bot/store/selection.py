"""Which rounds, stakes and events belong to a scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    exists,
    func,
    literal,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from bot.domain.scope import Kind
from bot.store import tables as t

# Of their own, since what is asked may look at cases and comments too.
_cases, _comments = t.cases.alias("about_case"), t.comments.alias("about_comment")
_c, _m = _cases.c, _comments.c

LIVE = t.stakes.c.state.in_([literal_column("'open'"), literal_column("'claimed'")])
"""A stake that still has to be finished: said word for word as `ix_stakes_live` has it, since
neither database finds that index by a parameter."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The teams whose rounds count, what their cases are about, and whose acts alone count."""

    teams: Sequence[str]
    facet: tuple[Kind, str] | None = None
    person: str = ""

    def about(self, session: Connection, number: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        """What must hold of the case *number*; nothing when it does not matter."""
        if self.facet is None:
            return []
        kind, value = self.facet
        if kind in {Kind.UNIT, Kind.REGION}:
            names = _c.units if kind is Kind.UNIT else _c.regions
            found = select(func.count()).where(_c.number == number, _has(session, names, value))
        else:
            found = select(func.count()).where(_m.case_number == number, _told(kind) == value)
        # A number, for one case at a time: of an EXISTS a planner makes a join with the whole
        # history, and the price must follow the period.
        return [found.scalar_subquery() > 0]


def among(
    session: Connection, column: ColumnElement[Any], numbers: Collection[int]
) -> ColumnElement[bool]:
    """Whether *column* is one of many *numbers*, which go to the database as one value."""
    if session.dialect.name == "postgresql":
        return column == func.any(literal(list(numbers), ARRAY(BigInteger)))
    each = func.json_each(literal(str(list(numbers)), Text)).table_valued("value")
    return column.in_(select(each.c.value))


def _told(kind: Kind) -> ColumnElement[Any]:
    if kind is Kind.SOURCE:
        return _m.source
    told: ColumnElement[Any] = _m.facts[str(kind)].as_string()
    return told


def _has(session: Connection, names: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    if session.dialect.name == "postgresql":
        return type_coerce(names, JSONB).contains([value])
    each = func.json_each(names).table_valued("value")
    return exists(select(each.c.value).where(each.c.value == value))
