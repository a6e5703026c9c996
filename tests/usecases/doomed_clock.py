"""A clock in a process of its own that is killed at the statement it is told.

Started with the database's URL; it reads one order a line, ``{"now": …, "die": n}``, and ticks.
It answers with the digests that it owed, or with null when it was killed: at its *n*-th step, one
being the beginning or end of a statement or the beginning of the commit, or once it has committed,
and without a last word. A process that
was killed is followed by a new one at the next order.
"""

import json
import multiprocessing
import os
import signal
import sys
from datetime import datetime, time
from multiprocessing.connection import Connection
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event

from bot.domain.organisation import Organisation
from bot.domain.schedules import Cadence, Schedule
from bot.domain.scope import Scope
from bot.domain.worktime import parse_hours
from bot.store.database import Database
from bot.usecases import scheduling
from tests.domain.factories import organisation, team

# A fork has everything imported already.
_FORK = multiprocessing.get_context("fork")
NEVER, ONCE_COMMITTED = 0, -1
EVERYBODY = Scope()


def _schedule(key: str, cadence: Cadence, at: time, zone: str, **over: Any) -> Schedule:
    return Schedule(
        key=key, scope=EVERYBODY, cadence=cadence, at=at, zone=ZoneInfo(zone), place="C0ALL", **over
    )


IN_FILE = (
    _schedule("file-week", Cadence.WEEKLY, time(0), "Africa/Cairo", weekday=4, from_file=True),
    _schedule("file-month", Cadence.MONTHLY, time(9), "Europe/London", day=1, from_file=True,
              working=parse_hours("Mon-Fri 09:00-18:00")),
    _schedule("file-apia", Cadence.WEEKLY, time(8, 45), "Pacific/Apia", weekday=0, from_file=True,
              working=parse_hours("Tue-Thu 08:00-16:00")),
)  # fmt: skip
IN_SLACK = (
    _schedule("slack.new-york", Cadence.DAILY, time(2, 30), "America/New_York"),
    _schedule("slack.santiago", Cadence.MONTHLY, time(23, 30), "America/Santiago", day=31),
    _schedule("slack.beirut", Cadence.WEEKLY, time(0), "Asia/Beirut", weekday=6),
)  # fmt: skip
LONDON = team("service-uk", digest_at=time(1, 30), hours=parse_hours("Mon-Sun 00:00-24:00"))
HONG_KONG = team("service-hk", hours=parse_hours("Mon-Fri 09:00-18:00, Sat 10:00-14:00"))


def an_organisation() -> Organisation:
    """Two teams with digests of their own, and two digests more."""
    return organisation(teams=(LONDON, HONG_KONG), digests=IN_FILE)


def work(database_url: str, orders: Connection) -> None:
    """Tick for each order until one of them kills."""
    database, org = Database(database_url), an_organisation()
    fuse = Fuse(database)
    while True:
        now, die = orders.recv()
        fuse.left = die
        with database.transaction() as session:
            owed = scheduling.owe_due_digests(session, org, now=now)
        if die == ONCE_COMMITTED:
            os.kill(os.getpid(), signal.SIGKILL)
        orders.send(owed)


class Fuse:
    """Kills its own process once the database has done so many steps; with none, never."""

    def __init__(self, database: Database) -> None:
        self.left = NEVER
        for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(database.engine, moment, self.burn)

    def burn(self, *_: Any) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Supervisor:
    """Starts a clock again whenever it is gone."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._start()

    def _start(self) -> None:
        self._orders, theirs = _FORK.Pipe()
        self._process = _FORK.Process(target=work, args=(self._url, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def tick(self, now: datetime, die: int) -> list[str] | None:
        self._orders.send((now, die))
        try:
            return list(self._orders.recv())
        except EOFError:
            self._process.join()
            assert self._process.exitcode == -signal.SIGKILL, self._process.exitcode
            self._orders.close()
            self._start()
            return None

    def stop(self) -> None:
        self._process.kill()
        self._process.join()


def main(database_url: str) -> None:
    """Carry out the orders on standard input."""
    clock = Supervisor(database_url)
    for line in sys.stdin:
        order = json.loads(line)
        owed = clock.tick(datetime.fromisoformat(order["now"]), order["die"])
        sys.stdout.write(json.dumps(owed) + "\n")
        sys.stdout.flush()
    clock.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
