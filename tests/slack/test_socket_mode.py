"""Socket Mode: who has clicked is answered, and at the end the socket is closed."""

import json
import threading
from collections.abc import Iterator
from queue import Empty

import pytest
from slack_bolt import Ack

from bot.ending import Ending
from bot.serving import bolt_app
from bot.slack import socket_mode
from bot.slack.socket_mode import listen
from bot.store.database import Database
from tests.fakes.clock import Clock
from tests.fakes.faults import Garbage
from tests.fakes.slack_api import FakeSlack
from tests.fakes.socket import FakeSocket
from tests.handlers.desk import Desk

# What a platform leaves a process that it has asked to end.
PLATFORM_SECONDS = 10
SLOW = {
    "type": "slash_commands",
    "envelope_id": "e1",
    "accepts_response_payload": True,
    "payload": {
        "command": "/slow", "text": "", "user_id": "U0ANNA", "team_id": "T0TEST",
        "channel_id": "C0LOBBY", "trigger_id": "t1", "response_url": "http://127.0.0.1:1/",
    },
}  # fmt: skip


@pytest.fixture
def line(slack: FakeSlack) -> Iterator[FakeSocket]:
    with FakeSocket.listening() as made:
        told = json.dumps({"ok": True, "url": made.address}).encode()
        slack.fail("apps.connections.open", Garbage(told), times=None)
        yield made


@pytest.fixture
def desk(sqlite_database: Database, slack: FakeSlack, clock: Clock) -> Desk:
    return Desk(sqlite_database, slack, clock)


class Listening:
    """A bot that listens, and has a command that takes as long as the test wants."""

    def __init__(self, desk: Desk) -> None:
        self.begun, self.go_on, self.stop = threading.Event(), threading.Event(), Ending()
        app = bolt_app(desk.services, desk.bot.gateway)
        app.command("/slow")(self._slow)
        args = (app, desk.bot.gateway, "xapp-test", self.stop)
        self.thread = threading.Thread(target=listen, args=args, daemon=True)
        self.thread.start()

    def _slow(self, ack: Ack) -> None:
        self.begun.set()
        self.go_on.wait(20)
        ack("done")


def test_the_socket_is_closed_at_the_end_and_nothing_more_is_taken_in(
    desk: Desk, line: FakeSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        threading.Event().wait(seconds)

    monkeypatch.setattr(socket_mode, "sleep", wait)
    bot = Listening(desk)
    assert line.connected.wait(10)
    assert not line.gone.is_set()
    bot.stop.set()
    assert line.gone.wait(PLATFORM_SECONDS)
    bot.thread.join(PLATFORM_SECONDS)
    assert not bot.thread.is_alive()
    # Nobody waited for an answer, so nothing was waited for.
    assert waits == []


def test_who_has_clicked_before_the_end_is_answered(desk: Desk, line: FakeSocket) -> None:
    bot = Listening(desk)
    assert line.connected.wait(10)
    line.send(SLOW)
    assert bot.begun.wait(10)
    bot.stop.set()
    assert not line.gone.wait(0.3)
    bot.go_on.set()
    answer = line.answers.get(timeout=10)
    assert (answer["envelope_id"], answer["payload"]["text"]) == ("e1", "done")
    assert line.gone.wait(10)
    with pytest.raises(Empty):
        line.answers.get(timeout=0.1)


def test_one_that_was_asked_to_end_before_it_could_connect_ends(
    desk: Desk, slack: FakeSlack
) -> None:
    slack.fail("apps.connections.open", "internal_error", times=None)
    bot = Listening(desk)
    bot.stop.set()
    bot.thread.join(10)
    assert not bot.thread.is_alive()
