"""A worker is killed at every point of a post: the message is there once, and its place is known."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.store.doubts import LOOKS
from bot.store.queue import LEASE
from bot.ui.kit import plain_message
from tests.fakes.faults import Timeout
from tests.slack.doomed import AFTER_FINDING, AFTER_LOOKING, AFTER_POST, BEFORE_POST, NEVER
from tests.slack.office import HK, REFUND, Office
from tests.waiting import eventually

# In so few no second look falls due.
ROUNDS = 4
ROOT = Path(__file__).parent.parent.parent


class Host:
    """Where the worker processes are forked; to start it takes longer than most of its tests."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.slack.doomed"],
            cwd=ROOT,
            # Looking for a proxy would call into macOS's libraries, which do not survive a fork.
            env={**os.environ, "NO_PROXY": "*"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._unread = 0

    def order(self, order: dict[str, str]) -> None:
        """Have a process of its own carry *order* out."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        self._unread += 2

    def answer(self) -> int:
        """The next answer: a process's id, and then how it ended."""
        assert self._process.stdout is not None
        self._unread -= 1
        return int(self._process.stdout.readline())

    def settle(self) -> None:
        """Wait for whatever a test has not waited for."""
        while self._unread:
            self.answer()

    def close(self) -> None:
        """No more orders."""
        self._process.communicate()


class Workers:
    """Orders for worker processes on one office's database and Slack."""

    def __init__(self, office: Office, host: Host) -> None:
        self._office, self._host = office, host

    def start(self, die: str = NEVER) -> int:
        """Have a new process work at the office's time; its id."""
        office = self._office
        database = office.database.engine.url.render_as_string(hide_password=False)
        now = office.clock.now().isoformat()
        place = {"database": database, "slack": office.slack.client_url}
        self._host.order({**place, "now": now, "die": die})
        return self._host.answer()

    def ended(self) -> int:
        """Wait for that process; its exit code, or minus the signal that killed it."""
        return self._host.answer()

    def run(self, die: str = NEVER) -> int:
        """Have a new process work, and wait for its end."""
        self.start(die)
        return self.ended()


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()


@pytest.fixture
def workers(office: Office, host: Host) -> Iterator[Workers]:
    yield Workers(office, host)
    host.settle()


def assert_each_once(office: Office) -> None:
    """Every notice stands in the channel once, under its marker, where the outbox says."""
    notices = office.notices(HK)
    assert office.markers(HK) == [f"crosstalk:{notice['id']}" for notice in notices]
    assert [m.ts for m in office.slack.messages(HK)] == [notice["ts"] for notice in notices]
    assert office.owed() == []


@pytest.mark.parametrize("point", [BEFORE_POST, AFTER_POST])
def test_a_worker_killed_around_the_post_leaves_one_message(
    office: Office, workers: Workers, point: str
) -> None:
    for done in range(ROUNDS):
        office.comes_in(REFUND)
        assert workers.run(die=point) == -signal.SIGKILL
        assert len(office.slack.messages(HK)) == done + (point == AFTER_POST)
        office.clock.advance(LEASE)
        assert workers.run() == 0
        assert len(office.slack.messages(HK)) == done + 1
        office.clock.advance(seconds=1)
    assert_each_once(office)
    assert office.posts() == ROUNDS
    assert len(office.slack.called("conversations.history")) == ROUNDS


def test_a_worker_killed_while_slack_is_answering_leaves_one_message(
    office: Office, workers: Workers
) -> None:
    for done in range(ROUNDS):
        office.comes_in(REFUND)
        office.slack.fail("chat.postMessage", Timeout(accepted=True))
        process = workers.start()
        eventually(partial(_more_than, office, done), "a post")
        os.kill(process, signal.SIGKILL)
        assert workers.ended() == -signal.SIGKILL
        office.clock.advance(LEASE)
        assert workers.run() == 0
        office.clock.advance(seconds=1)
    assert_each_once(office)
    assert office.posts() == ROUNDS


def _more_than(office: Office, count: int) -> bool:
    return len(office.slack.messages(HK)) > count


def test_workers_killed_one_after_the_other_leave_one_message(
    office: Office, workers: Workers
) -> None:
    office.comes_in(REFUND)
    for point in (BEFORE_POST, BEFORE_POST, AFTER_POST, AFTER_FINDING, AFTER_FINDING):
        assert workers.run(die=point) == -signal.SIGKILL
        office.clock.advance(LEASE)
    assert workers.run() == 0
    assert_each_once(office)
    assert office.posts() == 1


def test_nobody_touches_a_channel_while_the_dead_worker_s_lease_lasts(
    office: Office, workers: Workers
) -> None:
    office.comes_in(REFUND, REFUND)
    assert workers.run(die=BEFORE_POST) == -signal.SIGKILL
    office.clock.advance(LEASE)
    office.clock.advance(seconds=-0.001)
    assert workers.run() == 0
    assert office.slack.calls == []


def test_the_second_look_of_a_worker_that_died_is_made_by_another(
    office: Office, workers: Workers
) -> None:
    office.comes_in(REFUND)
    assert workers.run(die=BEFORE_POST) == -signal.SIGKILL
    office.clock.advance(LEASE)
    # It looks in vain, posts anew, and ends with everything that it had in mind.
    assert workers.run() == 0
    marker = str(office.notice(HK)["id"])
    office.clock.advance(seconds=2)
    office.gateway.post(HK, plain_message("The same once more"), marker=marker)
    assert len(office.slack.messages(HK)) == 2
    office.clock.advance(LOOKS[0])
    assert workers.run() == 0
    assert_each_once(office)


def test_a_worker_killed_in_its_second_look_leaves_it_to_another(
    office: Office, workers: Workers
) -> None:
    office.comes_in(REFUND)
    assert workers.run(die=BEFORE_POST) == -signal.SIGKILL
    office.clock.advance(LEASE)
    assert workers.run() == 0
    office.clock.advance(seconds=2)
    marker = str(office.notice(HK)["id"])
    office.gateway.post(HK, plain_message("The same once more"), marker=marker)
    office.clock.advance(LOOKS[0])
    assert workers.run(die=AFTER_LOOKING) == -signal.SIGKILL
    assert len(office.slack.messages(HK)) == 2
    office.clock.advance(minutes=2)
    assert workers.run() == 0
    assert_each_once(office)
