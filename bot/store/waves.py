"""Waves: which comments are one case, since they say the same."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.domain.comment import Comment
from bot.domain.events import CommentDeleted, CommentEdited
from bot.domain.waves import Alike, Member, Wave
from bot.store import tables as t
from bot.store.comments import of_row
from bot.store.upsert import insert_new

# Of PostgreSQL's advisory locks, which all of an installation share, the one of waves.
_WAVES = 0x6372_6F73_7377_6176
_w, _m, _c = t.wave_comments.c, t.comments.c, t.cases.c
_STANDING = (_c.joined, _c.settled_at, _c.deleted_at)


@dataclass(frozen=True, slots=True)
class Found:
    """An earlier comment that may say the same; ``told``: it is known as one of a wave already."""

    alike: Alike
    text: str
    language: str
    told: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """A comment that is answered in another's case, and what its author has done to it since."""

    case: int
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


def waited_for_all(session: Connection) -> bool:
    """Let nobody else add to any wave: two could begin the same one.

    Says whether there may be more to see now, which on SQLite there never is.
    """
    if session.dialect.name != "postgresql":
        return False
    session.execute(select(func.pg_advisory_xact_lock(_WAVES)))
    return True


def read(session: Connection, numbers: Collection[int]) -> list[Found]:
    """Those comments, as far as they belong to any case."""
    if not numbers:
        return []
    case = func.coalesce(_w.wave, _m.case_number)
    query = (
        select(t.comments, _w.wave, case.label("case"), *_STANDING)
        .join(t.wave_comments, _w.comment_id == _m.id, isouter=True)
        .join(t.cases, _c.number == case)
        .where(_m.id.in_(numbers))
    )
    return [_of(row) for row in session.execute(query).mappings()]


def _of(row: t.Row) -> Found:
    comment = of_row(row)
    # An author's own deletion leaves a case to which nobody has joined with nothing to answer.
    live = row["settled_at"] is None and (row["deleted_at"] is None or row["joined"] > 0)
    alike = Alike(
        comment_id=row["id"],
        case=row["case"],
        author=author(comment),
        at=moment(comment, row["received_at"]),
        joined=row["joined"],
        live=live,
    )
    return Found(alike, comment.text, comment.language, told=row["wave"] is not None)


def author(comment: Comment) -> str:
    """Who wrote it, as far as the source tells; "" when it does not."""
    known = comment.author.id or comment.author.handle or comment.author.name
    return f"{comment.platform} {known.strip().casefold()}" if known.strip() else ""


def moment(comment: Comment, received_at: datetime) -> datetime:
    """When it was written, or else received."""
    return comment.created_at or received_at


def add(session: Connection, number: int, members: Collection[Alike]) -> None:
    """Let *members* belong to the wave of a case; one that belongs to another stays there."""
    for each in sorted(members, key=lambda each: each.comment_id):
        row = {"comment_id": each.comment_id, "wave": number, "author": each.author, "at": each.at}
        insert_new(session, t.wave_comments, **row)


def size(session: Connection, number: int) -> int:
    """How many comments the wave of a case has had."""
    query = select(func.count()).where(_w.wave == number)
    return session.execute(query).scalar_one()


def joined(session: Connection, comment_id: int) -> Joined | None:
    """The case of a comment that has none of its own; None when it has joined none."""
    query = select(_w.wave, _w.edited_at, _w.deleted_at).where(_w.comment_id == comment_id)
    row = session.execute(query).first()
    return Joined(row.wave, row.edited_at, row.deleted_at) if row else None


def changed(
    session: Connection, comment_id: int, news: Collection[CommentEdited | CommentDeleted]
) -> None:
    """A comment that may be one of a wave was edited or deleted."""
    moments = {
        name: moment
        for each in news
        for name, moment in asdict(each).items()
        if name in {"edited_at", "deleted_at"}
    }
    mine = update(t.wave_comments).where(_w.comment_id == comment_id)
    session.execute(mine.values(**moments))


def of_case(session: Connection, number: int, *, newest: int) -> Wave | None:
    """The wave of a case, with its *newest* comments; None for a case that is none.

    What its author has deleted is listed, and not counted.
    """
    gone = _w.deleted_at.is_not(None)
    people = func.count(func.nullif(_w.author, "").distinct()).filter(~gone)
    query = select(
        func.count(), func.count().filter(~gone), people, func.min(_w.at), func.max(_w.at)
    )
    every, there, authors, since, until = session.execute(query.where(_w.wave == number)).one()
    if not there:
        return None
    listed = _newest(session, number, newest) if newest else ()
    return Wave(
        comments=there,
        people=authors,
        since=since,
        until=until,
        newest=listed,
        unlisted=every - len(listed),
    )


def _newest(session: Connection, number: int, most: int) -> tuple[Member, ...]:
    query = (
        select(t.comments, _w.at, _w.author, _w.edited_at, _w.deleted_at)
        .join(t.wave_comments, _w.comment_id == _m.id)
        .where(_w.wave == number)
        .order_by(_w.at.desc(), _m.id.desc())
        .limit(most)
    )
    return tuple(_member(row) for row in session.execute(query).mappings())


def _member(row: t.Row) -> Member:
    comment = of_row(row)
    return Member(
        comment_id=row["id"],
        author=row["author"],
        name=comment.author.shown,
        url=comment.url,
        platform=comment.platform,
        text=comment.text,
        at=row["at"],
        case=row["case_number"] or 0,
        edited_at=row["edited_at"],
        deleted_at=row["deleted_at"],
    )
