"""How workers take notices from the outbox, one at a time per channel.

No transaction is open while Slack is being called: `take` leases the channel, and one of the
`Outcome` functions gives it back. Only a first post needs care, since Slack has no key against
posting twice: a notice that was being posted when its worker vanished carries ``sending_since``,
and whoever takes it next looks for its marker in the channel before posting again
(``docs/decisions/004-posting-once.md``).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, or_, select, update

from bot.domain.organisation import Priority
from bot.store import tables as t
from bot.store.outbox import LONG_AGO, Owed, Urgency, owe
from bot.store.upsert import insert_new

LEASE = timedelta(seconds=60)
WORKSPACE_GATE = "*"
UPDATE_GATE = "~update"
# Cards of a flood follow at this distance, behind everything else.
HELD_PACE = timedelta(seconds=10)
# So many channels whose first notice is just being changed are passed by in one go.
_MOST_PASSED = 20
_ROUNDUP_LASTS = timedelta(hours=1)
_ROUNDUP_PACE = timedelta(seconds=15)
_n, _l = t.notices.c, t.lanes.c
_OWED = _n.wanted > _n.shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A notice that one worker has in hand."""

    id: int
    key: str
    kind: str
    channel: str
    case_number: int | None
    team: str
    data: dict[str, Any]
    wanted: int
    ts: str
    attempts: int
    emoji: str
    sending_since: datetime | None
    created_at: datetime

    @property
    def outcome_unknown(self) -> bool:
        """Whether somebody may have posted it already."""
        return not self.ts and self.sending_since is not None


def waiting(session: Connection, *, now: datetime) -> bool:
    """Whether there is anything to take; cheap, and takes no lock."""
    # A channel or a workspace that is closed, or waits, is no reason to ask for the write lock.
    open_lane = or_(_l.next_at <= now, and_(_n.ts != "", _l.blocked == ""))
    gate = t.lanes.alias().c
    closed = exists().where(gate.name == WORKSPACE_GATE, gate.next_at > now)
    query = (
        select(_n.id)
        .join(t.lanes, _l.name == _n.channel)
        .where(_OWED, _n.next_at <= now, open_lane, ~closed)
        .limit(1)
    )
    return session.execute(query).first() is not None


def take(session: Connection, *, worker: str, now: datetime) -> Taken | None:
    """Lease a channel and hand over the notice that goes first in it; None if nothing can go."""
    gates = dict(
        session.execute(
            select(_l.name, _l.next_at).where(_l.name.in_([WORKSPACE_GATE, UPDATE_GATE]))
        ).all()
    )
    if gates.get(WORKSPACE_GATE, LONG_AGO) > now:
        return None
    updates_wait = gates.get(UPDATE_GATE, LONG_AGO) > now
    passed: list[str] = []
    while len(passed) < _MOST_PASSED:
        head = session.execute(_head(now, passed, updates_wait=updates_wait)).first()
        if head is None:
            return None
        row = _locked(session, head.id, head.ts, now)
        if row is not None:
            _lease(session, row, worker, now)
            return Taken(**{name: row[name] for name in Taken.__dataclass_fields__})
        # Somebody is just changing it, or has sent it. What comes after it in its channel must not
        # overtake it, and other channels must not wait.
        passed.append(head.channel)
    return None


def _head(now: datetime, passed: list[str], *, updates_wait: bool) -> Select[tuple[int, str, str]]:
    """The notice that goes first, in a channel that nobody else has in hand."""
    is_update = _n.ts != ""
    may_go = _l.next_at <= now if updates_wait else or_(
        _l.next_at <= now, and_(is_update, _l.blocked == "")
    )  # fmt: skip
    query = (
        select(_n.id, _n.ts, _n.channel)
        .join(t.lanes, _l.name == _n.channel)
        .where(_OWED, _n.next_at <= now, _l.lease_until <= now, may_go)
        .where(_n.channel.not_in(passed))
        .order_by(_n.ts == "", _n.urgency, _n.id)
        .limit(1)
        .with_for_update(of=t.lanes, skip_locked=True)
    )
    return query.where(_n.ts == "") if updates_wait else query


def _locked(session: Connection, notice: int, ts: str, now: datetime) -> t.Row | None:
    # PostgreSQL reads it anew here: another worker that has sent it since it was looked for is not
    # followed by a second post.
    still = and_(_n.id == notice, _n.ts == ts, _OWED, _n.next_at <= now)
    query = select(t.notices).where(still).with_for_update(skip_locked=True)
    return session.execute(query).mappings().first()


def _lease(session: Connection, row: t.Row, worker: str, now: datetime) -> None:
    lane = update(t.lanes).where(_l.name == row["channel"])
    session.execute(lane.values(lease_until=now + LEASE, worker=worker))
    started: dict[str, Any] = {"attempts": row["attempts"] + 1}
    if not row["ts"] and row["sending_since"] is None:
        started["sending_since"] = now
    session.execute(update(t.notices).where(_n.id == row["id"]).values(**started))


