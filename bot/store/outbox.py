"""The outbox: what Slack must show, until it shows it.

A notice names a thing to show (this case, in this channel), never its text: it is rendered when
it is sent, so that what goes out is always the latest state, and however often it changes
meanwhile it goes out once. A channel is a lane: one message under way at a time, a second apart.
`queue` is the other side: how workers take notices out.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import IntEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case as sql_case,
    not_,
    or_,
    select,
    update,
)

from bot.domain.case import Case
from bot.domain.organisation import Organisation, Priority
from bot.store import tables as t
from bot.store.pending import CHANGES_BY, Write, put, put_once
from bot.store.upsert import prepared, unless_there

# Of a notice that is owed anew, what it takes over as it is.
_TAKEN = ("data", "urgency", "attempts", "last_error")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Urgency(IntEnum):
    """What goes first within a channel; cards add their priority's rank to `CARD`.

    A roundup goes with the high ones: before the flood that it announces, and not before a case
    that matters more.
    """

    ALERT = 0
    DIGEST = 5
    CARD = 10
    ROUNDUP = 11
    HELD = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Something that a channel must show."""

    key: str
    kind: str
    channel: str
    urgency: int
    case_number: int | None = None
    team: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> dict[str, Any]:
        """As it is when it is owed for the first time, but for the moment."""
        own = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {**own, "wanted": 1, "shown": 0, "attempts": 0, "last_error": ""}


def card_key(number: int, channel: str) -> str:
    """What identifies the card of a case in a channel."""
    return f"card:{number}:{channel}"


def owe(session: Connection, notices: Iterable[Owed], *, now: datetime) -> None:
    """Have each of *notices* shown, or shown anew.

    They are written in order of key, so that no two callers lock each other out.
    """
    dialect = session.dialect.name
    for notice in sorted(notices, key=lambda notice: notice.key):
        lane = {"name": notice.channel, "next_at": LONG_AGO, "lease_until": LONG_AGO}
        put_once(session, unless_there(dialect, t.lanes), lane)
        put(session, _owing(dialect), {**notice.row, "next_at": now, "created_at": now})


@cache
def _owing(dialect: str) -> Write:
    """A notice, or what has become of one that is there."""
    new = prepared(dialect, t.notices)
    again = new.on_conflict_do_update(index_elements=["key"], set_=_again(dict(new.excluded)))
    return again.execution_options(**{CHANGES_BY: "key"})


def _again(new: Mapping[str, ColumnElement[Any]]) -> dict[str, ColumnElement[Any]]:
    """What becomes of a notice that is owed anew, with the values of *new*."""
    # A post whose outcome is unknown keeps its waiting time: it may still turn up. And one that
    # may go keeps its turn, whatever the clock of whoever changes it.
    old, next_at = t.notices.c, new["next_at"]
    has_turn = and_(old.wanted > old.shown, old.next_at < next_at)
    may_stand = and_(old.sending_since.is_not(None), old.ts == "")
    waits = sql_case((or_(may_stand, has_turn), old.next_at), else_=next_at)
    taken = {name: new[name] for name in _TAKEN}
    return {**taken, "next_at": waits, "wanted": old.wanted + 1}


_NEWS = {n: bindparam(f"new_{n}", type_=t.notices.c[n].type) for n in (*_TAKEN, "next_at")}
# Nobody has to wait to hear whether there is one.
_OWED_IF_THERE = (
    update(t.notices).where(t.notices.c.key == bindparam("which")).values(_again(_NEWS))
)


def owe_cards(
    session: Connection,
    case: Case,
    organisation: Organisation,
    *,
    acted: bool,
    now: datetime,
    new: bool = False,
) -> None:
    """Every card of *case* must show its latest state; one that is *new* has none yet.

    What somebody has *acted* on goes with the high ones: they look for it, so that no flood may
    hold it back.
    """
    rank = min(case.priority.rank, Priority.HIGH.rank) if acted else case.priority.rank
    urgency = Urgency.CARD + rank
    teams = [team for key in case.stakes if (team := organisation.team(key))]
    owed = [_card(case.number, team.channel, urgency, team.key) for team in teams]
    triage = _card(case.number, organisation.triage_channel, urgency)
    if case.triage:
        owed.append(triage)
    owe(session, owed, now=now)
    if not (case.triage or new):
        told = {f"new_{name}": triage.row[name] for name in _TAKEN}
        put(session, _OWED_IF_THERE, {"which": triage.key, "new_next_at": now, **told})


def _card(number: int, channel: str, urgency: int, team: str = "") -> Owed:
    return Owed(
        key=card_key(number, channel),
        kind="card",
        channel=channel,
        urgency=urgency,
        case_number=number,
        team=team,
    )


