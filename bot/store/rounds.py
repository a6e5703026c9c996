"""Rounds: what the journal says, in the shape that numbers are counted from.

`follow` keeps them with each act, in its transaction. They can be made again from the journal at
any time, and `differs` proves that both are the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Update,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from bot.domain.case import Case, apply
from bot.domain.events import Recorded
from bot.domain.measures import MICROSECOND
from bot.domain.rounds import CASE, RECEIVED, Mark, marks
from bot.store import pending, tables as t
from bot.store.ahead import Asked, Question
from bot.store.given import one_of
from bot.store.pending import put

Told = tuple[Recorded, Case]
"""An event, and the case as it left it."""

_r = t.rounds.c
_BEGIN = insert(t.rounds)
# How every case begins. One that was only reopened has lost what was before.
_FIRST = (_r.team == CASE) & (_r.round == 1) & (_r.how == RECEIVED)


@cache
def _any_of_many(dialect: str) -> Select[Any]:
    return select(_r.case_number).where(one_of(dialect, _r.case_number, "which"), _FIRST)


_ANY = Question(
    one=select(_r.case_number).where(_r.case_number == bindparam("which"), _FIRST),
    many=_any_of_many,
    by={"which": "case_number"},
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARKED = (
    "touched_at",
    "touched_by",
    "claimed_at",
    "claimed_by",
    "claim_missed_at",
    "resolve_missed_at",
    "ended_at",
    "ended_by",
    "ended",
    "resolvers",
)


def micros(moment: datetime) -> int:
    """*moment* in microseconds since 1970."""
    return (moment - _EPOCH) // MICROSECOND


def instant(value: int) -> datetime:
    """The moment that is *value* microseconds after 1970 began."""
    return _EPOCH + timedelta(microseconds=value)


def follow(session: Connection, before: Case, told: Iterable[Told]) -> bool:
    """Mark what has just been written to the journal of a case that stood as *before*.

    Says whether any round was there to be marked.
    """
    marked = False
    new: dict[str, list[dict[str, Any]]] = {}
    known = {CASE, *before.stakes} if before.comment_id else set[str]()
    are_there = bool(pending.known(session, _ANY.one, {"which": before.number}))
    for recorded, after in told:
        for mark in marks(recorded, after):
            if mark.begins:
                began = new.setdefault(mark.team, [])
                began.append(_row(after.number, mark, len(began) + 1))
            elif mark.team in new:
                _put(new[mark.team][-1], mark)
            elif mark.team in known:
                marked = _change(session, after.number, mark, sure=are_there) or marked
    rows = [row for team in new for row in _numbered(session, new[team], again=team in known)]
    if rows:
        put(session, _BEGIN, *rows)
    return marked


def _numbered(
    session: Connection, rows: list[dict[str, Any]], *, again: bool
) -> list[dict[str, Any]]:
    if not again:
        return rows
    mine = (_r.case_number == rows[0]["case_number"], _r.team == rows[0]["team"])
    last = session.execute(select(func.coalesce(func.max(_r.round), 0)).where(*mine)).scalar_one()
    return [{**row, "round": last + row["round"]} for row in rows]


def _row(number: int, mark: Mark, count: int) -> dict[str, Any]:
    empty: dict[str, Any] = {name: None if name.endswith("_at") else "" for name in _MARKED}
    begun = {"how": mark.begins, "began_at": micros(mark.at)}
    return {"case_number": number, "team": mark.team, "round": count, **begun, **empty}


def _first(mark: Mark) -> Mapping[str, int | str]:
    return {k: micros(v) if isinstance(v, datetime) else v for k, v in mark.first.items()}


def _end(mark: Mark) -> dict[str, Any]:
    if not mark.ends:
        return {}
    resolvers = " ".join(mark.resolvers)
    return {"ended": mark.ends, "ended_at": micros(mark.at), "ended_by": mark.by} | (
        {"resolvers": resolvers} if resolvers else {}
    )


def _put(row: dict[str, Any], mark: Mark) -> None:
    """Mark a round that has not been written yet."""
    if row["ended"] or (mark.unclaimed and row["claimed_at"] is not None):
        return
    # An instant and the person that belongs to it are kept or left together.
    fresh = {k: v for k, v in _first(mark).items() if row[_moment(k)] is None}
    row.update({**fresh, **_end(mark)})


def _moment(name: str) -> str:
    return name.removesuffix("_by").removesuffix("_at") + "_at"


def _change(session: Connection, number: int, mark: Mark, *, sure: bool) -> bool:
    """Mark a round that stands in the table; an ended one stays as it was.

    Says whether there was one; nobody looks where that is *sure*.
    """
    first, end = _first(mark), _end(mark)
    if not first and not end:
        return False
    statement = _changing(tuple(first), tuple(end), unclaimed=mark.unclaimed)
    named = {f"new_{name}": value for name, value in {**first, **end}.items()}
    asked = {"which": number, "whose": mark.team, **named}
    if sure:
        put(session, statement, asked)
    return sure or pending.count(session, statement, asked, t.rounds) > 0


@cache
def _changing(first: tuple[str, ...], end: tuple[str, ...], *, unclaimed: bool) -> Update:
    """Of *first*, what is empty is set; of *end*, everything."""
    news = {name: bindparam(f"new_{name}", type_=_r[name].type) for name in (*first, *end)}
    kept = {name: case((_r[_moment(name)].is_(None), news[name]), else_=_r[name]) for name in first}
    running = [
        _r.case_number == bindparam("which"),
        _r.team == bindparam("whose"),
        _r.ended_at.is_(None),
    ]
    if unclaimed:
        running.append(_r.claimed_at.is_(None))
    ended = {name: news[name] for name in end}
    return update(t.rounds).where(*running).values({**kept, **ended})


def told(history: Iterable[Recorded], number: int) -> Iterator[Told]:
    """Each event of a case with the case as it left it."""
    after = Case(number=number)
    for recorded in history:
        after = apply(after, recorded)
        yield recorded, after


def remake(session: Connection, number: int, history: Iterable[Recorded]) -> None:
    """Make the rounds of a case again from its journal."""
    session.execute(delete(t.rounds).where(_r.case_number == number))
    follow(session, Case(number=number), told(history, number))


def differs(session: Connection, number: int, history: Iterable[Recorded], *, mend: bool) -> bool:
    """Whether the rounds of a case are not what its journal says; with *mend*, they are then."""
    before, step = of_case(session, number), session.begin_nested()
    remake(session, number, history)
    wrong = before != of_case(session, number)
    if not (wrong and mend):
        step.rollback()
    return wrong


def of_case(session: Connection, number: int) -> list[dict[str, Any]]:
    """The rounds of a case as they stand in the table."""
    query = select(t.rounds).where(_r.case_number == number).order_by(_r.team, _r.round)
    return [dict(row) for row in session.execute(query).mappings()]


def has_any(session: Connection, number: int) -> bool:
    """Whether a case has rounds: one that a release wrote which did not know of them has none."""
    return bool(pending.rows(session, _ANY.one, {"which": number}))


def asked_for(number: int) -> Asked:
    """What `follow` is going to ask."""
    return _ANY.of(number)


def numbers(session: Connection, *, after: int, limit: int) -> list[int]:
    """The next cases, in order."""
    c = t.cases.c.number
    return list(session.execute(select(c).where(c > after).order_by(c).limit(limit)).scalars())


def without(session: Connection, *, limit: int) -> list[int]:
    """Cases that have no rounds: those that a release wrote which did not know of them."""
    missing = t.rounds.c.case_number.is_(None)
    query = (
        select(t.cases.c.number)
        .join(
            t.rounds,
            (_r.case_number == t.cases.c.number) & _FIRST,
            isouter=True,
        )
        .where(missing)
        .order_by(t.cases.c.number)
        .limit(limit)
    )
    return list(session.execute(query).scalars())
