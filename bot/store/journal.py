"""The journal: the only writer of case state.

Each act appends its events and brings the rows of the case to the state that `case.apply` gives,
in the caller's transaction. `replay` folds the events of a case again; it must equal `load`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, get_args

from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.domain import events as e
from bot.domain.case import Case, Fact, Stake, State, apply
from bot.domain.consequences import consequences
from bot.domain.organisation import Organisation, Phase, Priority
from bot.errors import Refused
from bot.store import pending, rounds, tables as t
from bot.store.pending import put

_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in get_args(e.Event)
}
_REASONS = TypeAdapter(tuple[e.Reason, ...])
FACTS = TypeAdapter(tuple[Fact, ...])
_SUGGESTED = TypeAdapter(tuple[e.Suggestion, ...])

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
_LOCK = _LOOK.with_for_update(of=t.cases)
_STAKES = (
    select(t.stakes)
    .where(t.stakes.c.case_number == bindparam("which"))
    .order_by(t.stakes.c.position)
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
    found = pending.rows(session, _LOCK if lock else _LOOK, which)
    if not found:
        return None
    stakes = pending.rows(session, _STAKES, which)
    return _case(found[0], [_stake(stake) for stake in stakes], found[0]["comment_id"] or 0)


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
    row = _case_row(after)
    if new:
        put(session, _BEGIN, {"number": after.number, **row})
    elif _case_row(before) != row:
        put(session, _CHANGE_CASE, {"which": after.number, **row})
    for position, (team, stake) in enumerate(after.stakes.items()):
        old = before.stakes.get(team)
        if old is None:
            row = {"case_number": after.number, "position": position, **_stake_row(stake)}
            put(session, _OPEN_STAKE, row)
        elif old != stake:
            _change_stake(session, after.number, old, stake)


def _change_stake(session: Connection, number: int, old: Stake, new: Stake) -> None:
    # The condition on what was read makes two claims at one instant have one winner, whatever
    # isolation the database runs at.
    old_one = {"which": number, "whose": old.team, "was": old.state, "held_by": old.holder}
    if pending.count(session, _CHANGE_STAKE, {**old_one, **_stake_row(new)}) != 1:
        raise Refused(f"Somebody was faster: #{number} has just changed. Look at the card again.")


def _case_row(case: Case) -> dict[str, Any]:
    return {
        "opened_at": case.opened_at,
        "lead": case.lead,
        "units": list(case.units),
        "regions": list(case.regions),
        "priority": case.priority.value,
        "tags": list(case.tags),
        "triage": case.triage,
        "suggested": _SUGGESTED.dump_python(case.suggested, mode="json"),
        "edited_at": case.edited_at,
        "deleted_at": case.deleted_at,
        "settled_at": case.settled_at,
        "reopened_at": case.reopened_at,
        "dismissed": case.dismissed,
        "facts": FACTS.dump_python(case.facts, mode="json"),
        "watchers": list(case.watchers),
        "joined": case.joined,
    }


def _case(row: Mapping[str, Any], stakes: list[Stake], comment_id: int) -> Case:
    plain = {n: row[n] for n in ("opened_at", "lead", "triage", "dismissed", "joined")}
    instants = {
        name: row[name] for name in ("edited_at", "deleted_at", "settled_at", "reopened_at")
    }
    return Case(
        number=row["number"],
        comment_id=comment_id,
        units=tuple(row["units"]),
        regions=tuple(row["regions"]),
        priority=Priority(row["priority"]),
        tags=tuple(row["tags"]),
        facts=FACTS.validate_python(row["facts"]),
        suggested=_SUGGESTED.validate_python(row["suggested"]),
        watchers=tuple(row["watchers"]),
        stakes=MappingProxyType({stake.team: stake for stake in stakes}),
        **plain,
        **instants,
    )


# The others need another shape in a row than in a value.
_SHAPED = {"state", "reasons", "claim_used", "resolve_used", "paused", "phase"}
_STAKE_FIELDS = tuple(name for name in Stake.__dataclass_fields__ if name not in _SHAPED)


def _stake_row(stake: Stake) -> dict[str, Any]:
    return {
        **{name: getattr(stake, name) for name in _STAKE_FIELDS},
        "state": stake.state.value,
        "reasons": _REASONS.dump_python(stake.reasons, mode="json"),
        "claim_used": int(stake.claim_used.total_seconds()),
        "resolve_used": int(stake.resolve_used.total_seconds()),
        "paused": stake.paused.value if stake.paused else "",
        "phase": stake.phase.value if stake.phase else "",
        "next_at": stake.next_at,
    }


def _stake(row: Mapping[str, Any]) -> Stake:
    return Stake(
        **{name: row[name] for name in _STAKE_FIELDS},
        state=State(row["state"]),
        reasons=_REASONS.validate_python(row["reasons"]),
        claim_used=timedelta(seconds=row["claim_used"]),
        resolve_used=timedelta(seconds=row["resolve_used"]),
        paused=e.Pause(row["paused"]) if row["paused"] else None,
        phase=Phase(row["phase"]) if row["phase"] else None,
    )
