"""When Slack asks us to wait, exactly what it asks for waits, and exactly as long."""

import pytest

from tests.fakes.faults import Http429
from tests.slack.office import HK, REFUND, UK, Office


def test_a_rate_limit_on_posts_stops_that_channel_until_then_and_no_other(
    office: Office,
) -> None:
    office.comes_in(REFUND, REFUND)
    office.comes_in(REFUND, source="instagram-uk")
    office.slack.fail("chat.postMessage", Http429(17), channel=HK)
    office.work()
    assert (office.posts(HK), len(office.slack.cards(UK))) == (1, 1)
    office.clock.advance(seconds=16.9)
    office.work()
    assert office.posts(HK) == 1
    office.clock.advance(seconds=0.1)
    office.work()
    assert (office.posts(HK), len(office.slack.cards(HK))) == (2, 1)
    office.clock.advance(seconds=1)
    office.work()
    assert (len(office.slack.cards(HK)), office.owed()) == (2, [])


@pytest.mark.parametrize("header", [None, "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_rate_limit_that_does_not_say_how_long_is_half_a_minute(
    office: Office, header: str | None
) -> None:
    office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", Http429(header))
    office.work_for(29)
    assert office.posts(HK) == 1
    office.clock.advance(seconds=1)
    office.work()
    assert len(office.slack.cards(HK)) == 1


def test_cards_in_a_channel_that_waits_are_kept_up_to_date(office: Office) -> None:
    (number,) = office.comes_in(REFUND)
    office.work_for(1)
    office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", Http429(60))
    office.work()
    office.claim(number)
    office.work()
    assert (office.posts(HK), office.updates(HK)) == (2, 1)


def test_a_rate_limit_on_updates_stops_all_updates_until_then_and_no_post(
    office: Office,
) -> None:
    (hk,) = office.comes_in(REFUND)
    (uk,) = office.comes_in(REFUND, source="instagram-uk")
    office.work_for(1)
    office.slack.fail("chat.update", Http429(40))
    office.claim(hk)
    office.claim(uk, "service-uk")
    office.comes_in(REFUND)
    office.work_for(39)
    assert (office.updates(), len(office.slack.cards(HK))) == (1, 2)
    office.clock.advance(seconds=1)
    office.work()
    assert office.updates() == 3
    assert office.owed() == []


def test_slack_may_ask_for_patience_many_times_and_gets_no_more_than_it_asks_for(
    office: Office,
) -> None:
    (number,) = office.comes_in(REFUND)
    office.work()
    office.slack.fail("chat.update", Http429(5), times=12)
    office.claim(number)
    office.work_for(60, pause=5)
    assert (office.updates(), office.owed()) == (13, [])


def test_a_rate_limit_on_reading_history_holds_no_update_back(office: Office) -> None:
    (number,) = office.comes_in(REFUND, source="instagram-uk")
    office.work()
    office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", "internal_error")
    office.work()
    office.slack.fail("conversations.history", Http429(60))
    office.clock.advance(seconds=30)
    office.work()
    office.claim(number, "service-uk")
    office.work()
    assert office.updates(UK) == 1
    office.work_for(59)
    assert len(office.slack.called("conversations.history")) == 1
    office.work_for(1)
    assert (len(office.slack.cards(HK)), office.owed()) == (1, [])
