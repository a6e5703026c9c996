"""Periods as people say them: ``7d``, ``last week``, ``Monday``, ``2026-11-01..2026-11-07``."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.asked import Why
from bot.domain.asking_words import DATES
from bot.domain.comment import fold
from bot.domain.digest import Period
from bot.domain.periods import days, earlier
from bot.domain.schedules import Cadence

MOST_DAYS = 400
_EARLIEST = date(2000, 1, 1)
_DAY = timedelta(days=1)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT = ("mon", "tue tues", "wed", "thu thur thurs", "fri", "sat", "sun")
_BY_NAME = {
    name: weekday
    for weekday, (full, short) in enumerate(zip(_WEEKDAYS, _SHORT, strict=True))
    for name in (full.casefold(), *short.split())
}
_DAY_NAMES = "|".join(_BY_NAME)
_LENGTH = re.compile(r"(?:(?:last|past) )?(\d+) ?(d|days?|h|hrs?|hours?|w|wks?|weeks?)")
_TURNED = re.compile(r"([dhw])(\d+)")
_QUARTER = re.compile(r"q([1-4])(?:[ /](\d{4}))?|(\d{4})[ /]q([1-4])")
_WEEKDAY = re.compile(rf"(?:last )?({_DAY_NAMES})")
_NOW = r"(?:to|until|till) (?:now|today)"
# “from last week” is last week alone, as “of last week” is.
_SINCE = re.compile(rf"since (?:the )?(.+?)(?: {_NOW})?|from (?:the )?(.+?) {_NOW}")
_JOINED = re.compile(r"(this|last|past|previous|next)(day|week|month|quarter|year)")
_AHEAD = re.compile(
    rf"tomorrow|(?:next|coming) ?(?:\d+ )?(?:days?|weeks?|months?|quarter|year|{_DAY_NAMES})"
)
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NO_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}|\d{4}-\d{1,2}")
_LENGTHS = {
    **dict.fromkeys(("day", "daily", "last day", "past day"), 1),
    **dict.fromkeys(("weekly", "past week"), 7),
    **dict.fromkeys(("monthly", "past month"), 30),
}
_AN_HOUR = frozenset({"hour", "last hour", "past hour"})
WORDS = (
    *("1d", "7d", "30d", "today", "yesterday", "this-week", "last-week", "this-month"),
    *("last-month", "this-quarter", "last-quarter", "this-year", "last-year", *_WEEKDAYS),
)
"""What to suggest to somebody who mistyped a period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A period that was understood; *raw* is what was typed, *words* what to call it."""

    period: Period
    words: str
    raw: str = ""


def spoken(text: str, *, now: datetime, zone: ZoneInfo) -> Spoken | Why | None:
    """The period that *text* names, why there is none of that name, or None: it names no period.

    It ends at *now* at the latest. Days begin at midnight in *zone*, weeks on Monday.
    """
    folded = fold(text).strip(" .,;:!?")
    if found := DATES.fullmatch(folded):
        return _between(found["first"], found["last"] or "", folded, now, zone)
    if _NO_DATE.fullmatch(folded):
        return Why.NO_DATE
    plain = _JOINED.sub(r"\1 \2", " ".join(re.split(r"[\s_-]+", folded)).strip())
    if found := _LENGTH.fullmatch(plain.removeprefix("the ")):
        return _back(found[1], found[2][0], now, zone)
    if found := _TURNED.fullmatch(plain):
        return _back(found[2], found[1], now, zone)
    if found := _QUARTER.fullmatch(plain):
        return _in_quarter(int(found[1] or found[4]), found[2] or found[3], now, zone)
    if plain in _AN_HOUR:
        return _back("1", "h", now, zone)
    if plain in _LENGTHS:
        return last_days(_LENGTHS[plain], now, zone)
    if _AHEAD.fullmatch(plain):
        return Why.FUTURE
    if found := _SINCE.fullmatch(plain):
        return _since(found[1] or found[2], now, zone)
    return _named(plain, now, zone)


def cadence(words: str) -> Cadence | None:
    """How often a digest of such a period comes by itself, None when that is not plain."""
    return _CADENCES.get(words)


def _back(number: str, unit: str, now: datetime, zone: ZoneInfo) -> Spoken | Why:
    amount = int(number) if len(number) < 8 else 0
    hours = amount * {"h": 1, "d": 24, "w": 7 * 24}[unit]
    if not 0 < hours <= MOST_DAYS * 24:
        return Why.LENGTH
    if hours % 24 == 0:
        return last_days(hours // 24, now, zone)
    called = "last hour" if hours == 1 else f"last {hours} hours"
    return Spoken(period=_until(now, now - timedelta(hours=hours)), words=called)


def last_days(number: int, now: datetime, zone: ZoneInfo) -> Spoken:
    """The days until *now*, from the same local time on."""
    called = "last 24 hours" if number == 1 else f"last {number} days"
    return Spoken(period=_until(now, earlier(now, number, zone)), words=called)


def _until(now: datetime, since: datetime) -> Period:
    return Period(since=since.astimezone(UTC), until=now.astimezone(UTC))


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + 31 * _DAY).replace(day=1) - _DAY


def _quarter(day: date) -> tuple[date, date]:
    first = day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
    return first, _month(first.replace(month=first.month + 2))[1]


def _year(day: date) -> tuple[date, date]:
    return day.replace(month=1, day=1), day.replace(month=12, day=31)


_NAMED: dict[str, Callable[[date], tuple[date, date]]] = {
    "today": lambda day: (day, day),
    "yesterday": lambda day: (day - _DAY, day - _DAY),
    "this week": lambda day: (_monday(day), _monday(day) + 6 * _DAY),
    "last week": lambda day: (_monday(day) - 7 * _DAY, _monday(day) - _DAY),
    "this month": _month,
    "last month": lambda day: _month(day.replace(day=1) - _DAY),
    "this quarter": _quarter,
    "last quarter": lambda day: _quarter(_quarter(day)[0] - _DAY),
    "this year": _year,
    "last year": lambda day: _year(_year(day)[0] - _DAY),
}
_SAME = {
    "week": "this week",
    "month": "this month",
    "previous week": "last week",
    "previous month": "last month",
    "previous day": "yesterday",
    "quarter": "this quarter",
    "previous quarter": "last quarter",
    "past quarter": "last quarter",
    "year": "this year",
    "previous year": "last year",
    "past year": "last year",
}
_CADENCES = {
    **dict.fromkeys(("last 24 hours", "today", "yesterday"), Cadence.DAILY),
    **dict.fromkeys(("last 7 days", "this week", "last week"), Cadence.WEEKLY),
    **dict.fromkeys(("last 30 days", "this month", "last month"), Cadence.MONTHLY),
}


def _named(plain: str, now: datetime, zone: ZoneInfo) -> Spoken | None:
    today = now.astimezone(zone).date()
    name = _SAME.get(plain, plain)
    if found := _WEEKDAY.fullmatch(name):
        weekday = _BY_NAME[found[1]]
        # On a Monday, “Monday” is the one that is over; for the other there is “today”.
        day = today - ((today.weekday() - weekday - 1) % 7 + 1) * _DAY
        return _of_days(day, day, _WEEKDAYS[weekday], now, zone)
    if name not in _NAMED:
        return None
    return _of_days(*_NAMED[name](today), name, now, zone)


def _in_quarter(number: int, year: str | None, now: datetime, zone: ZoneInfo) -> Spoken | Why:
    """The quarter of that *year*, or else the newest one of that number that has begun."""
    today = now.astimezone(zone).date()
    month = 3 * number - 2
    # Not a date before it is known to be one: somebody may type the year 0.
    which = int(year) if year else today.year - (month > today.month)
    if which < _EARLIEST.year:
        return Why.NO_DATE
    if (which, month) > (today.year, today.month):
        return Why.FUTURE
    return _of_days(*_quarter(date(which, month, 1)), f"Q{number} {which}", now, zone)


def _since(begins: str, now: datetime, zone: ZoneInfo) -> Spoken | None:
    """From the day on which *begins* began until now: ``since Monday``, ``since yesterday``."""
    found = _named(begins, now, zone)
    if found is None:
        return None
    first, today = found.period.since.astimezone(zone).date(), now.astimezone(zone).date()
    called = str(first) if first == today else f"{first} to {today}"
    return _of_days(first, today, called, now, zone)


def _of_days(first: date, last: date, called: str, now: datetime, zone: ZoneInfo) -> Spoken:
    whole = days(first, last, zone)
    until = min(whole.until, now.astimezone(UTC))
    return Spoken(period=Period(since=whole.since, until=until), words=called)


def _between(first: str, last: str, said: str, now: datetime, zone: ZoneInfo) -> Spoken | Why:
    today = now.astimezone(zone).date()
    open_ended = last in {"now", "today"} or (not last and said.startswith(("since", "from")))
    ends = [_date(first), today if open_ended else _date(last or first)]
    if ends[0] is None or ends[1] is None:
        return Why.NO_DATE
    start, end = min(ends[0], ends[1]), min(max(ends[0], ends[1]), today)
    if start > today or (open_ended and ends[0] > today):
        return Why.FUTURE
    if (end - start).days >= MOST_DAYS:
        return Why.LENGTH
    called = str(start) if start == end else f"{start} to {end}"
    return _of_days(start, end, called, now, zone)


def _date(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    if not found:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return day if day >= _EARLIEST else None
