"""`/comment`: record one, show one, list, and find; and `/crosstalk`."""

import pytest

from bot.ui import ids, kit
from tests.domain.factories import ANNA, BEN, CHLOE
from tests.fakes.workspace import Payload
from tests.handlers.desk import LOBBY, SERVICE_CHANNEL, STRANGER, TRIAGE_CHANNEL, Desk, as_shown


def words(answer: Payload) -> str:
    """What the private answer to a command says."""
    return as_shown(answer).words


def test_without_a_word_it_opens_a_form_to_record_a_comment(any_desk: Desk) -> None:
    desk = any_desk
    assert desk.command("/comment", "  ", by=BEN) == {}
    filled = {
        "text": "The screen of my phone is black, I want a refund",
        "author": "Mei \x00Chan",
        "link": "https://forum.example/t/1",
        "platform": "instagram",
        "region": "HK",
    }
    answer = desk.submit(BEN, filled)
    assert answer["response_action"] == "update"
    (told, open_it) = answer["view"]["blocks"]
    assert told["text"]["text"] == "Recorded as #1. Service HK and Product Mobile have it."
    assert open_it["elements"][0]["value"] == "1:service-hk"
    desk.deliver()
    assert "*Mei Chan*" in desk.card().words
    assert "Instagram" in desk.card().words


def test_a_comment_recorded_twice_from_one_form_is_one_case(desk: Desk) -> None:
    desk.command("/comment", by=BEN)
    form = desk.slack.modal(BEN)
    for _ in range(2):
        desk.ask(desk.incoming.submit(form, {"text": "What a day"}, by=BEN))
        desk.clock.advance(seconds=1)
    assert words(desk.command("/comment", "day")).count("*#") == 1


@pytest.mark.parametrize(
    ("filled", "errors"),
    [
        ({"author": "Mei"}, {"text": "Please paste what the customer wrote."}),
        (
            {"text": "hello", "link": "forum.example/1"},
            {"link": "Please paste the whole address, beginning with https://."},
        ),
        (
            {"text": "hello", "link": "javascript:alert(1)"},
            {"link": "Please paste the whole address, beginning with https://."},
        ),
    ],
)
def test_an_incomplete_comment_comes_back_with_the_fault_at_its_field(
    desk: Desk, filled: Payload, errors: Payload
) -> None:
    desk.command("/comment", by=BEN)
    before = desk.written()
    assert desk.submit(BEN, filled) == {"response_action": "errors", "errors": errors}
    assert desk.written() == before


@pytest.mark.parametrize("typed", ["1", "#1", " #1 ", "001"])
def test_a_number_shows_that_case_from_your_team_s_side(desk: Desk, typed: str) -> None:
    desk.comment()
    desk.services.directory.refresh()
    shown = as_shown(desk.command("/comment", typed, by=CHLOE))
    assert "*#1*" in shown.words
    assert shown.buttons[ids.CLAIM]["value"] == "1:product-mobile"


def test_who_is_in_two_teams_reads_for_which_of_them_the_buttons_act(any_desk: Desk) -> None:
    desk = any_desk
    desk.comment()
    desk.slack.channel(SERVICE_CHANNEL, members=[ANNA, BEN, CHLOE])
    desk.services.directory.refresh()
    shown = as_shown(desk.command("/comment", "1", by=CHLOE))
    said = "The buttons here act for *Service HK*. For *Product Mobile* in "
    assert said in shown.words
    assert shown.buttons[ids.CLAIM]["value"] == "1:service-hk"
    desk.claims_known_to(CHLOE)
    desk.press(as_shown(desk.command("/comment", "refund", by=CHLOE)), ids.OPEN, by=CHLOE)
    desk.press(desk.slack.modal(CHLOE), ids.CLAIM, by=CHLOE)
    window = desk.slack.modal(CHLOE).words
    assert f"with us: <@{CHLOE}>" in window
    assert said in window
    assert "The buttons here" not in words(desk.command("/comment", "1", by=BEN))


def test_who_has_no_part_in_it_reads_that_the_buttons_are_triage_s(desk: Desk) -> None:
    desk.comment("my headphones crackle")
    told = "None of your teams has a part in it. The buttons here act for triage."
    desk.services.directory.refresh()
    assert told in words(desk.command("/comment", "1", by=CHLOE))


