"""Numbers for anybody and any period; `docs/metrics.md` says what each means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain import tally as t
from bot.domain.digest import Period
from bot.domain.hours import Hours
from bot.domain.measures import MICROSECOND, Measures, Span
from bot.domain.organisation import Organisation, Team
from bot.domain.scope import Kind, Scope
from bot.domain.seeing import teams_of
from bot.store import case_measuring, counting, measuring, people
from bot.store.question import Question
from bot.store.selection import Selection
from bot.store.session import Session
from bot.usecases.lengths import ManyHours

_OF_CASES = frozenset({Kind.TEAM, Kind.DEPARTMENT, Kind.PERSON})


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The numbers of a scope, and those of each team in it but for the ones about whole cases.

    ``resolved_by`` is how many parts each person finished.
    """

    measures: Measures
    by_team: Mapping[str, Measures]
    resolved_by: Mapping[str, int]


def measures(
    session: Session, organisation: Organisation, scope: Scope, period: Period, *, now: datetime
) -> Measures:
    """What is counted for *scope* in *period*; how it stands is as of this moment."""
    return survey(session, organisation, scope, period, now=now).measures


def survey(
    session: Session,
    organisation: Organisation,
    scope: Scope,
    period: Period,
    *,
    now: datetime,
    teams: bool = False,
) -> Survey:
    """The same; with *teams*, also for each team by itself."""
    chosen, shown = selection(organisation, scope), _until_now(period, now)
    found = _tally(session, organisation, chosen, shown)
    cases = case_measuring.cases(session, chosen, shown, everybody=everybody(scope))
    counted = t.Measured(found, cases, _hours(organisation, found, cases))
    each = chosen.teams if teams else ()
    return Survey(
        measures=counted.of(chosen.teams, cases=True),
        by_team={key: counted.of((key,), cases=False) for key in each},
        resolved_by=found.resolved_by,
    )


def counts(
    session: Session, organisation: Organisation, scope: Scope, periods: Sequence[Period]
) -> list[dict[str, int]]:
    """What `measures` counts of what is compared, for each of *periods*, without the times."""
    chosen = selection(organisation, scope)
    found = counting.counts(session, chosen, periods)
    if not everybody(scope):
        return found
    of_cases = case_measuring.counts(session, chosen, periods)
    return [each | whole for each, whole in zip(found, of_cases, strict=True)]


def selection(organisation: Organisation, scope: Scope) -> Selection:
    """Whose rounds belong to *scope*."""
    keys = [team.key for team in scope.teams(organisation)]
    return Selection(keys, scope.facet, scope.person)


def everybody(scope: Scope) -> bool:
    """Whether *scope* takes in a case whoever has a part in it."""
    return scope.kind not in _OF_CASES


def zone_of(session: Session, organisation: Organisation, scope: Scope) -> ZoneInfo:
    """In whose time days begin: that of all who work there if they share one, else the organisation's.

    For a person, that of their first team; for a unit or a region, that of the teams it names.
    """
    if scope.person:
        places = people.places_of(session, scope.person)
        return next(
            (t.zone for t in teams_of(organisation, scope.person, places)), organisation.zone
        )
    zones = {team.zone for team in _at_home(scope, organisation)}
    return zones.pop() if len(zones) == 1 else organisation.zone


def _at_home(scope: Scope, organisation: Organisation) -> Sequence[Team]:
    every = scope.teams(organisation)
    if scope.kind is Kind.UNIT:
        return [team for team in every if scope.key in team.units]
    if scope.kind is Kind.REGION:
        return [team for team in every if scope.key in team.regions]
    return every


def _until_now(period: Period, now: datetime) -> Period:
    # What lies ahead has not happened, and no target in it is missed; this very moment has.
    end = now + MICROSECOND
    return Period(since=min(period.since, end), until=min(period.until, end))


def _tally(
    session: Session, organisation: Organisation, chosen: Selection, period: Period
) -> t.Tally:
    found = measuring.tally(session, chosen, period)
    question = Question(session, chosen, period)
    for (team, other), count in measuring.handed_to(question).items():
        if _department(organisation, team) != _department(organisation, other):
            found.corrections[team] += count
    return found


def _department(organisation: Organisation, key: str) -> str:
    team = organisation.team(key)
    return team.department if team else ""


def _hours(organisation: Organisation, found: t.Tally, cases: t.CaseTally) -> Mapping[str, Hours]:
    reach = t.reach(found, cases)
    laid_out: dict[object, Hours] = {}
    return {
        team.key: _laid_out(laid_out, team, reach)
        for team in _known(organisation, t.teams_of(found, cases))
    }


def _known(organisation: Organisation, keys: Iterable[str]) -> list[Team]:
    return [team for key in keys if (team := organisation.team(key))]


def _laid_out(done: dict[object, Hours], team: Team, reach: Span) -> Hours:
    # Many teams work the same hours.
    key = (team.hours, team.zone)
    if key not in done:
        done[key] = ManyHours(team.hours, team.zone, reach)
    return done[key]
