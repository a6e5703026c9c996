"""Emoji on cards: shortcuts, what taking them away undoes, and the ones that mirror a state."""

import pytest

from bot.domain import events as e
from bot.domain.case import State
from bot.domain.organisation import Priority
from bot.ui import ids
from tests.domain.factories import ANNA, BEN, CHLOE
from tests.fakes.workspace import BOT_USER, Message
from tests.handlers.desk import (
    HINT,
    NOBODY,
    PRODUCT_CHANNEL,
    SERVICE_CHANNEL,
    STRANGER,
    TESS,
    TRIAGE_CHANNEL,
    Desk,
)

EYES, DONE, NOT_OURS, URGENT, NOTE = (
    "eyes",
    "white_check_mark",
    "no_good",
    "rotating_light",
    "memo",
)


@pytest.fixture
def card(desk: Desk) -> Message:
    desk.comment()
    return desk.card()


def test_eyes_claim_and_who_claims_so_is_told_what_it_means(desk: Desk, card: Message) -> None:
    desk.react(card, EYES, by=ANNA)
    assert desk.case().stakes["service-hk"].holder == ANNA
    assert desk.told(ANNA) == [HINT]


def test_a_tick_resolves_and_the_siren_makes_it_urgent(desk: Desk, card: Message) -> None:
    desk.react(card, URGENT, by=ANNA)
    assert desk.case().priority is Priority.URGENT
    desk.react(card, DONE, by=ANNA)
    stake = desk.case().stakes["service-hk"]
    assert (stake.state, stake.outcome, stake.ended_by) == (State.RESOLVED, "answered", ANNA)


def test_not_ours_asks_privately_why_and_the_reason_ends_it(desk: Desk, card: Message) -> None:
    desk.react(card, f"{NOT_OURS}::skin-tone-3", by=ANNA)
    assert desk.state() is State.OPEN
    (asked,) = desk.slack.ephemerals(ANNA)
    desk.press(asked, ids.SAY_WHY, by=ANNA)
    assert desk.submit(ANNA, {"reason": "a recipe"}) == {"response_action": "clear"}
    assert desk.state() is State.DECLINED


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize("name", [EYES, DONE, NOT_OURS, URGENT])
def test_a_stranger_s_emoji_is_refused_privately(desk: Desk, name: str) -> None:
    before, public = desk.written(), desk.said_in_public()
    desk.slack.workspace.channels[SERVICE_CHANNEL].members.add(STRANGER)
    desk.services.directory.refresh()
    desk.slack.workspace.channels[PRODUCT_CHANNEL].members.add(STRANGER)
    desk.react(desk.card(PRODUCT_CHANNEL), name, by=STRANGER)
    assert desk.told(STRANGER) == [
        "This part belongs to Product Mobile, and you are not in that team. <@U0LEADPRODUCTMOBILE> leads it."
    ]
    assert (desk.written(), desk.said_in_public()) == (before, public)


def test_emoji_that_mean_nothing_and_emoji_elsewhere_are_people_s_own_affair(
    desk: Desk, card: Message
) -> None:
    elsewhere = desk.say("lunch?", by=ANNA)
    reply = desk.say("looking", by=ANNA, under=card)
    before = desk.written()
    desk.react(card, "thumbsup", by=ANNA)
    for message in (elsewhere, reply):
        for name in (EYES, DONE, NOT_OURS, URGENT):
            desk.react(message, name, by=ANNA)
            desk.react(message, name, by=ANNA, on=False)
    desk.react(elsewhere, NOTE, by=ANNA)
    desk.react(card, NOTE, by=ANNA)
    assert (desk.written(), desk.told(ANNA)) == (before, [])


def test_the_bot_s_own_emoji_do_nothing(desk: Desk, card: Message) -> None:
    before = desk.written()
    for on in (True, False):
        desk.react(card, EYES, by=BOT_USER, on=on)
    assert (desk.written(), desk.told(BOT_USER)) == (before, [])


def test_taking_one_s_emoji_away_undoes_what_it_did(desk: Desk, card: Message) -> None:
    desk.react(card, EYES, by=ANNA)
    desk.react(card, EYES, by=ANNA, on=False)
    assert desk.state() is State.OPEN
    desk.react(card, DONE, by=ANNA)
    desk.react(card, DONE, by=ANNA, on=False)
    assert desk.state() is State.OPEN
    desk.react(card, URGENT, by=ANNA)
    desk.react(card, URGENT, by=ANNA, on=False)
    assert desk.case().priority is Priority.NORMAL


def test_what_another_person_takes_away_undoes_nothing(desk: Desk, card: Message) -> None:
    desk.react(card, URGENT, by=ANNA)
    desk.react(card, URGENT, by=BEN, on=False)
    assert desk.case().priority is Priority.URGENT
    desk.react(card, EYES, by=ANNA)
    desk.react(card, EYES, by=BEN, on=False)
    assert desk.case().stakes["service-hk"].holder == ANNA
    desk.react(card, DONE, by=ANNA)
    desk.react(card, DONE, by=BEN, on=False)
    assert desk.state() is State.RESOLVED


