"""The bot in a real browser: what a newcomer sees of the demo, and what happens when they click."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.end_to_end.customers import THREE_CHANNELS, THREE_TEAMS
from tests.end_to_end.stage import SOCKET, Stage

pytestmark = pytest.mark.parametrize("stage", [SOCKET], indirect=True)

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESK, PHONE = (1280, 900), (390, 844)
WAIT_MILLISECONDS = 20_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium; nothing is downloaded."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("there is no Chromium here (on Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, stage: Stage) -> Iterator[Page]:
    """local-slack's page, as wide as a desk's screen and as a phone's."""
    width, height = request.param
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="en-GB",
        timezone_id="Asia/Hong_Kong",
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_MILLISECONDS)
    page.goto(stage.slack.address)
    yield page
    context.close()


def test_a_click_in_one_channel_shows_in_the_others(
    page: Page, stage: Stage, tmp_path: Path
) -> None:
    case = stage.customers.write(THREE_TEAMS)
    for channel in THREE_CHANNELS:
        stage.slack.card(channel, case)
    act_as(page, "Wing Lam")
    card = card_in(page, "service-hk", case)
    press(card, "Claim")
    card.get_by_text("with us:").wait_for()
    picture(page, tmp_path, "claimed")
    card_in(page, "product-mobile", case).get_by_text("@Wing Lam").wait_for()
    press(card_in(page, "service-hk", case), "Hand off")
    window = page.locator(".modal")
    window.get_by_role("combobox").select_option(label="Service UK")
    window.get_by_placeholder("A few words").fill("She lives in Leeds now")
    picture(page, tmp_path, "hand-off")
    press(window, "Hand off")
    window.wait_for(state="detached")
    card_in(page, "marketing-hk", case).get_by_text("handed off to Service UK").wait_for()
    card_in(page, "service-uk", case).get_by_text("She lives in Leeds now").first.wait_for()


def test_the_home_tab_lists_cases_that_can_be_claimed_there(
    page: Page, stage: Stage, tmp_path: Path
) -> None:
    case = stage.customers.write(THREE_TEAMS)
    stage.slack.card("C0MARKETINGHK", case)
    act_as(page, "Priya Nair")
    page.locator(".sidebar-item", has_text="Crosstalk").click()
    row = page.locator(".bk-section", has_text=re.compile(rf"#{case}\b"))
    press(row, "Claim")
    row.get_by_text("with @Priya Nair").wait_for()
    # What one holds has its buttons in a row below it.
    below = row.locator("xpath=following-sibling::*[1]")
    for name in ("Resolve", "Hand off", "Open"):
        below.get_by_role("button", name=name, exact=True).wait_for()
    picture(page, tmp_path, "home")


def test_what_a_newcomer_types_is_answered_in_place(
    page: Page, stage: Stage, tmp_path: Path
) -> None:
    case = stage.customers.write(THREE_TEAMS)
    stage.slack.card("C0SERVICEHK", case)
    act_as(page, "Wing Lam")
    page.locator(".sidebar-item", has_text="general").click()
    for typed, answer in (
        ("/digest service-hk", "Post to channel"),
        (f"/comment {case}", f"#{case}"),
        ("/crosstalk", "Crosstalk brings each customer's comment"),
    ):
        page.get_by_placeholder("Message #general").fill(typed)
        page.keyboard.press("Enter")
        page.locator(".msg", has_text=answer).last.wait_for()
        picture(page, tmp_path, typed.strip("/").replace(" ", "-"))
    assert not page.locator(".bk-unknown").count()


def act_as(page: Page, person: str) -> None:
    """Be *person* from now on."""
    page.get_by_label("Act as").select_option(label=person)


def card_in(page: Page, channel: str, case: int) -> Locator:
    """The card of *case*, in *channel*, which is opened."""
    page.locator(".sidebar-item", has_text=channel).click()
    card = page.locator(".msg", has_text=re.compile(rf"#{case}\b")).last
    card.wait_for()
    return card


def press(place: Locator, name: str) -> None:
    """Press the button called *name* in *place*."""
    place.get_by_role("button", name=name, exact=True).click()


def picture(page: Page, folder: Path, name: str) -> None:
    """Keep what can be seen now, for people to look at."""
    page.screenshot(path=folder / f"{name}.png")
