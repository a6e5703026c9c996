"""Messages that quote a comment which is forgotten: shown anew without it, or taken away."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update

from bot.store import tables as t
from bot.store.outbox import LONG_AGO
from bot.store.upsert import insert_new

Data = dict[str, Any]

_n = t.notices.c
_OWED = _n.wanted > _n.shown
_DIGESTS = ("digest", "overview")
# A flood is announced while its cards queue.
_FLOOD = timedelta(days=1)


def redraw(
    session: Connection, number: int, *, free: Callable[[str], str], now: datetime, urgency: int
) -> int:
    """Show anew everything that tells of a case, how many messages that is.

    *free* is what is left of a message that somebody relayed; one of which nothing is left goes.
    """
    mine = and_(_n.case_number == number, or_(_n.ts != "", _OWED))
    rows = session.execute(select(_n.id, _n.kind, _n.data).where(mine).with_for_update()).all()
    for row in rows:
        data = {**row.data, "redrawn": True}
        if row.kind == "relay" and free(str(data.get("text", ""))) != data.get("text", ""):
            data |= {"text": "", "files": [], "gone": True}
        _again(session, row.id, data, now, urgency)
    return len(rows)


def rewrite_relays(
    session: Connection, number: int, free: Callable[[str], str], *, now: datetime, urgency: int
) -> None:
    """Take away the messages relayed in another case of which *free* leaves something out."""
    mine = and_(_n.case_number == number, _n.kind == "relay")
    for row in session.execute(select(_n.id, _n.data).where(mine).with_for_update()).all():
        if free(str(row.data.get("text", ""))) != row.data.get("text", ""):
            data = {**row.data, "text": "", "files": [], "gone": True, "redrawn": True}
            _again(session, row.id, data, now, urgency)


def redraw_digests(
    session: Connection,
    *,
    since: datetime,
    until: datetime,
    quotes: Callable[[str, Data], bool],
    now: datetime,
    urgency: int,
) -> int:
    """Show anew, without quotations, the digests of a time that may have quoted; how many.

    *quotes* is told the team, "" for none, and the data of each.
    """
    when = _n.created_at.between(since, until)
    shown = and_(_n.kind.in_(_DIGESTS), _n.ts != "", when)
    rows = session.execute(select(_n.id, _n.team, _n.data).where(shown)).all()
    told = [row for row in rows if not row.data.get("redrawn") and quotes(row.team, row.data)]
    for row in told:
        _again(session, row.id, {**row.data, "redrawn": True}, now, urgency)
    return len(told)


def drop_roundups(
    session: Connection, channels: Collection[str], opened_at: datetime, *, now: datetime
) -> None:
    """Take away what announced a flood in *channels* while the case was new."""
    when = _n.created_at.between(opened_at - _FLOOD, opened_at + _FLOOD)
    there = and_(_n.kind == "roundup", _n.channel.in_(channels), _n.ts != "", when)
    rows = session.execute(select(_n.id, _n.data, _n.urgency).where(there)).all()
    for row in rows:
        _again(session, row.id, {**row.data, "gone": True}, now, row.urgency)


def channels_of(session: Connection, numbers: Iterable[int]) -> set[str]:
    """Where anything of those cases was ever to be shown."""
    query = select(_n.channel).where(_n.case_number.in_(list(numbers))).distinct()
    return set(session.execute(query).scalars())


def _again(session: Connection, notice: int, data: Data, now: datetime, urgency: int) -> None:
    channel = session.execute(select(_n.channel).where(_n.id == notice)).scalar_one()
    insert_new(session, t.lanes, name=channel, next_at=LONG_AGO, lease_until=LONG_AGO)
    # One of which nobody knows whether it was posted keeps the time at which it is looked for.
    again = update(t.notices).where(_n.id == notice)
    values = {"data": data, "wanted": _n.wanted + 1, "attempts": 0, "last_error": ""}
    session.execute(again.values(**values))
    idle = and_(_n.id == notice, _n.ts != "")
    session.execute(update(t.notices).where(idle).values(next_at=now, urgency=urgency))
