"""Comments as their sources told them: every change once, and the newest word on each field."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.comment import Change, ChangeKind, Comment, fold, in_order, merge
from bot.domain.organisation import Source
from bot.store import tables as t
from bot.store.given import given
from bot.store.pending import ASIDE, put
from bot.store.upsert import insert_new, prepared

_COMMENT = TypeAdapter(Comment)
_FACTS = TypeAdapter(dict[str, Any])
_SORTED = json.JSONEncoder(sort_keys=True)
_FORGOTTEN = "forgotten:"
# Made once: it is asked for each card. By the bare key, PostgreSQL may look for the case along all
# comments in their order, which it takes for short while it has not counted them.
_OF_CASE = (
    select(t.comments)
    .where(t.comments.c.case_number == bindparam("which"))
    .order_by(t.comments.c.id + 0)
    .limit(1)
)
_KEEP, _ATTACH = (update(t.comments).where(t.comments.c.id == bindparam("which")) for _ in "ab")


def remember(session: Connection, change: Change, *, first: bool, now: datetime) -> Change | None:
    """Keep *change*, and return it as it is kept; None when exactly this was said before.

    Of a comment that is locked, the *first* change cannot have been.
    """
    facts = _FACTS.dump_python(dict(change.facts), mode="json")
    row = {
        "source": change.source,
        "external_id": change.external_id,
        "kind": change.kind.value,
        "at": change.at,
        "fingerprint": _fingerprint(change, facts),
        "facts": facts,
        "raw": dict(change.raw),
        "received_at": now,
    }
    if first:
        put(session, prepared(session.dialect.name, t.changes), row)
    elif not insert_new(session, t.changes, **row):
        return None
    return Change(
        kind=change.kind,
        source=change.source,
        external_id=change.external_id,
        at=change.at.astimezone(UTC),
        facts=facts,
    )


def _fingerprint(change: Change, facts: dict[str, Any]) -> str:
    said = [change.kind.value, change.at.isoformat(), facts]
    return hashlib.sha256(_SORTED.encode(said).encode()).hexdigest()


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


Name = tuple[str, str]
"""What a comment is known by: its source, and what that calls it."""


def forgotten_id(source: str, external_id: str) -> str:
    """What a comment that was forgotten is known by: enough to know it again, and no more."""
    named = f"{source}\0{external_id}".encode("utf-8", "surrogatepass")
    return _FORGOTTEN + hashlib.sha256(named).hexdigest()


def is_forgotten(external_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the comment of that row is forgotten."""
    return external_id.startswith(_FORGOTTEN, autoescape=True)


@cache
def _taking(dialect: str) -> Executable:
    """The insert of comments that are neither known nor forgotten, made once: that takes longer."""
    c, known = t.comments.c, t.comments.alias().c
    told = given(dialect, "told", source=Text, external_id=Text, gone=Text).c
    # A table of values is a hundred rows for PostgreSQL. For so many it would rather read all comments
    # than look each one up; what has an offset, be it none, it asks for one by one.
    gone = (
        select(known.id)
        .where(known.source == told.source, known.external_id == told.gone)
        .offset(0)
        .exists()
    )
    fresh = select(
        told.source,
        told.external_id,
        literal({}, t.json),
        bindparam("now", type_=t.Instant()),
    )
    rows = fresh.where(~gone).order_by(told.source, told.external_id)
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    inserting = make(t.comments).from_select(
        ["source", "external_id", "facts", "received_at"], rows
    )
    return inserting.on_conflict_do_nothing().returning(c.id, c.source, c.external_id)


@cache
def _locking(dialect: str) -> Executable:
    """The look for comments that are known, in an order in which nobody waits for each other."""
    c, told = t.comments.c, given(dialect, "told", source=Text, external_id=Text)
    known = (c.source == told.c.source, c.external_id == told.c.external_id)
    found = select(c.id, c.case_number, c.source, c.external_id).where(*known)
    if dialect == "sqlite":
        return found
    # One after the other, each looked up and locked before the next.
    each = found.correlate(told).with_for_update().lateral("known")
    return select(each).select_from(told.join(each, true()))


def lock(session: Connection, named: Iterable[Name], *, now: datetime) -> dict[Name, Locked]:
    """The comments, known or not; nobody else changes them, or the case they have, meanwhile."""
    dialect, gone = session.dialect.name, {name: forgotten_id(*name) for name in named}
    fresh = [
        {"source": source, "external_id": external_id, "gone": known_by}
        for (source, external_id), known_by in gone.items()
    ]
    taken = session.execute(_taking(dialect), {"told": fresh, "now": now}, execution_options=ASIDE)
    found = {(row.source, row.external_id): Locked(id=row.id, case=None, new=True) for row in taken}
    others = {
        (name[0], known_by): name
        for name in gone.keys() - found.keys()
        for known_by in (name[1], gone[name])
    }
    if others:
        asked = [{"source": source, "external_id": known_by} for source, known_by in sorted(others)]
        for row in session.execute(_locking(dialect), {"told": asked}):
            name = others[row.source, row.external_id]
            forgotten = row.external_id == gone[name]
            found[name] = Locked(id=row.id, case=row.case_number, new=False, forgotten=forgotten)
    return found


@dataclass(frozen=True, slots=True)
class Newest:
    """A comment as the newest word has it, and how that is kept."""

    comment: Comment
    _row: dict[str, Any]

    def keep(self, session: Connection, comment_id: int, *, case: int | None = None) -> None:
        """Bring the comment to it; from now on it belongs to *case*, where there is one."""
        row = {"which": comment_id, **self._row}
        if case is None:
            put(session, _KEEP, row)
        else:
            put(session, _ATTACH, {**row, "case_number": case})


def newest(
    changes: Sequence[Change], source: Source, *, heard: Callable[[Comment], Comment]
) -> Newest:
    """The newest word of *changes*, and what *source* adds.

    *heard* gives it the language that its words are in, where nobody has said which.
    """
    said = merge([change for change in changes if change.kind is not ChangeKind.DELETED])
    facts = _with_defaults(said, source)
    first = changes[0]
    comment = heard(_comment(first.source, first.external_id, facts))
    others = {name: value for name, value in facts.items() if name != "language"}
    language = {"language": comment.language} if comment.language else {}
    row = {
        "facts": {**others, **language},
        "folded": fold(f"{comment.text} {comment.author.name} {comment.author.handle}"),
        "author_id": comment.author.id,
    }
    return Newest(comment, row)


def versions(
    changes: Iterable[Change], source: Source, *, since: datetime | None = None
) -> list[Comment]:
    """The comment as each of *changes* from *since* on left it, oldest first.

    A change says only what is new; the rest is as the changes before it have told.
    """
    told = in_order(change for change in changes if change.kind is not ChangeKind.DELETED)
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
    row = session.execute(_OF_CASE, {"which": number}).mappings().first()
    return of_row(row) if row else None
