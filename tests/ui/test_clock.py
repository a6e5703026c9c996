"""Moments as people read them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.ui.kit import clock, moment

AT = datetime(2026, 11, 23, 6, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "beside", "expected"),
    [
        ("Asia/Hong_Kong", AT, "14:02 HKT"),
        ("Asia/Hong_Kong", datetime(2026, 11, 23, 15, 59, tzinfo=UTC), "14:02 HKT"),
        ("Asia/Hong_Kong", datetime(2026, 11, 23, 16, 0, tzinfo=UTC), "Mon 23 Nov 14:02 HKT"),
        ("Asia/Hong_Kong", None, "Mon 23 Nov 14:02 HKT"),
        ("Europe/London", datetime(2027, 1, 1, tzinfo=UTC), "Mon 23 Nov 2026 06:02 GMT"),
        ("Asia/Dubai", AT, "10:02 UTC+4"),
        ("Asia/Kathmandu", AT, "11:47 UTC+5:45"),
        ("America/Sao_Paulo", AT, "03:02 UTC-3"),
        ("UTC", AT, "06:02 UTC"),
    ],
)
def test_a_moment_names_its_zone_and_its_date_where_it_matters(
    zone: str, beside: datetime | None, expected: str
) -> None:
    assert clock(AT, ZoneInfo(zone), beside) == expected


def test_beside_a_named_zone_the_time_is_enough() -> None:
    assert moment(AT, ZoneInfo("Asia/Hong_Kong"), AT) == "14:02"
