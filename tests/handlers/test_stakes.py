"""The buttons that change a stake at once: Claim, Release, Reopen."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bot.domain import events as e
from bot.domain.case import State
from bot.ui import ids
from tests.domain.factories import ANNA, BEN, CHLOE, MANAGER
from tests.fakes.workspace import Payload
from tests.handlers.desk import HINT, LEAD, PRODUCT_CHANNEL, SERVICE_CHANNEL, STRANGER, Desk


def claims(desk: Desk) -> list[e.Event]:
    return [fact for fact in desk.facts() if isinstance(fact, e.StakeClaimed)]


def test_a_claim_is_stored_when_the_click_is_answered_and_every_card_follows(
    any_desk: Desk,
) -> None:
    desk = any_desk
    desk.comment()
    assert desk.press(desk.card(), ids.CLAIM, by=ANNA) == {}
    stake = desk.case().stakes["service-hk"]
    assert (stake.state, stake.holder) == (State.CLAIMED, ANNA)
    assert desk.card().updates == 0
    desk.deliver()
    for channel in (SERVICE_CHANNEL, PRODUCT_CHANNEL):
        assert f"<@{ANNA}> · claimed" in desk.card(channel).words
    assert ids.CLAIM not in desk.card().buttons
    assert ids.CLAIM in desk.card(PRODUCT_CHANNEL).buttons
    assert desk.told(ANNA) == [HINT]


def test_a_second_click_on_claim_changes_nothing_and_says_nothing(desk: Desk) -> None:
    desk.comment()
    card = desk.card()
    for _ in range(2):
        desk.press(card, ids.CLAIM, by=ANNA)
    assert claims(desk) == [e.StakeClaimed(team="service-hk", holder=ANNA)]
    assert desk.told(ANNA) == [HINT]


def test_who_comes_second_is_told_privately_who_was_faster(desk: Desk) -> None:
    desk.comment()
    card, public = desk.card(), desk.said_in_public()
    desk.press(card, ids.CLAIM, by=ANNA)
    desk.clock.advance(minutes=3)
    desk.press(card, ids.CLAIM, by=BEN)
    assert desk.told(BEN) == [f"<@{ANNA}> has #1: claimed 3 min ago."]
    assert desk.case().stakes["service-hk"].holder == ANNA
    assert desk.said_in_public() == public


def test_of_two_who_claim_in_the_same_instant_one_has_it_and_the_other_hears_of_it(
    any_desk: Desk,
) -> None:
    desk = any_desk
    desk.comment()
    desk.services.directory.refresh()
    clicks = {
        person: desk.incoming.click(desk.card(), ids.CLAIM, by=person) for person in (ANNA, BEN)
    }
    start = Barrier(len(clicks))

    def click(person: str) -> Payload:
        start.wait(10)
        return desk.ask(clicks[person])

    with ThreadPoolExecutor(len(clicks)) as pool:
        assert list(pool.map(click, clicks)) == [{}, {}]
    winner = desk.case().stakes["service-hk"].holder
    (loser,) = set(clicks) - {winner}
    assert claims(desk) == [e.StakeClaimed(team="service-hk", holder=winner)]
    (told,) = desk.told(loser)
    assert told == f"<@{winner}> has #1: claimed just now."
    assert desk.told(winner) == [HINT]


def test_a_stranger_is_refused_privately_and_nothing_changes(desk: Desk) -> None:
    desk.comment()
    before, public = desk.written(), desk.said_in_public()
    desk.press(desk.card(), ids.CLAIM, by=STRANGER)
    assert desk.told(STRANGER) == [
        "This part belongs to Service HK, and you are not in that team. <@U0LEADSERVICEHK> leads it."
    ]
    assert desk.written() == before
    assert desk.said_in_public() == public


@pytest.mark.parametrize("person", [ANNA, LEAD, MANAGER])
def test_members_leads_and_managers_may_claim(desk: Desk, person: str) -> None:
    desk.comment()
    desk.press(desk.card(), ids.CLAIM, by=person)
    assert desk.case().stakes["service-hk"].holder == person


def test_another_team_s_button_value_is_no_way_in(desk: Desk) -> None:
    desk.comment()
    desk.press(desk.card(), ids.CLAIM, by=ANNA, value="1:product-mobile")
    assert desk.state(team="product-mobile") is State.OPEN
    (told,) = desk.told(ANNA)
    assert told.startswith("This part belongs to Product Mobile")


def test_the_holder_gives_a_stake_back(desk: Desk) -> None:
    desk.comment()
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    desk.deliver()
    desk.press(desk.card(), ids.RELEASE, by=ANNA)
    assert desk.state() is State.OPEN
    desk.deliver()
    assert ids.CLAIM in desk.card().buttons


@pytest.mark.parametrize(
    ("person", "state"), [(BEN, State.CLAIMED), (LEAD, State.OPEN), (MANAGER, State.OPEN)]
)
def test_only_a_lead_or_manager_releases_what_another_holds(
    desk: Desk, person: str, state: State
) -> None:
    desk.comment()
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    desk.deliver()
    desk.press(desk.card(), ids.RELEASE, by=person)
    assert desk.state() is state
    refused = [f"<@{ANNA}> has #1. They, your lead or a manager can release it."]
    assert desk.told(person) == (refused if state is State.CLAIMED else [])


def test_a_finished_part_is_taken_up_again(desk: Desk) -> None:
    desk.comment()
    desk.press(desk.card(), ids.RESOLVE, by=ANNA)
    desk.submit(ANNA, {"outcome": "answered"})
    desk.deliver()
    assert list(desk.card().buttons) == [ids.REOPEN, ids.MORE]
    desk.press(desk.card(), ids.REOPEN, by=BEN)
    assert desk.state() is State.OPEN


def test_a_click_on_a_card_of_yesterday_says_how_it_stands(desk: Desk) -> None:
    desk.comment()
    old = desk.card()
    claim = desk.incoming.click(old, ids.CLAIM, by=BEN)
    desk.press(old, ids.DECLINE, by=ANNA)
    desk.submit(ANNA, {"reason": "It is about the box"})
    desk.ask(claim)
    assert desk.told(BEN) == ["#1 was declined by your team. To have it back, use *Invite a team*."]
    assert desk.state() is State.DECLINED


def test_a_team_without_a_part_is_told_how_to_join_in(desk: Desk) -> None:
    desk.comment("a refund, please")
    desk.press(desk.card(), ids.CLAIM, by=CHLOE, value="1:product-mobile")
    assert desk.told(CHLOE) == ["Your team has no part in #1. To join in, use *Invite a team*."]
