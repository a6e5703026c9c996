"""Which rounds, stakes and events belong to a scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from bot.domain.scope import Kind
from bot.store import tables as t

# Of their own, since what is asked may look at cases and comments too.
_cases, _comments = t.cases.alias("about_case"), t.comments.alias("about_comment")
_c, _m = _cases.c, _comments.c


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
