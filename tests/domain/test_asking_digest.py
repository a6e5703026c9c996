"""Whom people mean after ``/digest``, what else they may say, and what is told when it is unclear."""

from dataclasses import replace

import pytest

from bot.domain.asking import Asked, Help, ScheduleList, ScheduleWanted, Unclear, Why
from bot.domain.organisation import Source
from bot.domain.schedules import Cadence
from bot.domain.scope import Kind, Scope
from tests.domain.factories import ANNA, team
from tests.domain.typed import EVERYBODY, HK, ORG, SCOPES, ask, unclear, wanted


@pytest.mark.parametrize(("text", "scope"), SCOPES)
def test_a_scope_is_understood(text: str, scope: str) -> None:
    assert wanted(text).scope == Scope.parse(scope)


def test_where_it_is_typed_goes_without_saying() -> None:
    assert wanted("", here=HK).scope == HK
    assert wanted("7d", here=HK).scope == HK
    assert wanted("all", here=HK).scope == EVERYBODY
    assert wanted("").scope == EVERYBODY


@pytest.mark.parametrize("text", ["help", "HELP", "?", "help service-hk", "blah help", "7d help"])
def test_help_is_given_whatever_else_is_said(text: str) -> None:
    assert ask(text) == Help()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("schedule", ScheduleList()),
        ("Schedules", ScheduleList()),
        ("schedule service-hk", ScheduleWanted(scope=HK)),
        (
            "weekly schedule for HK",
            ScheduleWanted(scope=Scope(Kind.REGION, "HK"), cadence=Cadence.WEEKLY),
        ),
        (
            "schedule me daily",
            ScheduleWanted(scope=Scope(Kind.PERSON, ANNA), cadence=Cadence.DAILY),
        ),
        ("schedule last-month", ScheduleWanted(scope=EVERYBODY, cadence=Cadence.MONTHLY)),
        ("schedule service-hk 3d", ScheduleWanted(scope=HK)),
    ],
)
def test_a_schedule_may_carry_what_it_is_for(text: str, asked: Asked) -> None:
    assert ask(text) == asked


def test_a_schedule_is_for_the_place_where_it_is_asked_for() -> None:
    assert ask("schedule weekly", here=HK) == ScheduleWanted(scope=HK, cadence=Cadence.WEEKLY)
    assert ask("schedule", here=HK) == ScheduleList()


@pytest.mark.parametrize(
    ("text", "word", "nearest", "why", "other"),
    [
        ("servce-hk", "servce-hk", "service-hk", Why.UNKNOWN, ""),
        ("Markting 7d", "Markting", "marketing", Why.UNKNOWN, ""),
        ("yesterdy", "yesterdy", "yesterday", Why.UNKNOWN, ""),
        ("unit adio", "adio", "audio", Why.UNKNOWN, ""),
        ("platform webo", "webo", "weibo", Why.UNKNOWN, ""),
        ("unit", "unit", "audio", Why.NO_NAME, ""),
        ("campaign 7d", "campaign", "Black Friday", Why.NO_NAME, ""),
        ("campaign last week", "campaign", "Black Friday", Why.NO_NAME, ""),
        ("hk uk 7d", "uk", "", Why.TWO_SCOPES, "hk"),
        ("all service-hk", "service-hk", "", Why.TWO_SCOPES, "all"),
        ("service-hk <@U0BEN>", "@U0BEN", "", Why.TWO_SCOPES, "service-hk"),
        ("7d hk 1d", "1d", "", Why.TWO_PERIODS, "7d"),
        ("tomorrow", "tomorrow", "", Why.FUTURE, ""),
        ("next week", "next week", "", Why.FUTURE, ""),
        ("2026-11-19", "2026-11-19", "", Why.FUTURE, ""),
        ("since 2026-12-01", "since 2026-12-01", "", Why.FUTURE, ""),
        ("2026-02-30", "2026-02-30", "", Why.NO_DATE, ""),
        ("0001-01-01", "0001-01-01", "", Why.NO_DATE, ""),
        ("1.11.2026", "1.11.2026", "", Why.NO_DATE, ""),
        ("0d", "0d", "", Why.LENGTH, ""),
        ("401d", "401d", "", Why.LENGTH, ""),
        ("9601h", "9601h", "", Why.LENGTH, ""),
        ("58w", "58w", "", Why.LENGTH, ""),
        ("2025-10-01..2026-11-07", "2025-10-01..2026-11-07", "", Why.LENGTH, ""),
        ("@wendy", "@wendy", "", Why.NO_PERSON, ""),
        ("<#C0OTHER|servce-hk>", "#servce-hk", "service-hk", Why.NO_TEAM_THERE, ""),
    ],
)
def test_what_is_not_understood_is_told_with_its_reason(
    text: str, word: str, nearest: str, why: Why, other: str
) -> None:
    found = unclear(text)
    assert (found.word, found.why, found.other) == (word, why, other)
    assert nearest in found.nearest if nearest else found.nearest == ()


