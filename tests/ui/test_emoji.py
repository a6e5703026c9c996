"""Emoji on cards: what they ask for, and what they mirror."""

import pytest

from bot.domain.case import State
from bot.domain.consequences import NOT_NEEDED
from bot.domain.organisation import Priority
from bot.ui import emoji
from tests.domain import factories as make


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.OPEN, ()),
        (State.CLAIMED, ("eyes",)),
        (State.RESOLVED, ("white_check_mark",)),
        (State.DECLINED, ("no_good",)),
        (State.HANDED_OFF, ()),
    ],
)
def test_a_card_carries_the_emoji_of_its_own_teams_part(
    state: State, expected: tuple[str, ...]
) -> None:
    case = make.case(make.stake(state=state), make.stake("product-mobile", State.CLAIMED))
    assert emoji.for_card(case, "service-hk") == expected


def test_an_urgent_case_says_so_on_every_card() -> None:
    case = make.case(make.stake(state=State.CLAIMED), priority=Priority.URGENT)
    assert emoji.for_card(case, "service-hk") == ("eyes", "rotating_light")
    assert emoji.for_card(case, "") == ("rotating_light",)


def test_what_nobody_needs_any_more_was_not_done() -> None:
    case = make.case(make.stake(state=State.RESOLVED, outcome=NOT_NEEDED))
    assert emoji.for_card(case, "service-hk") == ()


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("eyes", "claim"),
        ("white_check_mark", "resolve"),
        ("no_good", "decline"),
        ("no_good::skin-tone-2", "decline"),
        ("woman-gesturing-no", "decline"),
        ("man-gesturing-no::skin-tone-6", "decline"),
        ("rotating_light", "urgent"),
        ("memo", "note"),
        ("thumbsup", None),
        ("eyes::skin-tone-2", None),
    ],
)
def test_an_emoji_means_an_act_or_nothing(name: str, act: str | None) -> None:
    assert emoji.MEANINGS.get(name) == act


def test_whatever_is_mirrored_means_the_same_when_people_use_it() -> None:
    for state, act in (("claimed", "claim"), ("resolved", "resolve"), ("declined", "decline")):
        (name,) = emoji.for_card(make.case(make.stake(state=State(state))), "service-hk")
        assert emoji.MEANINGS[name] == act
