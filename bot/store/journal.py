"""The journal: the only writer of case state.

Each act appends its events and brings the rows of the case to the state that `case.apply` gives,
in the caller's transaction. `replay` folds the events of a case again; it must equal `load`.
"""

from datetime import datetime
from types import MappingProxyType
from typing import Any, get_args

from pydantic import TypeAdapter
from sqlalchemy import Connection, and_, insert, select, update

from bot.domain import events as e
from bot.domain.case import Case, Stake, State, apply
from bot.domain.organisation import Organisation, Priority
from bot.domain.ownership import consequences
from bot.errors import Refused
from bot.store import tables as t

_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in get_args(e.Event)
}
_REASONS = TypeAdapter(tuple[e.Reason, ...])

# Rules and consequences settle within two rounds; more would be a loop of our own making.
_ROUNDS = 5


def begin(session: Connection, *, now: datetime) -> Case:
    """A new case with a number and nothing else."""
    values = {"opened_at": now, "units": [], "regions": [], "tags": [], "priority": "normal"}
    number = session.execute(insert(t.cases).values(**values)).inserted_primary_key
    return Case(number=int(number[0]) if number else 0, opened_at=now)


def load(session: Connection, number: int, *, lock: bool = True) -> Case | None:
    """The case as it stands; with *lock*, nobody else changes it until the transaction ends."""
    query = select(t.cases).where(t.cases.c.number == number)
    row = session.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        return None
    stakes = session.execute(
        select(t.stakes).where(t.stakes.c.case_number == number).order_by(t.stakes.c.position)
    ).mappings()
    comment_id = session.execute(
        select(t.comments.c.id).where(t.comments.c.case_number == number).order_by(t.comments.c.id)
    ).scalar()
    return _case(row, [_stake(stake) for stake in stakes], comment_id or 0)


def record(
    session: Connection,
    case: Case,
    facts: tuple[e.Event, ...],
    *,
    by: str,
    at: datetime,
    organisation: Organisation,
) -> Case:
    """Append *facts* and what follows from them; return the case as it then stands.

    Raises:
        Refused: a stake changed since *case* was loaded.
    """
    after = _fold(session, case, facts, by=by, at=at)
    for _ in range(_ROUNDS):
        following = consequences(after, organisation)
        if not following:
            break
        after = _fold(session, after, following, by="", at=at)
    _write(session, case, after)
    return after


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


def _fold(
    session: Connection, case: Case, facts: tuple[e.Event, ...], *, by: str, at: datetime
) -> Case:
    if facts:
        session.execute(
            insert(t.journal), [_journal_row(case.number, fact, by, at) for fact in facts]
        )
    for fact in facts:
        case = apply(case, e.Recorded(event=fact, at=at, by=by))
    return case


def _journal_row(number: int, fact: e.Event, by: str, at: datetime) -> dict[str, Any]:
    kind = type(fact).__name__
    return {
        "case_number": number,
        "at": at,
        "by": by,
        "kind": kind,
        "team": getattr(fact, "team", ""),
        "data": _ADAPTERS[kind].dump_python(fact, mode="json"),
    }


def _write(session: Connection, before: Case, after: Case) -> None:
    if _case_row(before) != _case_row(after):
        session.execute(
            update(t.cases).where(t.cases.c.number == after.number).values(**_case_row(after))
        )
    for position, (team, stake) in enumerate(after.stakes.items()):
        old = before.stakes.get(team)
        if old is None:
            row = {"case_number": after.number, "position": position, **_stake_row(stake)}
            session.execute(insert(t.stakes).values(**row))
        elif old != stake:
            _change_stake(session, after.number, old, stake)


def _change_stake(session: Connection, number: int, old: Stake, new: Stake) -> None:
    # The condition on what was read makes two claims at one instant have one winner, whatever
    # isolation the database runs at.
    unchanged = and_(
        t.stakes.c.case_number == number,
        t.stakes.c.team == old.team,
        t.stakes.c.state == old.state,
        t.stakes.c.holder == old.holder,
    )
    result = session.execute(update(t.stakes).where(unchanged).values(**_stake_row(new)))
    if result.rowcount != 1:
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
        "edited_at": case.edited_at,
        "deleted_at": case.deleted_at,
        "settled_at": case.settled_at,
        "dismissed": case.dismissed,
    }


def _case(row: t.Row, stakes: list[Stake], comment_id: int) -> Case:
    plain = {name: row[name] for name in ("opened_at", "lead", "triage", "dismissed")}
    instants = {name: row[name] for name in ("edited_at", "deleted_at", "settled_at")}
    return Case(
        number=row["number"],
        comment_id=comment_id,
        units=tuple(row["units"]),
        regions=tuple(row["regions"]),
        priority=Priority(row["priority"]),
        tags=tuple(row["tags"]),
        stakes=MappingProxyType({stake.team: stake for stake in stakes}),
        **plain,
        **instants,
    )


_STAKE_FIELDS = tuple(
    name for name in Stake.__dataclass_fields__ if name not in {"state", "reasons"}
)


def _stake_row(stake: Stake) -> dict[str, Any]:
    row = {name: getattr(stake, name) for name in _STAKE_FIELDS}
    reasons = _REASONS.dump_python(stake.reasons, mode="json")
    return {**row, "state": stake.state.value, "reasons": reasons}


def _stake(row: t.Row) -> Stake:
    plain = {name: row[name] for name in _STAKE_FIELDS}
    return Stake(
        **plain, state=State(row["state"]), reasons=_REASONS.validate_python(row["reasons"])
    )
