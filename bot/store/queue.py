"""How workers take notices from the outbox, one at a time per channel.

No transaction is open while Slack is being called: `take_all` leases the channels, and
`outcomes` gives them back. Only a first post needs care, since Slack has no key against
posting twice: a notice that was being posted when its worker vanished carries ``sending_since``,
and whoever takes it next looks for its marker in the channel before posting again
(``docs/decisions/004-posting-once.md``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case as sql_case,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.store import tables as t
from bot.store.outbox import LONG_AGO
from bot.store.upsert import insert_new

LEASE = timedelta(seconds=60)
WORKSPACE_GATE = "*"
UPDATE_GATE = "~update"
# So many channels whose first notice is just being changed are passed by in one go.
_MOST_PASSED = 20
_n, _l = t.notices.c, t.lanes.c
_OWED = _n.wanted > _n.shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A notice that one worker has in hand; nothing new is posted in its channel *not_before*."""

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
    not_before: datetime = LONG_AGO

    @property
    def outcome_unknown(self) -> bool:
        """Whether somebody may have posted it already."""
        return not self.ts and self.sending_since is not None


@dataclass(frozen=True, slots=True)
class Head:
    """The notice that goes first in a channel, as somebody saw it who took no lock."""

    id: int
    channel: str
    ts: str


def heads(session: Connection, *, now: datetime, limit: int) -> list[Head]:
    """What could be taken now, a notice for each channel, first what goes first; takes no lock.

    Among equals the channel goes first that has waited longest, so that none of them is left out
    while workers cannot keep up with all.
    """
    rows = session.execute(_HEADS, {"now": now, "most": limit + _MOST_PASSED})
    return [Head(row.id, row.channel, row.ts) for row in rows]


def _heads() -> Select[tuple[int, str, str]]:
    """One statement, so that a worker that has nothing to do asks one question."""
    now: BindParameter[datetime] = bindparam("now", type_=t.Instant)
    gate = t.lanes.alias().c
    closed = exists().where(gate.name == WORKSPACE_GATE, gate.next_at > now)
    updates_wait = exists().where(gate.name == UPDATE_GATE, gate.next_at > now)
    may_post = _l.next_at <= now
    may_update = and_(or_(may_post, _l.blocked == ""), ~updates_wait)
    # Each has an index in this order, so that the first row that fits is the last that is read.
    update_first = _first(_n.ts != "", may_update, now)
    post_first = _first(_n.ts == "", may_post, now)
    owed = t.notices.alias().c
    anything = exists().where(owed.wanted > owed.shown)
    of_lane = select(owed.channel).where(owed.wanted > owed.shown)
    firsts = (
        select(func.coalesce(update_first, post_first).label("id"), _l.next_at)
        .where(_l.lease_until <= now, _l.name.in_(of_lane), anything, ~closed)
        .cte("firsts")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    head = t.notices.alias("head").c
    return (
        select(head.id, head.channel, head.ts)
        .where(head.id == firsts.c.id)
        .order_by(head.ts == "", head.urgency, firsts.c.next_at, head.id)
        .limit(bindparam("most", type_=Integer))
    )


def _first(
    kind: ColumnElement[bool], lane_may: ColumnElement[bool], now: BindParameter[datetime]
) -> ScalarSelect[int]:
    query = select(_n.id).where(_n.channel == _l.name, _OWED, kind, _n.next_at <= now, lane_may)
    return query.order_by(_n.urgency, _n.id).limit(1).correlate(t.lanes).scalar_subquery()


def take_all(
    session: Connection, seen: Sequence[Head], *, worker: str, now: datetime, limit: int
) -> list[Taken]:
    """Lease the channels of *seen*, at most *limit*, and hand over the notice of each.

    What somebody else has got hold of since it was seen, or is just changing, is passed by: what
    comes after it in its channel must not overtake it, and other channels must not wait.
    """
    taken: list[Taken] = []
    rest = list(seen)
    while rest and len(taken) < limit:
        # No more is locked than is needed, or other workers would find nothing.
        some = limit - len(taken)
        taken += _take_some(session, rest[:some], worker, now)
        rest = rest[some:]
    return taken


def _take_some(
    session: Connection, seen: Sequence[Head], worker: str, now: datetime
) -> list[Taken]:
    free = _free_lanes(session, seen, now)
    rows = _unchanged(session, [head for head in seen if head.channel in free], now)
    may_go = [rows[head.id] for head in seen if _may_go(rows.get(head.id), head, free, now)]
    _lease(session, may_go, worker, now)
    return [_taken(row, free[row["channel"]]["next_at"]) for row in may_go]


def _taken(row: t.Row, not_before: datetime) -> Taken:
    return Taken(**{name: row[name] for name in _STORED}, not_before=not_before)


def _free_lanes(session: Connection, seen: Sequence[Head], now: datetime) -> dict[str, t.Row]:
    names = [head.channel for head in seen]
    query = select(_l.name, _l.next_at, _l.blocked).where(_l.name.in_(names), _l.lease_until <= now)
    rows = session.execute(query.with_for_update(skip_locked=True)).mappings()
    return {row["name"]: row for row in rows}


def _unchanged(session: Connection, seen: Sequence[Head], now: datetime) -> dict[int, t.Row]:
    # PostgreSQL reads it anew here: another worker that has sent it since it was looked for is not
    # followed by a second post.
    still = and_(_n.id.in_([head.id for head in seen]), _OWED, _n.next_at <= now)
    query = select(t.notices).where(still).with_for_update(skip_locked=True)
    return {row["id"]: row for row in session.execute(query).mappings()} if seen else {}


def _may_go(row: t.Row | None, head: Head, free: Mapping[str, t.Row], now: datetime) -> bool:
    if row is None or row["ts"] != head.ts:
        return False
    lane = free[head.channel]
    return bool(lane["next_at"] <= now or (row["ts"] and not lane["blocked"]))


def _lease(session: Connection, rows: Sequence[t.Row], worker: str, now: datetime) -> None:
    if not rows:
        return
    lanes = update(t.lanes).where(_l.name.in_([row["channel"] for row in rows]))
    session.execute(lanes.values(lease_until=now + LEASE, worker=worker))
    is_first = and_(_n.ts == "", _n.sending_since.is_(None))
    since = sql_case((is_first, now), else_=_n.sending_since)
    notices = update(t.notices).where(_n.id.in_([row["id"] for row in rows]))
    session.execute(notices.values(attempts=_n.attempts + 1, sending_since=since))


_HEADS = _heads()
_STORED = [name for name in Taken.__dataclass_fields__ if name != "not_before"]


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


def open_gate(session: Connection) -> None:
    """A call has worked: whatever stopped the workspace has been mended."""
    closed = (_l.name == WORKSPACE_GATE) & (_l.blocked != "")
    values = {"next_at": LONG_AGO, "blocked": "", "blocked_since": None}
    session.execute(update(t.lanes).where(closed).values(**values))
