"""Reading the values of a ``[[digest]]`` and a ``[[policy]]``."""

import re
from enum import StrEnum

from bot.domain.worktime import DAY_NAMES
from bot.organisation.values import channel, one_of, person, text, wrong
from bot.organisation.wording import kind_of, shown

_URL = re.compile(r"https?://[^\s<>|\"\\^`{}]{1,1000}", re.ASCII)
_PERSON = re.compile(r"[UW][A-Z0-9]*", re.ASCII)
_DAYS_IN_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Every(StrEnum):
    """How often a digest comes."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Charts(StrEnum):
    """How a weekly digest shows its curves."""

    PICTURE = "picture"
    NATIVE = "native"
    NONE = "none"


every = one_of(Every, "how often a digest can come")
charts = one_of(Charts, "a way to show charts")


def on(value: object) -> int | str:
    """A day of the month as a number, or a day of the week as ``Mon``."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1 <= value <= 31:
            raise wrong(f"{value} is not a day of a month", "use a number from 1 to 31")
        return value
    if not isinstance(value, str):
        raise wrong(f"is {kind_of(value)}, not a day")
    found = text(value)
    named = next((d for d in DAY_NAMES if found.lower() in {d.lower(), _in_full(d)}), "")
    if not named:
        raise wrong(f"{shown(found)} is not a day", f"use one of {', '.join(DAY_NAMES)}")
    return named


def _in_full(day: str) -> str:
    return _DAYS_IN_FULL[DAY_NAMES.index(day)]


def yes_or_no(value: object) -> bool:
    """``true`` or ``false``."""
    if not isinstance(value, bool):
        raise wrong(f"is {kind_of(value)}, neither true nor false")
    return value


def place(value: object) -> str:
    """Where a digest is posted: a channel, or a person's own messages from the bot."""
    if isinstance(value, str) and _PERSON.fullmatch(value):
        return person(value)
    return channel(value)


def url(value: object) -> str:
    """The address of a page."""
    found = text(value)
    if not _URL.fullmatch(found):
        raise wrong(f"{shown(found)} is not the address of a page")
    return found
