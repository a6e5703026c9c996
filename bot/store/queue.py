"""How workers take notices from the outbox, one at a time per channel.

No transaction is open while Slack is being called: `take_all` leases the channels, and
`outcomes` gives them back. Only a first post needs care, since Slack has no key against
posting twice: a notice that was being posted when its worker vanished carries ``sending_since``,
and whoever takes it next looks for its marker in the channel before posting again
(``docs/decisions/004-posting-once.md``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    ScalarSelect,
    Select,
    Update,
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
from bot.store.given import one_of
from bot.store.outbox import LONG_AGO
from bot.store.pending import put
from bot.store.upsert import insert_new

LEASE = timedelta(seconds=60)
WORKSPACE_GATE = "*"
UPDATE_GATE = "~update"
# So many channels whose first notice is just being changed are passed by in one go.
_MOST_PASSED = 20
NOTHING = timedelta()
_n, _l = t.notices.c, t.lanes.c
_OWED = _n.wanted > _n.shown
# A post waits for its moment in the hand that has it; a change, a gate and a lease have passed theirs.
_NOW: BindParameter[datetime] = bindparam("now", type_=t.Instant)
_SOON: BindParameter[datetime] = bindparam("soon", type_=t.Instant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A notice that one worker has in hand; where it is new, it is not posted *not_before*."""

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


def heads(
    session: Connection, *, now: datetime, limit: int, ahead: timedelta = NOTHING
) -> list[Head]:
    """What could be taken now, a notice for each channel, first what goes first; takes no lock.

    So is a post for which its channel's pace still asks to wait for *ahead* at most.

    Among equals the channel goes first that has waited longest, so that none of them is left out
    while workers cannot keep up with all.
    """
    asked = {"now": now, "soon": now + ahead, "most": limit + _MOST_PASSED}
    rows = session.execute(_HEADS, asked)
    return [Head(row.id, row.channel, row.ts) for row in rows]


def _heads() -> Select[tuple[int, str, str]]:
    """One statement, so that a worker that has nothing to do asks one question."""
    now, soon = _NOW, _SOON
    gate = t.lanes.alias().c
    closed = exists().where(gate.name == WORKSPACE_GATE, gate.next_at > now)
    updates_wait = exists().where(gate.name == UPDATE_GATE, gate.next_at > now)
    may_post = _l.next_at <= soon
    may_update = and_(or_(_l.next_at <= now, _l.blocked == ""), ~updates_wait)
    # Each has an index in this order, so that the first row that fits is the last that is read.
    update_first = _first(_n.ts != "", may_update, now)
    # All by the same moment: of a channel that has waited for one post, no other may go before it.
    post_first = _first(_n.ts == "", may_post, soon)
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
    kind: ColumnElement[bool], lane_may: ColumnElement[bool], by: BindParameter[datetime]
) -> ScalarSelect[int]:
    query = select(_n.id).where(_n.channel == _l.name, _OWED, kind, _n.next_at <= by, lane_may)
    return query.order_by(_n.urgency, _n.id).limit(1).correlate(t.lanes).scalar_subquery()


def take_all(
    session: Connection,
    seen: Sequence[Head],
    *,
    worker: str,
    now: datetime,
    limit: int,
    ahead: timedelta = NOTHING,
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
        taken += _take_some(session, rest[:some], worker, now, ahead)
        rest = rest[some:]
    return taken


def _take_some(
    session: Connection, seen: Sequence[Head], worker: str, now: datetime, ahead: timedelta
) -> list[Taken]:
    dialect, places = session.dialect.name, {head.id: head.ts for head in seen}
    # PostgreSQL reads them anew when it has locked them: what another worker has sent since it was
    # looked for is not followed by a second post.
    asked = {"ids": list(places), "now": now, "soon": now + ahead}
    rows = session.execute(_may_go(dialect), asked).mappings()
    found = {row["id"]: Taken(**row) for row in rows if row["ts"] == places[row["id"]]}
    taken = [found[head.id] for head in seen if head.id in found]
    if taken:
        lanes = [one.channel for one in taken]
        put(session, _lease(dialect), {"lanes": lanes, "until": now + LEASE, "who": worker})
        put(session, _begin(dialect), {"ids": [one.id for one in taken], "now": now})
    return taken


@cache
def _may_go(dialect: str) -> Select[Any]:
    """Those of ``ids`` that may go, with their lanes; locks both, but for what others have."""
    owed = and_(one_of(dialect, _n.id, "ids"), _OWED)
    free = and_(_l.name == _n.channel, _l.lease_until <= _NOW)
    post = and_(_n.ts == "", _n.next_at <= _SOON, _l.next_at <= _SOON)
    lane_may = or_(_l.next_at <= _NOW, _l.blocked == "")
    change = and_(_n.ts != "", _n.next_at <= _NOW, lane_may)
    later = sql_case((_l.next_at > _n.next_at, _l.next_at), else_=_n.next_at)
    may_go = or_(post, change)
    return (
        select(*(_n[name] for name in _STORED), later.label("not_before"))
        .where(owed, free, may_go)
        .with_for_update(of=[t.lanes, t.notices], skip_locked=True)
    )


@cache
def _lease(dialect: str) -> Update:
    lanes = update(t.lanes).where(one_of(dialect, _l.name, "lanes"))
    return lanes.values(lease_until=bindparam("until", type_=t.Instant), worker=bindparam("who"))


@cache
def _begin(dialect: str) -> Update:
    """One more attempt at each of ``ids``; a first post is noted to be under way."""
    is_first = and_(_n.ts == "", _n.sending_since.is_(None))
    since = sql_case((is_first, _NOW), else_=_n.sending_since)
    notices = update(t.notices).where(one_of(dialect, _n.id, "ids"))
    return notices.values(attempts=_n.attempts + 1, sending_since=since)


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
    put(session, _OPEN, {"gate": WORKSPACE_GATE})


_OPEN = (
    update(t.lanes)
    .where(_l.name == bindparam("gate"), _l.blocked != "")
    .values(next_at=LONG_AGO, blocked="", blocked_since=None)
)
