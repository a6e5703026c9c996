"""Who is in which channel or user group, as Slack said last."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, select, update

from bot.store import pending, tables as t
from bot.store.ahead import Asked, Question
from bot.store.given import one_of
from bot.store.upsert import insert as upsert, insert_new

_m = t.members.c


@cache
def _are_in(dialect: str) -> Select[Any]:
    places, persons = one_of(dialect, _m.place, "which"), one_of(dialect, _m.person, "who")
    return select(_m.place, _m.person).where(places, persons)


_IS_IN = Question(
    one=select(_m.place).where(_m.place == bindparam("which"), _m.person == bindparam("who")),
    many=_are_in,
    by={"which": "place", "who": "person"},
)


def replace(session: Connection, place: str, people: Collection[str], *, now: datetime) -> None:
    """The members of *place* are exactly *people*."""
    statement = upsert(session, t.places, id=place, refreshed_at=now)
    session.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_={"refreshed_at": now})
    )
    session.execute(delete(t.members).where(t.members.c.place == place))
    if people:
        rows = [{"place": place, "person": person} for person in sorted(people)]
        # Somebody may join at this very moment, and be written down by the event of it.
        session.execute(upsert(session, t.members).on_conflict_do_nothing(), rows)


def name(session: Connection, place: str, name: str, *, now: datetime) -> None:
    """The channel *place* is called *name*; who is in it has to be asked anew."""
    long_ago = now - timedelta(days=1)
    # A channel that was renamed gives its old name to whichever has it now.
    renamed = (t.places.c.name == name) & (t.places.c.id != place)
    session.execute(update(t.places).where(renamed).values(name=""))
    statement = upsert(session, t.places, id=place, name=name, refreshed_at=long_ago)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"name": name}))


def add(session: Connection, place: str, person: str) -> None:
    """*person* has come to *place*."""
    insert_new(session, t.members, place=place, person=person)


def remove(session: Connection, place: str, person: str) -> None:
    """*person* has left *place*."""
    gone = (t.members.c.place == place) & (t.members.c.person == person)
    session.execute(delete(t.members).where(gone))


def is_in(session: Connection, place: str, person: str) -> bool:
    """Whether *person* was in *place* when Slack was asked last."""
    return bool(pending.rows(session, _IS_IN.one, {"which": place, "who": person}))


def asked_is_in(place: str, person: str) -> Asked:
    """What `is_in` is going to ask."""
    return _IS_IN.of(place, person)


def places_of(session: Connection, person: str) -> set[str]:
    """The channels and user groups that *person* is in."""
    query = select(t.members.c.place).where(t.members.c.person == person)
    return set(session.execute(query).scalars())


def refreshed_at(session: Connection, place: str) -> datetime | None:
    """When Slack was last asked who is in *place*."""
    return session.execute(select(t.places.c.refreshed_at).where(t.places.c.id == place)).scalar()


def id_of(session: Connection, name: str) -> str | None:
    """The channel that was called *name* when Slack was last asked."""
    return session.execute(select(t.places.c.id).where(t.places.c.name == name)).scalar()


def members(session: Connection, place: str) -> frozenset[str]:
    """Who was in *place* when Slack was asked last."""
    query = select(t.members.c.person).where(t.members.c.place == place)
    return frozenset(session.execute(query).scalars())
