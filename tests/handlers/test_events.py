"""What Slack tells: the home tab is opened, people join and leave, people talk."""

import pytest

from bot.domain.case import State
from bot.store.database import Database
from bot.ui import ids
from tests.domain.factories import ANNA, BEN, CHLOE
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import Payload
from tests.handlers.desk import PRODUCT_CHANNEL, SERVICE_CHANNEL, STRANGER, Desk


def test_the_home_tab_shows_what_i_hold_what_is_free_and_whom_we_wait_for(
    any_desk: Desk,
) -> None:
    desk = any_desk
    desk.comment()
    desk.comment("another refund")
    desk.services.directory.refresh()
    desk.comment("a third refund")
    first, second, _ = desk.slack.cards(SERVICE_CHANNEL)
    desk.press(first, ids.HANDOFF, by=ANNA)
    desk.submit(ANNA, {"team": "product-audio", "reason": "theirs"})
    desk.press(second, ids.CLAIM, by=ANNA)
    assert desk.send(desk.incoming.home_opened(by=ANNA)).status == 200
    told = desk.slack.home(ANNA).words
    assert "You hold 1" in told
    assert "Unclaimed in your teams: 1" in told
    assert "Your teams wait for" in told
    assert "Product Audio (1, oldest" in told
    assert told.index("*#2*") < told.index("*#3*")


def test_claiming_on_the_home_tab_shows_it_anew(desk: Desk) -> None:
    desk.comment("a refund please")
    desk.services.directory.refresh()
    desk.send(desk.incoming.home_opened(by=ANNA))
    desk.press(desk.slack.home(ANNA), ids.CLAIM, by=ANNA)
    assert desk.state() is State.CLAIMED
    assert "You hold 1" in desk.slack.home(ANNA).words
    assert "Unclaimed in your teams: 0" in desk.slack.home(ANNA).words


def test_who_is_in_no_team_reads_what_to_do(desk: Desk) -> None:
    desk.send(desk.incoming.home_opened(by=STRANGER))
    assert "You are in no team yet." in desk.slack.home(STRANGER).words


def test_the_other_tabs_of_the_app_show_nothing_of_ours(desk: Desk) -> None:
    assert desk.send(desk.incoming.home_opened(by=ANNA, tab="messages")).status == 200
    assert desk.slack.called("views.publish") == []


def test_a_refusal_on_the_home_tab_is_a_window(desk: Desk) -> None:
    desk.comment("a refund please")
    desk.services.directory.refresh()
    desk.send(desk.incoming.home_opened(by=BEN))
    home = desk.slack.home(BEN)
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    desk.press(home, ids.CLAIM, by=BEN)
    assert f"<@{ANNA}> has #1: claimed just now." in desk.slack.modal(BEN).words


def test_who_joins_a_channel_may_act_for_its_team_and_who_leaves_may_not(desk: Desk) -> None:
    desk.comment()
    desk.services.directory.refresh()
    desk.slack.workspace.channels[PRODUCT_CHANNEL].members.add(BEN)
    assert desk.send(desk.incoming.joined(BEN, PRODUCT_CHANNEL)).status == 200
    desk.press(desk.card(PRODUCT_CHANNEL), ids.CLAIM, by=BEN)
    assert desk.case().stakes["product-mobile"].holder == BEN
    desk.slack.workspace.channels[PRODUCT_CHANNEL].members.remove(CHLOE)
    for _ in range(2):
        assert desk.send(desk.incoming.left(CHLOE, PRODUCT_CHANNEL)).status == 200
    desk.press(desk.card(PRODUCT_CHANNEL), ids.MORE, by=CHLOE, option="invite|1:product-mobile")
    assert desk.told(CHLOE) == [
        "This part belongs to Product Mobile, and you are not in that team. <@U0LEADPRODUCTMOBILE> leads it."
    ]


def test_what_people_say_in_channels_is_their_own_affair(desk: Desk) -> None:
    before = desk.written()
    others: list[Payload] = [{}, {"subtype": "message_changed"}, {"thread_ts": "1"}, {"text": None}]
    for more in others:
        event = desk.incoming.event("message", **{"channel": SERVICE_CHANNEL, "user": ANNA,
                                                  "text": "a refund <@U0BOT>", **more})  # fmt: skip
        assert desk.send(event).status == 200
    assert desk.written() == before
    assert {call.method for call in desk.slack.calls} <= {"auth.test"}


@pytest.mark.parametrize("retry", [0, 1, 3])
def test_an_event_that_comes_again_does_no_harm(desk: Desk, retry: int) -> None:
    event = desk.incoming.event(
        "member_joined_channel", event_id="Ev1", retry=retry, user=BEN, channel=PRODUCT_CHANNEL
    )
    for _ in range(2):
        assert desk.send(event).status == 200


def test_an_event_that_fails_is_a_500_so_that_slack_sends_it_again(
    slack: FakeSlack, clock: Clock
) -> None:
    database = Database("sqlite:////nowhere/at/all.db")
    desk = Desk(database, slack, clock)
    events = [
        desk.incoming.home_opened(by=ANNA),
        desk.incoming.joined(ANNA, SERVICE_CHANNEL),
        desk.incoming.left(ANNA, SERVICE_CHANNEL),
    ]
    assert [desk.send(event).status for event in events] == [500, 500, 500]
    database.close()


def test_a_home_tab_that_slack_does_not_take_is_a_500(desk: Desk) -> None:
    desk.slack.fail("views.publish", "internal_error")
    sent = [desk.incoming.event("app_home_opened", event_id="Ev1", retry=retry, user=ANNA, tab="home")
            for retry in (0, 1)]  # fmt: skip
    assert [desk.send(opened).status for opened in sent] == [500, 200]
    assert "You hold nothing" in desk.slack.home(ANNA).words
