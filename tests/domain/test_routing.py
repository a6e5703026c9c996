"""Which teams a comment concerns and why: rules, conditions, specificity, triage."""

import re
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.domain.comment import Author
from bot.domain.events import Reason
from bot.domain.organisation import Condition, Organisation, Outcome, Priority, Rating, Rule
from bot.domain.routing import Decision, best_team, route
from tests.domain.factories import comment, organisation, rule, team


def keys(decision: Decision) -> list[str]:
    return [key for key, _ in decision.teams]


def ruled(*rules: Rule, **over: Any) -> Organisation:
    return organisation(rules=rules, **over)


def gives(name: str, *words: str, **then: Any) -> Rule:
    """A rule on *words* whose outcome is *then*."""
    return replace(rule(name, text=words), then=Outcome(**then))


@pytest.mark.parametrize(
    ("text", "over", "teams", "units", "triage"),
    [
        ("refund please", {}, ["service-hk"], (), ""),
        ("refund please", {"region": "UK"}, ["service-uk"], (), ""),
        ("refund please", {"region": "hk"}, ["service-hk"], (), ""),
        ("我要退款", {}, ["service-hk"], (), ""),
        ("refund of a recipe book", {}, [], (), "no rule matches"),
        ("love it, but a refund", {}, ["service-hk", "marketing-hk"], (), ""),
        ("my screen died", {}, ["product-mobile"], ("mobile",), ""),
        ("earbuds and phone", {}, ["product-audio", "product-mobile"], ("audio", "mobile"), ""),
        (
            "新手機好正，但耳機要退款",
            {},
            ["service-hk", "product-audio", "product-mobile", "marketing-hk"],
            ("audio", "mobile"),
            "",
        ),
        ("good morning", {}, [], (), "no rule matches"),
        ("", {"media": ("a.jpg",)}, [], (), "no rule matches"),
        ("", {"rating": 1.0}, ["service-hk"], (), ""),
        ("love it", {"region": ""}, [], (), "no marketing team: the comment says no region"),
        ("love it", {"region": "JP"}, [], (), "no marketing team covers this region"),
        (
            "love my phone, refund it",
            {"region": "JP"},
            ["product-mobile"],
            ("mobile",),
            "no service or marketing team covers this region and unit",
        ),
    ],
)
def test_the_example_organisation_routes(
    text: str, over: dict[str, Any], teams: list[str], units: tuple[str, ...], triage: str
) -> None:
    decision = route(comment(text, **over), organisation())
    assert (keys(decision), decision.units, decision.triage) == (teams, units, triage)


