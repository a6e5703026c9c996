"""When something is wrong, the person who acted hears it privately, and nothing is half done."""

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from slack_bolt import BoltRequest

from bot.domain.case import State
from bot.store.database import Database
from bot.ui import ids, kit
from tests.domain.factories import ANNA, BEN
from tests.fakes.clock import Clock
from tests.fakes.faults import AcceptThenDrop, Drop, Garbage, Http429, Http500
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import BOT_USER, Message, Payload
from tests.handlers.desk import LOBBY, SERVICE_CHANNEL, Desk, as_shown, changed

AWAY = (
    "The database does not answer just now, so nothing was changed. Please try again in a minute."
)
BROKEN = "Something went wrong here, and nothing was changed. Please try again; it has been noted."
NOT_OPENED = "Slack did not open the window just now, and nothing was changed. Please try again."
OLD_BUTTON = "That button does not work any more. Please use the newest card of the case."
OLD_DIGEST = "That button does not work any more. Please ask again with `/digest`."
# The buttons of digests, each with what it may carry.
DIGESTS = {
    **dict.fromkeys((ids.DIGEST_POST, ids.DIGEST_READ, ids.SCHEDULE_NEW), "1|2|0|organisation"),
    **dict.fromkeys((ids.SCHEDULE_PAUSE, ids.SCHEDULE_RESUME), "0|service-hk"),
    **dict.fromkeys((ids.SCHEDULE_PREVIEW, ids.SCHEDULE_DELETE), "0|service-hk"),
    **dict.fromkeys(ids.SCHEDULE_PAGES, "1|"),
}
CLICKS = (
    ids.CLAIM,
    ids.RELEASE,
    ids.REOPEN,
    ids.RESOLVE,
    ids.HANDOFF,
    ids.DECLINE,
    ids.INVITE,
    ids.ROUTE,
    ids.DISMISS,
    ids.TIMELINE,
    ids.OPEN,
    *DIGESTS,
    ids.MORE,
)
_BUTTONS = [kit.actions(kit.button("Press", action, "1:service-hk")) for action in CLICKS[:-1]]
_MENU = [kit.actions(kit.overflow(ids.MORE, [("Timeline", "timeline|1:service-hk")]))]


def everything(desk: Desk) -> Message:
    """A message in the team's channel with every button there is."""
    blocks = [{"block_id": f"b{n}", **block} for n, block in enumerate([*_BUTTONS, *_MENU])]
    said = Message(SERVICE_CHANNEL, desk.slack.workspace.new_ts(), BOT_USER, "Buttons", blocks)
    desk.slack.workspace.posted.setdefault(SERVICE_CHANNEL, []).append(said)
    return said


def with_value(request: BoltRequest, value: object) -> BoltRequest:
    def spoil(payload: Payload) -> None:
        action = payload["actions"][0]
        action.pop("selected_option", None)
        action.pop("value", None)
        if value is not None:
            action["value"] = value
            action["selected_option"] = {"value": value}

    return changed(request, spoil)


def click(desk: Desk, action: str, by: str = ANNA) -> BoltRequest:
    option = "timeline|1:service-hk" if action == ids.MORE else None
    return desk.incoming.click(everything(desk), action, by=by, option=option)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        5,
        [],
        {"case": 1},
        "1",
        "service-hk",
        "1:service-hk:x",
        "-1:service-hk",
        "0:service-hk",
        "9" * 19 + ":service-hk",
        "1:" + "x" * 5_000,
        "１:service-hk",
        "1:a\x00b",
        "invite|",
        "burn|1:service-hk",
        "'; DROP TABLE cases; --",
    ],
    ids=str,
)
def test_a_broken_button_says_so_kindly_and_changes_nothing(desk: Desk, value: object) -> None:
    clicks = [with_value(click(desk, action), value) for action in CLICKS]
    before, public = desk.written(), desk.said_in_public()
    for request in clicks:
        desk.ask(request)
    told = [OLD_DIGEST if action in DIGESTS else OLD_BUTTON for action in CLICKS]
    assert desk.told(ANNA) == told
    assert desk.written() == before
    assert desk.said_in_public() == public


