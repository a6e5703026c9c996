"""Reading single values: from what TOML gave to what the domain holds.

Every reader raises a `PydanticCustomError` made by `wrong`, so that pydantic gathers them all.
"""

import re
import warnings
import zoneinfo
from collections.abc import Callable
from datetime import time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from bot.domain import durations
from bot.domain.comment import clean
from bot.domain.organisation import Phase, Priority, Rating, Tell
from bot.domain.worktime import WorkWeek, parse_hours
from bot.organisation.wording import closest, kind_of, listed, shown

T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)

# The longest time there is stands for no end.
NEVER = timedelta.max

# What Slack lets a choice in a menu say is 75 characters; a team's name stands there with more.
_NAME_LENGTH = 60
_TEXT_LENGTH = 300
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_RATING = re.compile(r"(<=|>=|<|>|=)\s*(\d{1,3}(?:\.\d{1,3})?)", re.ASCII)
_NO_WAIT = re.compile(r"0{1,5}\s*[hm]", re.ASCII)
_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,30}|#[\w-]{1,80}")


class Settled(StrEnum):
    """Whose part has to be done before a case is settled."""

    ALL = "all"
    LEAD = "lead"
    ANY = "any"
    QUORUM = "quorum"


def wrong(problem: str, mend: str = "") -> PydanticCustomError:
    """A fault in a value; without a *mend*, the key's example becomes the advice."""
    return PydanticCustomError("value", "{problem}", {"problem": problem, "mend": mend})


def text(value: object) -> str:
    """One line that can be shown and stored."""
    if not isinstance(value, str):
        raise wrong(f"is {kind_of(value)}, not a text in quotes")
    if not value.strip():
        raise wrong("is empty")
    if clean(value) != value or "\n" in value or "\t" in value:
        raise wrong("has characters that one line cannot show", "take the line breaks and tabs out")
    if value != value.strip():
        raise wrong("begins or ends with a space", f"write {shown(value)}")
    if len(value) > _TEXT_LENGTH:
        raise wrong(f"is longer than {_TEXT_LENGTH} characters", "shorten it")
    return value


def name(value: object) -> str:
    """A text that is short enough for a menu."""
    found = text(value)
    if len(found) > _NAME_LENGTH:
        raise wrong(f"is longer than {_NAME_LENGTH} characters", "shorten it")
    return found


def optional(reader: Callable[[object], T], missing: T) -> Callable[[object], T]:
    """*reader*, for a key that may also be left empty."""
    return lambda value: missing if value == "" else reader(value)


def as_list(value: object) -> object:
    """A list, also where a single text stands for a list of one."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return value
    raise wrong(f"is {kind_of(value)}, not a list of texts")


def not_empty(values: list[T]) -> list[T]:
    """*values*, when there are any."""
    if not values:
        raise wrong("is an empty list", "take it out, or say what must be there")
    return values


def _matching(pattern: str, what: str, mend: str = "") -> Callable[[object], str]:
    compiled = re.compile(pattern, re.ASCII)

    def read(value: object) -> str:
        found = text(value)
        if not compiled.fullmatch(found):
            raise wrong(f"{shown(found)} is not {what}", mend)
        return found

    return read


team_key = _matching(
    "[a-z0-9][a-z0-9_-]{0,39}",
    "a key",
    "use up to 40 small letters, digits and dashes, like “service-hk”",
)
source_key = _matching(
    "[A-Za-z0-9][A-Za-z0-9._:-]{0,63}",
    "a key",
    "use up to 64 letters, digits and dashes, like “facebook-hk”; it becomes part of an address",
)
person = _matching(
    "[UW][A-Z0-9]{1,30}",
    "a Slack member ID",
    "use the ID that begins with U or W: in Slack, open the profile, ⋮, Copy member ID",
)
usergroup = _matching(
    "S[A-Z0-9]{1,30}",
    "a Slack user group ID",
    "use the ID that begins with S: in Slack, open the user group, ⋮, Copy group ID",
)


def channel(value: object) -> str:
    """A channel's ID, or its name after a ``#``."""
    found = text(value)
    is_id = not found.startswith("#")
    if _CHANNEL.fullmatch(found) and (is_id or found == found.lower()):
        return found
    named = "#" + re.sub(r"[^\w]+", "-", found.lower()).strip("-")
    advice = "use the ID that begins with C (at the foot of the channel's details)"
    guess = f" or the name, {shown(named)}" if len(named) > 1 else " or the name after a #"
    raise wrong(f"{shown(found)} is neither a channel ID nor a #name", advice + guess)


@cache
def _zones() -> dict[str, str]:
    """Every time zone by its own name and, for a better guess, by its city."""
    names = sorted(zoneinfo.available_timezones())
    return {name.rpartition("/")[2].replace("_", " "): name for name in names} | {
        name: name for name in names
    }


