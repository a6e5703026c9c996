"""Suggestions in triage: one click gives a team its part, a second click does no harm."""

from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

import pytest

from bot import jobs
from bot.domain import events as e
from bot.domain.case import State
from bot.domain.comment import Change, ChangeKind, Comment
from bot.domain.suggesting import Hint, Silent
from bot.ui import ids
from bot.usecases import owning, receiving
from bot.usecases.learning import Guide
from tests.domain.factories import ANNA, CHLOE, MANAGER
from tests.handlers.desk import (
    MARKETING,
    MARKETING_CHANNEL,
    NOBODY,
    PRODUCT,
    PRODUCT_CHANNEL,
    SERVICE_CHANNEL,
    STRANGER,
    TESS,
    TRIAGE_CHANNEL,
    Desk,
)

ONLY_TRIAGE = "Only people in the triage channel can decide this."
HINTS = (
    Hint(department="product", likely=0.8, words=("jack", "next model"), like=(871, 902)),
    Hint(department="marketing", likely=0.7, words=("ad",)),
)


@dataclass(frozen=True)
class Likely(Silent):
    """Somebody who has learned just these hints."""

    hints: tuple[Hint, ...] = HINTS

    def advise(self, comment: Comment, ruled: Collection[str]) -> Sequence[Hint]:
        del comment, ruled
        return self.hints


def comes(desk: Desk, text: str = NOBODY, adviser: Silent | Guide | None = None) -> int:
    """A comment about the mobile unit comes in, while *adviser* is asked."""
    said = {"text": text, "unit": "mobile", "author": {"name": "Wing Chan"}}
    key = f"advised-{desk.services.now().timestamp()}-{text}"
    change = Change(
        kind=ChangeKind.CREATED, source="facebook-hk", external_id=key,
        at=desk.services.now(), facts=said,
    )  # fmt: skip
    with desk.database.transaction() as session:
        received = receiving.receive(
            session, [change], source=desk.organisation.sources[0],
            organisation=desk.organisation, now=desk.services.now(), adviser=adviser or Likely(),
        )  # fmt: skip
    desk.deliver()
    assert received.case
    return received.case


def test_a_ready_button_gives_the_team_its_part(any_desk: Desk) -> None:
    desk = any_desk
    comes(desk)
    card = desk.card(TRIAGE_CHANNEL)
    assert "• *Product Mobile* — *jack*, *next model* (as in #871 and #902)" in card.words
    desk.press(card, ids.TAKES[0], by=TESS)
    desk.deliver()
    assert desk.state(team=PRODUCT) is State.OPEN
    told = desk.card(PRODUCT_CHANNEL).words
    assert (
        "Why you: chosen in triage ·"
        " *jack*, *next model* → product, as in #871 and #902 (learned)" in told
    )
    rest = desk.card(TRIAGE_CHANNEL)
    assert "*Perhaps for others too:* *Marketing HK* — *ad*" in rest.words
    desk.press(rest, ids.TAKES[0], by=MANAGER)
    desk.deliver()
    assert desk.state(team=MARKETING) is State.OPEN
    assert desk.case().triage == ""
    assert set(desk.card(TRIAGE_CHANNEL).buttons) == {ids.MORE}


def test_why_you_answers_for_a_suggested_stake_with_its_words_and_cases(any_desk: Desk) -> None:
    desk = any_desk
    sure = replace(HINTS[0], certain=True)
    number = comes(desk, adviser=Likely((sure,)))
    card = desk.card(PRODUCT_CHANNEL)
    assert "Why you: *jack*, *next model* → product, as in #871 and #902 (learned)" in card.words
    desk.press(card, ids.MORE, by=CHLOE, option=f"why|{number}:{PRODUCT}")
    told = desk.slack.modal(CHLOE).words
    assert "*jack*, *next model* → product, as in #871 and #902 (learned)." in told


def test_a_double_click_is_one(any_desk: Desk) -> None:
    desk = any_desk
    comes(desk)
    card = desk.card(TRIAGE_CHANNEL)
    desk.press(card, ids.TAKES[0], by=TESS)
    before = desk.facts()
    desk.press(card, ids.TAKES[0], by=TESS)
    desk.press(card, ids.TAKES[0], by=MANAGER)
    assert desk.facts() == before
    assert desk.told(TESS) == []
    desk.press(card, ids.TAKES[1], by=TESS)
    desk.press(card, ids.REFUSE, by=TESS)
    desk.press(card, ids.REFUSE, by=TESS)
    assert sum(isinstance(fact, e.StakeOpened) for fact in desk.facts()) == 2
    assert not any(isinstance(fact, e.SuggestionsRefused) for fact in desk.facts())


