"""The numbers of a period, computed from rounds; `docs/metrics.md` says what each means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from fractions import Fraction

Span = tuple[int, int]
"""From when to when, in microseconds since 1970."""

MICROSECOND = timedelta(microseconds=1)
HALF, NINE_TENTHS = Fraction(1, 2), Fraction(9, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long things took: the middle, and what nine in ten did not exceed."""

    median: timedelta | None = None
    p90: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long something took by the clock, and in working time; how often, and how often not."""

    count: int = 0
    clock: Spread = field(default_factory=Spread)
    working: Spread = field(default_factory=Spread)
    unanswered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Promises that were kept and missed."""

    met: int = 0
    missed: int = 0

    @property
    def compliance(self) -> float | None:
        """The share that was kept; None when none was due."""
        decided = self.met + self.missed
        return self.met / decided if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands at this moment."""

    open: int = 0
    unclaimed: int = 0
    oldest_unclaimed: datetime | None = None
    warned: int = 0
    past_target: int = 0
    oldest_past_target: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Everything that is counted of a period; the last, ``standing``, looks at this moment."""

    received: int = 0
    routed: int = 0
    came_in: int = 0
    claimed: int = 0
    resolved: int = 0
    settled: int = 0
    reopened: int = 0
    declined: int = 0
    handed_off: int = 0
    joint: int = 0
    resolved_cases: int = 0
    facts: int = 0
    corrections: int = 0
    time_to_route: Times = field(default_factory=Times)
    time_to_claim: Times = field(default_factory=Times)
    time_to_touch: Times = field(default_factory=Times)
    time_to_resolve: Times = field(default_factory=Times)
    time_to_settle: Times = field(default_factory=Times)
    handoff_lag: Times = field(default_factory=Times)
    claim_target: Kept = field(default_factory=Kept)
    resolve_target: Kept = field(default_factory=Kept)
    standing: Standing = field(default_factory=Standing)

    @property
    def bounce(self) -> int:
        """How many were passed on or refused."""
        return self.declined + self.handed_off

    @property
    def joint_rate(self) -> float | None:
        """The share of the cases that people finished which several teams finished together."""
        return self.joint / self.resolved_cases if self.resolved_cases else None

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to say."""
        happened = (self.came_in, self.claimed, self.resolved, self.reopened, self.bounce)
        return not (any(happened) or self.facts or self.standing.open)


COUNTS = tuple(each.name for each in fields(Measures) if each.type is int)
"""The names of what is simply counted."""


def nearest_rank(ordered: Sequence[int], share: Fraction) -> int:
    """The smallest of *ordered* that at least *share* of them do not exceed."""
    rank = -(-len(ordered) * share.numerator // share.denominator)
    return ordered[max(rank, 1) - 1]


def spread(lengths: Iterable[int]) -> Spread:
    """The middle and the 90th percentile of *lengths*, in microseconds."""
    ordered = sorted(lengths)
    if not ordered:
        return Spread()
    return Spread(
        median=nearest_rank(ordered, HALF) * MICROSECOND,
        p90=nearest_rank(ordered, NINE_TENTHS) * MICROSECOND,
    )


def total(standings: Iterable[Standing]) -> Standing:
    """Several teams' standing as one."""
    every = list(standings)
    return Standing(
        open=sum(s.open for s in every),
        unclaimed=sum(s.unclaimed for s in every),
        oldest_unclaimed=min(
            (s.oldest_unclaimed for s in every if s.oldest_unclaimed), default=None
        ),
        warned=sum(s.warned for s in every),
        past_target=sum(s.past_target for s in every),
        oldest_past_target=min(
            (s.oldest_past_target for s in every if s.oldest_past_target), default=None
        ),
    )
