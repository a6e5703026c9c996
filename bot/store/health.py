"""What an operator wants to know: is anybody at work, and does anything pile up?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, literal, or_, select

from bot.store import tables as t
from bot.store.outbox import Urgency
from bot.store.queue import UPDATE_GATE, WORKSPACE_GATE
from bot.store.upsert import insert, insert_new

_n, _l = t.notices.c, t.lanes.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A channel that cannot be posted to; ``channel`` is ``*`` for the whole workspace."""

    channel: str
    error: str
    since: datetime
    notices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What is owed to Slack; ``overdue_since`` is from when the oldest could have been sent."""

    owed: int
    held_back: int
    overdue_since: datetime | None
    failing: int
    blocked: tuple[Blocked, ...]


def outbox(session: Connection, *, now: datetime) -> Outbox:
    """How the outbox stands."""
    owed = _n.wanted > _n.shown
    # What a closed channel or a bad token holds back could not have been sent by any worker.
    closed = select(_l.name).where(_l.blocked != "")
    free = and_(_n.channel.not_in(closed), literal(WORKSPACE_GATE).not_in(closed))
    row = session.execute(
        select(
            func.count().label("owed"),
            func.count().filter(_n.urgency >= Urgency.HELD).label("held"),
            func.count().filter(_n.last_error != "").label("failing"),
            func.min(_n.next_at).filter(_n.next_at <= now, free).label("overdue"),
        ).where(owed)
    ).one()
    return Outbox(
        owed=row.owed,
        held_back=row.held,
        failing=row.failing,
        overdue_since=row.overdue,
        blocked=_blocked(session),
    )


def _blocked(session: Connection) -> tuple[Blocked, ...]:
    waiting = (
        select(func.count())
        .where(_n.channel == _l.name, _n.wanted > _n.shown)
        .correlate(t.lanes)
        .scalar_subquery()
    )
    rows = session.execute(
        select(_l.name, _l.blocked, _l.blocked_since, waiting.label("notices"))
        # A closed channel for which nothing waits any more is nobody's worry.
        .where(
            _l.blocked != "", _l.name != UPDATE_GATE, or_(waiting > 0, _l.name == WORKSPACE_GATE)
        )
        .order_by(_l.name)
    )
    return tuple(
        Blocked(channel=r.name, error=r.blocked, since=r.blocked_since, notices=r.notices)
        for r in rows
    )


def beat(session: Connection, name: str, *, now: datetime) -> None:
    """A process of that kind is at work."""
    statement = insert(session, t.heartbeats, name=name, at=now, first_at=now)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


def first_seen(session: Connection, name: str, *, now: datetime) -> datetime:
    """When a process of that kind was at work for the first time; *now* if that is now."""
    insert_new(session, t.heartbeats, name=name, at=now, first_at=now)
    query = select(t.heartbeats.c.first_at).where(t.heartbeats.c.name == name)
    first: datetime = session.execute(query).scalar_one()
    return first


def heartbeats(session: Connection) -> dict[str, datetime]:
    """When each kind of process was last seen."""
    return dict(session.execute(select(t.heartbeats.c.name, t.heartbeats.c.at)).all())
