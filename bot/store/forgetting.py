"""Comments that are to be forgotten: finding them, and what is left of them afterwards.

What is left is what is counted by, so that every number stays; the source's own id of the comment
becomes a digest of it, by which `comments.lock` knows it when it is sent again.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)

from bot.domain.comment import ChangeKind, Comment, fold
from bot.domain.forgetting import Why
from bot.store import comments, tables as t

_c, _w, _ch, _k = t.comments.c, t.wave_comments.c, t.changes.c, t.cases.c
_CASE = func.coalesce(_c.case_number, _w.wave).label("case")
_STAYS = frozenset(
    {
        "platform",
        "account",
        "region",
        "unit",
        "language",
        "campaign",
        "tags",
        "rating",
        "created_at",
    }
)
"""What numbers are narrowed to and counted by; it tells nothing of who wrote, or what."""

_CALLED = ("id", "handle", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A comment that is kept.

    Attributes:
        case: the one that answers it, 0 for one that was deleted before it was known.
        wave: the case of the wave that it is one of, 0 for none.
        own: whether the case is about this comment; otherwise it has joined there.
    """

    id: int
    case: int
    wave: int
    own: bool
    comment: Comment
    received_at: datetime

    @property
    def cases(self) -> frozenset[int]:
        """Every case that shows it."""
        return frozenset({self.case, self.wave} - {0})


def _query() -> Select[Any]:
    joined = t.comments.join(t.wave_comments, _w.comment_id == _c.id, isouter=True)
    query: Select[Any] = select(t.comments, _w.wave, _CASE).select_from(joined)
    return query.where(~comments.is_forgotten(_c.external_id))


def _held(row: t.Row) -> Held:
    return Held(
        id=row["id"],
        case=row["case"] or 0,
        wave=row["wave"] or 0,
        own=row["case_number"] is not None,
        comment=comments.of_row(row),
        received_at=row["received_at"],
    )


def by(session: Connection, name: str) -> Iterator[Held]:
    """The comments of whoever is called *name*, or was: an id, a handle, or a name as it is shown."""
    wanted = _bare(name)
    if not wanted:
        return
    before = _once_called(session, wanted)
    likely = or_(
        _c.author_id == name.strip(),
        _c.folded.contains(wanted, autoescape=True),
        tuple_(_c.source, _c.external_id).in_(before),
    )
    for row in session.execute(_query().where(likely).order_by(_c.id)).mappings():
        found = _held(row)
        author = found.comment.author
        now = {_bare(each) for each in (author.id, author.handle, author.name)}
        if wanted in now or (row["source"], row["external_id"]) in before:
            yield found


def _once_called(session: Connection, wanted: str) -> set[tuple[str, str]]:
    """The comments that were edited, and whose author had that name in some version."""
    edited = select(_ch.source, _ch.external_id).where(_ch.kind == ChangeKind.UPDATED.value)
    author = _ch.facts["author"].label("author")
    said = select(_ch.source, _ch.external_id, author).where(
        tuple_(_ch.source, _ch.external_id).in_(edited)
    )
    return {
        (row.source, row.external_id)
        for row in session.execute(said)
        if wanted in {_bare(str((row.author or {}).get(part) or "")) for part in _CALLED}
    }


def _bare(name: str) -> str:
    return fold(name.strip()).removeprefix("@")


def of_case(session: Connection, number: int) -> list[Held]:
    """The comments that a case shows, oldest first."""
    shown = or_(_c.case_number == number, _w.wave == number)
    rows = session.execute(_query().where(shown).order_by(_c.id)).mappings()
    return [_held(row) for row in rows]


def of_ids(session: Connection, numbers: Collection[int]) -> list[Held]:
    """Those comments, as far as they are not forgotten yet; nobody else changes them meanwhile."""
    query = _query().where(_c.id.in_(numbers)).order_by(_c.id)
    rows = session.execute(query.with_for_update(of=t.comments)).mappings()
    return [_held(row) for row in rows]


