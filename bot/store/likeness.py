"""What comments look like, so that those that may say the same are found without reading all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    Insert,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from bot.store import tables as t
from bot.store.given import given, moment
from bot.store.pending import put

KEPT = timedelta(days=8)
"""How long it is remembered what comments looked like: to know what is usual, and a little more."""

_MOST_COMPARED = 60
_b = t.wave_bands.c
_WAIT = select(func.pg_advisory_xact_lock(func.unnest(bindparam("texts", type_=ARRAY(BigInteger)))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one comment looks like, and between which moments others are compared with it."""

    comment_id: int
    bands: Sequence[int]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Near:
    """A comment with a band in common, to be looked at if its sketch is near as well."""

    comment_id: int
    sketch: int


def _keeping_all() -> Insert:
    """The insert of all bands of a comment, as one array."""
    rows = select(
        func.unnest(bindparam("bands", type_=ARRAY(BigInteger))).column_valued("band"),
        bindparam("id", type_=BigInteger),
        bindparam("drawn", type_=BigInteger),
        bindparam("written", type_=t.Instant()),
    )
    return insert(t.wave_bands).from_select(["band", "comment_id", "sketch", "at"], rows)


_KEEP, _KEEP_ALL = insert(t.wave_bands), _keeping_all()


@cache
def _looking(dialect: str) -> Select[Any]:
    bands = {"comment_id": BigInteger, "band": BigInteger, "since": t.Instant, "until": t.Instant}
    asked = given(dialect, "asked", **bands).c
    shared, newest = func.count(), func.max(_b.at)
    place = func.row_number().over(
        partition_by=asked.comment_id, order_by=(shared.desc(), newest.desc())
    )
    between = _b.at.between(asked.since, asked.until)
    near = (
        select(
            asked.comment_id.label("seen"),
            _b.comment_id,
            func.max(_b.sketch).label("sketch"),
            place.label("place"),
        )
        .where(_b.band == asked.band, between, _b.comment_id != asked.comment_id)
        .group_by(asked.comment_id, _b.comment_id)
        .subquery()
    )
    return select(near).where(near.c.place <= bindparam("most")).order_by(near.c.place)


def remember(
    session: Connection, comment_id: int, bands: Sequence[int], sketch: int, at: datetime
) -> None:
    """Let later comments be compared with this one."""
    if session.dialect.name == "postgresql":
        values = {"bands": list(bands), "id": comment_id, "drawn": sketch, "written": at}
        put(session, _KEEP_ALL, values)
        return
    # One row a statement: SQLite, which sends none, would note how to undo half of a longer one.
    own = {"comment_id": comment_id, "sketch": sketch, "at": at}
    put(session, _KEEP, *({"band": band, **own} for band in bands))


def wait_for_same(session: Connection, texts: Iterable[Sequence[int]]) -> None:
    """Let nobody else take in the very same texts, known by their bands, until the transaction ends.

    All at once and in order, so that no two transactions wait for each other. SQLite has one writer
    at a time, who never has to wait here.
    """
    firsts = sorted({bands[0] for bands in texts})
    if firsts and session.dialect.name == "postgresql":
        session.execute(_WAIT, {"texts": firsts})


def near(
    session: Connection, sights: Iterable[Sight], *, most: int = _MOST_COMPARED
) -> dict[int, list[Near]]:
    """For each of *sights*, the comments that share the most of its bands, at most *most*."""
    dialect, found = session.dialect.name, defaultdict[int, list[Near]](list)
    asked = [
        {"comment_id": each.comment_id, "band": band, "since": since, "until": until}
        for each in sights
        for since, until in [(moment(dialect, each.since), moment(dialect, each.until))]
        for band in each.bands
    ]
    if not asked:
        return found
    for row in session.execute(_looking(dialect), {"asked": asked, "most": most}):
        found[row.seen].append(Near(row.comment_id, row.sketch))
    return found


def forget(session: Connection, *, before: datetime) -> None:
    """Drop what comments older than *before* looked like; waves stay as they are."""
    session.execute(delete(t.wave_bands).where(_b.at < before))
