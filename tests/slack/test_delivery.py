"""A card is posted once, changed in place, and never faster than Slack allows."""

from bot.slack.gateway import Gateway
from bot.store import tables as t
from bot.ui.kit import Message
from tests.domain.factories import ANNA
from tests.slack.office import (
    DANGER,
    HK,
    REFUND,
    TRIAGE,
    UK,
    Office,
)


def test_a_comment_becomes_a_card_in_every_channel_that_it_concerns(office: Office) -> None:
    (number,) = office.comes_in("My phone needs a repair, I love it")
    office.work()
    channels = {"C0SERVICEHK", "C0PRODUCTMOBILE", "C0MARKETINGHK"}
    assert {c for c in office.slack.workspace.channels if office.slack.cards(c)} == channels
    for channel in channels:
        assert f"#{number}" in office.slack.card(channel).text
        assert office.notice(channel)["ts"] == office.slack.card(channel).ts
    assert office.owed() == []


def test_a_comment_that_no_rule_matches_goes_to_triage(office: Office) -> None:
    office.comes_in("What is this?")
    office.work()
    assert "Choose teams" in office.slack.card(TRIAGE).words


def test_a_claim_changes_the_card_in_place(office: Office) -> None:
    (number,) = office.comes_in(REFUND)
    office.work()
    posted = office.slack.card(HK)
    office.claim(number)
    office.work()
    card = office.slack.card(HK)
    assert (card.ts, card.updates) == (posted.ts, 1)
    assert f"<@{ANNA}>" in card.words
    assert (office.posts(), office.updates()) == (1, 1)


def test_ten_changes_at_once_are_one_update(office: Office) -> None:
    (number,) = office.comes_in(REFUND)
    office.work()
    for _ in range(10):
        office.claim(number)
    assert office.work() == 1
    assert (office.posts(), office.updates()) == (1, 1)


def test_what_changed_before_it_was_posted_is_posted_as_it_stands(office: Office) -> None:
    (number,) = office.comes_in(REFUND)
    office.claim(number)
    office.work()
    assert f"<@{ANNA}>" in office.slack.card(HK).words
    assert (office.posts(), office.updates()) == (1, 0)


def test_a_change_while_the_card_is_being_posted_is_shown_afterwards(office: Office) -> None:
    (number,) = office.comes_in(REFUND)

    class Interrupted(Gateway):
        def post(self, channel: str, message: Message, *, marker: str, thread: str = "") -> str:
            office.claim(number)
            return super().post(channel, message, marker=marker, thread=thread)

    office.work(office.worker("slow", Interrupted(office.gateway.client)))
    assert f"<@{ANNA}>" in office.slack.card(HK).words
    assert (office.posts(), office.updates(), office.owed()) == (1, 1, [])


def test_nothing_to_do_asks_nothing_of_slack(office: Office) -> None:
    assert office.work() == 0
    assert office.slack.calls == []


def test_one_channel_gets_a_message_a_second_and_the_others_do_not_wait(office: Office) -> None:
    office.comes_in(REFUND, REFUND)
    office.comes_in(REFUND, source="instagram-uk")
    office.work()
    assert (office.posts(HK), office.posts(UK)) == (1, 1)
    office.clock.advance(seconds=0.999)
    assert office.work() == 0
    office.clock.advance(seconds=0.001)
    office.work()
    assert office.posts(HK) == 2


def test_a_change_does_not_wait_for_the_channel_s_next_second(office: Office) -> None:
    (number, _) = office.comes_in(REFUND, REFUND)
    office.work()
    office.claim(number)
    office.work()
    assert (office.posts(HK), office.updates(HK)) == (1, 1)


def test_the_urgent_goes_before_the_high_and_the_high_before_what_came_first(
    office: Office,
) -> None:
    ordinary, high, urgent = (
        office.comes_in(text, rating=rating)[0]
        for text, rating in ((REFUND, None), (REFUND, 1.0), (DANGER, None))
    )
    office.work_for(3)
    numbers = [message.text.split(".")[0].split(",")[0] for message in office.slack.cards(HK)]
    assert numbers == [f"#{urgent}", f"#{high}", f"#{ordinary}"]


def test_a_message_that_somebody_deleted_is_posted_anew_once(office: Office) -> None:
    (number,) = office.comes_in(REFUND)
    office.work()
    first = office.slack.card(HK).ts
    office.slack.workspace.posted[HK].clear()
    office.claim(number)
    office.work_for(5)
    card = office.slack.card(HK)
    assert card.ts != first
    assert office.notice(HK)["ts"] == card.ts
    assert (office.posts(HK), office.updates(HK), office.owed()) == (2, 1, [])


def test_a_digest_of_a_team_that_is_gone_is_owed_no_more(office: Office) -> None:
    with office.database.transaction() as session:
        session.execute(
            t.lanes.insert().values(
                name=HK, next_at=office.clock.now(), lease_until=office.clock.now()
            )
        )
        row = {
            "key": "d",
            "kind": "digest",
            "channel": HK,
            "team": "gone",
            "data": {},
            "urgency": 5,
        }
        when = {"next_at": office.clock.now(), "created_at": office.clock.now()}
        session.execute(t.notices.insert().values(wanted=1, shown=0, **row, **when))
    assert office.work() == 1
    assert (office.posts(), office.owed()) == (0, [])
