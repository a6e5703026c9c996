"""`/crosstalk routing`: leads read what was learned, managers change it, proposals are offered once."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot import jobs
from bot.domain.learned import Overview, Proposal
from bot.domain.organisation import Organisation
from bot.domain.proposing import key
from bot.store.session import Session
from bot.ui import ids, kit
from bot.usecases import overviewing, proposing
from tests.domain.factories import ANNA, MANAGER
from tests.fakes.workspace import BOT_USER, Message
from tests.handlers.desk import (
    LEAD,
    LOBBY,
    PRODUCT,
    STRANGER,
    TESS,
    Desk,
    as_shown,
)
from tests.handlers.placing import placed

RULE = Proposal(
    word="hinge",
    department="product",
    right=(3, 2, 1),
    wrong=(),
    toml='[[rule]]\nwhen.text = ["hinge"]\n',
)
READERS = "What routing has learned is for leads and managers to see. Ask <@U0MANAGER>."
MANAGERS = "Only managers change what routing has learned. Ask <@U0MANAGER>."


def lessons(desk: Desk, count: int = 6) -> None:
    """So many comments about hinges that triage gave to Product Mobile, and what they taught."""
    for n in range(count):
        placed(desk, f"the hinge of my gadget wobbles {n}", PRODUCT)
    desk.deliver()
    jobs.learn(desk.services)


def listed(desk: Desk, by: str = MANAGER) -> Message:
    return as_shown(desk.command("/crosstalk", "routing", by=by))


def press(desk: Desk, where: Message, action: str, *, value: str | None = None) -> Message:
    """Have a manager press a button of the private message; what stands in its place then."""
    desk.press(where, action, by=MANAGER, value=value)
    answer = desk.slack.called("response_url")[-1].args
    assert answer["replace_original"] is True
    return as_shown(answer)


def proposes(monkeypatch: pytest.MonkeyPatch, wanted: Sequence[Proposal]) -> None:
    found = overviewing.overview

    def overview(session: Session, *about: object, **more: object) -> Overview:
        learned = found(session, *about, **more)  # type: ignore[arg-type]
        return Overview(version=max(learned.version, 1), proposals=tuple(wanted))

    def proposals(session: Session, organisation: Organisation) -> tuple[Proposal, ...]:
        del session, organisation
        return tuple(wanted)

    monkeypatch.setattr(overviewing, "overview", overview)
    monkeypatch.setattr(overviewing, "proposals", proposals)


def offer(desk: Desk) -> Message:
    """Offer `RULE` to the managers; the message that theirs has got."""
    with desk.database.transaction() as session:
        proposing.owe_proposals(session, desk.organisation, [RULE], now=desk.clock.now())
    desk.deliver()
    (message,) = desk.slack.messages(MANAGER)
    return message


def actions(view: Message) -> set[str]:
    """What can be pressed in *view*."""
    return {element["action_id"] for element in view.elements}


def test_a_manager_sees_how_comments_are_placed_and_what_pulls(any_desk: Desk) -> None:
    desk = any_desk
    lessons(desk)
    words = listed(desk).words
    assert "*How 6 new comments of the last 30 days found their teams*" in words
    assert "*100%* by people" in words
    assert "6 cases to learn from" in words
    assert "*product*:" in words
    assert "hinge" in words
    assert "*#6* → *product*" in words
    assert f"decided in triage by <@{TESS}>" in words


def test_a_lead_reads_and_has_no_buttons_to_change_it(desk: Desk) -> None:
    lessons(desk, 3)
    view = listed(desk, by=LEAD)
    assert "*product*:" in view.words
    assert actions(view) == {ids.OPEN}


@pytest.mark.parametrize("person", [ANNA, STRANGER])
def test_others_are_told_whom_to_ask(desk: Desk, person: str) -> None:
    answer = desk.command("/crosstalk", "routing", by=person)
    assert answer["text"] == READERS


def test_freeze_and_unfreeze(any_desk: Desk) -> None:
    desk = any_desk
    lessons(desk, 3)
    shown = press(desk, listed(desk), ids.ROUTING_FREEZE)
    words = shown.words
    assert "Frozen. Routing stays as it is" in words
    assert f"frozen by <@{MANAGER}>" in words
    assert ids.ROUTING_FREEZE not in actions(shown)
    words = press(desk, shown, ids.ROUTING_UNFREEZE).words
    assert "It learns again" in words
    assert "frozen by" not in words


def test_back_to_last_week(desk: Desk) -> None:
    lessons(desk, 3)
    desk.clock.advance(seconds=timedelta(days=8).total_seconds())
    lessons(desk, 3)
    shown = press(desk, listed(desk), ids.ROUTING_BACK)
    assert "It is as it was a week ago, and frozen." in shown.words
    assert "already" in press(desk, shown, ids.ROUTING_BACK).words


def test_a_lesson_is_dropped_and_taken_back(any_desk: Desk) -> None:
    desk = any_desk
    lessons(desk, 3)
    shown = press(desk, listed(desk), ids.ROUTING_DROP, value="3:")
    words = shown.words
    assert "#3 is no lesson any more." in words
    assert "*#3* →" not in words
    assert "2 cases to learn from" in words
    words = press(desk, shown, ids.ROUTING_RESTORE).words
    assert "#3 is a lesson again." in words
    assert "*#3* → *product*" in words


def test_a_lesson_opens_as_a_case(desk: Desk) -> None:
    lessons(desk, 1)
    view = listed(desk)
    desk.press(view, ids.OPEN, by=MANAGER, value="1:")
    assert "gadget wobbles" in desk.slack.modal(MANAGER).words


@pytest.mark.parametrize(
    "action",
    [ids.ROUTING_FREEZE, ids.ROUTING_BACK, ids.ROUTING_DROP, ids.PROPOSAL_NOT_NOW],
)
@pytest.mark.parametrize("person", [LEAD, ANNA])
def test_only_managers_change_it(desk: Desk, action: str, person: str) -> None:
    lessons(desk, 3)
    button = {"block_id": "b", **kit.actions(kit.button("Press", action, "3:"))}
    forged = Message(LOBBY, desk.slack.workspace.new_ts(), BOT_USER, "Forged", [button])
    desk.slack.workspace.posted.setdefault(LOBBY, []).append(forged)
    desk.press(forged, action, by=person)
    assert desk.told(person) == [MANAGERS]
    with desk.database.reading() as session:
        found = overviewing.overview(session, desk.organisation, now=desk.clock.now())
    assert (found.frozen, found.lessons, found.version) == (False, 3, 1)


@pytest.mark.parametrize("value", ["", "nonsense", "; DROP TABLE hints; --", "A" * 16])
def test_a_forged_proposal_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    proposes(monkeypatch, [RULE])
    desk.press(listed(desk), ids.ROUTING_NOT_NOW, by=MANAGER, value=value)
    assert "does not work any more" in desk.told(MANAGER)[-1]


def test_a_new_proposal_comes_to_managers_once(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = any_desk
    proposes(monkeypatch, [RULE])
    offer(desk)
    offer(desk)
    message = offer(desk)
    assert "*hinge* → *product*: right 3 times, wrong never." in message.words
    assert 'when.text = ["hinge"]' in message.words


def test_not_now_in_the_message_settles_it_for_good(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = any_desk
    proposes(monkeypatch, [RULE])
    message = offer(desk)
    desk.press(message, ids.PROPOSAL_NOT_NOW, by=MANAGER)
    desk.deliver()
    (message,) = desk.slack.messages(MANAGER)
    assert message.words.strip() == "That rule is not proposed any more."
    assert "hinge" not in listed(desk).words
    with desk.database.transaction() as session:
        assert proposing.open_proposals(session, [RULE]) == ()


def test_not_now_in_the_list_takes_it_away_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposes(monkeypatch, [RULE])
    shown = listed(desk)
    assert "*hinge* → *product*" in shown.words
    words = press(desk, shown, ids.ROUTING_NOT_NOW).words
    assert "That rule is not proposed again." in words
    assert "hinge" not in words


def test_the_message_leads_to_the_list(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    proposes(monkeypatch, [RULE])
    message = offer(desk)
    desk.press(message, ids.ROUTING, by=MANAGER)
    assert "*hinge* → *product*" in desk.slack.ephemerals(MANAGER)[-1].words


def test_no_more_than_three_are_offered_at_once(desk: Desk) -> None:
    many = [
        Proposal(word=f"w{n}", department="product", right=(1,), wrong=(), toml="")
        for n in range(9)
    ]
    with desk.database.transaction() as session:
        assert proposing.owe_proposals(session, desk.organisation, many, now=desk.clock.now()) == 3
        assert proposing.set_aside(session) == frozenset()
    assert len({key(each) for each in many}) == 9