def zone(value: object) -> ZoneInfo:
    """A time zone by its IANA name."""
    found = text(value)
    zones = _zones()
    if zones.get(found) == found:
        return ZoneInfo(found)
    near = zones.get(closest(found, zones.keys(), likeness=0.75), "")
    mend = f"did you mean “{near}”?" if near else "use a name like “Europe/London”"
    raise wrong(f"{shown(found)} is not a time zone", mend)


def hours(value: object) -> WorkWeek:
    """Working hours in the form of `parse_hours`."""
    found = text(value)
    try:
        return parse_hours(found)
    except ValueError as error:
        raise wrong(str(error)) from error


def length(value: object, info: ValidationInfo) -> timedelta:
    """A length of working time; ``1d`` is the longest day of the hours in the team's table."""
    found = text(value)
    week = _hours_around(info)
    try:
        amount = durations.parse(found, day=week.working_day)
    except ValueError as error:
        raise wrong(f"{shown(found)} is not a length of time") from error
    if amount > working_year(week):
        raise wrong(f"{shown(found)} is more than a year of the team's working hours")
    return amount


def _hours_around(info: ValidationInfo) -> WorkWeek:
    """The hours that the whole table gives, or usual ones where it gives none that can be read."""
    return week_of(info.context or {}) or parse_hours("Mon-Fri 09:00-17:00")


def week_of(team: dict[str, Any]) -> WorkWeek | None:
    """The hours in the raw table of a team; None when they cannot be read."""
    try:
        return parse_hours(str(team.get("hours")))
    except ValueError:
        return None


def working_year(week: WorkWeek) -> timedelta:
    """How long a team works in a year, holidays apart."""
    return 52 * timedelta(minutes=sum(end - start for day in week.days for start, end in day))


def maybe_length(value: object, info: ValidationInfo) -> timedelta | None:
    """A length of working time, or None where nothing is said."""
    return None if value == "" else length(value, info)


def length_or_never(value: object, info: ValidationInfo) -> timedelta | None:
    """A length of working time, `NEVER`, or None where nothing is said."""
    return NEVER if value == "never" else maybe_length(value, info)


def wait(value: object) -> timedelta:
    """Hours and minutes, also none at all; a day differs from team to team, so it cannot be said."""
    found = text(value)
    if _NO_WAIT.fullmatch(found):
        return timedelta()
    try:
        return durations.parse(found if "d" not in found else "")
    except ValueError as error:
        raise wrong(f"{shown(found)} is not a number of hours and minutes") from error


def count(value: object) -> int:
    """A whole number from 1 on."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong(f"is {kind_of(value)}, not a whole number without quotes")
    if value < 1:
        raise wrong("is less than 1")
    return value


def clock(value: object) -> time:
    """A time of day as ``HH:MM``."""
    found = text(value)
    match = _CLOCK.fullmatch(found)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise wrong(f"{shown(found)} is not a time between 00:00 and 23:59")
    return time(int(match[1]), int(match[2]))


def regex(value: object) -> re.Pattern[str]:
    """A regular expression; upper and lower case are the same to it, as they are to ``text``."""
    if not isinstance(value, str) or not value:
        return re.compile(text(value))
    advice = "mend the expression; in TOML it is easiest between single quotes: '\\d+'"
    with warnings.catch_warnings():
        # Python warns of what a later release will read in another way.
        warnings.simplefilter("error")
        try:
            return re.compile(value, re.IGNORECASE)
        except RecursionError as error:
            raise wrong("is nested too deeply for a regular expression", advice) from error
        except (re.error, ValueError, OverflowError, Warning) as error:
            problem = f"{shown(value)} is not a regular expression: {clean(str(error))}"
            raise wrong(problem, advice) from error


def rating(value: object) -> Rating:
    """A comparison with the stars that a customer gave."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise wrong("is a number, not a comparison", f'write "={value}" or "<={value}"')
    found = text(value)
    match = _RATING.fullmatch(found)
    if not match:
        raise wrong(f"{shown(found)} is not a comparison")
    return Rating(sign=match[1], value=float(match[2]))


def one_of(known: type[Choice], what: str) -> Callable[[object], Choice]:
    """A reader of one of the words of *known*."""

    def read(value: object) -> Choice:
        found = text(value)
        if found not in list(known):
            near = closest(found, list(known), likeness=0.75)
            mend = f"did you mean “{near}”?" if near else f"use {listed(known)}"
            raise wrong(f"{shown(found)} is not {what}", mend)
        return known(found)

    return read


priority = one_of(Priority, "a priority")
phase = one_of(Phase, "a moment to escalate after")
tell = one_of(Tell, "somebody to tell")
settled = one_of(Settled, "a way to settle a case")
