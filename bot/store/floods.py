"""Floods: what queues for one channel beyond a number is announced together, and follows slowly."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, func, select, update

from bot.domain.organisation import Priority
from bot.store import tables as t
from bot.store.outbox import Owed, Urgency, owe

# Cards of a flood follow at this distance, behind everything else.
HELD_PACE = timedelta(seconds=10)
_ROUNDUP_LASTS = timedelta(hours=1)
_ROUNDUP_PACE = timedelta(seconds=15)
_n = t.notices.c
_OWED = _n.wanted > _n.shown

_ORDINARY = and_(
    _OWED,
    _n.ts == "",
    _n.kind == "card",
    _n.sending_since.is_(None),
    _n.urgency.between(Urgency.CARD + Priority.NORMAL.rank, Urgency.CARD + Priority.LOW.rank),
)

_HOLD = (
    update(t.notices)
    .where(_n.id == bindparam("notice"))
    .values(urgency=int(Urgency.HELD), next_at=bindparam("at"))
)


def flooded(session: Connection, *, over: int) -> list[str]:
    """The channels for which more than *over* ordinary new cards queue."""
    query = select(_n.channel).where(_ORDINARY).group_by(_n.channel).having(func.count() > over)
    return list(session.execute(query).scalars())


def hold_back(session: Connection, channel: str, *, over: int, now: datetime) -> None:
    """Announce together what queues for *channel* beyond the first *over* ordinary cards.

    Those still go one by one, and whatever is high or urgent before them; each of the others
    follows at `HELD_PACE`, behind everything else, or at once when somebody acts on it. One
    channel a transaction, since acts lock the notices of one case across channels.
    """
    rest = list(
        session.execute(
            select(_n.id)
            .where(_ORDINARY, _n.channel == channel)
            .order_by(_n.urgency, _n.id)
            .offset(over)
            .with_for_update(skip_locked=True)
        ).scalars()
    )
    if not rest:
        return
    held = and_(_OWED, _n.channel == channel, _n.urgency == Urgency.HELD)
    last = session.execute(select(func.max(_n.next_at)).where(held)).scalar()
    start = max(now, last or now)
    held_until = ({"notice": n, "at": start + k * HELD_PACE} for k, n in enumerate(rest, start=1))
    session.execute(_HOLD, list(held_until))
    _announce(session, channel, now)


def _announce(session: Connection, channel: str, now: datetime) -> None:
    recent = session.execute(
        select(_n.key, _OWED.label("owed"))
        .where(_n.kind == "roundup", _n.channel == channel, _n.created_at > now - _ROUNDUP_LASTS)
        .order_by(_n.id.desc())
    ).first()
    if recent and recent.owed:
        return
    key = recent.key if recent else f"roundup:{channel}:{now.isoformat()}"
    roundup = Owed(key=key, kind="roundup", channel=channel, urgency=Urgency.ROUNDUP)
    # Its count may lag a little: Slack allows some fifty changes a minute, for all channels.
    owe(session, [roundup], now=now + _ROUNDUP_PACE if recent else now)
