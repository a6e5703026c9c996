"""What was found in the journal for a period, before it is made into numbers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from bot.domain.hours import Hours
from bot.domain.measures import Kept, Measures, Span, Standing, Times, spread, total

Counts = Mapping[str, int]
"""How often, by team."""


def _counts() -> defaultdict[str, int]:
    return defaultdict(int)


def _spans() -> defaultdict[str, list[Span]]:
    return defaultdict(list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One thing that takes time: how long it took, and how often it did not come to it."""

    spans: defaultdict[str, list[Span]] = field(default_factory=_spans)
    unanswered: defaultdict[str, int] = field(default_factory=_counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What happened, by team; each is named as in `Measures`.

    Attributes:
        claim: claims that were the first touch as well, as nearly all are; ``later_claim`` has the
            others, and ``touch`` the touches that were no claim.
        resolved_by: by person instead.
    """

    came_in: defaultdict[str, int] = field(default_factory=_counts)
    reopened: defaultdict[str, int] = field(default_factory=_counts)
    declined: defaultdict[str, int] = field(default_factory=_counts)
    handed_off: defaultdict[str, int] = field(default_factory=_counts)
    facts: defaultdict[str, int] = field(default_factory=_counts)
    corrections: defaultdict[str, int] = field(default_factory=_counts)
    resolved_by: defaultdict[str, int] = field(default_factory=_counts)
    claims_met: defaultdict[str, int] = field(default_factory=_counts)
    claims_missed: defaultdict[str, int] = field(default_factory=_counts)
    resolves_met: defaultdict[str, int] = field(default_factory=_counts)
    resolves_missed: defaultdict[str, int] = field(default_factory=_counts)
    claim: Taken = field(default_factory=Taken)
    later_claim: Taken = field(default_factory=Taken)
    touch: Taken = field(default_factory=Taken)
    resolve: Taken = field(default_factory=Taken)
    handoff: Taken = field(default_factory=Taken)
    standing: dict[str, Standing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTally:
    """What happened to whole cases; spans are by the team that leads."""

    received: int = 0
    joint: int = 0
    resolved_cases: int = 0
    route: Taken = field(default_factory=Taken)
    settle: Taken = field(default_factory=Taken)


def _taken(tally: Tally) -> tuple[Taken, ...]:
    return (tally.claim, tally.later_claim, tally.touch, tally.resolve, tally.handoff)


def teams_of(tally: Tally, cases: CaseTally) -> set[str]:
    """Every team in whose hours something is measured."""
    taken = (*_taken(tally), cases.route, cases.settle)
    return {team for each in taken for team in each.spans}


def reach(tally: Tally, cases: CaseTally) -> Span:
    """From the first to the last instant of all that took time; (0, 0) when nothing did."""
    taken = (*_taken(tally), cases.route, cases.settle)
    every = [spans for each in taken for spans in each.spans.values() if spans]
    first = min((min(spans)[0] for spans in every), default=0)
    return first, max((max(map(itemgetter(1), spans)) for spans in every), default=0)


@dataclass(frozen=True, slots=True)
class _Lengths:
    """How long each thing took, by the clock and in working time, by team."""

    clock: Mapping[str, list[int]]
    working: Mapping[str, list[int]]
    unanswered: Mapping[str, int]


class Measured:
    """A tally with every length worked out once, for all teams and each of them."""

    def __init__(self, tally: Tally, cases: CaseTally, hours: Mapping[str, Hours]) -> None:
        """Work the lengths out in *hours*; those of a team that is gone count by the clock."""
        self._tally, self._cases = tally, cases
        self._claim, self._touch = _lengths(tally.claim, hours), _lengths(tally.touch, hours)
        self._later_claim = _lengths(tally.later_claim, hours)
        self._resolve = _lengths(tally.resolve, hours)
        self._handoff = _lengths(tally.handoff, hours)
        self._route, self._settle = _lengths(cases.route, hours), _lengths(cases.settle, hours)

    def of(self, teams: Iterable[str], *, cases: bool) -> Measures:
        """The numbers of *teams* together, and, with *cases*, those about whole cases."""
        keys = tuple(dict.fromkeys(teams))
        told = self._of_cases() if cases else {}
        tally = self._tally

        def count(by_team: Counts) -> int:
            return sum(by_team[key] for key in keys if key in by_team)

        claim = _times((self._claim, self._later_claim), keys)
        resolve = _times((self._resolve,), keys)
        return Measures(
            came_in=count(tally.came_in),
            claimed=claim.count,
            resolved=resolve.count,
            reopened=count(tally.reopened),
            declined=count(tally.declined),
            handed_off=count(tally.handed_off),
            facts=count(tally.facts),
            corrections=count(tally.corrections),
            time_to_claim=claim,
            time_to_touch=_times((self._claim, self._touch), keys, waiting=self._touch),
            time_to_resolve=resolve,
            handoff_lag=_times((self._handoff,), keys),
            claim_target=Kept(met=count(tally.claims_met), missed=count(tally.claims_missed)),
            resolve_target=Kept(met=count(tally.resolves_met), missed=count(tally.resolves_missed)),
            standing=total(tally.standing[key] for key in keys if key in tally.standing),
            **told,
        )

    def _of_cases(self) -> dict[str, Any]:
        route = _times((self._route,), tuple({*self._route.clock, *self._route.unanswered}))
        settle = _times((self._settle,), tuple({*self._settle.clock, *self._settle.unanswered}))
        return {
            "received": self._cases.received,
            "routed": route.count,
            "settled": settle.count,
            "joint": self._cases.joint,
            "resolved_cases": self._cases.resolved_cases,
            "time_to_route": route,
            "time_to_settle": settle,
        }


def _lengths(taken: Taken, hours: Mapping[str, Hours]) -> _Lengths:
    # In order, so that putting several teams together in order is hardly any work.
    clock = {
        key: sorted([until - since for since, until in spans]) for key, spans in taken.spans.items()
    }
    working = {
        key: sorted(hours[key].lengths(spans)) if key in hours else clock[key]
        for key, spans in taken.spans.items()
    }
    return _Lengths(clock, working, taken.unanswered)


def _times(
    found: tuple[_Lengths, ...], keys: tuple[str, ...], *, waiting: _Lengths | None = None
) -> Times:
    """Everything of *found* together; what was not answered is counted by *waiting*, or the first."""
    clock = [length for each in found for key in keys for length in each.clock.get(key, ())]
    working = [length for each in found for key in keys for length in each.working.get(key, ())]
    unanswered = (waiting or found[0]).unanswered
    return Times(
        count=len(clock),
        clock=spread(clock),
        working=spread(working),
        unanswered=sum(unanswered.get(key, 0) for key in keys),
    )
