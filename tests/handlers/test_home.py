"""The home tab that one can work from, and what whoever claims is told beside it."""

from typing import Any

import pytest

from bot.ui import ids
from bot.ui.ids import HomeFilters
from tests.domain.factories import ANNA, BEN, CHLOE
from tests.fakes.workspace import View
from tests.handlers.desk import (
    HINT,
    PRODUCT_CHANNEL,
    SERVICE_CHANNEL,
    Desk,
    changed,
)

REFUND = "a refund please"


def home(desk: Desk, by: str = ANNA) -> View:
    desk.services.directory.refresh()
    assert desk.send(desk.incoming.home_opened(by=by)).status == 200
    return desk.slack.home(by)


def claims(view: View) -> int:
    return sum(part["action_id"] == ids.CLAIM for part in view.elements)


def test_twenty_five_unclaimed_rows_are_two_pages(desk: Desk) -> None:
    for _ in range(25):
        desk.comment(REFUND)
    earlier, later = ids.HOME_PAGES
    first = home(desk)
    assert "Unclaimed in your teams: 25" in first.words
    assert claims(first) == 20
    desk.press(first, later, by=ANNA)
    second = desk.slack.home(ANNA)
    assert (claims(second), "Page 2 of 2" in second.words) == (5, True)
    desk.claims_known_to(ANNA)
    desk.press(second, ids.CLAIM, by=ANNA)
    assert claims(desk.slack.home(ANNA)) == 4
    desk.press(desk.slack.home(ANNA), earlier, by=ANNA)
    assert claims(desk.slack.home(ANNA)) == 20


@pytest.mark.parametrize(
    ("control", "filters", "rows"),
    [
        (0, HomeFilters(team="service-hk"), 1),
        (1, HomeFilters(), 1),
    ],
)
def test_a_filter_narrows_the_tab(
    desk: Desk, control: int, filters: HomeFilters, rows: int
) -> None:
    desk.comment(REFUND)
    desk.press(home(desk), ids.HOME_FILTERS[control], by=ANNA, option=filters.pack())
    assert claims(desk.slack.home(ANNA)) == rows


def test_filters_by_priority_and_platform_hide_the_rest(desk: Desk) -> None:
    desk.comment(REFUND)
    _, priority, platform = ids.HOME_FILTERS
    desk.press(home(desk), priority, by=ANNA, option="|urgent||0")
    assert claims(desk.slack.home(ANNA)) == 0
    desk.press(desk.slack.home(ANNA), priority, by=ANNA, option="|||0")
    assert claims(desk.slack.home(ANNA)) == 1
    desk.press(desk.slack.home(ANNA), platform, by=ANNA, option="||instagram|0")
    assert claims(desk.slack.home(ANNA)) == 0


@pytest.mark.parametrize("value", [None, "", "x", "|||", "|highest||0", "|||99999", {"a": 1}])
def test_a_hostile_filter_is_refused_in_a_window(desk: Desk, value: Any) -> None:
    click = desk.incoming.click(home(desk), ids.HOME_FILTERS[0], by=ANNA, option="|||0")

    def spoil(payload: dict[str, Any]) -> None:
        payload["actions"][0]["selected_option"] = {"value": value}

    desk.ask(changed(click, spoil))
    assert "That button does not work any more." in desk.slack.modal(ANNA).words


def test_facts_wait_for_who_leads(desk: Desk) -> None:
    desk.comment()
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    desk.deliver()
    desk.choose(ids.ADD_FACT, by=CHLOE, channel=PRODUCT_CHANNEL)
    desk.submit(CHLOE, {"text": "Batch B7"})
    assert "Facts for your answers" in home(desk).words
    assert "Batch B7" in home(desk).words
    assert "Batch B7" not in home(desk, CHLOE).words


def test_what_claiming_means_is_said_once(desk: Desk) -> None:
    for _ in range(2):
        desk.comment(REFUND)
    for card in desk.slack.cards(SERVICE_CHANNEL):
        desk.press(card, ids.CLAIM, by=ANNA)
    assert desk.told(ANNA) == [HINT]


def test_on_the_home_tab_what_claiming_means_is_a_window(desk: Desk) -> None:
    desk.comment(REFUND)
    desk.press(home(desk), ids.CLAIM, by=ANNA)
    assert desk.slack.modal(ANNA).words.endswith(HINT)
    assert desk.case().stakes["service-hk"].holder == ANNA


@pytest.mark.parametrize("emoji", [False, True])
def test_who_claims_hears_that_another_team_talks_with_that_customer(
    desk: Desk, emoji: bool
) -> None:
    author = {"id": "42", "name": "Wing Chan"}
    desk.claims_known_to(ANNA, BEN, CHLOE)
    desk.comment("my phone", author=author)
    desk.press(desk.card(PRODUCT_CHANNEL), ids.CLAIM, by=CHLOE)
    desk.comment(REFUND, author=author)
    if emoji:
        desk.react(desk.card(), "eyes", by=ANNA)
    else:
        desk.press(desk.card(), ids.CLAIM, by=ANNA)
    assert desk.told(ANNA) == ["Product Mobile is already talking with this customer in #1."]
    desk.press(desk.slack.ephemerals(ANNA)[0], ids.OPEN, by=ANNA)
    assert desk.slack.modal(ANNA).payload["title"]["text"] == "Case #1"


def test_a_refused_click_brings_the_card_up_to_date(desk: Desk) -> None:
    desk.comment(REFUND)
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    desk.deliver()
    shown = desk.card().updates
    desk.press(desk.card(), ids.RELEASE, by=BEN)
    desk.deliver()
    assert desk.card().updates == shown + 1
