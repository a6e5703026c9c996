"""The times that people can put something off until, in the team's own hours and zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from bot.domain.worktime import WorkWeek, parse_hours
from bot.ui.presets import snooze_presets
from tests.domain import factories as make
from tests.domain.factories import ROUND_THE_CLOCK

HK = ZoneInfo("Asia/Hong_Kong")
OFFICE = parse_hours("Mon-Fri 09:00-18:00")
WEDNESDAY = make.NOW
FRIDAY = datetime(2026, 11, 20, 10, 0, 31, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def labels(now: datetime, hours: WorkWeek = OFFICE, zone: ZoneInfo = HK) -> list[str]:
    return [label for label, _ in snooze_presets(now, zone, hours)]


@pytest.mark.parametrize(
    ("now", "hours", "expected"),
    [
        (WEDNESDAY, OFFICE, ["Tomorrow 09:00 HKT", "Mon 23 Nov 09:00 HKT"]),
        (FRIDAY, OFFICE, ["Mon 23 Nov 09:00 HKT"]),
        (SUNDAY, OFFICE, ["Tomorrow 09:00 HKT"]),
        (WEDNESDAY, ROUND_THE_CLOCK, ["Tomorrow 09:00 HKT", "Mon 23 Nov 09:00 HKT"]),
        (WEDNESDAY, parse_hours("Mon-Fri 22:00-06:00"),
         ["Tomorrow 22:00 HKT", "Mon 23 Nov 22:00 HKT"]),
        (WEDNESDAY, parse_hours("Tue 10:30-12:00"), ["Tue 24 Nov 10:30 HKT"]),
        (WEDNESDAY, WorkWeek(OFFICE.days, closed=frozenset({date(2026, 11, 19)})),
         ["Fri 20 Nov 09:00 HKT", "Mon 23 Nov 09:00 HKT"]),
        (WEDNESDAY, WorkWeek(OFFICE.days, closed=frozenset({date(2026, 11, 23)})),
         ["Tomorrow 09:00 HKT", "Tue 24 Nov 09:00 HKT"]),
        (WEDNESDAY, WorkWeek(((),) * 7), []),
    ],
)  # fmt: skip
def test_later_means_when_the_team_is_back(
    now: datetime, hours: WorkWeek, expected: list[str]
) -> None:
    assert labels(now, hours) == ["30 minutes", "2 hours", *expected]


def test_soon_is_a_whole_minute() -> None:
    (_, soon), (_, later), *_ = snooze_presets(FRIDAY, HK, OFFICE)
    assert soon == datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
    assert later == datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 — drawn in UTC
    st.sampled_from(["Europe/London", "Australia/Lord_Howe", "America/New_York", "Asia/Kathmandu"]),
    st.sampled_from(["Mon-Fri 09:00-18:00", "Mon-Sun 00:00-24:00", "Sat 22:00-06:00"]),
)
def test_every_offer_lies_ahead_and_is_offered_once(now: datetime, zone: str, hours: str) -> None:
    aware = now.replace(tzinfo=UTC)
    presets = snooze_presets(aware, ZoneInfo(zone), parse_hours(hours))
    instants = [at for _, at in presets]
    assert len(set(instants)) == len(instants)
    assert len({label for label, _ in presets}) == len(presets)
    assert all(aware < at < aware + timedelta(days=15) for at in instants)
