"""What becomes of the notices that a worker has in hand: each way of giving one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.store import tables as t
from bot.store.outbox import LONG_AGO
from bot.store.queue import Taken

_n, _l = t.notices.c, t.lanes.c
_OWED = _n.wanted > _n.shown
_FREE = update(t.lanes).where(_l.name == bindparam("lane")).values(
    next_at=bindparam("new_next_at"), blocked=bindparam("new_blocked"),
    blocked_since=bindparam("new_blocked_since"), lease_until=LONG_AGO, worker="",
)  # fmt: skip
_SHOWN = update(t.notices).where(_n.id == bindparam("notice")).values(
    ts=bindparam("new_ts"), shown=bindparam("new_shown"), emoji=bindparam("new_emoji"),
    sending_since=None, attempts=0, last_error="",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A notice that is in its channel: where, with which emoji, and since when."""

    taken: Taken
    ts: str
    at: datetime
    emoji: str = ""


def sent_all(
    session: Connection, done: Sequence[Sent], *, worker: str, pace: timedelta
) -> list[Sent]:
    """They are in their channels; those that could not be noted now are given back.

    Of several, none that somebody is just changing is waited for: two who each hold what the other
    wants would wait for ever. Give each of these back alone.
    """
    alone = len(done) == 1
    lanes = _own_lanes(session, done, worker, wait=alone)
    ids = [one.taken.id for one in done if one.taken.channel in lanes]
    query = select(_n.id).where(_n.id.in_(ids)).with_for_update(skip_locked=not alone)
    held = set(session.execute(query).scalars()) if ids else set()
    noted = [one for one in done if one.taken.id in held]
    if noted:
        freed = [_freed(session, one, lanes[one.taken.channel], pace) for one in noted]
        session.execute(_FREE, freed)
        session.execute(_SHOWN, [_shown(one) for one in noted])
    return [] if alone else [one for one in done if one.taken.id not in held]


def _own_lanes(
    session: Connection, done: Sequence[Sent], worker: str, *, wait: bool
) -> dict[str, t.Row]:
    # A worker that was away for longer than its lease has lost the lane, and the notice with it.
    names = [one.taken.channel for one in done]
    query = select(t.lanes).where(_l.name.in_(names), _l.worker == worker)
    rows = session.execute(query.with_for_update(skip_locked=not wait)).mappings()
    return {row["name"]: row for row in rows}


def _freed(session: Connection, one: Sent, lane: t.Row, pace: timedelta) -> dict[str, Any]:
    taken, kept = one.taken, {name: lane[name] for name in ("next_at", "blocked", "blocked_since")}
    # Slack lets us change what stands in some channels that it lets us post nothing to.
    if not taken.ts or not (lane["blocked"] and _posts_wait(session, taken.channel)):
        kept |= {"blocked": "", "blocked_since": None}
    # One that was found may have been accepted a moment ago; another whose outcome is unknown still
    # holds the channel for as long as it did.
    if not taken.ts or taken.sending_since is not None:
        kept["next_at"] = max(lane["next_at"], one.at + pace)
    return {"lane": taken.channel, **{f"new_{name}": value for name, value in kept.items()}}


def _shown(one: Sent) -> dict[str, Any]:
    return {
        "notice": one.taken.id, "new_ts": one.ts, "new_shown": one.taken.wanted,
        "new_emoji": one.emoji,
    }  # fmt: skip


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
