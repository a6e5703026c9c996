"""What was posted after a look in vain, until it has been looked at again.

A copy of it may turn up: `bot.slack.sweeping` says when and why. Any worker may look; whoever does
leases the row, so that the look of a worker that vanishes is made by another.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from bot.store import tables as t
from bot.store.queue import Taken
from bot.store.upsert import insert

# Soon for those who read the channel, and late for a machine that was frozen for long.
LOOKS = (timedelta(minutes=5), timedelta(hours=1))
_AGAIN = timedelta(minutes=5)
_TRIES = 5
_LEASE = timedelta(minutes=2)
_d = t.doubts.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A post that may stand twice.

    Attributes:
        thread: the message that it is under, "" for the channel itself.
        since: when it may have been posted for the first time.
        at: when it was posted anew.
        look: which of `LOOKS` comes next.
        tries: how often that one has failed.
    """

    notice: int
    channel: str
    thread: str
    since: datetime
    at: datetime
    look: int = 0
    tries: int = 0


def about(taken: Taken, thread: str, *, now: datetime) -> Doubt:
    """The doubt about *taken*, which has just been posted after nobody could find it."""
    since = taken.sending_since or taken.created_at
    return Doubt(notice=taken.id, channel=taken.channel, thread=thread, since=since, at=now)


def remember(session: Connection, doubt: Doubt) -> None:
    """Have it looked at again; one that is doubted anew is looked for since the first time."""
    fresh = {"thread": doubt.thread, "at": doubt.at, "look": 0, "tries": 0}
    due = doubt.at + LOOKS[0]
    statement = insert(
        session, t.doubts, notice_id=doubt.notice, since=doubt.since, due_at=due, **fresh
    )
    again = {**fresh, "due_at": due}
    session.execute(statement.on_conflict_do_update(index_elements=["notice_id"], set_=again))


def any_due(session: Connection, *, now: datetime) -> bool:
    """Whether there is something to look at; takes no lock."""
    return (
        session.execute(select(_d.notice_id).where(_d.due_at <= now).limit(1)).first() is not None
    )


def take(session: Connection, *, now: datetime) -> Doubt | None:
    """What is to be looked at first; nobody else gets it for a while."""
    query = (
        select(t.doubts, t.notices.c.channel)
        .join(t.notices, t.notices.c.id == _d.notice_id)
        .where(_d.due_at <= now)
        .order_by(_d.due_at)
        .limit(1)
        .with_for_update(of=t.doubts, skip_locked=True)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    mine = update(t.doubts).where(_d.notice_id == row.notice_id)
    session.execute(mine.values(due_at=now + _LEASE))
    return Doubt(
        notice=row.notice_id, channel=row.channel, thread=row.thread, since=row.since, at=row.at,
        look=row.look, tries=row.tries,
    )  # fmt: skip


def looked(session: Connection, doubt: Doubt, *, now: datetime) -> None:
    """This look is done; the next one comes in its time, if there is one."""
    this = _d.notice_id == doubt.notice
    if doubt.look + 1 == len(LOOKS):
        session.execute(delete(t.doubts).where(this, _d.look == doubt.look))
        return
    following = {"look": doubt.look + 1, "tries": 0}
    due = max(now, doubt.at + LOOKS[doubt.look + 1])
    same = update(t.doubts).where(this, _d.look == doubt.look)
    session.execute(same.values(due_at=due, **following))


def failed(session: Connection, doubt: Doubt, *, now: datetime) -> None:
    """The channel could not be read: it is tried again, but not for ever."""
    if doubt.tries >= _TRIES:
        looked(session, doubt, now=now)
        return
    this = update(t.doubts).where(_d.notice_id == doubt.notice)
    session.execute(this.values(tries=doubt.tries + 1, due_at=now + _AGAIN))
