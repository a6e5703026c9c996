"""Comments as their sources told them: every change once, and the newest word on each field."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Text,
    bindparam,
    exists,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.comment import Change, ChangeKind, Comment, fold, merge
from bot.domain.organisation import Source
from bot.store import tables as t
from bot.store.upsert import insert_new

_COMMENT = TypeAdapter(Comment)
_FACTS = TypeAdapter(dict[str, Any])
_FORGOTTEN = "forgotten:"


def remember(session: Connection, change: Change, *, now: datetime) -> Change | None:
    """Keep *change*, and return it as it is kept; None when exactly this was said before."""
    facts = _FACTS.dump_python(dict(change.facts), mode="json")
    new = insert_new(
        session,
        t.changes,
        source=change.source,
        external_id=change.external_id,
        kind=change.kind.value,
        at=change.at,
        fingerprint=_fingerprint(change, facts),
        facts=facts,
        raw=dict(change.raw),
        received_at=now,
    )
    return replace(change, at=change.at.astimezone(UTC), facts=facts, raw={}) if new else None


def _fingerprint(change: Change, facts: dict[str, Any]) -> str:
    said = [change.kind.value, change.at.isoformat(), facts]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def changes_of(session: Connection, source: str, external_id: str) -> list[Change]:
    """Everything that was said about one comment."""
    rows = session.execute(
        select(t.changes).where(
            t.changes.c.source == source, t.changes.c.external_id == external_id
        )
    ).mappings()
    return [
        Change(
            kind=ChangeKind(row["kind"]),
            source=source,
            external_id=external_id,
            at=row["at"],
            facts=row["facts"],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """A comment that nobody else changes meanwhile; ``new``: nothing was said about it before.

    One that is ``forgotten`` stays so, whatever is said about it.
    """

    id: int
    case: int | None
    new: bool
    forgotten: bool = False


def forgotten_id(source: str, external_id: str) -> str:
    """What a comment that was forgotten is known by: enough to know it again, and no more."""
    named = f"{source}\0{external_id}".encode("utf-8", "surrogatepass")
    return _FORGOTTEN + hashlib.sha256(named).hexdigest()


def is_forgotten(external_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the comment of that row is forgotten."""
    return external_id.startswith(_FORGOTTEN, autoescape=True)


_FRESH = ("source", "external_id", "facts", "received_at")


def _bound(values: dict[str, Any]) -> dict[str, Any]:
    # SQLAlchemy keeps the names of columns for itself.
    return {f"new_{name}": value for name, value in values.items()}


@cache
def _taking(dialect: str) -> Executable:
    """The insert of a comment that is neither known nor forgotten, made once: that takes longer."""
    c = t.comments.c
    fresh = [bindparam(f"new_{name}", type_=c[name].type) for name in _FRESH]
    known = t.comments.alias().c
    gone = (known.source == fresh[0], known.external_id == bindparam("gone", type_=Text))
    rows = select(*fresh).where(~exists().where(*gone))
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    inserting = make(t.comments).from_select(list(_FRESH), rows)
    return inserting.on_conflict_do_nothing().returning(c.id)


def lock(session: Connection, source: str, external_id: str, *, now: datetime) -> Locked:
    """The comment, known or not; nobody else changes it, or the case it has, meanwhile."""
    c, gone = t.comments.c, forgotten_id(source, external_id)
    values = {"source": source, "external_id": external_id, "facts": {}, "received_at": now}
    taking = _taking(session.dialect.name)
    new = session.execute(taking, {**_bound(values), "gone": gone}).scalar()
    if new is not None:
        return Locked(id=new, case=None, new=True)
    known = (c.source == source, c.external_id.in_((external_id, gone)))
    query = select(c.id, c.case_number, c.external_id).where(*known).with_for_update()
    row = session.execute(query).one()
    forgotten = row.external_id == gone
    return Locked(id=row.id, case=row.case_number, new=False, forgotten=forgotten)


