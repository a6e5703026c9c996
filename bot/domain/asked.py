"""What somebody asks for with ``/digest``."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.digest import Period
from bot.domain.schedules import Cadence
from bot.domain.scope import Scope


class Why(StrEnum):
    """Why a word is not understood, in a sentence that may follow it."""

    UNKNOWN = "I do not know that."
    NO_NAME = "Say which one."
    AMBIGUOUS = "Several have that name."
    TWO_SCOPES = "I can show one of them at a time."
    TWO_PERIODS = "I can show one period at a time."
    FUTURE = "That has not begun yet."
    NO_DATE = "I cannot read that date. Write it like 2026-11-01."
    LENGTH = "A period has 1 to 400 days."
    NO_PERSON = "Choose the person from the list that Slack opens after an @."
    TOO_LONG = "That is more than I can read at once."
    NO_TEAM_THERE = "No team has that channel."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A digest, now.

    Attributes:
        previous: whether to compare with the period before.
        words: what to call the period: ``last 7 days``; when typed again, it means the same.
    """

    scope: Scope
    period: Period
    previous: bool = False
    words: str


@dataclass(frozen=True, slots=True)
class Help:
    """How to ask."""


@dataclass(frozen=True, slots=True)
class ScheduleList:
    """The digests that come by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleWanted:
    """A digest that comes by itself; *cadence* is None when nothing says how often."""

    scope: Scope
    cadence: Cadence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """What was not understood; the words are somebody's own and may hold anything.

    Attributes:
        word: as it was typed, at most 80 characters.
        nearest: up to three known words that may have been meant.
        other: what *word* does not go together with.
    """

    word: str
    nearest: tuple[str, ...] = ()
    why: Why = Why.UNKNOWN
    other: str = ""


Asked = Wanted | Help | ScheduleList | ScheduleWanted | Unclear