@pytest.mark.parametrize("typed", ["7", "#7", "0", "999999999999999999"])
def test_a_number_that_nobody_has_says_so(desk: Desk, typed: str) -> None:
    desk.comment()
    assert words(desk.command("/comment", typed)) == f"There is no case #{int(typed.strip('#'))}."


def test_mine_lists_what_i_hold_and_open_what_my_teams_have(desk: Desk) -> None:
    desk.comment("first refund")
    desk.comment("second refund")
    desk.services.directory.refresh()
    assert "You hold nothing just now." in words(desk.command("/comment", "mine"))
    desk.press(desk.slack.cards("C0SERVICEHK")[1], ids.CLAIM, by=ANNA)
    mine = words(desk.command("/comment", "MINE"))
    held, _, free = mine.partition("Unclaimed in your teams: 1")
    assert "*#2*" in held
    assert "*#1*" not in held
    assert "*#1*" in free
    both = words(desk.command("/comment", "open"))
    assert both.index("*#1*") < both.index("*#2*")
    nothing = desk.command("/comment", "open", by=STRANGER)
    assert "Your teams have nothing open." in words(nothing)


def test_words_find_the_cases_that_have_all_of_them(desk: Desk) -> None:
    desk.comment("The ＨＥＡＤＰＨＯＮＥ jack broke, refund please")
    desk.comment("refund for the phone")
    assert words(desk.command("/comment", "headphone REFUND")).count("*#") == 1
    assert words(desk.command("/comment", "wing chan")).count("*#") == 2
    assert "No case has all of these words." in words(desk.command("/comment", "unheard"))
    assert "No case has all of these words." in words(desk.command("/comment", "100% _"))


@pytest.mark.parametrize("typed", ["help", "HELP"])
@pytest.mark.parametrize("command", ["/comment", "/crosstalk"])
def test_help_explains_everything(desk: Desk, command: str, typed: str) -> None:
    told = words(desk.command(command, typed))
    for named in ("/comment 1042", "/digest service-hk 7d", "*Hand off*"):
        assert named in told


HOSTILE = [
    "<!channel>",
    "<@U0MANAGER> <https://evil|bank>",
    "x" * 100_000,
    "字" * 30_000,
    "%_\\%' OR 1=1 --",
    "a\x00b \x1b[2J",
    "１２",
    "9" * 5_000,
    "#" * 3_000,
    "\u202egnihtemos",
    "*bold* `code` ~gone~",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_gets_a_private_answer_that_slack_takes(
    any_desk: Desk, typed: str
) -> None:
    any_desk.services.directory.refresh()
    for command in ("/comment", "/digest", "/crosstalk", "/crosstalk route"):
        name, _, verb = command.partition(" ")
        takes_it(any_desk.command(name, f"{verb} {typed}"))
    assert any_desk.said_in_public() == []


def takes_it(answer: Payload) -> None:
    """Slack takes the answer, and it says what it means to."""
    assert answer["response_type"] == "ephemeral"
    assert kit.check({"text": answer["text"], "blocks": answer["blocks"]}, "message") == []
    assert "Something went wrong" not in answer["text"]
    assert "does not answer" not in answer["text"]
    assert "<!" not in answer["text"]


def test_route_tells_who_would_get_a_comment_and_stores_nothing(desk: Desk) -> None:
    before = desk.written()
    told = words(desk.command("/crosstalk", "Route my phone, I want a refund <!here>"))
    assert "This would go to" in told
    assert "Product Mobile" in told
    assert desk.written() == before
    assert "This would go to triage, since no rule matches." in words(
        desk.command("/crosstalk", "route what a day")
    )


@pytest.mark.parametrize("typed", ["", "route", "route   ", "dance"])
def test_anything_else_gets_help(desk: Desk, typed: str) -> None:
    assert "Crosstalk brings each customer's comment" in words(desk.command("/crosstalk", typed))


def test_a_command_s_answer_is_for_one_person_wherever_it_is_typed(desk: Desk) -> None:
    desk.comment("What a day")
    public = desk.said_in_public()
    for channel in (LOBBY, TRIAGE_CHANNEL):
        answer = desk.command("/comment", "1", channel=channel)
        assert answer["response_type"] == "ephemeral"
    assert desk.said_in_public() == public
