"""The comments of the last while, each with what it got when it came."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.domain.comment import Comment
from bot.domain.organisation import Priority
from bot.store import comments, tables as t

_c, _j = t.comments.c, t.journal.c
_ROUTED, _OPENED, _TRIAGED = "CaseRouted", "StakeOpened", "CaseSentToTriage"
_DECIDED = {"rule": "ruled", "suggestion": "suggested"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A comment with a case of its own.

    Attributes:
        comment: as it reads now.
        ruled: the teams that rules asked; ``suggested`` those that suggestions did.
        triage: what triage was asked when it came, "" for nothing.
        priority: what rules made it at first.
    """

    id: int
    case: int
    comment: Comment
    ruled: frozenset[str]
    suggested: frozenset[str]
    triage: str
    priority: Priority


def count(session: Connection, *, since: datetime) -> int:
    """How many comments with a case have come *since* then."""
    query = select(func.count()).where(_c.received_at >= since, _c.case_number.is_not(None))
    return session.execute(query.select_from(t.comments)).scalar_one()


def newest(session: Connection, *, since: datetime, below: int | None, limit: int) -> list[Arrival]:
    """The next newest *limit* of them, those whose id is *below*; None for the first ones."""
    query = select(t.comments).where(_c.received_at >= since, _c.case_number.is_not(None))
    if below is not None:
        query = query.where(_c.id < below)
    rows = session.execute(query.order_by(_c.id.desc()).limit(limit)).mappings().all()
    told = _told(session, [row["case_number"] for row in rows])
    return [_arrival(row, told[row["case_number"]]) for row in rows]


def _told(session: Connection, numbers: Sequence[int]) -> dict[int, list[t.Row]]:
    query = (
        select(_j.case_number, _j.kind, _j.at, _j.team, _j.data)
        .where(_j.case_number.in_(numbers), _j.kind.in_((_ROUTED, _OPENED, _TRIAGED)))
        .order_by(_j.id)
    )
    found: dict[int, list[t.Row]] = defaultdict(list)
    for row in session.execute(query).mappings():
        found[row["case_number"]].append(row)
    return found


def _arrival(row: t.Row, told: Sequence[t.Row]) -> Arrival:
    routed = next((one for one in told if one["kind"] == _ROUTED), None)
    at_first = [one for one in told if routed and one["at"] == routed["at"]]
    asked: dict[str, set[str]] = {"ruled": set(), "suggested": set()}
    for one in told:
        for reason in one["data"].get("reasons", ()):
            if one["kind"] == _OPENED and reason["kind"] in _DECIDED:
                asked[_DECIDED[reason["kind"]]].add(one["data"]["team"])
    return Arrival(
        id=row["id"],
        case=row["case_number"],
        comment=comments.of_row(row),
        ruled=frozenset(asked["ruled"]),
        suggested=frozenset(asked["suggested"]),
        triage=next((_why(one["data"]) for one in at_first if one["kind"] == _TRIAGED), ""),
        priority=_ruled_priority(routed["data"]) if routed else Priority.NORMAL,
    )


def _ruled_priority(data: dict[str, Any]) -> Priority:
    # Only what no rule had prioritised is raised by what was learned.
    return Priority.NORMAL if data.get("pressing") else Priority(data["priority"])


def _why(data: dict[str, Any]) -> str:
    return str(data["why"])
