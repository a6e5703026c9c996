"""Who is away, and until when; and what people have been told once."""

import hashlib
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, exists, or_, select

from bot.errors import Replayed
from bot.store import pending, tables as t
from bot.store.ahead import Asked, Question
from bot.store.given import one_of
from bot.store.upsert import insert, insert_new, unless_there

_SIGNED = "signed:"
_AGAIN = "This was done before; the same signed request came once more."


@cache
def _heard_many(dialect: str) -> Select[Any]:
    return select(t.heard.c.event_id).where(one_of(dialect, t.heard.c.event_id, "which"))


_ACTED = Question(
    one=select(t.heard.c.event_id).where(t.heard.c.event_id == bindparam("which")),
    many=_heard_many,
    by={"which": "event_id"},
)


def set_away(
    session: Connection, person: str, *, until: datetime, now: datetime, by_status: bool = False
) -> None:
    """*person* is away until then, as they said themselves or as their status says."""
    said = {"until": until, "by_status": by_status}
    statement = insert(session, t.absences, person=person, **said)
    # What somebody said themselves goes before what their status says, until it has passed.
    may_change = or_(t.absences.c.by_status, t.absences.c.until <= now) if by_status else None
    session.execute(
        statement.on_conflict_do_update(index_elements=["person"], set_=said, where=may_change)
    )


def set_back(session: Connection, person: str, *, by_status: bool = False) -> None:
    """*person* is here again; *by_status* takes back only what a status had said."""
    gone = t.absences.c.person == person
    if by_status:
        gone &= t.absences.c.by_status
    session.execute(delete(t.absences).where(gone))


def by_status(session: Connection, person: str) -> bool:
    """Whether *person* is away, or was, as their status says or said."""
    c = t.absences.c
    return bool(session.execute(select(exists().where(c.person == person, c.by_status))).scalar())


def away(session: Connection, *, now: datetime) -> frozenset[str]:
    """Everybody who is away at *now*."""
    query = select(t.absences.c.person).where(t.absences.c.until > now)
    return frozenset(session.execute(query).scalars())


def hint_once(session: Connection, person: str, hint: str, *, now: datetime) -> bool:
    """Whether *person* has to be told *hint*: true the first time only."""
    return insert_new(session, t.hints, person=person, hint=hint, at=now)


def hinted_at(session: Connection, person: str, hint: str, *, now: datetime) -> None:
    """*person* is told *hint* now, or was before."""
    statement = unless_there(session.dialect.name, t.hints)
    pending.put(session, statement, {"person": person, "hint": hint, "at": now})


def hints(session: Connection, beginning: str) -> frozenset[str]:
    """What anybody was told once, of the hints that begin so."""
    c = t.hints.c
    query = select(c.hint).where(c.hint.startswith(beginning, autoescape=True))
    return frozenset(session.execute(query).scalars())


def hinted(session: Connection, hint: str) -> frozenset[str]:
    """Everybody who was told *hint*."""
    query = select(t.hints.c.person).where(t.hints.c.hint == hint)
    return frozenset(session.execute(query).scalars())


def hear_once(session: Connection, event_id: str, *, now: datetime) -> bool:
    """Whether an event of Slack's is new: true the first time only."""
    return insert_new(session, t.heard, event_id=event_id, at=now)


def act_once(session: Connection, signature: str, *, now: datetime) -> None:
    """Note that a signed request of Slack's is carried out.

    Slack signs the time and the whole body, a trigger's id among it, so that no two are alike.

    Raises:
        Replayed: it was before.
    """
    mark, again = _mark(signature), Replayed(_AGAIN)
    if pending.known(session, _ACTED.one, mark):
        raise again
    row = {"event_id": mark["which"], "at": now}
    pending.put_sure(session, unless_there(session.dialect.name, t.heard), row, again)


def acted(signature: str) -> Asked:
    """What `act_once` is going to ask."""
    return _ACTED.of(*_mark(signature).values())


def _mark(signature: str) -> dict[str, str]:
    digest = hashlib.sha256(signature.encode("utf-8", "surrogatepass")).hexdigest()
    return {"which": f"{_SIGNED}{digest}"}


def forget_acts(session: Connection, *, before: datetime) -> None:
    """Drop the memory of signed requests that are too old to be accepted once more."""
    c = t.heard.c
    signed = c.event_id.between(_SIGNED, _SIGNED + "g")
    session.execute(delete(t.heard).where(signed, c.at < before))


def forget_events(session: Connection, *, before: datetime) -> None:
    """Drop the memory of events that Slack no longer sends again."""
    session.execute(delete(t.heard).where(t.heard.c.at < before))
