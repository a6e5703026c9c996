"""A worker that is killed at a named point, as a process of its own.

It reads one order a line, ``{"database": …, "slack": …, "now": …, "die": …}``, the first two of them
addresses, and for each has a process of its own work until there is nothing to do or it is killed.
It answers with that process's id at once, and with how it ended afterwards.
"""

import json
import multiprocessing
import os
import signal
import sys
from datetime import datetime

import structlog

from bot.services import Services
from bot.slack.delivery import Delivery
from bot.slack.directory import SlackDirectory
from bot.slack.gateway import Gateway, web_client
from bot.store.database import Database
from bot.ui.kit import Message
from tests.slack.office import organisation, settings_at

BEFORE_POST, AFTER_POST, AFTER_FINDING = "before the post", "after the post", "after finding it"
AFTER_LOOKING = "after looking for copies"
NEVER = ""
# A fork has everything imported already.
_FORK = multiprocessing.get_context("fork")


class Doomed(Gateway):
    """Kills its own process, without a last word, when it comes to a point."""

    die = NEVER

    def post(self, channel: str, message: Message, *, marker: str, thread: str = "") -> str:
        self._perhaps(BEFORE_POST)
        ts = super().post(channel, message, marker=marker, thread=thread)
        self._perhaps(AFTER_POST)
        return ts

    def find(self, channel: str, marker: str, *, since: datetime, thread: str = "") -> str | None:
        found = super().find(channel, marker, since=since, thread=thread)
        self._perhaps(AFTER_FINDING)
        return found

    def copies(
        self, channel: str, marker: str, *, since: datetime, thread: str = ""
    ) -> tuple[str, ...]:
        found = super().copies(channel, marker, since=since, thread=thread)
        self._perhaps(AFTER_LOOKING)
        return found

    def _perhaps(self, point: str) -> None:
        if self.die == point:
            os.kill(os.getpid(), signal.SIGKILL)


def work(database_url: str, slack_url: str, now: datetime, die: str) -> None:
    """Deliver what can go at *now*."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    known, org = settings_at(slack_url, database_url), organisation()
    gateway = Doomed(web_client(known))
    gateway.die = die
    database = Database(database_url)
    services = Services(
        settings=known,
        database=database,
        organisation=org,
        directory=SlackDirectory(database, org, gateway, lambda: now),
        now=lambda: now,
    )
    delivery = Delivery(services, gateway, worker=f"process {os.getpid()}")
    while delivery.step():
        pass


def main() -> None:
    """Carry out the orders on standard input."""
    for line in sys.stdin:
        order = json.loads(line)
        now = datetime.fromisoformat(order["now"])
        where = order["database"], order["slack"]
        process = _FORK.Process(target=work, args=(*where, now, order["die"]))
        process.start()
        _say(process.pid)
        process.join()
        _say(process.exitcode)


def _say(number: int | None) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