_GONE = "There is no team “service-moon” any more. Its cases are in triage or with others."


@pytest.mark.parametrize(
    "action",
    [ids.CLAIM, ids.RELEASE, ids.REOPEN, ids.RESOLVE, ids.HANDOFF, ids.DECLINE, ids.INVITE],
)
def test_a_button_of_a_team_that_is_gone_says_so(desk: Desk, action: str) -> None:
    desk.comment()
    before = desk.written()
    desk.ask(with_value(click(desk, action), "1:service-moon"))
    assert desk.told(ANNA) == [_GONE]
    assert desk.written() == before


@pytest.mark.parametrize(
    "action", [ids.CLAIM, ids.RELEASE, ids.REOPEN, ids.TIMELINE, ids.OPEN, ids.MORE]
)
def test_a_button_of_a_case_that_nobody_knows_says_so(desk: Desk, action: str) -> None:
    prefix = "timeline|" if action == ids.MORE else ""
    desk.ask(with_value(click(desk, action), f"{prefix}999999999999999999:service-hk"))
    assert desk.told(ANNA) == ["There is no case #999999999999999999."]


def test_a_refusal_quotes_nothing_that_slack_would_act_on(desk: Desk) -> None:
    desk.ask(with_value(click(desk, ids.CLAIM), "1:<!channel>*x*"))
    (told,) = desk.slack.ephemerals(ANNA)
    assert "&lt;!channel&gt;" in told.text
    assert "<!channel>" not in told.text + told.words
    answer = desk.command("/digest", "<!channel>")
    assert "<!channel>" not in answer["text"]


@pytest.fixture
def away(slack: FakeSlack, clock: Clock) -> Iterator[Desk]:
    """A bot whose database cannot be reached."""
    database = Database("sqlite:////nowhere/at/all.db")
    yield Desk(database, slack, clock)
    database.close()


@pytest.mark.parametrize("action", CLICKS)
def test_without_a_database_a_click_gets_a_kind_answer(away: Desk, action: str) -> None:
    desk = away
    request = click(desk, action, by="U0STRANGER")
    if action in DIGESTS:
        request = with_value(request, DIGESTS[action])
    desk.ask(request)
    assert desk.told("U0STRANGER") == [AWAY]


def test_without_a_database_commands_and_shortcuts_get_a_kind_answer(away: Desk) -> None:
    desk = away
    for name, text in (("/comment", "1"), ("/comment", "mine"), ("/digest", "")):
        assert as_shown(desk.command(name, text)).text == AWAY
    assert desk.command("/comment", "") == {}
    answer = desk.submit(ANNA, {"text": "hello"})
    # What was typed stays in the form, to be sent again.
    assert answer["response_action"] == "errors"
    assert list(answer["errors"].values()) == [AWAY]
    said = Message(LOBBY, desk.slack.workspace.new_ts(), BEN, "my phone is black")
    desk.ask(desk.incoming.message_shortcut(ids.FIND_OWNERS, said, by=ANNA))
    assert desk.told(ANNA) == [AWAY]


def test_a_database_that_goes_away_in_the_middle_leaves_nothing_half_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.comment()
    desk.services.directory.refresh()
    before = desk.written()
    monkeypatch.setattr(desk.database.engine.dialect, "do_commit", full_disk)
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    monkeypatch.undo()
    assert desk.told(ANNA) == [AWAY]
    assert desk.written() == before
    assert desk.state() is State.OPEN


def full_disk(connection: object) -> None:
    raise sqlite3.OperationalError("database or disk is full", connection)


def later(desk: Desk) -> None:
    desk.clock.advance(seconds=4)


def slack_is_down(desk: Desk) -> None:
    desk.slack.fail("views.open", Drop(), times=None)


def slack_is_garbled(desk: Desk) -> None:
    desk.slack.fail("views.open", Garbage(), times=None)


def slack_is_busy(desk: Desk) -> None:
    desk.slack.fail("views.open", Http429(), times=None)


