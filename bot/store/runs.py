"""Which digests have been owed: one row per digest and local date."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from bot.domain.digest import Period
from bot.store import report_tables as t
from bot.store.upsert import insert_new

_r = t.digest_runs.c


def begin(
    session: Connection,
    digest: str,
    day: date,
    *,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> bool:
    """Whether this call is the one that owes the digest of *day*, for the period given.

    Without a period nobody owes it: that day is passed over, and the next one tells of it.
    """
    return insert_new(
        session, t.digest_runs, digest=digest, local_date=day, at=now, since=since, until=until
    )


def begun(session: Connection, digests: Collection[str], *, since: date) -> set[tuple[str, date]]:
    """The digests that have been owed, or passed over, for the dates from *since* on."""
    query = select(_r.digest, _r.local_date).where(_r.digest.in_(digests), _r.local_date >= since)
    return {(row.digest, row.local_date) for row in session.execute(query)}


def told_until(session: Connection, digests: Collection[str]) -> dict[str, datetime]:
    """Where the last period ended of each of *digests*, if that is known."""
    query = select(_r.digest, func.max(_r.until).label("until"))
    query = query.where(_r.digest.in_(digests), _r.until.is_not(None)).group_by(_r.digest)
    return {row.digest: row.until for row in session.execute(query)}


def newest(session: Connection, digest: str) -> Period | None:
    """The period that was told last, if that is known."""
    query = select(_r.since, _r.until).where(_r.digest == digest, _r.since.is_not(None))
    row = session.execute(query.order_by(_r.local_date.desc()).limit(1)).first()
    return Period(since=row.since, until=row.until) if row else None
