"""What a digest tells: the numbers of a period, what is usual, and what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.charts import ClaimTimes, Volume
from bot.domain.digest import Period, Waiting
from bot.domain.lines import Line
from bot.domain.measures import Measures
from bot.domain.organisation import Organisation, PolicyNote, Team
from bot.domain.scope import Scope
from bot.domain.topics import Topic

UNEVEN = 0.5
"""A concentration above this is worth a warning."""

CARRIED = 0.6
"""A department that resolves more than this share, two weeks running, carries too much."""

ENOUGH = 10
"""Fewer resolved parts than this say nothing about how evenly they are shared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What the numbers are compared with.

    Attributes:
        counts: what is usual, or what it was before, by the name it has in `Measures`: ``came_in``
            but for a person, ``claimed``, ``resolved``, and ``received`` and ``settled`` where the
            scope takes in whole cases.
        weeks: over how many weeks the average was taken; 0 for the one period before.
        before: that period, in full, when somebody asked for *vs previous*.
    """

    counts: Mapping[str, float]
    weeks: int = 0
    before: Measures | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanks:
    """Somebody to thank: what they finished, and what they gave to others."""

    person: str
    resolved: int = 0
    facts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A topic that grew, with cases to look at."""

    topic: Topic
    cases: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """One team of several, side by side."""

    team: Team
    measures: Measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """In how many cases one team waits for another, and since when."""

    waiting: str
    on: str
    cases: int
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """How evenly departments carry what is resolved.

    Attributes:
        departments: each department's share of what was resolved in the period, largest first.
        teams: each team's.
        concentration: the sum of the squares of the departments' shares; None without any.
        carried_by: a department that has resolved over `CARRIED` in each of the last two weeks.
    """

    departments: tuple[tuple[str, float], ...] = ()
    teams: tuple[tuple[str, float], ...] = ()
    concentration: float | None = None
    carried_by: str = ""
    waits: tuple[Wait, ...] = ()

    @property
    def uneven(self) -> bool:
        """Whether that is worth a warning."""
        return (self.concentration or 0) > UNEVEN or bool(self.carried_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a digest shows; what does not apply to its scope is empty.

    Attributes:
        lines: up to five cases to act on, the most pressing first.
        we_wait: the teams that those of the scope wait for; ``they_wait``, the other way round.
        teams: the teams of a scope that has several, in no order.
        volume: for a picture, as ``claims``; both are there only where pictures were asked for.
        nothing_before: *vs previous* was asked for, and there is no such period.
        unheard: it is about a campaign that no comment has ever named.
    """

    scope: Scope
    period: Period
    zone: ZoneInfo
    measures: Measures
    compared: Compared | None = None
    lines: tuple[Line, ...] = ()
    we_wait: tuple[Waiting, ...] = ()
    they_wait: tuple[Waiting, ...] = ()
    themes: tuple[Theme, ...] = ()
    thanks: tuple[Thanks, ...] = ()
    policy: tuple[PolicyNote, ...] = ()
    teams: tuple[TeamRow, ...] = ()
    shared: Shared | None = None
    volume: Volume | None = None
    claims: ClaimTimes | None = None
    nothing_before: bool = False
    unheard: bool = False

    @property
    def quiet(self) -> bool:
        """Whether a single line says it all."""
        nothing = self.measures.quiet and not (self.we_wait or self.they_wait)
        return nothing and not self.policy and not self.measures.received


def shared(
    organisation: Organisation,
    resolved: Mapping[str, int],
    weeks: tuple[Mapping[str, int], Mapping[str, int]],
    waits: tuple[Wait, ...] = (),
) -> Shared:
    """How evenly *resolved*, by team, is shared; *weeks* are the last one and the one before."""
    departments = _by_department(organisation, resolved)
    total = sum(departments.values())
    if total < ENOUGH:
        return Shared(waits=waits)
    of_departments = _shares(departments, total)
    return Shared(
        departments=of_departments,
        teams=_shares(resolved, total),
        # Of whole numbers: shares that are rounded one by one may add up to more than the limit.
        concentration=sum(count * count for count in departments.values()) / total**2,
        carried_by=_carried_by(organisation, weeks),
        waits=waits,
    )


def _by_department(organisation: Organisation, by_team: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, count in by_team.items():
        team = organisation.team(key)
        if team is not None and count:
            found[team.department] = found.get(team.department, 0) + count
    return found


def _shares(counts: Mapping[str, int], total: int) -> tuple[tuple[str, float], ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple((key, count / total) for key, count in ordered if count)


def _carried_by(
    organisation: Organisation, weeks: tuple[Mapping[str, int], Mapping[str, int]]
) -> str:
    heavy = [_over(_by_department(organisation, week)) for week in weeks]
    return heavy[0] if heavy[0] == heavy[1] else ""


def _over(departments: Mapping[str, int]) -> str:
    total = sum(departments.values())
    if total < ENOUGH:
        return ""
    return next((key for key, count in departments.items() if count > CARRIED * total), "")


def thanks(
    resolved: Mapping[str, int], facts: Mapping[str, int], *, most: int
) -> tuple[Thanks, ...]:
    """Who finished most, and gave most to others; *resolved* and *facts* are by person."""
    people = [
        Thanks(person=each, resolved=resolved.get(each, 0), facts=facts.get(each, 0))
        for each in {*resolved, *facts} - {""}
    ]
    # A fact helps somebody else's case, which no number of one's own would show.
    people.sort(key=lambda each: (-each.resolved - 2 * each.facts, each.person))
    return tuple(people[:most])


def average(counts: Sequence[Mapping[str, int]]) -> Mapping[str, float]:
    """Each number's average; *counts* are of periods that are alike."""
    return {name: sum(each[name] for each in counts) / len(counts) for name in counts[0]}


def length(period: Period) -> timedelta:
    """How long a period lasts."""
    return period.until - period.since
