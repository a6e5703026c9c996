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


def _talking(which: ColumnElement[bool]) -> Select[Any]:
    """For each of these cases that case of the same author, the latest, which somebody holds."""
    # Whose comment it is is found first, by the key of one row, and without an order by the bare key:
    # otherwise a database may read every comment there is.
    firsts = (
        select(t.comments.c.case_number, func.min(t.comments.c.id + 0).label("id"))
        .where(which, t.comments.c.author_id != literal_column("''"))
        .group_by(t.comments.c.case_number)
        .subquery()
    )
    theirs = and_(_THEIRS.c.author_id == _MINE.c.author_id, _THEIRS.c.source == _MINE.c.source)
    # The highest, not the first in order: SQLite would make a table of its own to put one in order.
    latest = (
        select(firsts.c.case_number, func.max(_c.number).label("number"))
        .select_from(firsts)
        .join(_MINE, _MINE.c.id == firsts.c.id)
        .join(_THEIRS, theirs)
        .join(t.cases, _c.number == _THEIRS.c.case_number)
        .join(t.stakes, and_(_s.case_number == _c.number, _s.team == _c.lead))
        .where(
            _c.number != firsts.c.case_number,
            # Not the bare column: nobody has to look through all that is claimed.
            _s.state.concat("") == literal_column(f"'{State.CLAIMED.value}'"),
        )
        .group_by(firsts.c.case_number)
        .subquery()
    )
    other = t.cases.alias()
    return select(latest.c.case_number, latest.c.number, other.c.lead).join(
        other, other.c.number == latest.c.number
    )


@cache
def _talking_many(dialect: str) -> Select[Any]:
    return _talking(one_of(dialect, t.comments.c.case_number, "which"))


@cache
def _told_many(dialect: str) -> Select[Any]:
    who, hint = one_of(dialect, _h.person, "who"), one_of(dialect, _h.hint, "hint")
    return select(_h.person, _h.hint).where(who, hint)


_TALKING = Question(
    one=_talking(t.comments.c.case_number == bindparam("which")),
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
    return (found[0]["number"], found[0]["lead"]) if found else None


def asked(number: int, person: str, hint: str) -> tuple[Asked, ...]:
    """What `is_told` and `talking` are going to ask."""
    return (_TOLD.of(person, hint), _TALKING.of(number))
