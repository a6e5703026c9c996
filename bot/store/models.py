"""Models: every version of what was learned, and which of them is live."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select

from bot.store import tables as t
from bot.store.lessons import Seen
from bot.store.upsert import insert_new

_m = t.models.c

_NEWEST = 5
_HOURS = timedelta(days=1)
_DAYS = timedelta(days=35)
_JSON = {"told", "seen"}
_DAMAGED = b"damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """One version of what was learned.

    Attributes:
        data: the models; b"" for the rules alone, and something unreadable where the rest is damaged.
        told: what people can read of it.
        lessons: how many it was made of.
        seen: what there was to learn from.
        by: who wanted it, "" for the bot.
        refused: it did worse than the one before, so that it is not live.
        frozen: nothing is learned after it.
    """

    version: int
    made_at: datetime
    data: bytes
    told: dict[str, Any] = field(default_factory=dict)
    lessons: int = 0
    seen: Seen
    by: str = ""
    refused: bool = False
    frozen: bool = False


def live(session: Connection) -> StoredModel | None:
    """What every process routes with; None before anything was learned."""
    return _first(session, ~_m.refused)


def told(session: Connection) -> dict[str, Any]:
    """What people can read of `live`, without the models themselves; nothing when there is none."""
    query = select(_m.told).where(~_m.refused).order_by(_m.version.desc()).limit(1)
    try:
        found = session.execute(query).scalar()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def last(session: Connection) -> StoredModel | None:
    """The newest version, also one that was refused."""
    return _first(session)


def live_version(session: Connection) -> int:
    """The number of `live`; 0 before anything was learned."""
    return session.execute(select(func.max(_m.version)).where(~_m.refused)).scalar() or 0


def at(session: Connection, moment: datetime) -> StoredModel | None:
    """What was live at *moment*, as far as it is still kept."""
    return _first(session, ~_m.refused, _m.made_at <= moment)


def save(session: Connection, model: StoredModel) -> bool:
    """Keep a version; False when another process has kept one of that number already."""
    fields = [name for name in StoredModel.__slots__ if name != "seen"]
    values = {name: getattr(model, name) for name in fields}
    return insert_new(session, t.models, **values, seen=asdict(model.seen))


def forget(session: Connection, *, now: datetime) -> None:
    """Drop old versions: of the last day, one an hour is kept, and one a day of the last weeks."""
    query = select(_m.version, _m.made_at).order_by(_m.version.desc())
    rows = [(row.version, row.made_at) for row in session.execute(query)]
    kept = {version for version, _ in rows[:_NEWEST]} | _spread(rows, now)
    kept.add(live_version(session))
    gone = [version for version, _ in rows if version not in kept]
    session.execute(delete(t.models).where(_m.version.in_(gone)))


def forget_before(session: Connection, version: int) -> None:
    """Drop every version before *version*: they had learned from what is to be forgotten."""
    session.execute(delete(t.models).where(_m.version < version))


def _spread(rows: Iterable[tuple[int, datetime]], now: datetime) -> set[int]:
    """The last version of each hour or day."""
    last: dict[object, int] = {}
    for version, made_at in rows:
        age = now - made_at
        if age <= _DAYS:
            part = (
                made_at.date()
                if age > _HOURS
                else made_at.replace(minute=0, second=0, microsecond=0)
            )
            last.setdefault(part, version)
    return set(last.values())


def _first(session: Connection, *conditions: Any) -> StoredModel | None:
    def newest(*columns: Any) -> t.Row | None:
        query = select(*columns).where(*conditions).order_by(_m.version.desc()).limit(1)
        return session.execute(query).mappings().first()

    try:
        row = newest(t.models)
        return _whole(row) if row else None
    except (TypeError, ValueError):
        # SQLite keeps JSON as a text, which can be damaged as the models can: neither is believed.
        plain = newest(*(column for column in _m if column.name not in _JSON))
        return StoredModel(**{**plain, "data": _DAMAGED}, seen=Seen(0, 0)) if plain else None


def _whole(row: t.Row) -> StoredModel:
    if not isinstance(row["told"], dict):
        raise TypeError("what people can read of it has fields")
    return StoredModel(**{**row, "seen": Seen(**row["seen"])})
