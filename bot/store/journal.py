"""The journal: the only writer of case state.

Each act appends its events and brings the rows of the case to the state that `case.apply` gives,
in the caller's transaction. `replay` folds the events of a case again; it must equal `load`.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter
from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from bot.domain import events as e
from bot.domain.case import Case, Stake, apply
from bot.domain.consequences import consequences
from bot.domain.organisation import Organisation
from bot.errors import Refused
from bot.store import case_rows, pending, rounds, tables as t
from bot.store.ahead import Asked, Question
from bot.store.given import one_of
from bot.store.pending import put

_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in get_args(e.Event)
}

# Rules and consequences settle within two rounds; more would be a loop of our own making.
_ROUNDS = 5

_BEGIN = insert(t.cases)
_NEXT = func.nextval(func.pg_get_serial_sequence("cases", "number"))
_LAST = select(func.coalesce(func.max(t.cases.c.number), 0))
_NUMBERS = select(_NEXT).select_from(func.generate_series(1, bindparam("count")))
_CHANGE_CASE = update(t.cases).where(t.cases.c.number == bindparam("which"))
# Not the bare key: for the least of those, PostgreSQL may walk through all comments from the first.
_COMMENT = (
    select(func.min(t.comments.c.id + 0))
    .where(t.comments.c.case_number == t.cases.c.number)
    .scalar_subquery()
)
_LOOK = select(t.cases, _COMMENT.label("comment_id")).where(t.cases.c.number == bindparam("which"))
_STAKES_IN_ORDER = select(t.stakes).order_by(t.stakes.c.position)


@cache
def _lock_many(dialect: str) -> Select[Any]:
    """What somebody else has is passed by: nobody who is here for another case waits for it."""
    look = select(t.cases, _COMMENT.label("comment_id"))
    those = look.where(one_of(dialect, t.cases.c.number, "which"))
    return those.with_for_update(of=t.cases, skip_locked=True)


@cache
def _stakes_many(dialect: str) -> Select[Any]:
    return _STAKES_IN_ORDER.where(one_of(dialect, t.stakes.c.case_number, "which"))


_LOCK = Question(
    one=_LOOK.with_for_update(of=t.cases), many=_lock_many, by={"which": "number"}, needed=True
)
_STAKES = Question(
    one=_STAKES_IN_ORDER.where(t.stakes.c.case_number == bindparam("which")),
    many=_stakes_many,
    by={"which": "case_number"},
)
_CHANGE_STAKE = update(t.stakes).where(
    t.stakes.c.case_number == bindparam("which"),
    t.stakes.c.team == bindparam("whose"),
    # Not the bare columns: for an index of those, PostgreSQL may read all parts of the team that stand
    # alike, while it has not counted them, and SQLite decides anew each time.
    t.stakes.c.state.concat("") == bindparam("was"),
    t.stakes.c.holder.concat("") == bindparam("held_by"),
)
_OPEN_STAKE, _APPEND = insert(t.stakes), insert(t.journal)


def numbers(session: Connection, count: int) -> list[int]:
    """Numbers for so many new cases, to be begun before any other.

    SQLite has one writer at a time, and counts on from the last.
    """
    if not count:
        return []
    if session.dialect.name == "postgresql":
        return list(session.execute(_NUMBERS, {"count": count}).scalars())
    last = session.execute(_LAST).scalar_one()
    return list(range(last + 1, last + count + 1))


def begin(session: Connection, *, now: datetime, number: int | None = None) -> Case:
    """A new case with a number, that one or the next; it is written when its first facts are."""
    return Case(number=number or numbers(session, 1)[0], opened_at=now)


def load(session: Connection, number: int, *, lock: bool = True) -> Case | None:
    """The case as it stands; with *lock*, nobody else changes it until the transaction ends."""
    which = {"which": number}
    found = pending.rows(session, _LOCK.one if lock else _LOOK, which)
    if not found:
        return None
    stakes = pending.rows(session, _STAKES.one, which)
    return case_rows.case(found[0], stakes)


def asked(number: int) -> tuple[Asked, ...]:
    """What `load` and then `record` are going to ask."""
    # What belongs to a case is asked for when nobody else can change it.
    return (_LOCK.of(number), _STAKES.of(number), rounds.asked_for(number))


def record(
    session: Connection,
    case: Case,
    facts: tuple[e.Event, ...],
    *,
    by: str,
    at: datetime,
    organisation: Organisation,
) -> tuple[Case, tuple[e.Event, ...]]:
    """Append *facts* and what follows from them.

    Returns the case as it then stands, and all that was appended.

    Raises:
        Refused: a stake changed since *case* was loaded.
    """
    told = _fold(case, facts, by=by, at=at)
    for _ in range(_ROUNDS):
        after = told[-1][1] if told else case
        following = consequences(after, organisation, now=at)
        if not following:
            break
        told += _fold(after, following, by="", at=at)
    after = told[-1][1] if told else case
    _write(session, case, after, new=not case.comment_id)
    if told:
        put(session, _APPEND, *(_journal_row(case.number, recorded) for recorded, _ in told))
    marked = rounds.follow(session, case, told)
    if case.comment_id and not marked and not rounds.has_any(session, case.number):
        # A release that did not know of rounds began this case, and nothing has filled it yet.
        rounds.remake(session, case.number, history(session, case.number))
    return after, tuple(recorded.event for recorded, _ in told)


def history(session: Connection, number: int) -> tuple[e.Recorded, ...]:
    """Every event of a case, oldest first."""
    rows = session.execute(
        select(t.journal).where(t.journal.c.case_number == number).order_by(t.journal.c.id)
    ).mappings()
    return tuple(
        e.Recorded(
            event=_ADAPTERS[row["kind"]].validate_python(row["data"]), at=row["at"], by=row["by"]
        )
        for row in rows
    )


def replay(session: Connection, number: int) -> Case:
    """The case that its events alone make."""
    case = Case(number=number)
    for recorded in history(session, number):
        case = apply(case, recorded)
    return case


def rewrite(session: Connection, number: int, change: Callable[[e.Event], e.Event]) -> bool:
    """Let every event of a case say what *change* makes of it, and the rows what follows then.

    For words that have to go; nothing else may differ afterwards. Says whether anything did.
    """
    before = load(session, number)
    rows = session.execute(
        select(t.journal.c.id, t.journal.c.kind, t.journal.c.data)
        .where(t.journal.c.case_number == number)
        .order_by(t.journal.c.id)
    ).all()
    changed = False
    for row in rows:
        event = _ADAPTERS[row.kind].validate_python(row.data)
        other = change(event)
        if other != event:
            changed = True
            data = _ADAPTERS[row.kind].dump_python(other, mode="json")
            session.execute(update(t.journal).where(t.journal.c.id == row.id).values(data=data))
    if changed and before is not None:
        _write(session, before, replay(session, number))
    return changed


def _fold(case: Case, facts: tuple[e.Event, ...], *, by: str, at: datetime) -> list[rounds.Told]:
    told: list[rounds.Told] = []
    for fact in facts:
        recorded = e.Recorded(event=fact, at=at, by=by)
        case = apply(case, recorded)
        told.append((recorded, case))
    return told


def _journal_row(number: int, recorded: e.Recorded) -> dict[str, Any]:
    fact, kind = recorded.event, type(recorded.event).__name__
    return {
        "case_number": number,
        "at": recorded.at,
        "by": recorded.by,
        "kind": kind,
        "team": getattr(fact, "team", ""),
        "data": _ADAPTERS[kind].dump_python(fact, mode="json"),
    }


def _write(session: Connection, before: Case, after: Case, *, new: bool = False) -> None:
    row = case_rows.of_case(after)
    if new:
        put(session, _BEGIN, {"number": after.number, **row})
    elif case_rows.of_case(before) != row:
        put(session, _CHANGE_CASE, {"which": after.number, **row})
    for position, (team, stake) in enumerate(after.stakes.items()):
        old = before.stakes.get(team)
        if old is None:
            row = {"case_number": after.number, "position": position, **case_rows.of_stake(stake)}
            put(session, _OPEN_STAKE, row)
        elif old != stake:
            _change_stake(session, after.number, old, stake)


def _change_stake(session: Connection, number: int, old: Stake, new: Stake) -> None:
    # The condition on what was read makes two claims at one instant have one winner, whatever
    # isolation the database runs at.
    old_one = {"which": number, "whose": old.team, "was": old.state, "held_by": old.holder}
    faster = Refused(f"Somebody was faster: #{number} has just changed. Look at the card again.")
    pending.put_sure(session, _CHANGE_STAKE, {**old_one, **case_rows.of_stake(new)}, faster)
