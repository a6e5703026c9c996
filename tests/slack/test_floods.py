"""A thousand comments into one channel do not stand in front of the one that matters."""

import re

import pytest

from bot.store.outbox import Urgency
from tests.fakes.clock import Clock
from tests.fakes.workspace import Message
from tests.slack.office import DANGER, HK, REFUND, UK, Office

OVER = 20
FLOOD = 1000


def number_of(message: Message) -> int:
    found = re.match(r"#(\d+)", message.text)
    assert found, f"no case: {message.text[:80]}"
    return int(found[1])


def roundups(office: Office, channel: str = HK) -> list[Message]:
    return [m for m in office.slack.messages(channel) if "came in at once" in m.text]


def test_of_a_thousand_the_urgent_one_comes_first_and_the_rest_are_announced(
    small_office: Office,
) -> None:
    small_office.comes_in(*[REFUND] * (FLOOD // 2))
    (urgent,) = small_office.comes_in(DANGER)
    small_office.comes_in(*[REFUND] * (FLOOD - FLOOD // 2))
    small_office.work_for(OVER + 1)

    messages = small_office.slack.messages(HK)
    (roundup,) = roundups(small_office)
    assert roundup in messages[:2]
    assert urgent in [number_of(m) for m in messages[:2] if m is not roundup]
    cards = [number_of(m) for m in messages if m is not roundup]
    assert cards == [urgent, *range(1, OVER + 1)]


def test_the_roundup_counts_all_and_lists_the_first(office: Office) -> None:
    office.comes_in(*[REFUND] * 50)
    office.work_for(1)
    (roundup,) = roundups(office)
    assert roundup.text.startswith("30 more comments came in at once for Service HK.")
    listed = [int(n) for n in re.findall(r"\*#(\d+)\*", roundup.words)]
    assert listed == list(range(OVER + 1, OVER + 16))
    assert "and 15 more" in roundup.words


def test_the_rest_follow_at_a_distance_each_once_and_in_order(office: Office) -> None:
    office.comes_in(*[REFUND] * 30)
    office.work_for(OVER)
    assert len(office.slack.cards(HK)) == OVER
    office.work_for(100)
    cards = [number_of(m) for m in office.slack.cards(HK)]
    assert cards == list(range(1, 31))
    assert office.owed() == []


def test_what_comes_in_later_goes_before_what_is_held_back(office: Office) -> None:
    office.comes_in(*[REFUND] * 40)
    office.work_for(OVER + 5)
    before = len(office.slack.cards(HK))
    (high,) = office.comes_in(REFUND, rating=1.0)
    (urgent,) = office.comes_in(DANGER)
    office.work_for(2)
    came = [number_of(m) for m in office.slack.cards(HK)[before:]]
    assert came[:2] == [urgent, high]


def test_a_held_card_goes_at_once_when_somebody_acts_on_it(office: Office) -> None:
    *_, last = office.comes_in(*[REFUND] * 40)
    office.work_for(OVER + 2)
    office.claim(last)
    office.work_for(1)
    assert number_of(office.slack.cards(HK)[-1]) == last


def test_up_to_the_threshold_nothing_is_held_back(office: Office) -> None:
    office.comes_in(*[REFUND] * OVER)
    office.work_for(OVER)
    assert (len(office.slack.cards(HK)), roundups(office)) == (OVER, [])


def test_what_is_high_is_never_held_back(office: Office) -> None:
    office.comes_in(*[REFUND] * 40, rating=1.0)
    office.work_for(40)
    assert (len(office.slack.cards(HK)), roundups(office), office.owed()) == (40, [], [])


def test_a_flood_in_one_channel_leaves_the_others_as_they_are(office: Office) -> None:
    office.comes_in(*[REFUND] * 200)
    office.comes_in(REFUND, source="instagram-uk")
    office.work()
    assert (len(office.slack.cards(UK)), roundups(office, UK)) == (1, [])


def test_a_flood_that_goes_on_has_one_roundup_that_keeps_count(office: Office) -> None:
    office.comes_in(*[REFUND] * 30)
    office.work_for(2)
    office.comes_in(*[REFUND] * 30)
    office.work_for(16)
    (roundup,) = roundups(office)
    assert roundup.updates >= 1
    held = [n for n in office.notices(HK) if n["urgency"] == Urgency.HELD]
    assert roundup.text.startswith(f"{len(held)} more comments")


def test_the_next_day_s_flood_has_a_roundup_of_its_own(office: Office) -> None:
    office.comes_in(*[REFUND] * 25)
    office.work_for(120)
    assert office.owed() == []
    office.clock.advance(days=1)
    office.comes_in(*[REFUND] * 25)
    office.work_for(2)
    assert len(roundups(office)) == 2


def test_triage_is_announced_by_its_name(small_office: Office) -> None:
    small_office.comes_in(*["What is this?"] * 25)
    small_office.work_for(1)
    (roundup,) = roundups(small_office, "C0TRIAGE")
    assert roundup.text.startswith("5 more comments came in at once for Triage.")


@pytest.mark.parametrize("over", [1, 3])
def test_the_threshold_is_a_setting(small_office: Office, clock: Clock, over: int) -> None:
    office = Office(
        small_office.slack,
        small_office.database,
        clock,
        small_office.organisation,
        roundup_over=over,
    )
    office.comes_in(*[REFUND] * 10)
    office.work_for(over + 1)
    assert (len(office.slack.cards(HK)), len(roundups(office))) == (over, 1)