# fmt: off
CONDITIONS: tuple[tuple[dict[str, Any], dict[str, Any], tuple[str, ...] | None], ...] = (
    ({"text": ("repair",)}, {}, ("repair",)),
    ({"text": ("Repair", "phone", "refund")}, {}, ("Repair", "phone")),
    ({"text": ("refund",)}, {}, None),
    ({"platform": ("instagram", "Facebook")}, {}, ("Facebook",)),
    ({"platform": ("instagram",)}, {}, None),
    ({"language": ("zh",)}, {"language": "zh-Hant"}, ("zh",)),
    ({"language": ("zh-hant",)}, {"language": "zh-Hant"}, ("zh-hant",)),
    ({"language": ("zh-Hant",)}, {"language": "zh"}, None),
    ({"language": ("zh",)}, {"language": "zho"}, None),
    ({"language": ("zh",)}, {"language": ""}, None),
    ({"region": ("HK",)}, {}, ("HK",)),
    ({"region": ("H",)}, {}, None),
    ({"unit": ("audio",)}, {"unit": "Audio"}, ("audio",)),
    ({"unit": ("audio",)}, {}, None),
    ({"account": ("brand.hk",)}, {}, ("brand.hk",)),
    ({"account": ("brand",)}, {}, None),
    ({"author": ("42",)}, {}, ("42",)),
    ({"author": ("WING",)}, {}, ("WING",)),
    ({"author": ("wing chan",)}, {}, ("wing chan",)),
    ({"author": ("chan",)}, {}, None),
    ({"author": ("",)}, {"author": Author()}, None),
    ({"campaign": ("spring",)}, {"campaign": "Spring"}, ("spring",)),
    ({"campaign": ("spring",)}, {}, None),
    ({"tag": ("vip", "press")}, {"tags": ("Press", "other")}, ("press",)),
    ({"tag": ("vip",)}, {}, None),
    ({"regex": (re.compile(r"\bre\w+"),)}, {}, ("repair",)),
    ({"regex": (re.compile("REPAIR"),)}, {}, None),
    ({"regex": (re.compile("(?i)REPAIR"),)}, {}, ("repair",)),
    ({"regex": (re.compile("x*"),)}, {}, None),
    ({"regex": (re.compile("end"),)}, {"text": "x" * 6000 + "end"}, None),
    ({"text": ("refund",), "regex": (re.compile("repair"),)}, {}, ("repair",)),
    ({"text": ("repair",), "regex": (re.compile("repair"),)}, {}, ("repair",)),
    ({"rating": Rating(sign="<=", value=2)}, {"rating": 2.0}, ("2 stars",)),
    ({"rating": Rating(sign="<=", value=2)}, {"rating": 2.5}, None),
    ({"rating": Rating(sign="<=", value=2)}, {}, None),
    ({"rating": Rating(sign="<", value=2)}, {"rating": 2.0}, None),
    ({"rating": Rating(sign="<", value=2)}, {"rating": 1.5}, ("1.5 stars",)),
    ({"rating": Rating(sign=">=", value=4)}, {"rating": 4.0}, ("4 stars",)),
    ({"rating": Rating(sign=">", value=4)}, {"rating": 4.0}, None),
    ({"rating": Rating(sign=">", value=4)}, {"rating": 5.0}, ("5 stars",)),
    ({"rating": Rating(sign="=", value=3)}, {"rating": 3.0}, ("3 stars",)),
    ({"rating": Rating(sign="=", value=0)}, {"rating": 0.0}, ("0 stars",)),
    ({"text": ("repair",), "platform": ("facebook",)}, {}, ("repair", "facebook")),
    ({"text": ("repair",), "platform": ("instagram",)}, {}, None),
    ({"text": ("refund",), "platform": ("facebook",)}, {}, None),
    ({}, {}, ()),
)
# fmt: on


@pytest.mark.parametrize(("when", "over", "words"), CONDITIONS)
def test_each_kind_of_condition_must_hold_and_says_what_decided(
    when: dict[str, Any], over: dict[str, Any], words: tuple[str, ...] | None
) -> None:
    decision = route(comment(**over), ruled(rule("asked", **when)))
    if words is None:
        assert decision == Decision(regions=("HK",), triage="no rule matches")
    else:
        because = (Reason(kind="rule", name="asked", words=words),)
        assert decision.teams == (("service-hk", because),)


@pytest.mark.parametrize(
    ("unless", "matches"),
    [
        (Condition(text=("recipe",)), True),
        (Condition(text=("phone",)), False),
        (Condition(regex=(re.compile("ph.ne"),)), False),
        (Condition(platform=("facebook",)), False),
        (Condition(text=("recipe",), platform=("facebook",)), False),
        (Condition(rating=Rating(sign=">=", value=4)), True),
        (Condition(), True),
        (None, True),
    ],
)
def test_unless_takes_a_match_away(unless: Condition | None, matches: bool) -> None:
    decision = route(comment(), ruled(rule(text=("repair",), unless=unless)))
    assert keys(decision) == (["service-hk"] if matches else [])


SPECIFIC = (
    team("service"),
    team("service-mobile"),
    team("service-hk"),
    team("service-mobile-hk"),
    team("service-hk-zh", regions=frozenset({"HK"}), languages=frozenset({"zh"})),
    team("service-hk-second", regions=frozenset({"HK"})),
    team("service-fr", languages=frozenset({"fr"})),
)


@pytest.mark.parametrize(
    ("unit", "region", "language", "expected"),
    [
        ("", "", "", "service"),
        ("mobile", "", "", "service-mobile"),
        ("audio", "", "", "service"),
        ("", "HK", "", "service-hk"),
        ("mobile", "HK", "", "service-mobile-hk"),
        ("mobile", "HK", "zh-Hant", "service-mobile-hk"),
        ("audio", "HK", "zh-Hant", "service-hk-zh"),
        ("", "hk", "ZH", "service-hk-zh"),
        ("", "HK", "zho", "service-hk"),
        ("mobile", "UK", "fr-CA", "service-mobile"),
        ("", "UK", "fr-CA", "service-fr"),
        ("", "UK", "en", "service"),
    ],
)
def test_the_most_specific_team_gets_the_stake(
    unit: str, region: str, language: str, expected: str
) -> None:
    found = best_team(organisation(teams=SPECIFIC), "service", unit, region, language)
    assert found is not None
    assert found.key == expected


