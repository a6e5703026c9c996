"""A wave on the card, in its alert and in its window."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import events as e
from bot.domain.case import Case, Fact
from bot.domain.waves import Member, Wave
from bot.ui import card, kit, wave
from bot.ui.kit import Block
from tests.domain import factories as make
from tests.ui.looking import HOSTILE, hostile_comment, shown, unsafe

ORGANISATION = make.organisation()
TEAM = "service-hk"
HOUR = timedelta(hours=1)


def member(number: int, **over: Any) -> Member:
    made = Member(
        comment_id=number,
        author=f"facebook {number}",
        name=f"Author {number}",
        url=f"https://facebook.example/{number}",
        platform="facebook",
        text="My phone needs a repair",
        at=make.NOW - number * timedelta(minutes=1),
    )
    return replace(made, **over)


def a_wave(*newest: Member, **over: Any) -> Wave:
    made = Wave(
        comments=41, people=39, since=make.NOW - 2 * HOUR, until=make.NOW, newest=tuple(newest)
    )
    return replace(made, **over)


def a_case(*newest: Member, **over: Any) -> Case:
    told = {"joined": 40, "wave": a_wave(*(newest or map(member, range(1, 7)))), **over}
    return make.case(make.stake(), **told)


def lines(blocks: list[Block]) -> list[str]:
    return [line for text in shown(blocks) for line in text.split("\n")]


def test_the_card_counts_them_and_names_the_newest_five() -> None:
    message = card.team_card(a_case(), make.comment(), ORGANISATION, TEAM)
    assert kit.check(message, "message") == []
    told = lines(message.blocks)
    assert "🌊 *41 comments like this from 39 people in 2 h*" in told
    assert "• Author 1 · 17:59 · <https://facebook.example/1|Open on Facebook>" in told
    assert sum(line.startswith("• Author") for line in told) == 5
    assert "All of them" in str(message.blocks)
    assert "41 comments like this from 39 people in 2 h." in message.text


def test_what_came_at_once_came_within_a_minute() -> None:
    sudden = replace(a_wave(member(1)), since=make.NOW - timedelta(seconds=59))
    told = lines(card.team_card(a_case(wave=sudden), make.comment(), ORGANISATION, TEAM).blocks)
    assert "🌊 *41 comments like this from 39 people within a minute*" in told


def test_a_card_without_a_wave_says_nothing_of_one() -> None:
    for case in (make.case(make.stake()), a_case(joined=0), a_case(wave=None)):
        message = card.team_card(case, make.comment(), ORGANISATION, TEAM)
        assert "🌊" not in str(message.blocks)
        assert "like this" not in message.text


def test_triage_sees_it_too() -> None:
    case = make.case(joined=2, wave=a_wave(member(1)), triage="no rule matches")
    message = card.triage_card(case, make.comment(), ORGANISATION)
    assert kit.check(message, "message") == []
    assert "🌊" in str(message.blocks)


def test_each_comment_says_what_became_of_it() -> None:
    case = a_case(
        member(1, edited_at=make.NOW),
        member(2, case=871),
        member(3, deleted_at=make.NOW),
        member(4, url="", name="", case=1042),
    )
    told = lines(card.team_card(case, make.comment(), ORGANISATION, TEAM).blocks)
    where = "<https://facebook.example/{}|Open on Facebook>"
    assert f"• Author 1 · 17:59 · ✏️ edited · {where.format(1)}" in told
    assert f"• Author 2 · 17:58 · #871 · {where.format(2)}" in told
    assert "• _deleted by its author_ · 17:57" in told
    assert "• Somebody · 17:56" in told


def test_a_card_with_everything_at_once_is_as_small_as_any() -> None:
    at, told = make.NOW, e.Suggestion(team="product-mobile", likely=0.6, words=("hinge",))
    facts = tuple(Fact(team=TEAM, by=make.ANNA, text="it was a test", at=at) for _ in range(9))
    case = a_case(
        *(member(n, url=f"https://facebook.example/{'long' * 200}{n}") for n in range(9)),
        edited_at=at,
        facts=facts,
        triage="no marketing team covers this region and unit",
        suggested=(told, replace(told, team="marketing-hk", words=("ad",))),
    )
    comment = make.comment("so long " * 400, media=("https://facebook.example/a.png",))
    for message in (
        card.team_card(case, comment, ORGANISATION, TEAM),
        card.triage_card(case, comment, ORGANISATION),
    ):
        assert kit.check(message, "message") == []
        assert len(message.blocks) <= 10
        told_lines = lines(message.blocks)
        assert 1 <= sum(line.startswith("• Author") for line in told_lines) <= 5
        assert "🌊 *41 comments like this from 39 people in 2 h*" in told_lines


def test_once_the_first_comment_is_gone_the_newest_is_quoted() -> None:
    case = a_case(
        member(1, deleted_at=make.NOW, text="gone"), member(2, text="mine"), deleted_at=make.NOW
    )
    told = lines(card.team_card(case, make.comment(), ORGANISATION, TEAM).blocks)
    assert "> mine" in told
    assert "gone" not in str(told)


@pytest.mark.parametrize(("usually", "said"), [(0, "none"), (1, "1"), (12, "12")])
def test_the_alert_tells_how_many_and_how_many_are_usual(usually: int, said: str) -> None:
    message = wave.alert(a_case(), make.comment(), ORGANISATION, TEAM, usually)
    assert message is not None
    assert kit.check(message, "message") == []
    assert message.text == (
        f"🌊 *#1042*: 41 comments like this from 39 people in 2 h, usually {said}."
    )
    assert "“My phone needs a repair”" in lines(message.blocks)


def test_nobody_is_alarmed_about_what_is_done_or_gone() -> None:
    for case in (a_case(wave=None), a_case(settled_at=make.NOW)):
        assert wave.alert(case, make.comment(), ORGANISATION, TEAM, 1) is None


def test_the_window_lists_as_many_as_there_are() -> None:
    many = [
        member(number, name="N" * 80, url=f"https://a.example/{'x' * 400}")
        for number in range(1, 401)
    ]
    case = a_case(wave=a_wave(*many, unlisted=7))
    view = wave.window(case, ORGANISATION, TEAM)
    assert kit.check(view, "modal") == []
    told = lines(view["blocks"])
    assert sum(line.startswith("• NNN") for line in told) == 400
    assert "… and 7 before these" in told
    assert kit.check(wave.window(make.case(), ORGANISATION, ""), "modal") == []


def test_away_from_the_card_each_comment_s_time_names_its_zone() -> None:
    alert = wave.alert(a_case(member(1)), make.comment(), ORGANISATION, TEAM, 1)
    assert alert is not None
    for blocks in (alert.blocks, wave.window(a_case(member(1)), ORGANISATION, TEAM)["blocks"]):
        assert any(line.startswith("• Author 1 · 17:59 HKT · ") for line in lines(blocks))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_customer_writes_is_markup(text: str) -> None:
    mean = member(1, name=text, url=text, platform=text, text=text)
    case = a_case(mean, deleted_at=make.NOW)
    comment = hostile_comment(text)
    found = [
        card.team_card(case, comment, ORGANISATION, TEAM).blocks,
        wave.window(case, ORGANISATION, TEAM)["blocks"],
    ]
    alert = wave.alert(replace(case, deleted_at=None), comment, ORGANISATION, TEAM, 1)
    assert alert is not None
    for blocks in [*found, alert.blocks]:
        assert unsafe({"blocks": blocks}) == []
