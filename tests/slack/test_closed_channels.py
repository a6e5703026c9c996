"""A channel that cannot be posted to: managers are told once, the others go on, nothing is lost."""

from collections.abc import Callable

import pytest

from bot.slack.alerts import mend_for
from tests.domain.factories import ANNA, MANAGER
from tests.fakes.faults import AcceptThenDrop
from tests.fakes.workspace import BOT_USER, Channel
from tests.slack.office import HK, REFUND, TRIAGE, UK, Office


def _archive(channel: Channel, *, closed: bool) -> None:
    channel.archived = closed


def _remove_bot(channel: Channel, *, closed: bool) -> None:
    channel.members = channel.members - {BOT_USER} if closed else channel.members | {BOT_USER}


def _hide(channel: Channel, *, closed: bool) -> None:
    channel.private = closed
    _remove_bot(channel, closed=closed)


Close = Callable[..., None]
WAYS = pytest.mark.parametrize(
    ("close", "code"),
    [(_archive, "is_archived"), (_remove_bot, "not_in_channel"), (_hide, "channel_not_found")],
)


@WAYS
def test_managers_are_told_once_with_the_mend(office: Office, close: Close, code: str) -> None:
    close(office.slack.workspace.channels[HK], closed=True)
    office.comes_in(REFUND, REFUND)
    office.work_for(60 * 20, pause=60)
    office.comes_in(REFUND)
    office.work_for(60 * 20, pause=60)
    (told,) = office.slack.messages(MANAGER)
    assert told.text == (
        f"I cannot post in Service HK's channel <#{HK}> ({code}). To mend it: {mend_for(code)}."
        " Nothing is lost; what waits goes out by itself afterwards."
    )
    assert len(office.owed()) == 3
    (trouble,) = office.troubles()
    assert trouble.startswith(f"{HK} (Service HK) cannot be posted to ({code}); 3 waiting")
    assert trouble.endswith(mend_for(code))


@WAYS
def test_everything_goes_out_by_itself_when_it_is_mended(
    office: Office, close: Close, code: str
) -> None:
    channel = office.slack.workspace.channels[HK]
    close(channel, closed=True)
    office.comes_in(REFUND, REFUND, REFUND)
    office.work()
    assert office.notices(HK)[0]["last_error"] == code
    close(channel, closed=False)
    office.work_for(60 * 6, pause=2)
    assert (len(office.slack.cards(HK)), office.owed(), office.troubles()) == (3, [], [])
    assert len(office.slack.messages(MANAGER)) == 1


def test_other_channels_go_on_meanwhile(office: Office) -> None:
    _archive(office.slack.workspace.channels[HK], closed=True)
    office.comes_in(REFUND)
    office.comes_in(REFUND, source="instagram-uk")
    office.comes_in("What is this?")
    office.work()
    assert (len(office.slack.cards(UK)), len(office.slack.cards(TRIAGE))) == (1, 1)
    assert office.owed() == [HK]


def test_a_closed_channel_is_tried_every_five_minutes_whatever_waits_in_it(
    office: Office,
) -> None:
    _archive(office.slack.workspace.channels[HK], closed=True)
    office.comes_in(*[REFUND] * 10)
    office.work_for(14 * 60 + 59, pause=31)
    assert office.posts(HK) == 3


def test_each_time_that_it_closes_is_news(office: Office) -> None:
    channel = office.slack.workspace.channels[HK]
    for times in (1, 2):
        _archive(channel, closed=True)
        office.comes_in(REFUND)
        office.work_for(60)
        assert len(office.slack.messages(MANAGER)) == times
        _archive(channel, closed=False)
        office.work_for(60 * 6, pause=60)


def test_every_manager_is_told(office: Office) -> None:
    object.__setattr__(office.organisation, "managers", frozenset({MANAGER, ANNA}))
    office.slack.user(ANNA)
    _archive(office.slack.workspace.channels[TRIAGE], closed=True)
    office.comes_in("What is this?")
    office.work_for(2)
    for manager in (MANAGER, ANNA):
        (told,) = office.slack.messages(manager)
        assert told.text.startswith(f"I cannot post in the triage channel <#{TRIAGE}>")


def test_a_channel_of_no_team_is_not_called_triage(office: Office) -> None:
    office.owe_alert("digest-like", "C0GONE")
    office.comes_in(REFUND)
    office.work()
    assert len(office.slack.cards(HK)) == 1
    assert "C0GONE cannot be posted to (channel_not_found)" in office.troubles()[0]


def test_a_manager_who_cannot_be_reached_makes_no_more_alerts(office: Office) -> None:
    del office.slack.workspace.people[MANAGER]
    _archive(office.slack.workspace.channels[HK], closed=True)
    office.comes_in(REFUND)
    office.work_for(60 * 20, pause=60)
    assert [n["kind"] for n in office.notices()] == ["card", "alert"]


def test_a_card_in_an_archived_channel_waits_and_is_brought_up_to_date_later(
    office: Office,
) -> None:
    (number,) = office.comes_in(REFUND)
    office.work()
    _archive(office.slack.workspace.channels[HK], closed=True)
    office.claim(number)
    office.work_for(60)
    assert office.troubles()[0].startswith(f"{HK} (Service HK) cannot be posted to (is_inactive)")
    assert len(office.slack.messages(MANAGER)) == 1
    _archive(office.slack.workspace.channels[HK], closed=False)
    office.work_for(60 * 5, pause=60)
    assert f"<@{ANNA}>" in office.slack.card(HK).words
    assert (office.owed(), office.troubles()) == ([], [])


def test_a_channel_where_cards_can_be_changed_but_not_posted_is_told_of_once(
    office: Office,
) -> None:
    (number,) = office.comes_in(REFUND)
    office.work_for(1)
    _remove_bot(office.slack.workspace.channels[HK], closed=True)
    office.comes_in(REFUND)
    for _ in range(6):
        office.claim(number)
        office.work_for(60 * 6, pause=60)
    assert office.updates(HK) == 6
    assert len(office.slack.messages(MANAGER)) == 1


def test_a_channel_that_closes_while_an_answer_is_missing_is_told_of_and_not_posted_to_twice(
    office: Office,
) -> None:
    office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", AcceptThenDrop())
    office.work()
    channel = office.slack.workspace.channels[HK]
    _hide(channel, closed=True)
    office.work_for(60 * 10, pause=30)
    assert len(office.slack.messages(MANAGER)) == 1
    assert "cannot be posted to (channel_not_found)" in office.troubles()[0]
    _hide(channel, closed=False)
    office.work_for(60 * 6, pause=60)
    assert (office.posts(HK), len(office.slack.cards(HK)), office.owed()) == (1, 1, [])


def test_without_the_scope_to_look_nothing_is_posted_twice_and_managers_are_told(
    office: Office,
) -> None:
    office.comes_in(REFUND)
    office.comes_in(REFUND, source="instagram-uk")
    office.slack.fail("chat.postMessage", AcceptThenDrop(), channel=HK)
    office.slack.scopes -= {"channels:history", "groups:history", "im:history"}
    office.work_for(60 * 10, pause=30)
    assert (office.posts(HK), len(office.slack.cards(UK))) == (1, 1)
    (told,) = office.slack.messages(MANAGER)
    assert "(missing_scope)" in told.text
    office.slack.scopes.add("channels:history")
    office.work_for(60 * 6, pause=60)
    assert (office.posts(HK), office.owed()) == (1, [])