def card_at(session: Connection, channel: str, ts: str) -> tuple[int, str] | None:
    """The case and the team ("" for triage) of the card at *ts* in *channel*; None for others."""
    found = (t.notices.c.channel == channel) & (t.notices.c.ts == ts)
    row = session.execute(
        select(t.notices.c.case_number, t.notices.c.team).where(found, t.notices.c.kind == "card")
    ).first()
    return (row.case_number, row.team) if row else None


def card_ts(session: Connection, number: int, channel: str) -> str:
    """Where the card of a case stands in *channel*; "" when it is not there yet."""
    query = select(t.notices.c.ts).where(t.notices.c.key == card_key(number, channel))
    return session.execute(query).scalar() or ""


def thread_ts(session: Connection, key: str) -> str | None:
    """Where the message of a notice stands; None while it is owed, "" when there is none."""
    c = t.notices.c
    row = session.execute(select(c.ts, c.wanted, c.shown).where(c.key == key)).first()
    if row is None or row.ts:
        return row.ts if row else ""
    return None if row.wanted > row.shown else ""


def place_of(session: Connection, notice: int) -> str:
    """Where a notice stands in its channel; "" when it is not there."""
    query = select(t.notices.c.ts).where(t.notices.c.id == notice)
    return session.execute(query).scalar() or ""


def relay_key(channel: str, ts: str, to: str) -> str:
    """What identifies the copy of a message in the thread of another channel."""
    return f"relay:{channel}:{ts}:{to}"


def relayed(session: Connection, channel: str, ts: str, *, to: Iterable[str]) -> list[Owed]:
    """The notices by which the message at *ts* in *channel* was relayed to threads in *to*."""
    keys = [relay_key(channel, ts, other) for other in to]
    rows = session.execute(select(t.notices).where(t.notices.c.key.in_(keys))).mappings()
    return [_owed(row) for row in rows]


def never_shown(session: Connection) -> list[Owed]:
    """The cards and digests that are owed and have not been shown at all.

    A digest for which somebody has asked belongs where they asked for it, and is left out.
    """
    query = select(t.notices).where(_never_shown(), t.notices.c.kind.in_(["card", "digest"]))
    rows = session.execute(query.order_by(t.notices.c.key)).mappings()
    found = [_owed(row) for row in rows]
    return [notice for notice in found if not notice.data.get("asked")]


def digest_at(session: Connection, channels: Collection[str], ts: str) -> Owed | None:
    """The digest at *ts* in one of *channels*; None for others, and for one that quotes nobody."""
    c = t.notices.c
    found = and_(c.channel.in_(channels), c.ts == ts, c.kind == "digest")
    row = session.execute(select(t.notices).where(found).with_for_update()).mappings().first()
    return _owed(row) if row and not row["data"].get("redrawn") else None


def owed_of(session: Connection, kind: str) -> list[Owed]:
    """The notices of that kind which are owed, locked until the transaction ends."""
    c = t.notices.c
    query = select(t.notices).where(c.wanted > c.shown, c.kind == kind)
    rows = session.execute(query.order_by(c.key).with_for_update()).mappings()
    return [_owed(row) for row in rows]


def put_off(session: Connection, notice: Owed, *, until: datetime) -> None:
    """Show *notice*, with its data as they are now, *until* then at the earliest.

    `owe` never does that: what may go keeps its turn. One that may have been shown stays as it is.
    """
    owed = update(t.notices).where(t.notices.c.key == notice.key, _never_shown())
    session.execute(owed.values(data=notice.data, next_at=until))


def data_of(session: Connection, key: str) -> dict[str, Any]:
    """What the notice of that key is made from; empty when there is none."""
    row = session.execute(select(t.notices.c.data).where(t.notices.c.key == key)).first()
    return dict(row.data) if row else {}


def may_be_read(session: Connection, key: str) -> bool:
    """Whether the notice of that key has been shown, or may have been."""
    query = select(t.notices.c.id).where(t.notices.c.key == key, not_(_never_shown()))
    return session.execute(query.with_for_update()).first() is not None


def _owed(row: t.Row) -> Owed:
    return Owed(**{name: row[name] for name in Owed.__dataclass_fields__})


def _never_shown() -> ColumnElement[bool]:
    c = t.notices.c
    # One that is just being posted may be there already.
    return and_(c.wanted > c.shown, c.ts == "", c.sending_since.is_(None))


def redirect(session: Connection, notice: Owed, channel: str, *, now: datetime) -> bool:
    """Show *notice* in *channel* instead, unless somebody has begun to show it where it is."""
    settled = update(t.notices).where(t.notices.c.key == notice.key, _never_shown())
    if not session.execute(settled.values(shown=t.notices.c.wanted)).rowcount:
        return False
    key = f"{notice.key}:{channel}"
    if notice.kind == "card" and notice.case_number is not None:
        key = card_key(notice.case_number, channel)
    owe(session, [replace(notice, key=key, channel=channel)], now=now)
    return True
