"""What somebody who claims a case should know; it is asked at each claim."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    select,
)

from bot.domain.case import State
from bot.store import pending, tables as t
from bot.store.ahead import Asked, Question
from bot.store.given import one_of

_c, _s, _h = t.cases.c, t.stakes.c, t.hints.c
_MINE, _THEIRS = t.comments.alias(), t.comments.alias()
_OWN = t.cases.alias()
_own = _OWN.c


def _talking(which: ColumnElement[bool]) -> Select[Any]:
    """For each of these cases that case of the same author, the latest, which its lead has claimed."""
    # Case by case. Whose comment it is is found first, by the key of one row, and without an order by
    # the bare key: otherwise a database may read every comment there is.
    first = (
        select(func.min(t.comments.c.id + 0))
        .where(
            t.comments.c.case_number == _own.number, t.comments.c.author_id != literal_column("''")
        )
        .correlate(_OWN)
        .scalar_subquery()
    )
    theirs = and_(_THEIRS.c.author_id == _MINE.c.author_id, _THEIRS.c.source == _MINE.c.source)
    # The highest, not the first in order: SQLite would make a table of its own to put one in order.
    latest = (
        select(func.max(_c.number))
        .select_from(_MINE)
        .join(_THEIRS, theirs)
        .join(t.cases, _c.number == _THEIRS.c.case_number)
        .join(t.stakes, and_(_s.case_number == _c.number, _s.team == _c.lead))
        .where(
            _MINE.c.id == first,
            _c.number != _own.number,
            _s.state == literal_column(f"'{State.CLAIMED.value}'"),
        )
        .correlate(_OWN)
        .scalar_subquery()
    )
    found = select(_own.number.label("case_number"), latest.label("number")).where(which).subquery()
    # Not a join, for which a database may read all cases.
    lead = select(_c.lead).where(_c.number == found.c.number).scalar_subquery()
    return select(found, lead.label("lead"))


@cache
def _talking_many(dialect: str) -> Select[Any]:
    return _talking(one_of(dialect, _own.number, "which"))


@cache
def _told_many(dialect: str) -> Select[Any]:
    who, hint = one_of(dialect, _h.person, "who"), one_of(dialect, _h.hint, "hint")
    return select(_h.person, _h.hint).where(who, hint)


_TALKING = Question(
    one=_talking(_own.number == bindparam("which")),
    many=_talking_many,
    by={"which": "case_number"},
)
_TOLD = Question(
    one=select(_h.person).where(_h.person == bindparam("who"), _h.hint == bindparam("hint")),
    many=_told_many,
    by={"who": "person", "hint": "hint"},
)


def is_told(session: Connection, person: str, hint: str) -> bool:
    """Whether *person* was told *hint*."""
    return bool(pending.rows(session, _TOLD.one, {"who": person, "hint": hint}, t.hints))


def talking(session: Connection, number: int) -> tuple[int, str] | None:
    """Another live case of the same author, which its lead team has claimed: its number, and the team."""
    tables = (t.cases, t.comments, t.stakes)
    found = pending.rows(session, _TALKING.one, {"which": number}, *tables)
    return (found[0]["number"], found[0]["lead"]) if found and found[0]["number"] else None


def asked(number: int, person: str, hint: str) -> tuple[Asked, ...]:
    """What `is_told` and `talking` are going to ask."""
    return (_TOLD.of(person, hint), _TALKING.of(number))
