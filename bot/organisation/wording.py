"""The words that faults are told in."""

import difflib
from collections.abc import Collection, Iterable
from datetime import date, datetime, time

from bot.domain.comment import clean, fold

_SHOWN = 60


def brief(value: str) -> str:
    """*value* on one line, and not too long."""
    line = " ".join(clean(value).split())
    return f"{line[: _SHOWN - 1]}…" if len(line) > _SHOWN else line


def shown(value: str) -> str:
    """*value* in quotation marks, brief."""
    return f"“{brief(value)}”"


def listed(values: Iterable[str], last: str = "or") -> str:
    """``“a”, “b” or “c”``."""
    *others, final = [shown(value) for value in values]
    return f"{', '.join(others)} {last} {final}" if others else final


def closest(word: str, known: Collection[str], *, likeness: float = 0.6) -> str:
    """The one of *known* that *word* was probably meant to be; "" when none is near.

    *likeness* is how much of the two must agree, from 0 to 1.
    """
    by_fold = {fold(name): name for name in sorted(known)}
    near = difflib.get_close_matches(fold(word)[:_SHOWN], list(by_fold), n=1, cutoff=likeness)
    return by_fold[near[0]] if near else ""


def kind_of(value: object) -> str:
    """What TOML calls the type of *value*, in plain words."""
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case datetime() | date() | time():
            return "a date or time without quotes"
        case _:
            return "a table"
