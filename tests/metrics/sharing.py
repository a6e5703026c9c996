"""How evenly departments share what is resolved, counted from rounds; as `reference`, slow and obvious."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from bot.domain.digest import Period
from bot.domain.organisation import Organisation
from bot.domain.report import Shared
from bot.domain.scope import Scope
from tests.metrics.journals import History
from tests.metrics.reference import AN_INSTANT, Reference
from tests.metrics.waiting import waits

OF_THE_WORK = Fraction(3, 5)
WEEK = timedelta(days=7)


def sharing(
    histories: Sequence[History],
    organisation: Organisation,
    scope: Scope,
    period: Period,
    *,
    now: datetime,
    fewest: int,
) -> Shared | None:
    """What a digest has to say of it; nothing where there are no two departments to share.

    Under *fewest* resolved parts it says only who waits for whom, and that only of everybody.
    """
    if not scope.wide or len({team.department for team in organisation.teams}) < 2:
        return None
    asked = Reference(
        histories=histories, organisation=organisation, scope=scope, period=period, now=now
    )
    keys = [team.key for team in organisation.teams]
    found = Shared(waits=() if scope != Scope() else tuple(waits(histories, keys)))
    by_team = Counter(each.team for each in asked.resolved())
    total = by_team.total()
    if total < fewest:
        return found
    by_department = _departments(by_team, organisation)
    return replace(
        found,
        departments=_parts(by_department),
        teams=_parts(by_team),
        concentration=float(sum(Fraction(n, total) ** 2 for n in by_department.values())),
        carried_by=_carried_by(asked, fewest),
    )


def _departments(by_team: Counter[str], organisation: Organisation) -> Counter[str]:
    found: Counter[str] = Counter()
    for key, count in by_team.items():
        team = organisation.team(key)
        assert team is not None
        found[team.department] += count
    return found


def _parts(counts: Counter[str]) -> tuple[tuple[str, float], ...]:
    """Each one's part of all, largest first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple((key, count / counts.total()) for key, count in ordered)


def _carried_by(asked: Reference, fewest: int) -> str:
    """The department that has resolved over three in five in each of the last two weeks."""
    end = min(asked.period.until, asked.now + AN_INSTANT)
    last = _most(asked, Period(since=end - WEEK, until=end), fewest)
    before = _most(asked, Period(since=end - 2 * WEEK, until=end - WEEK), fewest)
    return last if last == before else ""


def _most(asked: Reference, week: Period, fewest: int) -> str:
    resolved = replace(asked, period=week).resolved()
    by_department = _departments(Counter(each.team for each in resolved), asked.organisation)
    total = by_department.total()
    for key, count in by_department.items():
        if total >= fewest and Fraction(count, total) > OF_THE_WORK:
            return key
    return ""
