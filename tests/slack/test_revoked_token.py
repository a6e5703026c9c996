"""Without a valid token everything waits, and everything goes out when there is one again."""

import pytest

from tests.domain.factories import MANAGER
from tests.fakes.faults import AcceptThenDrop
from tests.slack.office import HK, REFUND, UK, Office

CODES = ["token_revoked", "invalid_auth", "account_inactive"]


@pytest.mark.parametrize("code", CODES)
def test_a_revoked_token_loses_nothing_tells_the_operator_and_asks_once_a_minute(
    office: Office, code: str
) -> None:
    office.slack.revoke(code)
    office.comes_in(REFUND, REFUND)
    office.comes_in(REFUND, source="instagram-uk")
    office.work_for(10 * 60 - 1, pause=7)
    # The three cards, and what the manager is told, once, as soon as that is possible again.
    assert sorted(office.owed()) == sorted([HK, HK, UK, MANAGER])
    assert office.posts() <= 10
    (trouble,) = [t for t in office.troubles() if "token" in t]
    assert trouble.startswith(f"Slack refuses the token ({code})")
    assert "SLACK_BOT_TOKEN" in trouble
    (alert,) = [n for n in office.notices() if n["kind"] == "alert"]
    assert f"refused my token ({code})" in alert["data"]["text"]


@pytest.mark.parametrize(
    ("database", "outage"),
    [("sqlite", 60), ("postgresql", 60), ("sqlite", 6 * 3600)],
    indirect=["database"],
)
def test_within_two_minutes_of_a_new_token_everything_is_there_however_long_it_took(
    office: Office, outage: int
) -> None:
    office.slack.revoke()
    office.comes_in(REFUND, REFUND)
    office.comes_in(REFUND, source="instagram-uk")
    office.work_for(outage, pause=60)
    office.slack.mend()
    office.work_for(120)
    assert (len(office.slack.cards(HK)), len(office.slack.cards(UK))) == (2, 1)
    assert (office.owed(), office.troubles()) == ([], [])
    (told,) = office.slack.messages(MANAGER)
    assert told.text.startswith("For a while Slack refused my token (token_revoked)")


def test_updates_wait_as_well(office: Office) -> None:
    (number,) = office.comes_in(REFUND)
    office.work()
    office.slack.revoke()
    office.claim(number)
    office.work_for(59)
    assert office.updates() == 1
    office.slack.mend()
    office.work_for(60)
    assert (office.updates(), office.owed()) == (2, [])


def test_a_token_that_is_revoked_while_an_answer_is_missing_posts_nothing_twice(
    office: Office,
) -> None:
    office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", AcceptThenDrop())
    office.work()
    office.slack.revoke()
    office.work_for(600, pause=10)
    office.slack.mend()
    office.work_for(120)
    assert (office.posts(HK), len(office.slack.cards(HK)), office.owed()) == (1, 1, [])


def test_a_missing_scope_to_post_is_shown_as_what_it_is(office: Office) -> None:
    office.slack.scopes.remove("chat:write")
    office.comes_in(REFUND)
    office.work()
    assert "(missing_scope)" in office.troubles()[0]
    office.slack.scopes.add("chat:write")
    office.work_for(61)
    assert (len(office.slack.cards(HK)), office.troubles()) == (1, [])
