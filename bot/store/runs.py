"""Which digests have been owed: one row per digest and local date."""

from datetime import date, datetime

from sqlalchemy import Connection

from bot.store import tables as t
from bot.store.upsert import insert_new


def begin(session: Connection, digest: str, day: date, *, now: datetime) -> bool:
    """Whether this call is the one that owes the digest of *day*."""
    return insert_new(session, t.digest_runs, digest=digest, local_date=day, at=now)
