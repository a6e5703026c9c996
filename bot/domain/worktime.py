"""A team's working hours: reading them, adding working time, measuring it.

All instants are aware; results are in UTC. A wall time that a clock change skips counts as the
moment after the gap, one that it repeats as the first of the two, so that every wall time is
exactly one instant.
"""

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ENTRY = re.compile(
    r"(?P<first>[A-Za-z]{3})(?:\s*-\s*(?P<last>[A-Za-z]{3}))?\s+"
    r"(?P<h1>\d{1,2}):(?P<m1>\d{2})\s*-\s*(?P<h2>\d{1,2}):(?P<m2>\d{2})",
    re.ASCII,
)
_MINUTES_A_DAY = 24 * 60
# Two years of closed days in a row is a mistake in the hours, not a long holiday.
_SEARCH_DAYS = 800

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """Working intervals per weekday, Monday first, as minutes after midnight.

    An end beyond 1440 runs into the next day: a night shift belongs to the day it starts on.
    No shift starts on a date in ``closed``: a public holiday, or a day of the company's own.
    """

    days: tuple[tuple[tuple[int, int], ...], ...]
    closed: frozenset[date] = frozenset()

    @property
    def working_day(self) -> timedelta:
        """The longest day of the week: what "one working day" means for a target."""
        return timedelta(minutes=max(sum(end - start for start, end in day) for day in self.days))


def parse_hours(text: str) -> WorkWeek:
    """Read ``Mon-Fri 09:00-12:30, Mon-Fri 13:30-18:00, Sat 22:00-06:00``.

    Raises:
        ValueError: an entry is not of that form, ends where it starts, or overlaps another.
    """
    days: list[list[tuple[int, int]]] = [[] for _ in DAY_NAMES]
    for entry in text.split(","):
        for day, interval in _read_entry(entry.strip()):
            days[day].append(interval)
    week = WorkWeek(days=tuple(tuple(sorted(day)) for day in days))
    _refuse_overlaps(week)
    return week


def _read_entry(entry: str) -> Iterator[tuple[int, tuple[int, int]]]:
    match = _ENTRY.fullmatch(entry)
    if not match:
        raise ValueError(f"“{entry}” is not like “Mon-Fri 09:00-18:00”")
    first = _weekday(match["first"])
    last = _weekday(match["last"] or match["first"])
    start = _minutes(match["h1"], match["m1"])
    end = _minutes(match["h2"], match["m2"])
    if start in (end, _MINUTES_A_DAY):
        raise ValueError(f"“{entry}” is empty; for the whole day write 00:00-24:00")
    if end < start:
        end += _MINUTES_A_DAY
    for offset in range((last - first) % 7 + 1):
        yield (first + offset) % 7, (start, end)


def _weekday(name: str) -> int:
    if name.title() not in DAY_NAMES:
        raise ValueError(f"“{name}” is not a day; use {', '.join(DAY_NAMES)}")
    return DAY_NAMES.index(name.title())


def _minutes(hours: str, minutes: str) -> int:
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > _MINUTES_A_DAY:
        raise ValueError(f"“{hours}:{minutes}” is not a time of day")
    return total


def _refuse_overlaps(week: WorkWeek) -> None:
    spans = sorted(
        (index * _MINUTES_A_DAY + start, index * _MINUTES_A_DAY + end)
        for index, day in enumerate(week.days)
        for start, end in day
    )
    around = [*spans, *((s + 7 * _MINUTES_A_DAY, e + 7 * _MINUTES_A_DAY) for s, e in spans[:1])]
    for (_, end), (start, _) in itertools.pairwise(around):
        if start < end:
            weekday = DAY_NAMES[start // _MINUTES_A_DAY % 7]
            raise ValueError(f"two intervals overlap on {weekday}; join them or move one")


@lru_cache(maxsize=4_096)
def instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The one UTC instant of a wall time, *minutes* after the midnight that begins *day*."""
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=minutes)
    moment = wall.replace(fold=0).astimezone(UTC)
    skipped = moment.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None)
    return _end_of_gap(moment, zone) if skipped else moment


def _end_of_gap(after: datetime, zone: ZoneInfo) -> datetime:
    """The instant of the clock change, at most a day before *after*, that skipped a wall time.

    Every skipped wall time counts as that instant, so that later wall times are never earlier
    instants and working intervals stay in order.
    """
    offset = after.astimezone(zone).utcoffset()
    earliest = after - timedelta(days=1)
    minute = bisect_left(
        range(_MINUTES_A_DAY),
        True,
        key=lambda n: (earliest + timedelta(minutes=n)).astimezone(zone).utcoffset() == offset,
    )
    return earliest + timedelta(minutes=minute)


def intervals(week: WorkWeek, zone: ZoneInfo, since: datetime) -> Iterator[Interval]:
    """Working intervals that end after *since*, in order, in UTC, for some two years."""
    first = since.astimezone(zone).date() - timedelta(days=1)
    for offset in range(_SEARCH_DAYS):
        day = first + timedelta(days=offset)
        if day in week.closed:
            continue
        for start, end in week.days[day.weekday()]:
            opens, closes = instant(day, start, zone), instant(day, end, zone)
            # A clock change can swallow an interval whole.
            if opens < closes and closes > since:
                yield opens, closes


# What is taken in together is promised from the same moment, by few teams.
@lru_cache(maxsize=1_024)
def add(start: datetime, amount: timedelta, week: WorkWeek, zone: ZoneInfo) -> datetime:
    """The instant at which *amount* of working time has passed since *start*.

    Raises:
        ValueError: the team has no working hours within two years.
    """
    left = amount
    reached = start.astimezone(UTC)
    for opens, closes in intervals(week, zone, start):
        begins = max(opens, reached)
        if closes <= begins:
            continue
        if closes - begins >= left:
            return begins + left
        left -= closes - begins
        reached = closes
    raise ValueError("there are no working hours to count")


def between(start: datetime, end: datetime, week: WorkWeek, zone: ZoneInfo) -> timedelta:
    """Working time from *start* to *end*; nothing when *end* is not later."""
    total = timedelta()
    reached = start.astimezone(UTC)
    for opens, closes in intervals(week, zone, start):
        if opens >= end:
            break
        total += max(timedelta(), min(closes, end) - max(opens, reached))
        reached = max(reached, closes)
    return total


def is_working_day(day: date, week: WorkWeek) -> bool:
    """Whether the team starts work on that date."""
    return day not in week.closed and bool(week.days[day.weekday()])


def is_open(now: datetime, week: WorkWeek, zone: ZoneInfo) -> bool:
    """Whether the team is at work at *now*."""
    return next_open(now, week, zone) == now.astimezone(UTC)


def next_open(now: datetime, week: WorkWeek, zone: ZoneInfo) -> datetime:
    """The first instant from *now* on at which the team is at work: *now* itself if it is.

    Raises:
        ValueError: the team has no working hours within two years.
    """
    for opens, _ in intervals(week, zone, now):
        return max(opens, now.astimezone(UTC))
    raise ValueError("there are no working hours to wait for")