def test_taking_an_emoji_off_a_card_of_triage_or_where_it_did_nothing_is_no_news(
    desk: Desk,
) -> None:
    desk.comment(NOBODY)
    triage = desk.card(TRIAGE_CHANNEL)
    desk.comment("a refund please")
    before = desk.written()
    for name in (EYES, DONE, URGENT):
        desk.react(triage, name, by=TESS, on=False)
        desk.react(desk.card(), name, by=STRANGER, on=False)
    assert desk.slack.called("chat.postEphemeral", TRIAGE_CHANNEL) == []
    assert desk.slack.called("chat.postEphemeral", SERVICE_CHANNEL) == []
    assert desk.written() == before


def test_who_has_left_the_team_no_longer_undoes_what_they_did(desk: Desk, card: Message) -> None:
    desk.react(card, DONE, by=ANNA)
    desk.slack.workspace.channels[SERVICE_CHANNEL].members.remove(ANNA)
    desk.services.directory.left(ANNA, SERVICE_CHANNEL)
    desk.react(card, DONE, by=ANNA, on=False)
    assert desk.state() is State.RESOLVED


def test_what_was_taken_away_when_it_had_done_nothing_undoes_nothing_later(
    desk: Desk, card: Message
) -> None:
    gone = desk.incoming.reacted(card, EYES, by=ANNA, on=False, event_id="Ev1")
    assert desk.send(gone).status == 200
    desk.press(card, ids.CLAIM, by=ANNA)
    assert desk.send(gone).status == 200
    assert desk.state() is State.CLAIMED


def test_an_emoji_told_again_after_it_was_undone_does_not_come_back(
    desk: Desk, card: Message
) -> None:
    put = desk.incoming.reacted(card, EYES, by=ANNA, event_id="Ev1")
    assert desk.send(put).status == 200
    desk.react(card, EYES, by=ANNA, on=False)
    assert desk.send(put).status == 200
    assert desk.state() is State.OPEN


def notes(desk: Desk) -> list[str]:
    return [fact.text for fact in desk.facts() if isinstance(fact, e.NoteKept)]


def test_a_memo_keeps_a_message_of_the_thread_as_a_note_once(desk: Desk, card: Message) -> None:
    said = desk.say("Batch B7 &amp; B8", by=BEN, under=card)
    kept = desk.incoming.reacted(said, NOTE, by=ANNA, event_id="Ev1")
    for _ in range(2):
        assert desk.send(kept).status == 200
    assert notes(desk) == ["Batch B7 & B8"]


def test_a_memo_by_a_stranger_or_on_no_words_keeps_nothing(desk: Desk, card: Message) -> None:
    said = desk.say("Batch B7", by=BEN, under=card)
    desk.react(said, NOTE, by=CHLOE)
    assert desk.told(CHLOE) == []
    desk.slack.workspace.channels[SERVICE_CHANNEL].members.add(STRANGER)
    desk.react(desk.say("  ", by=BEN, under=card), NOTE, by=ANNA)
    assert desk.told(ANNA) == ["That message has no words that I could keep."]
    assert notes(desk) == []


def test_a_message_that_is_gone_is_no_note_and_no_failure(desk: Desk, card: Message) -> None:
    said = desk.say("Batch B7", by=BEN, under=card)
    desk.slack.workspace.posted[SERVICE_CHANNEL].remove(said)
    desk.react(said, NOTE, by=ANNA)
    assert notes(desk) == []


def mirrored(desk: Desk, channel: str = SERVICE_CHANNEL) -> set[str]:
    shown = desk.card(channel).reactions
    return {name for name, people in shown.items() if BOT_USER in people}


def test_cards_mirror_how_their_own_team_s_part_stands(desk: Desk, card: Message) -> None:
    desk.press(card, ids.CLAIM, by=ANNA)
    desk.deliver()
    assert (mirrored(desk), mirrored(desk, PRODUCT_CHANNEL)) == ({EYES}, set())
    desk.react(card, URGENT, by=ANNA)
    desk.deliver()
    assert (mirrored(desk), mirrored(desk, PRODUCT_CHANNEL)) == ({EYES, URGENT}, {URGENT})
    assert len(desk.slack.called("reactions.add", SERVICE_CHANNEL)) == 2
    desk.press(desk.card(), ids.RELEASE, by=ANNA)
    desk.deliver()
    assert mirrored(desk) == {URGENT}
    assert len(desk.slack.called("reactions.add", SERVICE_CHANNEL)) == 2
    assert len(desk.slack.called("reactions.remove", SERVICE_CHANNEL)) == 1


def test_a_card_whose_emoji_slack_refuses_is_shown_all_the_same(desk: Desk, card: Message) -> None:
    desk.slack.fail("reactions.add", "too_many_reactions")
    desk.press(card, ids.CLAIM, by=ANNA)
    desk.deliver()
    assert f"with us: <@{ANNA}>" in desk.card().words
    assert (mirrored(desk), desk.owed()) == (set(), 0)
    desk.react(card, URGENT, by=ANNA)
    desk.deliver()
    assert mirrored(desk) == {EYES, URGENT}
