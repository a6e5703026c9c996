"""Days: those on which nobody works, by one's own dates or by country, and how many to keep."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import holidays

from bot.organisation.values import NEVER, text, wrong
from bot.organisation.wording import closest, kind_of, shown

_YEARS_BACK, _YEARS_AHEAD = 1, 5
_DAYS = re.compile(r"(\d{1,5})\s*(?:d|days?)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Longer names in the package are not countries, and some of them are functions.
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The public holidays of a country, or of a part of it."""

    country: str
    part: str | None = None

    def days(self, today: date) -> frozenset[date]:
        """Its holidays from last year to five years ahead of *today*."""
        years = range(today.year - _YEARS_BACK, today.year + _YEARS_AHEAD + 1)
        return frozenset(holidays.country_holidays(self.country, subdiv=self.part, years=years))


def calendar(value: object) -> Calendar:
    """A country, or a part of one after a dash, by its ISO 3166 code."""
    found = text(value)
    country, dash, part = found.partition("-")
    parts = _parts(country)
    if parts is None:
        near = closest(found, _countries())
        mend = f"did you mean “{near}”?" if near else ""
        raise wrong(f"{shown(found)} is not a country whose holidays we know", mend)
    if dash and part not in parts:
        near = closest(found, [f"{country}-{name}" for name in parts if part]) or country
        problem = f"{shown(found)} is not a part of a country whose holidays we know"
        raise wrong(problem, f"did you mean “{near}”?")
    return Calendar(country, part or None)


def _parts(country: str) -> tuple[str, ...] | None:
    """The parts of a country whose holidays differ; None when there is no such country."""
    if not _COUNTRY.fullmatch(country):
        return None
    try:
        return tuple(holidays.country_holidays(country).subdivisions)
    except NotImplementedError:
        return None


def _countries() -> list[str]:
    known = holidays.list_supported_countries().items()
    countries = [(code, parts) for code, parts in known if _COUNTRY.fullmatch(code)]
    return [name for code, parts in countries for name in (code, *(f"{code}-{p}" for p in parts))]


def day(value: object) -> date:
    """A date, with or without quotes."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise wrong(f"is {kind_of(value)}, not a date")
    found = text(value)
    try:
        # Python would also read forms that TOML does not, such as a week of a year.
        return date.fromisoformat(found if _DATE.fullmatch(found) else "")
    except ValueError as error:
        raise wrong(f"{shown(found)} is not a date") from error


def as_days(value: object) -> object:
    """A list, also where a single date stands for a list of one."""
    if isinstance(value, list):
        return value
    if isinstance(value, str | date) and not isinstance(value, datetime):
        return [value]
    raise wrong(f"is {kind_of(value)}, not a list of dates")


def retention(value: object) -> timedelta:
    """For how many days something is kept, or ``forever``."""
    found = text(value)
    if found == "forever":
        return NEVER
    match = _DAYS.fullmatch(found)
    if not match or not int(match[1]):
        raise wrong(f"{shown(found)} is not a number of days", 'write it like "400 days"')
    return timedelta(days=int(match[1]))
