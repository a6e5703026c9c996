"""What the pictures of a digest show."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.charts import MOST_DAYS, ClaimTimes, TeamTime, Volume
from bot.domain.digest import Period
from bot.domain.measures import Measures
from bot.domain.organisation import Organisation
from bot.domain.periods import weeks_before
from bot.domain.scope import Scope
from bot.domain.worktime import instant
from bot.store import reports
from bot.store.session import Session
from bot.usecases import measuring


def volume(session: Session, organisation: Organisation, scope: Scope, period: Period) -> Volume:
    """What came in on each day of *period*, by platform: all of it, or its last `MOST_DAYS` days.

    Where it is cut, that is at a midnight, so that the first bar is a whole day.
    """
    zone = measuring.zone_of(session, organisation, scope)
    last = (period.until - timedelta(microseconds=1)).astimezone(zone).date()
    first = max(period.since.astimezone(zone).date(), last - timedelta(days=MOST_DAYS - 1))
    cut = first > period.since.astimezone(zone).date()
    since = instant(first, 0, zone) if cut else period.since
    shown = Period(since=since, until=period.until)
    chosen, wide = measuring.selection(organisation, scope), measuring.everybody(scope)
    counted: dict[str, Counter[date]] = {}
    for moment, platform in reports.arrivals(session, chosen, shown, everybody=wide):
        counted.setdefault(platform, Counter())[moment.astimezone(zone).date()] += 1
    days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    rows = tuple(tuple(counter[day] for day in days) for counter in counted.values())
    return Volume(days=days, platforms=tuple(counted), counts=rows, cut=cut)


def claims(
    session: Session,
    organisation: Organisation,
    scope: Scope,
    period: Period,
    *,
    now: datetime,
) -> ClaimTimes:
    """Each team's time to claim; of a single team, this week's and those of the weeks before."""
    several = len(scope.teams(organisation)) > 1
    found = measuring.survey(session, organisation, scope, period, now=now, teams=several)
    if several:
        named = [(organisation.team_name(key), m) for key, m in found.by_team.items()]
        return ClaimTimes(rows=tuple(_team_time(name, m) for name, m in named))
    zone = measuring.zone_of(session, organisation, scope)
    earlier = [
        (p, measuring.measures(session, organisation, scope, p, now=now))
        for p in reversed(weeks_before(period, zone))
    ]
    every = [*earlier, (period, found.measures)]
    return ClaimTimes(rows=tuple(_team_time(_until(p, zone), m) for p, m in every))


def _until(period: Period, zone: ZoneInfo) -> str:
    return f"to {period.until.astimezone(zone):%-d %b}"


def _team_time(name: str, measures: Measures) -> TeamTime:
    times = measures.time_to_claim
    return TeamTime(
        name=name,
        median=times.clock.median,
        p90=times.clock.p90,
        count=times.count,
        unanswered=times.unanswered,
    )


def values(
    session: Session,
    organisation: Organisation,
    chart: str,
    scope: Scope,
    period: Period,
    *,
    now: datetime,
) -> Volume | ClaimTimes:
    """What the picture of that name shows: ``volume`` or ``claims``."""
    if chart == "volume":
        return volume(session, organisation, scope, period)
    return claims(session, organisation, scope, period, now=now)
