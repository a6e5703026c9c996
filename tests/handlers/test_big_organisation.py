"""An organisation with more teams than one of Slack's menus can hold."""

import json
from dataclasses import replace

import pytest

from bot.store.database import Database
from bot.ui import ids
from tests.domain import factories as make
from tests.domain.factories import ANNA, MANAGER
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.handlers.desk import NOBODY, TESS, TRIAGE_CHANNEL, Desk


@pytest.fixture
def desk(sqlite_database: Database, slack: FakeSlack, clock: Clock) -> Desk:
    """A bot for 156 teams."""
    more = [
        make.team(f"support-{n}", name=f"Support {n}", channel=f"C0SUPPORT{n}") for n in range(150)
    ]
    organisation = make.organisation()
    big = replace(organisation, teams=(*organisation.teams, *more))
    return Desk(sqlite_database, slack, clock, big)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("support 149", ["support-149"]),
        ("ＳＥＲＶＩＣＥ hk", ["service-hk"]),
        ("product-a", ["product-audio"]),
        ("<!channel>", []),
    ],
)
def test_typing_in_a_menu_offers_the_teams_that_match(
    desk: Desk, typed: str, found: list[str]
) -> None:
    answer = desk.ask(desk.incoming.suggestion(ids.TEAM_OPTIONS, typed, by=ANNA))
    assert [option["value"] for option in answer["options"]] == found


def test_typing_whom_to_invite_offers_teams_without_a_part(desk: Desk) -> None:
    desk.comment()
    desk.press(desk.card(), ids.MORE, by=ANNA, option="invite|1:service-hk")
    form = desk.slack.modal(ANNA)
    answer = desk.ask(desk.incoming.suggestion(ids.TEAM_OPTIONS, "service", by=ANNA, form=form))
    assert [option["value"] for option in answer["options"]] == ["service-uk"]


@pytest.mark.parametrize("typed", ["", "s", " "])
def test_a_menu_offers_no_more_than_slack_can_show(desk: Desk, typed: str) -> None:
    answer = desk.ask(desk.incoming.suggestion(ids.TEAM_OPTIONS, typed, by=ANNA))
    assert len(answer["options"]) == 100
    assert len(json.dumps(answer)) < 50_000


def test_a_case_is_handed_to_a_team_that_was_typed(desk: Desk) -> None:
    desk.comment()
    desk.press(desk.card(), ids.HANDOFF, by=ANNA)
    answer = desk.submit(ANNA, {"team": "support-149", "reason": "they know the box"})
    assert answer == {"response_action": "clear"}
    desk.deliver()
    assert "they know the box" in desk.card("C0SUPPORT149").words


def test_teams_are_picked_in_triage_by_typing(desk: Desk) -> None:
    desk.comment(NOBODY)
    desk.press(desk.card(TRIAGE_CHANNEL), ids.ROUTE, by=TESS)
    picked = ["support-7", "support-8"]
    assert desk.submit(TESS, {"teams": picked}) == {"response_action": "clear"}
    assert list(desk.case().stakes) == picked


def test_a_team_that_does_not_exist_cannot_be_chosen(desk: Desk) -> None:
    desk.comment()
    desk.press(desk.card(), ids.HANDOFF, by=ANNA)
    answer = desk.submit(ANNA, {"team": "support-999", "reason": "?"})
    assert answer["view"]["blocks"][0]["text"]["text"].startswith("There is no team “support-999”")


def test_a_manager_s_digest_of_all_of_them_fits_one_message(desk: Desk) -> None:
    desk.comment()
    desk.clock.advance(seconds=1)
    answer = desk.command("/digest", "all", by=MANAGER)
    assert answer["text"].startswith("All teams: 1 comment came in")
    assert "quieter teams" in json.dumps(answer["blocks"])
