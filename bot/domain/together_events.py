"""Facts about what teams do with a case together."""

from dataclasses import dataclass

from bot.domain.organisation import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class FactAdded:
    """Somebody gave the lead a fact for the answer."""

    team: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKept:
    """Somebody kept a message of their team's talk for the case's history."""

    team: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadMoved:
    """Another team speaks to the customer."""

    to: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityChanged:
    """The case is more, or less, pressing than it was."""

    priority: Priority
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWatched:
    """A person follows the case without owning it."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUnwatched:
    """A person no longer follows the case."""

    person: str
