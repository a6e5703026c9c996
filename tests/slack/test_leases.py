"""A worker that was away for longer than its lease has nothing to say any more."""

from datetime import timedelta
from typing import Any

import pytest

from bot.errors import DatabaseAway, DeliveryFailed
from bot.slack import delivery as delivery_module
from bot.slack.gateway import Gateway
from bot.store.queue import LEASE
from bot.ui.kit import Message
from tests.slack.office import HK, REFUND, Office


class Slow(Gateway):
    """Another worker finishes the job, while this one is stuck in its post."""

    def __init__(self, office: Office, *, fails: bool = False) -> None:
        super().__init__(office.gateway.client)
        self._office = office
        self._fails = fails
        self.stuck = True

    def post(self, channel: str, message: Message, *, marker: str, thread: str = "") -> str:
        ts = super().post(channel, message, marker=marker, thread=thread)
        if self.stuck:
            self.stuck = False
            self._office.clock.advance(LEASE)
            self._office.work(self._office.worker("other"))
            if self._fails:
                raise DeliveryFailed("is_archived", permanent=True)
        return ts


@pytest.mark.parametrize("fails", [False, True])
def test_the_word_of_a_worker_that_lost_its_lease_counts_for_nothing(
    office: Office, *, fails: bool
) -> None:
    office.comes_in(REFUND)
    office.work(office.worker("slow", Slow(office, fails=fails)))
    card = office.slack.card(HK)
    notice = office.notice(HK)
    assert (notice["ts"], notice["last_error"], office.owed()) == (card.ts, "", [])
    assert office.lane(HK)["blocked"] == ""


@pytest.mark.parametrize("fails", [False, True])
def test_what_a_worker_that_lost_its_lease_has_changed_is_changed_once_more(
    office: Office, *, fails: bool
) -> None:
    (number,) = office.comes_in(REFUND)
    office.work()
    late: list[dict[str, Any]] = []

    class Stuck(Gateway):
        def update(self, channel: str, ts: str, message: Message, *, marker: str) -> None:
            if channel == HK:
                office.resolve(number)
                office.clock.advance(LEASE)
                office.work(office.worker("other"))
                assert "All done" in office.slack.card(HK).words
            super().update(channel, ts, message, marker=marker)
            late.append(office.slack.called("chat.update", channel)[-1].args)
            if fails:
                raise DeliveryFailed("no_answer", unknown=True)

    office.claim(number)
    assert office.worker("slow", Stuck(office.gateway.client)).step()
    assert "All done" not in office.slack.card(HK).words
    office.work()
    new = office.slack.card(HK).words
    assert ("All done" in new, office.owed()) == (True, [HK] if fails else [])
    if fails:
        # Slack may do what it was asked late only now.
        office.gateway.client.chat_update(**late[0])
        assert office.slack.card(HK).words != new
    office.work_for(31)
    assert (office.slack.card(HK).words, office.owed()) == (new, [])


def test_nobody_else_takes_a_channel_that_is_leased(office: Office) -> None:
    office.comes_in(REFUND, REFUND)

    class Watched(Gateway):
        def post(self, channel: str, message: Message, *, marker: str, thread: str = "") -> str:
            office.clock.advance(LEASE - timedelta(seconds=1))
            assert office.work(office.worker("other")) == 0
            return super().post(channel, message, marker=marker, thread=thread)

    assert office.worker("one", Watched(office.gateway.client)).step()
    assert office.posts(HK) == 1


def test_a_channel_is_free_as_soon_as_the_work_is_done(office: Office) -> None:
    office.comes_in(REFUND, REFUND)
    office.work()
    assert office.lane(HK)["worker"] == ""
    office.clock.advance(seconds=1)
    assert office.work(office.worker("other")) == 1


def test_what_could_not_be_begun_within_the_lease_is_not_begun(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([0.0, 36.0])
    monkeypatch.setattr(delivery_module, "monotonic", lambda: next(times, 36.0))
    small_office.comes_in(REFUND)
    assert small_office.delivery.step()
    assert (small_office.posts(), small_office.notice(HK)["last_error"]) == (0, "too_slow")
    monkeypatch.setattr(delivery_module, "monotonic", lambda: 0.0)
    small_office.work_for(3)
    assert [call.method for call in small_office.slack.calls] == ["chat.postMessage"]


def test_a_database_that_goes_away_between_post_and_mark_posts_nothing_twice(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_office.comes_in(REFUND)
    database = small_office.database

    class Unplugged(Gateway):
        def post(self, channel: str, message: Message, *, marker: str, thread: str = "") -> str:
            ts = super().post(channel, message, marker=marker, thread=thread)
            monkeypatch.setattr(database, "transaction", _away)
            return ts

    with pytest.raises(DatabaseAway):
        small_office.worker("one", Unplugged(small_office.gateway.client)).step()
    monkeypatch.undo()
    small_office.clock.advance(LEASE)
    small_office.work(small_office.worker("other"))
    assert (small_office.posts(), small_office.owed()) == (1, [])
    assert small_office.notice(HK)["ts"] == small_office.slack.card(HK).ts


def _away() -> None:
    raise DatabaseAway("OperationalError")
