"""Through the nights when clocks change, every local date has its digest once, on a real database.

The clock steps ten minutes at a time, from the day before the change until the day after it.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.domain.worktime import parse_hours
from bot.store.database import Database
from bot.usecases import posting, scheduling
from tests.domain.factories import organisation, team
from tests.fakes.clock import Clock
from tests.usecases.office import Office

STEP = timedelta(minutes=10)
# The zone, the date on which its clocks change, and a time that this date skips or repeats.
CHANGES = (
    ("Europe/London", date(2027, 3, 28), time(1, 30)),
    ("Europe/London", date(2026, 10, 25), time(1, 30)),
    ("America/New_York", date(2027, 3, 14), time(2, 30)),
    ("America/New_York", date(2026, 11, 1), time(1, 30)),
    ("Africa/Cairo", date(2027, 4, 30), time(0, 30)),
    ("Africa/Cairo", date(2026, 10, 29), time(23, 30)),
)


def offset(zone: ZoneInfo, day: date) -> timedelta | None:
    return datetime.combine(day, time(12), zone).utcoffset()


@pytest.mark.parametrize(("name", "day", "_"), CHANGES)
def test_the_clocks_really_change_on_these_dates(name: str, day: date, _: time) -> None:
    zone = ZoneInfo(name)
    around = day - timedelta(days=1), day + timedelta(days=1)
    assert offset(zone, around[0]) != offset(zone, around[1])


@pytest.mark.parametrize("at", ["the odd hour", "09:00"])
@pytest.mark.parametrize(("name", "day", "odd"), CHANGES)
def test_every_local_date_has_its_digest_once(
    sqlite_database: Database, name: str, day: date, odd: time, at: str
) -> None:
    assert_digests_come_once(sqlite_database, name, day, odd if at == "the odd hour" else time(9))


@pytest.mark.parametrize(("name", "day", "odd"), CHANGES[:2])
def test_a_skipped_and_a_repeated_hour_are_no_other_on_postgresql(
    postgres_database: Database, name: str, day: date, odd: time
) -> None:
    assert_digests_come_once(postgres_database, name, day, odd)


def assert_digests_come_once(database: Database, name: str, day: date, wall: time) -> None:
    hours = parse_hours("Mon-Sun 00:00-24:00")
    ours = team("service-uk", zone=ZoneInfo(name), digest_at=wall, hours=hours)
    begin = datetime.combine(day - timedelta(days=1), time(), ours.zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=2), time(), ours.zone).astimezone(UTC)
    office = Office(database=database, clock=Clock(begin), organisation=organisation(teams=(ours,)))
    owed: list[str] = []
    while office.clock.now() < end:
        with database.transaction() as session:
            owed += scheduling.owe_due_digests(session, office.organisation, now=office.clock.now())
        office.clock.advance(STEP)
    dates = [day + timedelta(days=n) for n in (-1, 0, 1)]
    assert owed == [f"digest:service-uk:{local.isoformat()}" for local in dates]
    notices = office.notices("wanted", "data")
    periods = [posting.period_of(data) for wanted, data in notices.values() if wanted == 1]
    assert len(periods) == 3
    assert all(one.until == two.since for one, two in pairwise(periods))