def test_none_of_these_takes_the_suggestions_away_and_asks_on(desk: Desk) -> None:
    comes(desk)
    card = deepcopy(desk.card(TRIAGE_CHANNEL))
    desk.press(card, ids.REFUSE, by=TESS)
    desk.deliver()
    assert desk.facts()[-1] == e.SuggestionsRefused(teams=(PRODUCT, MARKETING))
    left = desk.card(TRIAGE_CHANNEL)
    assert "*Needs a team* — no rule matches" in left.words
    assert set(left.buttons) == {ids.ROUTE, ids.DISMISS, ids.MORE}
    desk.press(card, ids.TAKES[0], by=TESS)
    assert desk.told(TESS) == [
        "Product Mobile is not suggested for #1 any more. *Choose teams* asks it."
    ]
    assert not desk.case().stakes


def test_that_is_all_leaves_it_with_the_teams_that_have_it(desk: Desk) -> None:
    comes(desk, "a refund, please")
    card = desk.card(TRIAGE_CHANNEL)
    assert "Perhaps for others too:" in card.words
    assert "erhaps" not in desk.card(SERVICE_CHANNEL).words
    assert ids.DISMISS not in card.buttons
    desk.press(card, ids.REFUSE, by=TESS)
    desk.deliver()
    assert desk.case().triage == ""
    assert list(desk.case().stakes) == ["service-hk"]
    assert set(desk.card(TRIAGE_CHANNEL).buttons) == {ids.MORE}


@pytest.mark.parametrize("action", [ids.TAKES[0], ids.REFUSE])
@pytest.mark.parametrize("person", [STRANGER, ANNA])
def test_only_people_in_triage_answer(desk: Desk, action: str, person: str) -> None:
    comes(desk)
    before = desk.written()
    desk.press(desk.card(TRIAGE_CHANNEL), action, by=person)
    assert desk.told(person) == [ONLY_TRIAGE]
    assert desk.written() == before


@pytest.mark.parametrize("value", ["1:gone-team", "1:", "2:product-mobile", "nonsense", ""])
def test_a_forged_button_asks_nobody(desk: Desk, value: str) -> None:
    comes(desk)
    before = desk.facts()
    desk.press(desk.card(TRIAGE_CHANNEL), ids.TAKES[0], by=TESS, value=value)
    (told,) = desk.told(TESS)
    assert told
    assert desk.facts() == before


def test_from_a_window_the_answer_shows_there(desk: Desk) -> None:
    comes(desk)
    answer = desk.command("/comment", "1", by=TESS)
    assert answer["response_type"] == "ephemeral"
    desk.press(desk.card(TRIAGE_CHANNEL), ids.MORE, by=TESS, option="timeline|1:")
    words = desk.slack.modal(TESS).words
    assert "Asked in triage whether it is for Product Mobile or Marketing HK" in words


def test_the_timeline_tells_who_answered(desk: Desk) -> None:
    comes(desk)
    desk.press(desk.card(TRIAGE_CHANNEL), ids.TAKES[0], by=TESS)
    desk.press(desk.card(TRIAGE_CHANNEL), ids.REFUSE, by=TESS)
    desk.press(desk.card(TRIAGE_CHANNEL), ids.MORE, by=TESS, option="timeline|1:")
    words = desk.slack.modal(TESS).words
    assert f"<@{TESS}> chose Product Mobile in triage." in words
    assert "Asked in triage whether it is for Marketing HK" in words
    assert f"<@{TESS}> said that it is not for Marketing HK." in words


def test_a_dozen_answers_teach_what_the_next_comment_is_shown(any_desk: Desk) -> None:
    desk = any_desk
    for n in range(12):
        number = comes(desk, f"the hinge of my gadget wobbles {n}")
        with desk.database.transaction() as session:
            owning.take_suggestion(
                session, desk.organisation, number, PRODUCT, by=TESS, now=desk.clock.now()
            )
            owning.refuse_suggestions(
                session, desk.organisation, number, by=TESS, now=desk.clock.now()
            )
    jobs.learn(desk.services)
    number = comes(desk, "hinge wobbles", Guide(desk.database, desk.organisation))
    case = desk.case(number)
    reasons = [r for s in case.stakes.values() for r in s.reasons]
    words = {w for r in reasons for w in r.words} | {w for s in case.suggested for w in s.words}
    assert PRODUCT in {*case.stakes, *(s.team for s in case.suggested)}
    assert words & {"hinge", "wobbles"}
    desk.deliver()
    shown = [
        m.words for m in desk.slack.messages(TRIAGE_CHANNEL) + desk.slack.messages(PRODUCT_CHANNEL)
    ]
    assert any(m.count("as in #") and ("*hinge*" in m or "*wobbles*" in m) for m in shown)


def test_a_marketing_card_comes_only_with_its_click(desk: Desk) -> None:
    comes(desk)
    assert desk.slack.messages(MARKETING_CHANNEL) == []
