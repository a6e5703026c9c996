"""What the outbox and the clock are behind with, for the metrics."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Case, ColumnElement, Connection, case as sql_case, func, literal, select

from bot.store import tables as t
from bot.store.outbox import Urgency
from bot.store.queue import WORKSPACE_GATE

_n, _l, _s = t.notices.c, t.lanes.c, t.stakes.c
STATES = ("ready", "paced", "sending", "doubtful", "waiting", "held", "closed", "paused")
"""What a notice that is owed can wait for, beginning with: nothing but a worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How many notices wait for the same, and since when the oldest does; None if not yet due."""

    notices: int
    since: datetime | None


def depths(session: Connection, *, now: datetime) -> dict[str, Depth]:
    """The owed notices by what they wait for; every one of `STATES`."""
    gate = session.execute(
        select(_l.next_at, _l.blocked_since).where(_l.name == WORKSPACE_GATE)
    ).first()
    paused = gate if gate and gate.next_at > now else None
    state = literal("paused") if paused else _state(now)
    since = literal(paused.blocked_since or now, _n.next_at.type) if paused else _since()
    rows = session.execute(
        select(state.label("state"), func.count().label("notices"), func.min(since).label("since"))
        .select_from(t.notices.outerjoin(t.lanes, _l.name == _n.channel))
        .where(_n.wanted > _n.shown)
        .group_by("state")
    )
    found = {row.state: Depth(notices=row.notices, since=row.since) for row in rows}
    nothing = Depth(notices=0, since=None)
    return {name: found.get(name, nothing) for name in STATES}


def _state(now: datetime) -> "Case[str]":
    posting = _n.ts == ""
    return sql_case(
        (posting & (_l.blocked != ""), "closed"),
        (_l.lease_until > now, sql_case((_n.sending_since.is_not(None), "sending"), else_="paced")),
        (posting & _n.sending_since.is_not(None), "doubtful"),
        (_n.urgency >= Urgency.HELD, "held"),
        (_n.next_at > now, "waiting"),
        (posting & (_l.next_at > now), "paced"),
        else_="ready",
    )


def _since() -> ColumnElement[datetime]:
    posting = _n.ts == ""
    return sql_case(
        (posting & (_l.blocked != ""), _l.blocked_since),
        (posting & _n.sending_since.is_not(None), _n.sending_since),
        (_n.urgency >= Urgency.HELD, _n.created_at),
        else_=_n.next_at,
    )


def due_since(session: Connection, *, now: datetime) -> datetime | None:
    """From when on the clock should have noticed what it has not noticed yet; None for nothing."""
    found: datetime | None = session.scalar(select(func.min(_s.next_at)).where(_s.next_at <= now))
    return found