def older(
    session: Connection, source: str, *, before: datetime, limit: int, after: Held | None = None
) -> list[Held]:
    """The comments of a source whose cases were settled *before* then, oldest first.

    With *after* those that come after it in this order.

    A comment that has no case, since its author deleted it before it was known, counts from when
    it was heard of.
    """
    query = (
        _query()
        .join(t.cases, _k.number == func.coalesce(_c.case_number, _w.wave), isouter=True)
        .where(_c.source == source, _c.received_at < before, _comes_after(after))
        .where(or_(_k.settled_at < before, _k.number.is_(None)))
        .order_by(_c.received_at, _c.id)
        .limit(limit)
    )
    return [_held(row) for row in session.execute(query).mappings()]


def _comes_after(held: Held | None) -> ColumnElement[bool]:
    if held is None:
        return true()
    same = and_(_c.received_at == held.received_at, _c.id > held.id)
    return or_(_c.received_at > held.received_at, same)


def raw_of(session: Connection, held: Held) -> list[dict[str, Any]]:
    """Everything that was said about a comment, as it was sent, oldest first."""
    mine = (_ch.source == held.comment.source, _ch.external_id == held.comment.external_id)
    rows = session.execute(select(t.changes).where(*mine).order_by(_ch.at, _ch.id)).mappings()
    return [
        {"kind": row["kind"], "at": row["at"], "facts": row["facts"], "raw": row["raw"]}
        for row in rows
    ]


def versions(session: Connection, held: Held) -> Iterator[Comment]:
    """The comment as it stands, and as each thing that was said about it has it."""
    yield held.comment
    for said in raw_of(session, held):
        yield comments.of_facts(held.comment.source, held.comment.external_id, said["facts"])


def erase(session: Connection, found: Iterable[Held], why: Why) -> None:
    """Take text and author out of comments, and of whatever is kept to compare them by."""
    tokens: dict[str, str] = {}
    for held in found:
        comment = held.comment
        mine = (_ch.source == comment.source, _ch.external_id == comment.external_id)
        session.execute(delete(t.changes).where(*mine))
        session.execute(delete(t.wave_bands).where(t.wave_bands.c.comment_id == held.id))
        _erase_row(session, held, why)
        _erase_member(session, held.id, tokens)


def _erase_row(session: Connection, held: Held, why: Why) -> None:
    comment, mine = held.comment, _c.id == held.id
    facts = session.execute(select(_c.facts).where(mine)).scalar_one()
    kept = {name: value for name, value in facts.items() if name in _STAYS}
    values = {
        "external_id": comments.forgotten_id(comment.source, comment.external_id),
        "author_id": "",
        "folded": "",
        "facts": {**kept, "forgotten": why.value},
    }
    session.execute(update(t.comments).where(mine).values(**values))


def _erase_member(session: Connection, comment_id: int, tokens: dict[str, str]) -> None:
    mine = _w.comment_id == comment_id
    author = session.execute(select(_w.author).where(mine)).scalar()
    if author:
        # One person stays one among those who said the same; which one, nobody can tell.
        token = tokens.setdefault(author, f"forgotten {secrets.token_hex(8)}")
        session.execute(update(t.wave_comments).where(mine).values(author=token))


def teaches(session: Connection, numbers: Collection[int]) -> list[int]:
    """Those of the cases that have ever taught something."""
    taught = select(t.lessons.c.case_number).where(t.lessons.c.case_number.in_(numbers))
    return list(session.execute(taught).scalars())


def mentioned(session: Connection, kinds: Sequence[str]) -> Iterator[tuple[int, str, Any]]:
    """Every event of some kinds with its case, and each relayed message, as they are stored.

    One by one, since what people wrote is in any script, and databases fold few of them.
    """
    j, n = t.journal.c, t.notices.c
    events = select(j.case_number, j.kind, j.data).where(j.kind.in_(kinds))
    for row in session.execute(events.execution_options(yield_per=1000)):
        yield row.case_number, row.kind, row.data
    relays = select(n.case_number, n.kind, n.data).where(n.kind == "relay")
    for row in session.execute(relays):
        yield row.case_number, row.kind, row.data
