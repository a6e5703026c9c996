"""The organisation whose histories are counted: five zones, split and night shifts, holidays."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis.strategies as st

from bot.domain.organisation import (
    Organisation,
    Outcome,
    Phase,
    Priority,
    Promise,
    Source,
    Step,
    Team,
    Tell,
)
from bot.domain.worktime import WorkWeek, parse_hours
from tests.domain.factories import organisation, rule, team

_URGENT = {
    Priority.URGENT: Promise(timedelta(minutes=20), timedelta(hours=2)),
    Priority.LOW: Promise(timedelta(hours=8), timedelta(hours=30)),
}
_CHAIN = (
    Step(Phase.WARNING, timedelta(), Tell.HOLDER),
    Step(Phase.BREACH, timedelta(), Tell.LEAD),
    Step(Phase.BREACH, timedelta(hours=2), Tell.MANAGERS),
)
_HOLIDAYS = frozenset(
    date(2026, month, day) for month, day in ((3, 30), (4, 6), (9, 7), (10, 26), (11, 2), (12, 25))
)


def _week(hours: str, *, holidays: bool = True) -> WorkWeek:
    return replace(parse_hours(hours), closed=_HOLIDAYS if holidays else frozenset())


def _team(key: str, hours: str, zone: str, *regions: str, **over: object) -> Team:
    places = frozenset(regions)
    return team(key, hours=_week(hours), zone=ZoneInfo(zone), regions=places, **over)


_SOON = timedelta(hours=2)
TEAMS = (
    _team("service-uk", "Mon-Fri 09:00-12:30, Mon-Fri 13:30-18:00", "Europe/London", "UK"),
    _team("service-hk", "Mon-Fri 09:00-18:00", "Asia/Hong_Kong", "HK", expires_after=_SOON),
    _team("service-cl", "Mon-Sat 22:00-06:00", "America/Santiago", "CL", promises=_URGENT),
    _team("marketing-eg", "Sun-Thu 08:00-16:00", "Africa/Cairo", "EG", expires_after=_SOON),
    _team("marketing-hk", "Mon-Sun 00:00-24:00", "Asia/Hong_Kong", "HK", promises=_URGENT),
    _team("product-mobile", "Mon-Fri 09:00-18:00", "Europe/London", promises=_URGENT),
    _team("product-audio", "Mon-Sun 20:00-02:30", "America/Santiago", expires_after=_SOON),
)
TEXTS = ("My phone needs a repair", "refund!", "I love my earbuds", "a phone", "earbuds", "你好")
CAMPAIGNS = ("", "", "spring-launch", "winter")
REGIONS = ("", "UK", "HK", "CL", "EG")
UNITS = ("", "mobile", "audio")

ORGANISATION = organisation(
    teams=TEAMS,
    escalation=_CHAIN,
    sources=(
        Source(key="facebook-hk", platform="facebook", account="brand.hk", region="HK"),
        Source(key="instagram-uk", platform="instagram", account="brand.uk", region="UK"),
        Source(key="stores", platform="facebook", unit="mobile"),
    ),
    rules=(
        rule("refund or repair", text=("refund", "repair")),
        replace(
            rule("sound", text=("earbuds",)),
            then=Outcome(departments=("product",), unit=("audio",)),
        ),
        replace(
            rule("phones", text=("phone",)),
            then=Outcome(departments=("product",), unit=("mobile",), priority=Priority.HIGH),
        ),
        replace(rule("praise", text=("love",)), then=Outcome(departments=("marketing",))),
    ),
)


SETTLED_WHEN = st.sampled_from(("all", "all", "any", "lead", "quorum"))


def settling(when: str) -> Organisation:
    """The organisation, which takes a case for settled by that policy."""
    return replace(ORGANISATION, settled_when=when, quorum=2 if when == "quorum" else 0)


# Shortly before a clock change of one of the zones, mostly: London's and Cairo's in spring and
# autumn, Santiago's the other way round.
STARTS = st.sampled_from(
    [
        datetime(2026, 3, 27, 15, tzinfo=UTC),  # London
        datetime(2026, 4, 3, 20, 0, 0, 123_457, tzinfo=UTC),  # Santiago
        datetime(2026, 4, 22, 13, tzinfo=UTC),  # Cairo
        datetime(2026, 6, 9, 8, 30, tzinfo=UTC),
        datetime(2026, 9, 4, 18, tzinfo=UTC),  # Santiago
        datetime(2026, 10, 23, 16, 59, 59, 999_999, tzinfo=UTC),  # London, then Cairo
        datetime(2026, 12, 23, 10, tzinfo=UTC),
    ]
)


def _without(organisation: Organisation, key: str) -> Organisation:
    return replace(organisation, teams=tuple(t for t in organisation.teams if t.key != key))


def _changed(organisation: Organisation, key: str, **over: object) -> Organisation:
    teams = tuple(team(key, **_facts(t, over)) if t.key == key else t for t in organisation.teams)
    return replace(organisation, teams=teams)


def _facts(of: Team, over: dict[str, object]) -> dict[str, object]:
    return {name: getattr(of, name) for name in Team.__dataclass_fields__ if name != "key"} | over


def today(organisation: Organisation, edit: int) -> Organisation:
    """*organisation* as somebody may have edited it since: most often not at all."""
    match edit:
        case 1:
            return _without(organisation, "service-hk")
        case 2:
            return _changed(organisation, "product-mobile", department="service")
        case 3:
            return _changed(organisation, "marketing-eg", hours=_week("Sat 10:00-11:00"))
        case _:
            return organisation


EDITS = 6