def sent(
    session: Connection,
    taken: Taken,
    *,
    worker: str,
    ts: str,
    now: datetime,
    pace: timedelta,
    emoji: str = "",
) -> None:
    """It is in the channel with *emoji* on it; the next new message may follow after *pace*."""
    free: dict[str, Any] = {}
    # Slack lets us change what stands in some channels that it lets us post nothing to.
    if not taken.ts or not _posts_wait(session, taken.channel):
        free |= {"blocked": "", "blocked_since": None}
    # One that was found may have been accepted a moment ago.
    if not taken.ts or taken.sending_since is not None:
        free["next_at"] = now + pace
    shown = {"ts": ts, "shown": taken.wanted, "emoji": emoji}
    done = {**shown, "sending_since": None, "attempts": 0, "last_error": ""}
    _give_back(session, taken, worker, lane=free, notice=done)


def _posts_wait(session: Connection, channel: str) -> bool:
    query = select(_n.id).where(_OWED, _n.channel == channel, _n.ts == "").limit(1)
    return session.execute(query).first() is not None


def not_sent(
    session: Connection, taken: Taken, *, worker: str, error: str, again_at: datetime
) -> None:
    """It surely did not happen; this notice waits until *again_at*, others may go."""
    waits = {"next_at": again_at, "last_error": error, "sending_since": taken.sending_since}
    _give_back(session, taken, worker, lane={}, notice=waits)


def lane_waits(
    session: Connection, taken: Taken, *, worker: str, error: str, until: datetime
) -> None:
    """It surely did not happen, and the whole channel waits, as Slack asked."""
    waits = {"next_at": until, "last_error": error, "sending_since": taken.sending_since}
    _give_back(session, taken, worker, lane={"next_at": until}, notice=waits)


def unknown(
    session: Connection, taken: Taken, *, worker: str, error: str, look_at: datetime
) -> None:
    """It may have happened; the channel waits, and the marker is looked for at *look_at*."""
    waits = {"next_at": look_at, "last_error": error}
    _give_back(session, taken, worker, lane={"next_at": look_at}, notice=waits)


def blocked(
    session: Connection, taken: Taken, *, worker: str, error: str, now: datetime, again_at: datetime
) -> bool:
    """Nothing can be posted to the channel until somebody mends it; say whether that is news."""
    news = not session.execute(select(_l.blocked).where(_l.name == taken.channel)).scalar()
    lane: dict[str, Any] = {"next_at": again_at, "blocked": error}
    if news:
        lane["blocked_since"] = now
    waits = {"next_at": again_at, "last_error": error, "sending_since": taken.sending_since}
    _give_back(session, taken, worker, lane=lane, notice=waits)
    return news


def message_gone(session: Connection, taken: Taken, *, worker: str, now: datetime) -> None:
    """Somebody deleted the message in Slack; it will be posted anew."""
    anew = {"ts": "", "next_at": now, "sending_since": None}
    _give_back(session, taken, worker, lane={}, notice=anew)


def _give_back(
    session: Connection,
    taken: Taken,
    worker: str,
    *,
    lane: dict[str, Any],
    notice: dict[str, Any],
) -> None:
    # A worker that was away for longer than its lease has lost the lane, and the notice with it.
    mine = (_l.name == taken.channel) & (_l.worker == worker)
    free = {**lane, "lease_until": LONG_AGO, "worker": ""}
    if session.execute(update(t.lanes).where(mine).values(**free)).rowcount:
        # The worker may have found out where an earlier one has posted it, and still have failed.
        known = {"ts": taken.ts, **notice}
        session.execute(update(t.notices).where(_n.id == taken.id).values(**known))


def gate(session: Connection, name: str, *, until: datetime, error: str, now: datetime) -> bool:
    """Hold back all posts, or all updates, until a time; say whether *error* is news."""
    insert_new(session, t.lanes, name=name, next_at=LONG_AGO, lease_until=LONG_AGO)
    closing = update(t.lanes).where(_l.name == name, _l.blocked == "").values(blocked=error)
    news = bool(error) and session.execute(closing).rowcount == 1
    values: dict[str, Any] = {"next_at": until, "blocked": error}
    if error:
        values["blocked_since"] = func.coalesce(_l.blocked_since, now)
    session.execute(update(t.lanes).where(_l.name == name).values(**values))
    return news


def open_gates(session: Connection) -> None:
    """A call has worked: whatever stopped the workspace has been mended."""
    closed = _l.name.in_([WORKSPACE_GATE]) & (_l.blocked != "")
    values = {"next_at": LONG_AGO, "blocked": "", "blocked_since": None}
    session.execute(update(t.lanes).where(closed).values(**values))


_ORDINARY = and_(
    _OWED,
    _n.ts == "",
    _n.kind == "card",
    _n.sending_since.is_(None),
    _n.urgency.between(Urgency.CARD + Priority.NORMAL.rank, Urgency.CARD + Priority.LOW.rank),
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
    for place, notice in enumerate(rest, start=1):
        values = {"urgency": int(Urgency.HELD), "next_at": start + place * HELD_PACE}
        session.execute(update(t.notices).where(_n.id == notice).values(**values))
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
