"""Workers as threads: they outlive faults, end when asked, and keep one pace together."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from queue import Empty, SimpleQueue
from typing import Any

import pytest

from bot.slack import delivery as delivery_module, rendering, worker as worker_module
from bot.slack.gateway import Gateway, web_client
from bot.slack.shown import Shown
from bot.slack.worker import Worker
from bot.store.database import Database
from bot.store.queue import Taken
from bot.ui.kit import Message
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.slack.office import HK, REFUND, UK, Office, furnish, organisation, settings
from tests.waiting import eventually


class Clumsy(Gateway):
    """Fails once in a way that nobody thought of."""

    failed = False

    def post(self, channel: str, message: Message, *, marker: str, thread: str = "") -> str:
        if not self.failed:
            self.failed = True
            raise RuntimeError("nobody thought of this")
        return super().post(channel, message, marker=marker, thread=thread)


def test_a_worker_outlives_what_nobody_thought_of(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "_AWAY_SECONDS", 0.01)
    small_office.comes_in(REFUND)
    small_office.comes_in(REFUND, source="instagram-uk")
    worker = small_office.worker("clumsy", Clumsy(small_office.gateway.client))
    stop = threading.Event()
    thread = threading.Thread(target=Worker(worker).run, args=(stop,))
    thread.start()
    eventually(lambda: small_office.slack.cards(HK) or small_office.slack.cards(UK), "a card")
    small_office.clock.advance(minutes=2)
    eventually(lambda: small_office.owed() == [], "all cards")
    stop.set()
    thread.join(10)
    assert (len(small_office.slack.cards(HK)), len(small_office.slack.cards(UK))) == (1, 1)


def test_a_worker_that_is_asked_to_stop_finishes_what_it_has_in_hand(
    small_office: Office,
) -> None:
    small_office.comes_in(REFUND)
    small_office.comes_in(REFUND, source="instagram-uk")
    stop = threading.Event()

    class Asked(Gateway):
        def post(self, channel: str, message: Message, *, marker: str, thread: str = "") -> str:
            stop.set()
            return super().post(channel, message, marker=marker, thread=thread)

    hands = small_office.worker("asked", Asked(small_office.gateway.client))
    Worker(hands, senders=1).run(stop)
    assert (small_office.posts(), len(small_office.owed())) == (1, 1)


def test_workers_at_the_same_time_keep_one_pace(database: Database) -> None:
    org = organisation()
    with FakeSlack(pace=True) as slack:
        furnish(slack, org)
        office = Office(slack, database, _RealTime(), org)
        office.comes_in(*[REFUND] * 3)
        stop = threading.Event()
        gateway = Gateway(web_client(settings(slack)))
        threads = [
            threading.Thread(target=Worker(office.worker(f"w{n}", gateway)).run, args=(stop,))
            for n in range(4)
        ]
        for thread in threads:
            thread.start()
        eventually(lambda: office.owed() == [], "all cards")
        stop.set()
        for thread in threads:
            thread.join(10)
        times = [call.at for call in slack.called("chat.postMessage", HK)]
        assert len(slack.cards(HK)) == 3
        gaps = [after - before for before, after in pairwise(times)]
        assert all(gap >= timedelta(seconds=1) for gap in gaps)
        assert slack.violations == []


def test_who_has_little_to_deliver_has_few_threads(small_office: Office) -> None:
    stop, others = threading.Event(), set(threading.enumerate())
    hands = small_office.worker("small")
    thread = threading.Thread(target=Worker(hands).run, args=(stop,))
    thread.start()
    for number in range(3):
        small_office.comes_in(REFUND)
        eventually(lambda: small_office.owed() == [], "the card")
        small_office.clock.advance(seconds=number + 1)
    new = set(threading.enumerate()) - others
    senders = [each for each in new if each.name.startswith("sender-")]
    stop.set()
    thread.join(10)
    assert len(senders) == 1
    eventually(lambda: not senders[0].is_alive(), "its end")


def test_a_card_is_made_before_its_moment_and_sent_at_it(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    small_office.comes_in(REFUND, REFUND)
    small_office.work()

    def render(*given: Any) -> Shown:
        done.append("made")
        return rendering.render(*given)

    def sleep(seconds: float) -> None:
        done.append("waited")
        small_office.clock.advance(seconds=seconds)

    monkeypatch.setattr(delivery_module, "render", render)
    monkeypatch.setattr(delivery_module, "sleep", sleep)
    small_office.clock.advance(seconds=0.95)
    (taken,) = small_office.delivery.take(1, ahead=timedelta(seconds=0.08))
    outcome = small_office.delivery.deliver(taken)
    assert outcome is not None
    assert done == ["made", "waited"]
    assert small_office.posts(HK) == 2


def test_after_a_message_the_next_is_looked_for_sooner_for_a_while(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    class Impatient(SimpleQueue[Any]):
        """Says how long somebody would have waited, and lets that time pass at once."""

        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            if timeout is None or not self.empty():
                return super().get(block, timeout)
            waits.append(timeout)
            if small_office.owed():
                return super().get(timeout=5)
            raise Empty

    monkeypatch.setattr(worker_module, "SimpleQueue", Impatient)
    monkeypatch.setattr(worker_module, "monotonic", lambda: sum(waits))
    hands, stop = small_office.worker("keen"), threading.Event()
    take, takes = hands.take, 0

    def counted(most: int, *, ahead: timedelta) -> list[Taken]:
        nonlocal takes
        takes += 1
        if takes == 3:
            small_office.comes_in(REFUND)
        if takes == 200:
            stop.set()
        return take(most, ahead=ahead)

    monkeypatch.setattr(hands, "take", counted)
    Worker(hands).run(stop)
    assert small_office.posts() == 1
    assert waits[:2] == [0.25, 0.25]
    soon = [wait for wait in waits[2:] if wait < 0.25]
    assert max(soon) == 0.05
    assert 4.5 < sum(soon) < 5.5
    assert set(waits[-80:]) == {0.25}


class _RealTime(Clock):
    def now(self) -> datetime:
        return datetime.now(UTC)
