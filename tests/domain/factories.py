"""Builders of domain values for all tests: everything has a sensible default, say what matters."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain import events as e
from bot.domain.case import Case, Stake, State, apply
from bot.domain.comment import Author, Comment
from bot.domain.organisation import (
    Condition,
    Organisation,
    Outcome,
    Priority,
    Rating,
    Rule,
    Source,
    Team,
)
from bot.domain.worktime import parse_hours

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
"""A Wednesday: ten in the morning in London, six in the evening in Hong Kong."""

ANNA, BEN, CHLOE = "U0ANNA", "U0BEN", "U0CHLOE"
MANAGER = "U0MANAGER"
ROUND_THE_CLOCK = parse_hours("Mon-Sun 00:00-24:00")

_PLACES = {"uk": "Europe/London", "hk": "Asia/Hong_Kong"}
_UNITS = frozenset({"mobile", "audio"})
_TEAM_KEYS = (
    "service-uk",
    "service-hk",
    "marketing-uk",
    "marketing-hk",
    "product-mobile",
    "product-audio",
)


def team(key: str = "service-hk", **over: Any) -> Team:
    """A team whose key says its department, units and regions: ``service-hk``, ``product-audio``.

    It works Mon-Fri 09:00-18:00 in its region's zone, claims within an hour, resolves within nine
    working hours and reads its digest at 09:00.
    """
    department, *places = key.split("-")
    regions = [place.upper() for place in places if place in _PLACES]
    made = Team(
        key=key,
        name=" ".join(p.upper() if p in _PLACES else p.title() for p in key.split("-")),
        department=department,
        channel="C0" + key.replace("-", "").upper(),
        units=frozenset(places) & _UNITS,
        regions=frozenset(regions),
        lead="U0LEAD" + key.replace("-", "").upper(),
        zone=ZoneInfo(_PLACES[regions[0].lower()] if regions else "Europe/London"),
        hours=parse_hours("Mon-Fri 09:00-18:00"),
        claim_within=timedelta(hours=1),
        resolve_within=timedelta(hours=9),
        digest_at=time(9),
    )
    return replace(made, **over)


def rule(name: str = "a rule", *, unless: Condition | None = None, **when: Any) -> Rule:
    """A rule that asks the service department; *when* are the fields of its condition."""
    then = Outcome(departments=("service",))
    return Rule(name=name, when=Condition(**when), unless=unless, then=then)


EXAMPLE_RULES = (
    rule(
        "refund or repair",
        text=("refund", "repair", "退款", "壞咗"),
        unless=Condition(text=("recipe",)),
    ),
    replace(
        rule("sound", text=("headphone jack", "earbuds", "耳機")),
        then=Outcome(departments=("product",), unit=("audio",)),
    ),
    replace(
        rule("phones", text=("phone", "screen", "手機")),
        then=Outcome(departments=("product",), unit=("mobile",)),
    ),
    replace(
        rule("praise", text=("love", "thanks", "好正")),
        then=Outcome(departments=("marketing",), tags=("praise",)),
    ),
    replace(
        rule("angry stars", rating=Rating(sign="<=", value=2)),
        then=Outcome(departments=("service",), priority=Priority.HIGH),
    ),
)


def organisation(**over: Any) -> Organisation:
    """A consumer-electronics brand: three departments, mobile and audio, the UK and Hong Kong."""
    made = Organisation(
        zone=ZoneInfo("Europe/London"),
        triage_channel="C0TRIAGE",
        managers=frozenset({MANAGER}),
        sources=(
            Source(key="facebook-hk", platform="facebook", account="brand.hk", region="HK"),
            Source(key="instagram-uk", platform="instagram", account="brand.uk", region="UK"),
        ),
        teams=tuple(team(key) for key in _TEAM_KEYS),
        rules=EXAMPLE_RULES,
    )
    return replace(made, **over)


def comment(text: str = "My phone needs a repair", **over: Any) -> Comment:
    """A comment from Facebook in Hong Kong."""
    made = Comment(
        source="facebook-hk",
        external_id="1001",
        platform="facebook",
        text=text,
        author=Author(id="42", name="Wing Chan", handle="wing"),
        url="https://facebook.example/1001",
        created_at=NOW - timedelta(minutes=5),
        region="HK",
        account="brand.hk",
    )
    return replace(made, **over)


def stake(team_key: str = "service-hk", state: State = State.OPEN, **over: Any) -> Stake:
    """A stake opened an hour ago; one that is claimed or resolved is Anna's since 12 minutes.

    Its clocks are as those of a stake from before there were warnings: only what is due is known.
    """
    made = Stake(
        team=team_key,
        state=state,
        opened_at=NOW - timedelta(hours=1),
        claim_due=NOW + timedelta(hours=1),
        resolve_due=NOW + timedelta(hours=9),
    )
    if state in {State.CLAIMED, State.RESOLVED}:
        made = replace(made, holder=ANNA, claimed_at=NOW - timedelta(minutes=12))
    if not state.live:
        made = replace(made, ended_at=NOW - timedelta(minutes=2), ended_by=ANNA)
    return replace(made, **over)


def case(*stakes: Stake, **over: Any) -> Case:
    """Case #1042 with these stakes; the first of them leads."""
    made = Case(
        number=1042,
        comment_id=1,
        opened_at=NOW - timedelta(hours=1),
        lead=stakes[0].team if stakes else "",
        regions=("HK",),
        stakes=MappingProxyType({stake.team: stake for stake in stakes}),
    )
    return replace(made, **over)


def after(before: Case, *facts: e.Event, at: datetime = NOW, by: str = ANNA) -> Case:
    """*before* once *facts* have happened to it."""
    for fact in facts:
        before = apply(before, e.Recorded(event=fact, at=at, by=by))
    return before
