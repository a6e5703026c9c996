"""What is usual, counted slowly: the same numbers of the weeks before, one after the other."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.digest import Period
from bot.domain.organisation import Organisation
from bot.domain.periods import before, weeks_before
from bot.domain.scope import Kind, Scope
from tests.metrics.journals import History
from tests.metrics.reference import everything

_OF_TEAMS = (Kind.TEAM, Kind.DEPARTMENT)


def usual(
    histories: Sequence[History],
    organisation: Organisation,
    scope: Scope,
    period: Period,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Mapping[str, float] | None:
    """What a digest has to compare with; None where too little is known."""
    first = min((each.journal[0].at for each in histories), default=None)
    weeks = weeks_before(period, zone) or (before(period, zone),)
    whole = [each for each in weeks if first is not None and each.since >= first]
    if not whole:
        return None
    found = [everything(histories, organisation, scope, each, now=now) for each in whole]
    return {
        name: sum(getattr(each, name) for each in found) / len(found) for name in _compared(scope)
    }


def _compared(scope: Scope) -> tuple[str, ...]:
    if scope.kind is Kind.PERSON:
        return ("claimed", "resolved")
    if scope.kind in _OF_TEAMS:
        return ("came_in", "claimed", "resolved")
    return ("came_in", "claimed", "resolved", "received", "settled")
