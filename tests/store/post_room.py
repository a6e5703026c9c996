"""Workers of an outbox, in a few words: who takes what, and what becomes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from bot.store import outbox, outcomes, queue, tables as t
from bot.store.database import Database
from bot.store.outbox import Owed
from bot.store.outcomes import Sent
from bot.store.queue import Taken
from tests.fakes.clock import Clock

PACE = timedelta(seconds=1)
ONE, TWO = "C0ONE", "C0TWO"


def notice(key: str = "a", channel: str = ONE, urgency: int = 12, **over: Any) -> Owed:
    """Something of ordinary urgency for channel one."""
    return Owed(key=key, kind="card", channel=channel, urgency=urgency, **over)


def take(session: Connection, *, worker: str, now: datetime) -> Taken | None:
    """What goes first, if anything can go."""
    seen = queue.heads(session, now=now, limit=1)
    return next(iter(queue.take_all(session, seen, worker=worker, now=now, limit=1)), None)


def sent(
    session: Connection, taken: Taken, *, worker: str, ts: str, now: datetime, pace: timedelta
) -> None:
    """It is in its channel."""
    done = Sent(taken=taken, ts=ts, at=now)
    assert outcomes.sent_all(session, [done], worker=worker, pace=pace) == []


@dataclass(frozen=True)
class PostRoom:
    """An outbox by the test's clock. Workers are named by a letter; A is the usual one."""

    database: Database
    clock: Clock

    def owe(self, *notices: Owed) -> None:
        """Have *notices* shown."""
        with self.database.transaction() as session:
            outbox.owe(session, notices, now=self.clock.now())

    def take(self, worker: str = "A") -> Taken | None:
        """What goes first now."""
        with self.database.transaction() as session:
            return take(session, worker=worker, now=self.clock.now())

    def taken(self, worker: str = "A") -> Taken:
        """What goes first now; there has to be something."""
        taken = self.take(worker)
        assert taken is not None
        return taken

    def take_all(self, worker: str, most: int, *, ahead: timedelta = queue.NOTHING) -> list[Taken]:
        """What goes first in so many channels, now or that little later."""
        now = self.clock.now()
        with self.database.transaction() as session:
            seen = queue.heads(session, now=now, limit=most, ahead=ahead)
            return queue.take_all(session, seen, worker=worker, now=now, limit=most, ahead=ahead)

    def sent_all(self, taken: Sequence[Taken], worker: str) -> None:
        """They were posted, and are noted together."""
        done = [Sent(taken=one, ts=f"{one.id}.0", at=self.clock.now()) for one in taken]
        with self.database.transaction() as session:
            assert outcomes.sent_all(session, done, worker=worker, pace=PACE) == []

    def sent(self, taken: Taken, worker: str = "A", ts: str = "1.1") -> None:
        """It was posted, or updated."""
        self.end(sent, taken, worker, ts=taken.ts or ts, now=self.clock.now(), pace=PACE)

    def end(self, outcome: Callable[..., Any], taken: Taken, worker: str, **named: Any) -> Any:
        """Any other way in which a notice is given back."""
        with self.database.transaction() as session:
            return outcome(session, taken, worker=worker, **named)

    def send_all(self, worker: str = "A") -> list[tuple[str, float]]:
        """Send, second by second, while there is something to send: keys and seconds."""
        began, order, idle = self.clock.now(), list[tuple[str, float]](), 0
        while idle < 15:
            while taken := self.take(worker):
                self.sent(taken, worker, ts=f"{len(order)}.0")
                order.append((taken.key, (self.clock.now() - began).total_seconds()))
                idle = 0
            self.clock.advance(seconds=1)
            idle += 1
        return order

    def row(self, key: str) -> dict[str, Any]:
        """A notice as it is stored."""
        with self.database.reading() as session:
            query = select(t.notices).where(t.notices.c.key == key)
            return dict(session.execute(query).mappings().one())

    def lane(self, name: str = ONE) -> dict[str, Any]:
        """A channel as it is stored."""
        with self.database.reading() as session:
            query = select(t.lanes).where(t.lanes.c.name == name)
            return dict(session.execute(query).mappings().one())

    def shown(self, key: str, ts: str = "1.1") -> None:
        """A notice is in its channel since long ago."""
        with self.database.transaction() as session:
            done = {"ts": ts, "shown": t.notices.c.wanted}
            session.execute(update(t.notices).where(t.notices.c.key == key).values(**done))

    def in_seconds(self, seconds: float) -> datetime:
        """A moment from now."""
        return self.clock.now() + timedelta(seconds=seconds)
