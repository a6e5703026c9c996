"""Find its owners: any message becomes a comment."""

import pytest

from bot.ui import ids
from tests.domain.factories import ANNA, BEN
from tests.fakes.faults import Drop, Http500
from tests.fakes.workspace import Message, Payload
from tests.handlers.desk import LOBBY, PRODUCT_CHANNEL, STRANGER, Desk, as_shown, changed


def message(desk: Desk, text: str = "The screen of my phone is black &lt;!channel&gt;") -> Message:
    """A message that somebody wrote in the lobby."""
    said = Message(LOBBY, desk.slack.workspace.new_ts(), STRANGER, text)
    desk.slack.workspace.posted.setdefault(LOBBY, []).append(said)
    return said


def find_owners(desk: Desk, said: Message, by: str = ANNA) -> None:
    desk.ask(desk.incoming.message_shortcut(ids.FIND_OWNERS, said, by=by))


def test_a_message_becomes_a_case_and_who_asked_learns_privately_who_has_it(
    any_desk: Desk,
) -> None:
    desk = any_desk
    public = desk.said_in_public()
    find_owners(desk, message(desk))
    assert desk.told(ANNA) == ["Recorded as #1. Product Mobile has it."]
    assert desk.said_in_public() == public
    desk.deliver()
    card = desk.card(PRODUCT_CHANNEL)
    assert "<https://test.slack.com/archives/C0LOBBY/p" in card.words
    assert "<!channel>" not in card.words
    assert "!channel" in card.words


def test_the_same_message_a_second_time_is_the_same_case(desk: Desk) -> None:
    said = message(desk)
    find_owners(desk, said)
    before = desk.written()
    desk.clock.advance(minutes=5)
    find_owners(desk, said, by=BEN)
    assert desk.told(BEN) == ["This comment is a case already: #1."]
    assert desk.written()[:4] == before[:4]
    (answer,) = desk.slack.ephemerals(BEN)
    desk.press(answer, ids.OPEN, by=BEN)
    assert desk.slack.modal(BEN).payload["title"]["text"] == "Case #1"


@pytest.mark.parametrize("text", ["", "  \n", "\x00"])
def test_a_message_without_words_is_refused(desk: Desk, text: str) -> None:
    before = desk.written()
    find_owners(desk, message(desk, text))
    assert desk.told(ANNA) == ["That message has no text to find owners for."]
    assert desk.written() == before


def test_a_card_of_the_bot_s_own_is_no_comment(desk: Desk) -> None:
    desk.comment("my phone")
    before = desk.written()
    find_owners(desk, desk.card(PRODUCT_CHANNEL))
    assert desk.told(ANNA) == [
        "That is a message of mine already; its buttons say what you can do."
    ]
    assert desk.written() == before


@pytest.mark.parametrize("fault", ["channel_not_found", Drop(), Http500()])
def test_without_a_link_to_the_message_it_is_a_case_all_the_same(
    desk: Desk, fault: str | Drop | Http500
) -> None:
    desk.slack.fail("chat.getPermalink", fault)
    find_owners(desk, message(desk))
    assert desk.told(ANNA)[0].startswith("Recorded as #1.")


def test_a_message_that_no_rule_matches_goes_to_triage_and_says_so(desk: Desk) -> None:
    find_owners(desk, message(desk, "what a day"))
    assert desk.told(ANNA) == ["Recorded as #1. It is in triage: no rule matches."]


@pytest.mark.parametrize("text", ["<@U0MANAGER> look", "x" * 40_000, "half \ud83d an emoji", "🙂"])
def test_whatever_a_message_holds_it_becomes_a_card_that_slack_takes(desk: Desk, text: str) -> None:
    find_owners(desk, message(desk, text))
    assert desk.told(ANNA)[0].startswith("Recorded as #1.")
    desk.deliver()
    (card,) = desk.slack.cards("C0TRIAGE")
    assert "<@U0MANAGER>" not in card.words


def test_a_message_without_any_text_field_is_refused(desk: Desk) -> None:
    request = desk.incoming.message_shortcut(ids.FIND_OWNERS, message(desk), by=ANNA)

    def wordless(payload: Payload) -> None:
        payload["message"] = {"type": "message", "ts": payload["message_ts"], "text": None}

    desk.ask(changed(request, wordless))
    assert desk.told(ANNA) == ["That message has no text to find owners for."]


def test_a_bot_s_message_keeps_the_name_it_was_posted_under(any_desk: Desk) -> None:
    desk = any_desk
    request = desk.incoming.message_shortcut(ids.FIND_OWNERS, message(desk), by=ANNA)

    def from_a_bot(payload: Payload) -> None:
        payload["message"]["bot_id"] = "B0ANOTHER"
        payload["message"]["username"] = "Mei\x00 Chan \ud83d"

    desk.ask(changed(request, from_a_bot))
    desk.deliver()
    assert "*Mei Chan \ufffd*" in desk.card(PRODUCT_CHANNEL).words


def test_what_was_recorded_can_be_found_by_its_words(desk: Desk) -> None:
    find_owners(desk, message(desk))
    assert "*#1*" in as_shown(desk.command("/comment", "phone black")).words
