"""Lessons and models: what cases teach about routing, and what was learned from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from bot.domain.lessons import Lesson, Taught
from bot.store import tables as t
from bot.store.upsert import insert, insert_new

_l, _m, _c = t.lessons.c, t.models.c, t.comments.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A lesson with the words that it is about."""

    case: int
    text: str
    language: str
    lesson: Lesson


@dataclass(frozen=True, slots=True)
class Seen:
    """How many lessons there are, and when one last changed: the same numbers, the same lessons."""

    count: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """One version of what was learned; ``told`` is what people can read of it."""

    version: int
    made_at: datetime
    data: bytes
    told: dict[str, Any] = field(default_factory=dict)
    lessons: int = 0
    seen: Seen
    by: str = ""
    refused: bool = False
    frozen: bool = False


def note(session: Connection, number: int, lesson: Lesson | None) -> None:
    """Keep what a case teaches now; None when it teaches nothing any more."""
    if lesson is None:
        session.execute(delete(t.lessons).where(_l.case_number == number))
        return
    said = {
        "departments": list(lesson.departments),
        "kind": lesson.kind.value,
        "by": lesson.by,
        "at": lesson.at,
        "changed": select(func.coalesce(func.max(_l.changed), 0) + 1).scalar_subquery(),
    }
    statement = insert(session, t.lessons, case_number=number, **said)
    session.execute(statement.on_conflict_do_update(index_elements=["case_number"], set_=said))


def drop(session: Connection, number: int) -> bool:
    """Let a case be no example; False when it was none."""
    changed = select(func.coalesce(func.max(_l.changed), 0) + 1).scalar_subquery()
    mine = (_l.case_number == number, ~_l.dropped)
    dropped = update(t.lessons).where(*mine).values(dropped=True, changed=changed)
    return bool(session.execute(dropped).rowcount)


def seen(session: Connection) -> Seen:
    """What there is to learn from."""
    query = select(func.count(), func.coalesce(func.max(_l.changed), 0))
    count, changed = session.execute(query).one()
    return Seen(count, changed)


def newest(session: Connection, *, limit: int) -> list[Known]:
    """The newest lessons, oldest first; what somebody dropped is left out."""
    query = (
        select(t.lessons, _c.facts["text"].as_string().label("text"),
               _c.facts["language"].as_string().label("language"))
        .join(t.comments, _c.case_number == _l.case_number)
        .where(~_l.dropped)
        .order_by(_l.at.desc(), _l.case_number.desc())
        .limit(limit)
    )  # fmt: skip
    rows = session.execute(query).mappings().all()
    return [
        Known(
            case=row["case_number"],
            text=row["text"] or "",
            language=row["language"] or "",
            lesson=Lesson(
                departments=tuple(row["departments"]),
                kind=Taught(row["kind"]),
                by=row["by"],
                at=row["at"],
            ),
        )
        for row in reversed(rows)
    ]


def live_model(session: Connection) -> StoredModel | None:
    """What every process routes with; None before anything was learned."""
    return _first(session, ~_m.refused)


def last_model(session: Connection) -> StoredModel | None:
    """The newest version, also one that was refused."""
    return _first(session)


def live_version(session: Connection) -> int:
    """The number of `live_model`; 0 before anything was learned."""
    return session.execute(select(func.max(_m.version)).where(~_m.refused)).scalar() or 0


def model_before(session: Connection, moment: datetime) -> StoredModel | None:
    """What was live at *moment*."""
    return _first(session, ~_m.refused, _m.made_at <= moment)


def save(session: Connection, model: StoredModel) -> bool:
    """Keep a version; False when another process has kept one of that number already."""
    seen = {"count": model.seen.count, "changed": model.seen.changed}
    return insert_new(
        session,
        t.models,
        version=model.version,
        made_at=model.made_at,
        data=model.data,
        told=model.told,
        lessons=model.lessons,
        seen=seen,
        by=model.by,
        refused=model.refused,
        frozen=model.frozen,
    )


def forget_models(session: Connection, *, before: datetime, keep: int) -> None:
    """Drop versions older than *before*, but for the newest *keep*."""
    kept = select(_m.version).order_by(_m.version.desc()).limit(keep)
    versions: Sequence[int] = session.execute(kept).scalars().all()
    old = delete(t.models).where(_m.made_at < before, _m.version.not_in(versions))
    session.execute(old)


def _first(session: Connection, *conditions: Any) -> StoredModel | None:
    query = select(t.models).where(*conditions).order_by(_m.version.desc()).limit(1)
    row = session.execute(query).mappings().first()
    if row is None:
        return None
    return StoredModel(**{**row, "seen": Seen(row["seen"]["count"], row["seen"]["changed"])})
