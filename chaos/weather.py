"""What happens to everything at once: tokens, channels, connections, PostgreSQL, processes."""

import random
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from chaos.history import History
from chaos.places import WORDS, channel_of
from chaos.processes import Processes
from chaos.slack import ChaosSlack
from tests.fakes.workspace import BOT_USER
from tests.postgres import PostgresServer

AWAY = "Slack refused connections"
_CARELESS = 0.15
"""How often somebody deletes a message, for each time that something else happens."""


@dataclass(slots=True)
class Weather:
    """One trouble after the other, each for a moment."""

    slack: ChaosSlack
    processes: Processes
    history: History
    dice: random.Random
    server: PostgresServer | None = None
    file: Path | None = None

    def run(self, stop: threading.Event) -> None:
        """Make trouble until *stop*; what was broken for a moment is whole again afterwards."""
        troubles: list[tuple[int, Callable[[threading.Event], None]]] = [
            (12, self._kill),
            (2, self._refuse_token),
            (2, self._archive),
            (2, self._expel),
            (2, self._shut),
            (3 if self.server else 0, self._crash),
            (2 if self.file else 0, self._lock),
        ]
        weights = [weight for weight, _ in troubles]
        while not stop.wait(self.dice.uniform(0.8, 2.2)):
            ((_, trouble),) = self.dice.choices(troubles, weights)
            trouble(stop)
            if self.dice.random() < _CARELESS:
                self._delete()

    def _kill(self, _: threading.Event) -> None:
        self.processes.kill(self.dice)

    def _refuse_token(self, stop: threading.Event) -> None:
        self.history.trouble("token refused")
        self.slack.revoke("invalid_auth")
        stop.wait(self.dice.uniform(0.5, 2))
        self.slack.token_error = ""

    def _archive(self, stop: threading.Event) -> None:
        channel = self.slack.workspace.channels[channel_of(self.dice.choice(WORDS))]
        self.history.trouble(f"archived {channel.id}")
        channel.archived = True
        stop.wait(self.dice.uniform(0.5, 3))
        channel.archived = False

    def _expel(self, stop: threading.Event) -> None:
        channel = self.slack.workspace.channels[channel_of(self.dice.choice(WORDS))]
        self.history.trouble(f"removed the app from {channel.id}")
        channel.members.discard(BOT_USER)
        stop.wait(self.dice.uniform(0.5, 3))
        channel.members.add(BOT_USER)

    def _shut(self, stop: threading.Event) -> None:
        self.history.trouble(AWAY)
        with self.slack.away():
            stop.wait(self.dice.uniform(0.3, 1.5))

    def _crash(self, stop: threading.Event) -> None:
        if self.server is None:
            return
        self.history.trouble("crashed PostgreSQL")
        self.server.stop("immediate")
        stop.wait(self.dice.uniform(0.1, 1.5))
        self.server.start()

    def _lock(self, stop: threading.Event) -> None:
        if self.file is None:
            return
        self.history.trouble("locked SQLite")
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(self.file, timeout=10, isolation_level=None)) as other,
        ):
            other.execute("BEGIN IMMEDIATE")
            stop.wait(self.dice.uniform(0.5, 3))
            other.execute("ROLLBACK")

    def _delete(self) -> None:
        with self.slack.still():
            cards = self.slack.cards(channel_of(self.dice.choice(WORDS)))
            if cards:
                self.history.trouble("a person deleted a message")
                self.slack.take_away(self.dice.choice(cards))
