"""What was learned about routing, as people are shown it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.lessons import Taught
from bot.domain.organisation import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A word that pulls towards a department.

    Attributes:
        weight: how far it moves the log odds; more than 0.
        like: the newest cases with this word that concerned the department, newest first.
    """

    word: str
    weight: float
    like: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A case that teaches; no departments, when it turned out to concern nobody.

    Attributes:
        priority: what somebody changed its priority to, None where nobody did.
    """

    case: int
    departments: tuple[str, ...]
    kind: Taught
    by: str
    at: datetime
    priority: Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """How the new comments of the last thirty days came to their teams, each counted once.

    Attributes:
        comments: all of them; ``untold`` of these are still in triage, or without any team.
        rules: no person and no suggestion was needed.
        suggestion: a suggestion opened at least one of the stakes by itself.
        people: somebody chose in triage.
    """

    comments: int = 0
    rules: int = 0
    suggestion: int = 0
    people: int = 0
    untold: int = 0

    def share(self, count: int) -> float:
        """*count* among all comments, from 0 to 1; 0 when there were none."""
        return count / self.comments if self.comments else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A word that decides so well that it could be a rule.

    Attributes:
        right: cases that the rule would have given to the department rightly, newest first.
        wrong: those that it would have given wrongly.
        toml: the lines for ``organisation.toml``.
    """

    word: str
    department: str
    right: tuple[int, ...]
    wrong: tuple[int, ...]
    toml: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwanted:
    """A rule that keeps giving a team what it then declines.

    Attributes:
        declined: the cases, newest first, among ``of`` that the rule has given the team.
    """

    rule: str
    team: str
    declined: tuple[int, ...]
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What routing has learned by now.

    Attributes:
        version: of what is live; 0 before anything was learned.
        made_at: when that was; ``made_by`` is the person who wanted it, "" for the bot.
        lessons: the cases that teach now.
        frozen: nothing new is learned until somebody unfreezes it; ``frozen_by`` is who froze it.
        refused: the newest version did worse than the live one, so that it is not used.
        pulls: by department in the organisation's order, strongest first.
        recent: the same words, but lately learned first.
        pressing: the words that make a comment more pressing, lately learned first.
        latest: the newest lessons, newest first.
        placed: how the new comments of the last thirty days came to their teams.
        able: the share of comments that it could place by itself and be wrong as seldom as the
            organisation asks, from 0 to 1; None while there are too few lessons to tell.
        wrong_at_most: what the organisation asks.
        proposals: rules that could be written, best first.
        unwanted: rules of which a team has lately declined half or more.
    """

    version: int = 0
    made_at: datetime | None = None
    made_by: str = ""
    lessons: int = 0
    frozen: bool = False
    frozen_by: str = ""
    refused: bool = False
    pulls: Mapping[str, tuple[Pull, ...]] = field(default_factory=dict)
    recent: Mapping[str, tuple[Pull, ...]] = field(default_factory=dict)
    pressing: tuple[Pull, ...] = ()
    latest: tuple[Example, ...] = ()
    placed: Placed = Placed()
    able: float | None = None
    wrong_at_most: float = 0.1
    proposals: tuple[Proposal, ...] = ()
    unwanted: tuple[Unwanted, ...] = ()