@pytest.mark.parametrize("trouble", [later, slack_is_down, slack_is_garbled, slack_is_busy])
@pytest.mark.parametrize("action", [ids.RESOLVE, ids.HANDOFF, ids.DECLINE])
def test_a_form_that_cannot_be_opened_is_told_privately(
    desk: Desk, action: str, trouble: Callable[[Desk], None]
) -> None:
    desk.comment()
    request = desk.incoming.click(desk.card(), action, by=ANNA)
    public = desk.said_in_public()
    trouble(desk)
    desk.ask(request)
    assert desk.told(ANNA) == [NOT_OPENED]
    assert desk.said_in_public() == public


def test_a_window_that_slack_refuses_is_a_fault_of_ours(desk: Desk) -> None:
    desk.comment()
    desk.slack.fail("views.open", "invalid_arguments")
    desk.press(desk.card(), ids.RESOLVE, by=ANNA)
    assert desk.told(ANNA) == [BROKEN]


def test_a_command_whose_form_cannot_be_opened_says_so(desk: Desk) -> None:
    request = desk.incoming.command("/comment", by=ANNA, channel=LOBBY)
    desk.clock.advance(seconds=4)
    assert as_shown(desk.ask(request)).text == NOT_OPENED


def test_when_even_the_private_answer_cannot_be_given_slack_still_hears_ok(desk: Desk) -> None:
    desk.comment()
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    for fault in (Drop(), Http500(), Garbage(), AcceptThenDrop()):
        desk.slack.fail("response_url", fault)
        desk.press(desk.card(), ids.CLAIM, by=BEN)
    assert desk.case().stakes["service-hk"].holder == ANNA


def open_window(desk: Desk) -> None:
    desk.claims_known_to(ANNA)
    desk.services.directory.refresh()
    desk.press(as_shown(desk.command("/comment", "1")), ids.CLAIM, by=BEN, value="9:service-hk")
    desk.press(as_shown(desk.command("/comment", "refund")), ids.OPEN, by=ANNA)


@pytest.mark.parametrize("fault", ["hash_conflict", "not_found", Drop(), Http500(), Garbage()])
def test_what_is_done_is_not_called_failed_because_it_cannot_be_shown(
    desk: Desk, fault: str | Drop | Http500 | Garbage
) -> None:
    desk.comment()
    open_window(desk)
    desk.slack.fail("views.update", fault)
    window = desk.slack.modal(ANNA)
    desk.press(window, ids.CLAIM, by=ANNA)
    assert desk.state() is State.CLAIMED
    assert desk.slack.modal(ANNA).id == window.id
    assert desk.told(ANNA) == []


def test_a_second_click_in_a_window_that_has_changed_is_harmless(desk: Desk) -> None:
    desk.comment()
    open_window(desk)
    clicks = [desk.incoming.click(desk.slack.modal(ANNA), ids.CLAIM, by=ANNA) for _ in range(2)]
    for request in clicks:
        desk.ask(request)
    assert f"with us: <@{ANNA}>" in desk.slack.modal(ANNA).words
    codes = desk.slack.called("views.update")
    assert codes[0].args["hash"] == codes[1].args["hash"]


def test_a_home_tab_that_cannot_be_shown_anew_leaves_the_claim(desk: Desk) -> None:
    desk.claims_known_to(ANNA)
    desk.comment("a refund please")
    desk.services.directory.refresh()
    desk.send(desk.incoming.home_opened(by=ANNA))
    desk.slack.fail("views.publish", "internal_error")
    desk.press(desk.slack.home(ANNA), ids.CLAIM, by=ANNA)
    assert desk.state() is State.CLAIMED
    assert desk.slack.workspace.stacks == {}


def test_nobody_but_slack_reaches_a_listener(desk: Desk) -> None:
    desk.comment()
    forged = desk.incoming.click(desk.card(), ids.CLAIM, by=ANNA)
    forged.headers["x-slack-signature"] = ["v0=" + "0" * 64]
    assert desk.send(forged).status == 401
    assert desk.state() is State.OPEN
