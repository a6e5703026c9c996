"""The organisation: who its teams are, where comments come from, and the written rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from re import Pattern
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.worktime import WorkWeek

if TYPE_CHECKING:
    from bot.domain.schedules import Schedule

MANUAL_SOURCE = "by-hand"


class Priority(StrEnum):
    """How soon a case must be seen; the order is that of the outbox too."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the most pressing."""
        return list(Priority).index(self)


class Phase(StrEnum):
    """How far a stake is towards a target: most of the time is gone, or all of it."""

    WARNING = "warning"
    BREACH = "breach"


class Tell(StrEnum):
    """Who hears of an escalation; the holder is the whole team while nobody holds the stake."""

    HOLDER = "holder"
    TEAM = "team"
    DUTY = "duty"
    LEAD = "lead"
    MANAGERS = "managers"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an escalation: *wait*, in the team's working time, then *tell*."""

    after: Phase
    wait: timedelta
    tell: Tell


ESCALATION = (
    Step(Phase.WARNING, timedelta(), Tell.HOLDER),
    Step(Phase.BREACH, timedelta(), Tell.LEAD),
    Step(Phase.BREACH, timedelta(hours=4), Tell.MANAGERS),
)
"""What happens where the organisation file says nothing about it."""


EVIDENCE = ("account", "post", "words", "language")
"""What may tell a comment's unit and region, the strongest first where the file says nothing."""


@dataclass(frozen=True, slots=True)
class Promise:
    """How fast a team has promised to act, in its working time."""

    claim_within: timedelta
    resolve_within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A configured place that comments come from, and what they do not say themselves.

    ``retention`` is how long after its case was settled a comment keeps its text and its author,
    None for as long as there is a database.
    """

    key: str
    connector: str = "webhook"
    platform: str = ""
    account: str = ""
    region: str = ""
    unit: str = ""
    language: str = ""
    retention: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A department's people for some units, regions and languages; empty means all of them.

    Attributes:
        claim_within: how fast somebody takes a stake of normal priority, in working time.
        resolve_within: how fast such a stake is done, in working time.
        promises: the same for other priorities, where they differ.
        expires_after: working time after which a holder who has done nothing is asked whether
            they are still on it; None for never.
        answer_within: working time that they have to answer before the stake is free again.
        rota: who is on duty, a week each, in turn.
        rota_since: a day of the first person's first week.
        cover: the teams that are on duty while this one is closed, by preference.
    """

    key: str
    name: str
    department: str
    channel: str
    units: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    lead: str = ""
    members: frozenset[str] = frozenset()
    usergroup: str = ""
    zone: ZoneInfo
    hours: WorkWeek
    claim_within: timedelta
    resolve_within: timedelta
    promises: Mapping[Priority, Promise] = field(default_factory=dict)
    expires_after: timedelta | None = None
    answer_within: timedelta = timedelta(hours=1)
    digest_at: time | None = None
    rota: tuple[str, ...] = ()
    rota_since: date = date(2024, 1, 1)
    cover: tuple[str, ...] = ()

    def promise(self, priority: Priority) -> Promise:
        """What the team has promised for cases of *priority*."""
        normal = Promise(self.claim_within, self.resolve_within)
        return self.promises.get(priority, normal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A comparison with the stars a customer gave, such as ``<=2``."""

    sign: str
    value: float

    def holds(self, rating: float | None) -> bool:
        """Whether *rating* is there and compares as asked."""
        if rating is None:
            return False
        return {
            "<=": rating <= self.value,
            ">=": rating >= self.value,
            "<": rating < self.value,
            ">": rating > self.value,
            "=": rating == self.value,
        }[self.sign]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must hold of a comment: every kind that is named, by at least one of its values."""

    text: tuple[str, ...] = ()
    regex: tuple[Pattern[str], ...] = ()
    platform: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    campaign: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    rating: Rating | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rule gives to a comment that it matches; *lead* is a department that then leads."""

    departments: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    priority: Priority | None = None
    tags: tuple[str, ...] = ()
    lead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A written reason to give a team a stake; every rule that matches applies.

    ``asks`` is False for one that never could, and is not to be blamed for it: an ``[[urgency]]``.
    """

    name: str
    when: Condition
    unless: Condition | None = None
    then: Outcome
    asks: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyNote:
    """Something new in the social policy, for *departments* or, where none is named, for all."""

    on: date
    text: str
    url: str = ""
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """Everything that ``organisation.toml`` says, checked.

    ``wrong_at_most`` is how often a stake that a suggestion opens by itself may be wrong, from 0 to
    1; ``languages`` are those that customers write in, () for the usual ones; ``lexicon`` has each
    department's words beside the shipped ones. ``outweigh`` is which evidence of a comment's unit
    and region counts more than which, the strongest first; ``renamed`` gives what was learned for a
    department of another name to the one that it has become.

    ``retention`` is that of comments recorded by hand, and of sources that name none.

    ``settled_when`` is ``all``, ``lead``, ``any`` or ``quorum``: whose part has to be done before
    a case is settled; with ``quorum``, that of as many teams. ``charts`` is ``picture``, ``native``
    or ``none``: how a weekly digest shows its curves. ``digests`` are those beside the teams' own.
    """

    zone: ZoneInfo
    triage_channel: str
    managers: frozenset[str] = frozenset()
    departments: tuple[str, ...] = ("service", "marketing", "product")
    escalation: tuple[Step, ...] = ESCALATION
    wrong_at_most: float = 0.1
    languages: tuple[str, ...] = ()
    lexicon: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outweigh: tuple[str, ...] = EVIDENCE
    renamed: Mapping[str, str] = field(default_factory=dict)
    settled_when: str = "all"
    quorum: int = 0
    sources: tuple[Source, ...] = ()
    retention: timedelta | None = None
    teams: tuple[Team, ...] = ()
    rules: tuple[Rule, ...] = ()
    digests: "tuple[Schedule, ...]" = ()
    charts: str = "picture"
    policy: tuple[PolicyNote, ...] = ()
    _teams: dict[str, Team] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_teams", {team.key: team for team in self.teams})

    def team(self, key: str) -> Team | None:
        """The team of that key; None when the organisation file has dropped it."""
        return self._teams.get(key)

    def source(self, key: str) -> Source | None:
        """The source of that key, the one for comments recorded by hand included."""
        if key == MANUAL_SOURCE:
            return Source(
                key=MANUAL_SOURCE, connector="manual", platform="slack", retention=self.retention
            )
        return next((source for source in self.sources if source.key == key), None)

    def team_name(self, key: str) -> str:
        """What to call a team on a card, also one that no longer exists."""
        team = self.team(key)
        return team.name if team else key

    def lead_team(self, keys: tuple[str, ...]) -> str:
        """Of several teams, the one that speaks to the customer: by department order."""
        return min(keys, key=self._lead_rank, default="")

    def _lead_rank(self, key: str) -> tuple[int, str]:
        team = self.team(key)
        if team is None or team.department not in self.departments:
            return len(self.departments), key
        return self.departments.index(team.department), key
