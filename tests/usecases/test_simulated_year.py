"""A year with two clocks that are killed and away at random: every digest is owed and posted once.

Two real processes tick on one database, at the same instants give or take some seconds, by a time
that the test gives them; it jumps from one due instant to the next.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from bot.domain.digest import CATCH_UP, Period
from bot.domain.schedules import LATE, Cadence, Schedule, of_file
from bot.store import report_tables as t
from bot.store.database import Database
from bot.usecases import scheduling
from bot.usecases.posting import period_of
from tests.domain.calendars import DAY, at, dates
from tests.fakes.clock import Clock
from tests.fakes.faults import AcceptThen500, AcceptThenDrop
from tests.fakes.slack_api import FakeSlack
from tests.slack import office as so
from tests.usecases.doomed_clock import IN_SLACK, NEVER, ONCE_COMMITTED, an_organisation
from tests.usecases.office import Office

ROOT = Path(__file__).parents[2]
SEED = 20261123
BEGIN, END = datetime(2026, 9, 1, 12, tzinfo=UTC), datetime(2027, 9, 1, 12, tzinfo=UTC)
SCHEDULES = (*of_file(an_organisation()), *IN_SLACK)
# How many steps a tick has that owes something, or rather more.
STEPS = 40
# How many of the ticks are killed.
KILLED = 0.06
AGAIN = timedelta(seconds=20)

CHANNELS = ("C0ALL", "C0SERVICEHK", "C0SERVICEUK")

Outage = tuple[datetime, datetime]


class ClockProcess:
    """One clock, as the test sees it."""

    def __init__(self, database: Database, outages: list[Outage]) -> None:
        self.outages = outages
        self.ticked: list[datetime] = []
        self.killed: list[datetime] = []
        self.owed: list[str] = []
        url = database.engine.url.render_as_string(hide_password=False)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.usecases.doomed_clock", url],
            cwd=ROOT,
            # Looking for a proxy would call into macOS's libraries, which do not survive a fork.
            env={**os.environ, "NO_PROXY": "*"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def is_up(self, now: datetime) -> bool:
        return not any(begin <= now < end for begin, end in self.outages)

    def order(self, now: datetime, die: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"now": now.isoformat(), "die": die}) + "\n")
        self._process.stdin.flush()

    def answer(self, now: datetime) -> bool:
        """Whether it lived through the tick that it was ordered to make at *now*."""
        assert self._process.stdout is not None
        owed = json.loads(self._process.stdout.readline())
        (self.killed if owed is None else self.ticked).append(now)
        self.owed += owed or []
        return owed is not None

    def close(self) -> None:
        self._process.communicate()


def outages(random: Random) -> list[Outage]:
    """Some that are over in time, some that are not, some of several days."""
    lengths = [timedelta(hours=h) for h in (1, 2, 4, 5, 7, 9, 30, 80, 24 * 9)]
    return [(begin := BEGIN + random.random() * (END - BEGIN), begin + n) for n in lengths * 2]


@pytest.fixture
def clocks(database: Database) -> Iterator[list[ClockProcess]]:
    random = Random(SEED)  # noqa: S311, it has to be the same each time
    both = outages(random)
    made = [ClockProcess(database, both + outages(random)) for _ in range(2)]
    yield made
    for clock in made:
        clock.close()


def an_office(database: Database) -> Office:
    office = Office(database=database, clock=Clock(BEGIN), organisation=an_organisation())
    with database.transaction() as session:
        create = partial(scheduling.create, session, office.organisation, now=BEGIN)
        for schedule in IN_SLACK:
            create(schedule, by="U0ANNA")
    return office


def wanted(schedule: Schedule) -> list[date]:
    """The dates of *schedule* in that year."""
    first = (BEGIN - 2 * DAY).date()
    days = (END - BEGIN).days + 4
    return [d for d in dates(schedule, first, days) if BEGIN <= at(schedule, d) <= END]


def moments(clocks: list[ClockProcess]) -> list[datetime]:
    """When something may happen: something falls due, or somebody comes back."""
    due = {at(schedule, day) for schedule in SCHEDULES for day in wanted(schedule)}
    back = {end for clock in clocks for _, end in clock.outages if end < END}
    return [BEGIN, *sorted(due | back)]


def fate(random: Random) -> int:
    """Where a tick is killed: nowhere, mostly."""
    if random.random() >= KILLED:
        return NEVER
    return random.choice([ONCE_COMMITTED, *(random.randint(1, STEPS) for _ in range(3))])


def live(clocks: list[ClockProcess]) -> None:
    """Let the year go by."""
    for moment in moments(clocks):
        # What happens at one moment does not hang on who was quicker at those before.
        random = Random(f"{SEED} {moment}")  # noqa: S311
        now, waiting = moment, [clock for clock in clocks if clock.is_up(moment)]
        while waiting:
            # Two ticks are never quite at the same time, and one may come a moment too early.
            times = [now + timedelta(seconds=random.choice([0, 0, 3, 19])) for _ in waiting]
            if random.random() < 0.05:
                times[0] = moment - timedelta(seconds=1)
            for clock, time in zip(waiting, times, strict=True):
                clock.order(time, fate(random))
            lived = [c.answer(time) for c, time in zip(waiting, times, strict=True)]
            again = [time < moment or not alive for time, alive in zip(times, lived, strict=True)]
            waiting = [clock for clock, once_more in zip(waiting, again, strict=True) if once_more]
            now += AGAIN


def deliver(database: Database, slack: FakeSlack, clock: Clock) -> so.Office:
    """Post all that is owed, while Slack loses answers and workers are exchanged."""
    slack.channel("C0ALL", "all")
    so.furnish(slack, an_organisation())
    office = so.Office(slack, database, clock, an_organisation())
    worker = office.delivery
    while office.owed():
        random = Random(f"{SEED} {office.clock.now()}")  # noqa: S311
        if random.random() < 0.02:
            slack.fail(
                "chat.postMessage", AcceptThenDrop() if random.random() < 0.5 else AcceptThen500()
            )
        if random.random() < 0.02:
            worker = office.worker(f"the one of {office.clock.now()}")
        office.work(worker)
        office.clock.advance(seconds=5)
    return office


@pytest.mark.timeout(300)
def test_every_digest_of_a_year_is_owed_and_posted_exactly_once(
    database: Database, clocks: list[ClockProcess], slack: FakeSlack, clock: Clock
) -> None:
    print(f"seed {SEED}")  # noqa: T201, for whoever has to run it again
    office = an_office(database)
    live(clocks)
    ticked = sorted(tick for clock in clocks for tick in clock.ticked)
    digests = office.notices("kind", "wanted", "data", "created_at")
    told_below = {
        key: row for key, row in digests.items() if row[2].get("of") and row[0] == "digest"
    }
    posted = {k: row for k, row in digests.items() if row[0] == "digest" and k not in told_below}
    assert list(told_below) == [f"{key}:rest" for key in posted if posted[key][2].get("brief")]
    pictures = {key: row for key, row in digests.items() if row[0] == "chart"}
    assert {row[1] for row in digests.values()} == {1}
    told = Counter(key for clock in clocks for key in clock.owed)
    assert set(told.values()) == {1}
    assert told.keys() <= posted.keys()
    missed = 0
    for schedule in SCHEDULES:
        days = wanted(schedule)
        seen = [day for day in days if in_time(at(schedule, day), ticked)]
        missed += len(days) - len(seen)
        keys = [f"digest:{schedule.key}:{day.isoformat()}" for day in seen]
        assert [key for key in posted if posted[key][2]["schedule"] == schedule.key] == keys
        periods = [period_of(posted[key][2]) for key in keys]
        assert [period.until for period in periods] == [at(schedule, day) for day in seen]
        assert all(one.until == two.since for one, two in pairwise(periods))
        assert periods[0].since < periods[0].until
        assert runs(database, schedule.key) == dict(zip(seen, periods, strict=True))
        charts = [f"{key}:{chart}" for key in keys for chart in ("0:volume", "1:claims")]
        has_pictures = schedule.cadence is Cadence.WEEKLY
        assert [k for k in pictures if pictures[k][2]["of"] in keys] == charts * has_pictures
    for _, _, data, made in posted.values():
        assert data["late"] == (made - period_of(data).until >= LATE)
    # All of it has really happened.
    assert missed > 20
    assert sum(data["late"] for _, _, data, _ in posted.values()) > 5
    assert all(len(clock.killed) > 20 and len(clock.owed) > 20 for clock in clocks)
    # Some were killed when they had owed it, and nobody else did it again.
    assert len(posted) > len(told)
    if database.is_sqlite:
        # The workers are the same on both, and take their time.
        clock.set(END)
        shown = deliver(database, slack, clock)
        messages = [m for channel in CHANNELS for m in shown.markers(channel) if m]
        assert set(Counter(messages).values()) == {1}
        assert len(messages) == len(posted)


def in_time(due: datetime, ticked: list[datetime]) -> bool:
    return any(due <= tick <= due + CATCH_UP for tick in ticked)


def runs(database: Database, key: str) -> dict[date, Period]:
    with database.reading() as session:
        c = t.digest_runs.c
        rows = session.execute(select(c.local_date, c.since, c.until).where(c.digest == key))
        return {row.local_date: Period(since=row.since, until=row.until) for row in rows}
