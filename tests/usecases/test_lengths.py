"""Working time by arrays is that of the plain calendar, to the microsecond."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from bot.domain.hours import Hours
from bot.domain.worktime import between, parse_hours
from bot.store.rounds import instant, micros
from bot.usecases.lengths import ManyHours

WEEK = parse_hours("Mon-Fri 09:00-12:30, Mon-Fri 13:30-18:00, Sat 22:00-06:00")
BEGINS = datetime(2025, 10, 1, tzinfo=UTC)
REACH = (micros(BEGINS), micros(BEGINS + timedelta(days=60)))
MOMENTS = st.integers(*REACH)


@pytest.mark.parametrize("name", ["Europe/London", "America/Santiago", "Africa/Cairo"])
@settings(max_examples=20, deadline=None)
@given(spans=st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=20))
def test_many_spans_are_as_long_as_each_by_itself(name: str, spans: list[tuple[int, int]]) -> None:
    zone = ZoneInfo(name)
    many, plain = ManyHours(WEEK, zone, REACH), Hours(WEEK, zone, REACH)
    found = many.lengths(spans * 500)
    assert found == plain.lengths(spans) * 500
    for (since, until), length in zip(spans, found, strict=False):
        assert instant(length) - instant(0) == between(instant(since), instant(until), WEEK, zone)


def test_a_team_that_never_works_has_no_working_time() -> None:
    closed = ManyHours(WEEK, ZoneInfo("UTC"), (REACH[0], REACH[0]))
    assert closed.lengths([(REACH[0], REACH[0])] * 600) == [0] * 600