def test_what_is_nearest_is_known_itself() -> None:
    for word in ("servce", "markting", "producd audio", "yestrday", "xperia-lunch", "schedul"):
        for near in unclear(word).nearest:
            assert not isinstance(ask(near), Unclear), near


def test_the_first_word_that_is_not_understood_is_told() -> None:
    assert unclear("7d foo bar").word == "foo"


def test_more_words_than_anybody_types_are_too_many() -> None:
    assert unclear("7d " * 61).why is Why.TOO_LONG
    assert wanted("7d " * 60) == wanted("7d")


def test_a_team_goes_before_a_department_and_so_on_unless_a_kind_is_named() -> None:
    ours = replace(
        ORG,
        departments=("sound", "service"),
        teams=(team("sound", department="sound", units=frozenset({"sound", "tv"})), team()),
        sources=(Source(key="tv", region="tv", platform="tv"),),
    )
    kinds = {"sound": "team", "team sound": "team", "department sound": "department"}
    kinds |= {"unit sound": "unit", "tv": "unit", "region tv": "region"}
    kinds |= {"source tv": "source", "platform tv": "platform", "tv region": "region"}
    found = {text: str(wanted(text, ours).scope.kind) for text in kinds}
    assert found == kinds


def test_a_little_word_is_a_name_only_by_itself() -> None:
    ours = replace(ORG, teams=(*ORG.teams, team("shop", regions=frozenset({"IN", "ME", "VS"}))))
    assert wanted("in", ours).scope == Scope(Kind.REGION, "IN")
    assert wanted("service-hk in the last week", ours).scope == HK
    assert wanted("me", ours).scope == Scope(Kind.PERSON, ANNA)
    assert wanted("region me", ours).scope == Scope(Kind.REGION, "ME")


def test_a_name_from_comments_never_hides_a_word() -> None:
    names = ("today", "all", "help", "vs", "service-hk", "7d", "me", "the")
    assert wanted("today the service-hk", campaigns=names, platforms=names) == wanted(
        "today service-hk"
    )
    assert wanted('campaign "today" 7d', campaigns=names).scope == Scope(Kind.CAMPAIGN, "today")
    assert ask("help", campaigns=names) == Help()


def test_the_words_of_a_team_may_stand_apart() -> None:
    assert wanted("service 7d hk vs previous") == wanted("service-hk 7d vs previous")


def test_of_names_that_are_alike_the_exact_one_is_meant() -> None:
    ours = replace(ORG, teams=(team("care-hk", name="A"), team("care_hk", name="B")))
    assert wanted("care_hk", ours).scope.key == "care_hk"
    assert wanted("CARE-HK", ours).scope.key == "care-hk"
    assert unclear("care hk", ours) == Unclear(
        word="care hk", nearest=("care-hk", "care_hk"), why=Why.AMBIGUOUS
    )


def test_campaigns_that_differ_in_case_alone_are_told_apart() -> None:
    names = ("spring", "Spring")
    for name in names:
        assert wanted(f"campaign {name}", campaigns=names).scope.key == name
    assert unclear("campaign SPRING", campaigns=names).why is Why.AMBIGUOUS


def test_a_page_of_text_is_no_campaign() -> None:
    assert wanted(f"campaign {'x' * 200}").scope.key == "x" * 200
    assert unclear(f"campaign {'x' * 201}").word == "x" * 80
    assert unclear(f"{'x' * 201} campaign").word == "x" * 80


def test_a_team_is_found_by_its_user_group_and_its_channels_name() -> None:
    ours = replace(ORG, teams=(team(usergroup="S0CARE", channel="#care"),))
    assert wanted("<!subteam^S0CARE|@care>", ours).scope == HK
    assert wanted("<#C0CARE|care>", ours).scope == HK
    assert wanted("#care", ours).scope == HK
    assert unclear("<!subteam^S0OTHER|@others>", ours).word == "@others"


def test_nobody_is_nobody() -> None:
    assert unclear("me", person="").why is Why.NO_PERSON


def test_an_id_behind_an_at_is_a_person_and_a_name_is_not() -> None:
    assert wanted("@U0BEN2").scope == Scope(Kind.PERSON, "U0BEN2")
    assert wanted("person U0BEN2").scope == Scope(Kind.PERSON, "U0BEN2")
    assert unclear("person wendy2").word == "wendy2"