def test_a_team_that_names_the_region_comes_before_one_that_names_the_unit() -> None:
    teams = (team("service-mobile"), team("service-hk"), team("service"))
    found = best_team(organisation(teams=teams), "service", "mobile", "HK", "")
    assert found == team("service-hk")


def test_a_department_without_a_covering_team_has_none() -> None:
    assert best_team(organisation(), "service", "", "JP", "") is None
    assert best_team(organisation(), "legal", "", "HK", "") is None


def test_several_units_give_a_stake_to_the_team_of_each() -> None:
    both = gives("both", "repair", departments=("product",), unit=("mobile", "audio"))
    decision = route(comment(), ruled(both))
    assert keys(decision) == ["product-mobile", "product-audio"]


def test_several_regions_give_a_stake_to_the_team_of_each() -> None:
    both = gives("both", "repair", departments=("service",), region=("UK", "HK"))
    decision = route(comment(region=""), ruled(both))
    assert (keys(decision), decision.regions) == (["service-uk", "service-hk"], ("UK", "HK"))


def test_a_unit_without_a_team_goes_to_triage_and_the_others_still_get_theirs() -> None:
    wide = gives("wide", "repair", departments=("product",), unit=("mobile", "watches"))
    decision = route(comment(), ruled(wide))
    assert keys(decision) == ["product-mobile"]
    assert decision.triage == "no product team covers this region and unit"


def test_a_rule_may_name_teams_and_a_team_is_asked_once() -> None:
    named = gives("named", "repair", teams=("product-audio",), departments=("service",))
    again = gives("again", "phone", teams=("product-audio", "product-audio"))
    decision = route(comment(), ruled(named, again))
    assert decision.teams == (
        (
            "product-audio",
            (
                Reason(kind="rule", name="named", words=("repair",)),
                Reason(kind="rule", name="again", words=("phone",)),
            ),
        ),
        ("service-hk", (Reason(kind="rule", name="named", words=("repair",)),)),
    )


def test_what_a_rule_says_of_the_place_counts_more_than_the_comment() -> None:
    moved = gives("moved", "repair", departments=("service",), region=("UK",), unit=("audio",))
    decision = route(comment(unit="mobile"), ruled(moved))
    assert (keys(decision), decision.units) == (["service-uk"], ("audio",))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((), Priority.NORMAL),
        ((Priority.LOW,), Priority.LOW),
        ((Priority.LOW, Priority.NORMAL), Priority.NORMAL),
        ((Priority.LOW, Priority.URGENT, Priority.HIGH), Priority.URGENT),
    ],
)
def test_the_most_pressing_priority_wins(said: tuple[Priority, ...], expected: Priority) -> None:
    rules = [gives(f"rule {p}", "repair", departments=("service",), priority=p) for p in said]
    assert route(comment(), ruled(*rules)).priority is expected


@pytest.mark.parametrize(
    ("departments", "lead"),
    [
        (("product", "marketing", "service"), "service-hk"),
        (("product", "marketing"), "marketing-hk"),
        (("product",), "product-audio"),
        ((), ""),
    ],
)
def test_the_lead_goes_by_the_order_of_departments(departments: tuple[str, ...], lead: str) -> None:
    rules = [gives("all", "repair", departments=departments)]
    assert route(comment(unit="audio"), ruled(*rules)).lead == lead


def test_tags_of_all_rules_come_together_once_each() -> None:
    one, two = gives("one", "repair", tags=("a", "b")), gives("two", "phone", tags=("b", "c"))
    assert route(comment(), ruled(one, two)).tags == ("a", "b", "c")


@given(
    st.text(max_size=60),
    st.sampled_from(("", "HK", "UK", "\x00")),
    st.text(max_size=5),
    st.none() | st.floats(),
)
def test_any_comment_gets_teams_or_triage(
    text: str, region: str, language: str, rating: float | None
) -> None:
    said = comment(text, region=region, language=language, rating=rating)
    decision = route(said, organisation())
    assert decision.teams or decision.triage
    assert decision.lead in {"", *keys(decision)}
    assert all(reasons for _, reasons in decision.teams)