def attach(session: Connection, comment_id: int, number: int) -> None:
    """The comment belongs to that case."""
    session.execute(
        update(t.comments).where(t.comments.c.id == comment_id).values(case_number=number)
    )


def refresh(
    session: Connection,
    comment_id: int,
    changes: Iterable[Change],
    source: Source,
    *,
    heard: Callable[[Comment], Comment],
) -> Comment:
    """Bring the comment to the newest word of *changes*, and what *source* adds; return it.

    *heard* gives it the language that its words are in, where nobody has said which.
    """
    said = merge([change for change in changes if change.kind is not ChangeKind.DELETED])
    facts = _with_defaults(said, source)
    first = next(iter(changes))
    comment = heard(_comment(first.source, first.external_id, facts))
    others = {name: value for name, value in facts.items() if name != "language"}
    language = {"language": comment.language} if comment.language else {}
    values = {
        "facts": {**others, **language},
        "folded": fold(f"{comment.text} {comment.author.name} {comment.author.handle}"),
        "author_id": comment.author.id,
    }
    session.execute(update(t.comments).where(t.comments.c.id == comment_id).values(**values))
    return comment


def versions(
    changes: Iterable[Change], source: Source, *, since: datetime | None = None
) -> list[Comment]:
    """The comment as each of *changes* from *since* on left it, oldest first.

    A change says only what is new; the rest is as the changes before it have told.
    """
    told = [change for change in changes if change.kind is not ChangeKind.DELETED]
    told.sort(key=lambda change: change.order)
    return [
        _comment(last.source, last.external_id, _with_defaults(merge(told[:count]), source))
        for count, last in enumerate(told, 1)
        if since is None or last.at >= since
    ]


def _with_defaults(facts: dict[str, Any], source: Source) -> dict[str, Any]:
    defaults = {name: getattr(source, name) for name in ("platform", "account", "region", "unit")}
    given = {name: value for name, value in facts.items() if value not in ("", None)}
    return {**defaults, **given}


def _comment(source: str, external_id: str, facts: dict[str, Any]) -> Comment:
    return _COMMENT.validate_python({**facts, "source": source, "external_id": external_id})


def of_facts(source: str, external_id: str, facts: dict[str, Any]) -> Comment:
    """The comment as *facts* alone have it, which may be a few of them only."""
    return _comment(source, external_id, {"platform": "", **facts})


def of_row(row: t.Row) -> Comment:
    """The comment of a row of `tables.comments`."""
    return of_facts(row["source"], row["external_id"], row["facts"])


def of_case(session: Connection, number: int) -> Comment | None:
    """The comment that a case is about."""
    row = session.execute(
        select(t.comments).where(t.comments.c.case_number == number).order_by(t.comments.c.id)
    ).mappings().first()  # fmt: skip
    return of_row(row) if row else None


def answered(session: Connection, source: str, delivery_id: str) -> tuple[int, int | None] | None:
    """How a delivery was answered before: its status and case."""
    row = session.execute(
        select(t.deliveries.c.status, t.deliveries.c.case_number).where(
            t.deliveries.c.source == source, t.deliveries.c.delivery_id == delivery_id
        )
    ).first()
    return (row.status, row.case_number) if row else None


def open_delivery(session: Connection, source: str, delivery_id: str, *, now: datetime) -> bool:
    """Take a delivery in hand; False when it was answered before."""
    fresh = {"status": 0, "received_at": now}
    return insert_new(session, t.deliveries, source=source, delivery_id=delivery_id, **fresh)


def close_delivery(
    session: Connection, source: str, delivery_id: str, *, status: int, case: int | None
) -> None:
    """Remember how the delivery is answered."""
    session.execute(
        update(t.deliveries)
        .where(t.deliveries.c.source == source, t.deliveries.c.delivery_id == delivery_id)
        .values(status=status, case_number=case)
    )


def forget_deliveries(session: Connection, *, before: datetime) -> None:
    """Drop the memory of deliveries that nobody sends again."""
    session.execute(t.deliveries.delete().where(t.deliveries.c.received_at < before))
