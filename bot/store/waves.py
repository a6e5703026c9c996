"""Waves: finding comments that say the same, and which of them are one case."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Insert,
    Select,
    Text,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    true,
    update,
)

from bot.domain.comment import Comment
from bot.domain.events import CommentDeleted, CommentEdited
from bot.domain.waves import Alike, Member, Wave
from bot.store import tables as t
from bot.store.comments import of_row
from bot.store.pending import ASIDE
from bot.store.upsert import insert_new

KEPT = timedelta(days=8)
"""How long it is remembered what comments looked like: to know what is usual, and a little more."""

_MOST_COMPARED = 60
# Of PostgreSQL's advisory locks, which all of an installation share, the one of waves.
_WAVES = 0x6372_6F73_7377_6176
_b, _w, _m, _c = t.wave_bands.c, t.wave_comments.c, t.comments.c, t.cases.c
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


@dataclass(frozen=True, slots=True)
class Near:
    """A comment with so many bands in common, to be looked at if its sketch is near as well."""

    comment_id: int
    sketch: int
    shared: int


@cache
def _keeping(dialect: str) -> Insert:
    """The insert of all bands at once, made once: making it anew would cost more than doing it."""
    band: ColumnElement[int]
    if dialect == "postgresql":
        band = func.unnest(bindparam("bands", type_=ARRAY(BigInteger))).column_valued("band")
    else:
        band = func.json_each(bindparam("bands", type_=Text)).table_valued("value").c.value
    written = bindparam("written", type_=t.Instant())
    rows = select(
        band, bindparam("id", type_=BigInteger), bindparam("drawn", type_=BigInteger), written
    )
    keeping = insert(t.wave_bands).from_select(["band", "comment_id", "sketch", "at"], rows)
    return keeping.execution_options(**ASIDE)


@cache
def _looking(count: int, dialect: str) -> Select[Any]:
    shared = [bindparam(f"band_{place}", type_=BigInteger) for place in range(count)]
    between = _b.at.between(
        bindparam("since", type_=t.Instant()), bindparam("until", type_=t.Instant())
    )
    near = (
        select(_b.comment_id, func.max(_b.sketch).label("sketch"), func.count().label("shared"))
        .where(_b.band.in_(shared), between, _b.comment_id != bindparam("besides"))
        .group_by(_b.comment_id)
        .order_by(func.count().desc(), func.max(_b.at).desc())
        .limit(bindparam("most"))
    )
    if dialect != "postgresql":
        return near.execution_options(**ASIDE)
    found = near.subquery()
    alone = func.pg_try_advisory_xact_lock(bindparam("band_0")).label("alone")
    one = select(literal(1).label("one")).subquery()
    whole = select(alone, found)
    return whole.select_from(one.outerjoin(found, true())).execution_options(**ASIDE)


def remember(
    session: Connection, comment_id: int, bands: Sequence[int], sketch: int, at: datetime
) -> None:
    """Let later comments be compared with this one."""
    dialect = session.dialect.name
    listed = list(bands) if dialect == "postgresql" else str(list(bands))
    values = {"bands": listed, "id": comment_id, "drawn": sketch, "written": at}
    session.execute(_keeping(dialect), values)


def _named(bands: Sequence[int]) -> dict[str, Any]:
    return {f"band_{place}": band for place, band in enumerate(bands)}


def near(
    session: Connection,
    bands: Sequence[int],
    *,
    since: datetime,
    until: datetime,
    besides: int,
    most: int = _MOST_COMPARED,
) -> list[Near]:
    """The comments that share the most of *bands*, at most *most*; *besides* is left out.

    Whoever takes in the very same text at this moment is waited for, so that it is seen. SQLite
    has one writer at a time, who therefore never has to wait here.
    """
    looking = _looking(len(bands), session.dialect.name)
    asked = {"since": since, "until": until, "besides": besides, "most": most}
    rows = session.execute(looking, {**_named(bands), **asked}).all()
    if rows and not getattr(rows[0], "alone", True):
        session.execute(select(func.pg_advisory_xact_lock(bands[0])))
        rows = session.execute(looking, {**_named(bands), **asked}).all()
    return [
        Near(row.comment_id, row.sketch, row.shared) for row in rows if row.comment_id is not None
    ]


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


def forget(session: Connection, *, before: datetime) -> None:
    """Drop what comments older than *before* looked like; waves stay as they are."""
    session.execute(delete(t.wave_bands).where(_b.at < before))
