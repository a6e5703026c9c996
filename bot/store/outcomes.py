"""What becomes of the notices that a worker has in hand: each way of giving one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    case as sql_case,
    select,
    update,
)

from bot.store import tables as t
from bot.store.given import given, moment, one_of
from bot.store.outbox import LONG_AGO
from bot.store.pending import put
from bot.store.queue import Taken

_n, _l = t.notices.c, t.lanes.c
_OWED = _n.wanted > _n.shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A notice that is in its channel: where, with which emoji, and since when.

    Attributes:
        again_at: when it has to be shown once more, since an older state of it may still come.
    """

    taken: Taken
    ts: str
    at: datetime
    emoji: str = ""
    again_at: datetime | None = None


def sent_all(
    session: Connection, done: Sequence[Sent], *, worker: str, pace: timedelta
) -> list[Sent]:
    """They are in their channels; those that could not be noted now are given back.

    Of several, none that somebody is just changing is waited for: two who each hold what the other
    wants would wait for ever. Give each of these back alone.
    """
    alone, dialect = len(done) == 1, session.dialect.name
    ids = [one.taken.id for one in done]
    held = session.execute(_held(dialect, wait=alone), {"ids": ids, "me": worker})
    lanes = {row["id"]: row for row in held.mappings()}
    noted = [one for one in done if one.taken.id in lanes]
    if noted:
        freed = [_freed(session, one, lanes[one.taken.id], pace) for one in noted]
        put(session, _free(dialect), {"freed": freed})
        shown = [_shown(dialect, one) for one in noted]
        put(session, _show(dialect), {"ids": ids, "now_shown": shown})
    left = [one for one in done if one.taken.id not in lanes]
    if not alone:
        return left
    for one in left:
        _changed_too_late(session, one.taken)
    return []


@cache
def _held(dialect: str, *, wait: bool) -> Select[Any]:
    """The lanes of the notices ``ids``; locks both, but for what another transaction has."""
    # A worker that was away for longer than its lease has lost the lane, and the notice with it.
    mine = and_(_l.name == _n.channel, _l.worker == bindparam("me"))
    kept = select(_n.id, _l.next_at, _l.blocked, _l.blocked_since)
    those = kept.where(one_of(dialect, _n.id, "ids"), mine)
    return those.with_for_update(of=[t.lanes, t.notices], skip_locked=not wait)


@cache
def _free(dialect: str) -> Update:
    new = given(
        dialect, "freed", lane=Text, next_at=t.Instant, blocked=Text, blocked_since=t.Instant
    ).c
    kept = {name: new[name] for name in ("next_at", "blocked", "blocked_since")}
    lanes = update(t.lanes).where(_l.name == new.lane)
    return lanes.values(**kept, lease_until=LONG_AGO, worker="")


@cache
def _show(dialect: str) -> Update:
    columns = {"id": BigInteger, "ts": Text, "shown": Integer, "emoji": Text, "again_at": t.Instant}
    new = given(dialect, "now_shown", **columns).c
    stands = {name: new[name] for name in ("ts", "shown", "emoji")}
    once_more = new.again_at.is_not(None)
    # What has changed meanwhile goes at once, and once more after that.
    only = and_(once_more, _n.wanted == new.shown + 1)
    notices = update(t.notices).where(one_of(dialect, _n.id, "ids"), _n.id == new.id)
    return notices.values(
        **stands,
        next_at=sql_case((only, new.again_at), else_=_n.next_at),
        sending_since=sql_case((once_more, _n.sending_since)),
        attempts=0,
        last_error="",
    )


def _freed(session: Connection, one: Sent, lane: t.Row, pace: timedelta) -> dict[str, Any]:
    taken, kept = one.taken, {name: lane[name] for name in ("next_at", "blocked", "blocked_since")}
    # Slack lets us change what stands in some channels that it lets us post nothing to.
    if not taken.ts or not (lane["blocked"] and _posts_wait(session, taken.channel)):
        kept |= {"blocked": "", "blocked_since": None}
    # One that was found may have been accepted a moment ago; another whose outcome is unknown still
    # holds the channel for as long as it did.
    if not taken.ts or taken.sending_since is not None:
        kept["next_at"] = max(lane["next_at"], one.at + pace)
    written = {
        name: moment(session.dialect.name, value) if isinstance(value, datetime) else value
        for name, value in kept.items()
    }
    return {"lane": taken.channel, **written}


def _shown(dialect: str, one: Sent) -> dict[str, Any]:
    taken, again_at = one.taken, one.again_at
    return {
        "id": taken.id,
        "ts": one.ts,
        "shown": taken.wanted - bool(again_at),
        "emoji": one.emoji,
        "again_at": again_at and moment(dialect, again_at),
    }


def change_unknown(
    session: Connection, taken: Taken, *, worker: str, error: str, now: datetime, again_at: datetime
) -> None:
    """It may be changed, now or later; it is tried again at *again_at*, and shown once more."""
    waits = {"next_at": again_at, "last_error": error, "sending_since": now}
    if not _give_back(session, taken, worker, lane={}, notice=waits):
        _changed_too_late(session, taken, sending_since=now)


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
) -> bool:
    """Give it and its channel back; whether they were this worker's still."""
    # Who has owed it anew in a transaction that goes on may look for its channel yet, and would wait
    # for whoever has changed that: nobody does who has to wait for the notice.
    session.execute(select(_n.id).where(_n.id == taken.id).with_for_update())
    # A worker that was away for longer than its lease has lost the lane, and the notice with it.
    mine = (_l.name == taken.channel) & (_l.worker == worker)
    free = {**lane, "lease_until": LONG_AGO, "worker": ""}
    if until := lane.get("next_at"):
        # Another post there may be in doubt, which holds the channel for longer than this one asks.
        free["next_at"] = sql_case((_l.next_at > until, _l.next_at), else_=until)
    if not session.execute(update(t.lanes).where(mine).values(**free)).rowcount:
        return False
    # The worker may have found out where an earlier one has posted it, and still have failed.
    known = {"ts": taken.ts, **notice}
    session.execute(update(t.notices).where(_n.id == taken.id).values(**known))
    return True


def _changed_too_late(session: Connection, taken: Taken, **doubt: datetime) -> None:
    """Whoever had it in hand meanwhile may have shown something newer: it is shown once more."""
    same = and_(_n.id == taken.id, _n.ts == taken.ts, _n.ts != "")
    session.execute(update(t.notices).where(same).values(wanted=_n.wanted + 1, **doubt))
