"""Reports: what a digest tells, for anybody and any period."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import report as r, topics
from bot.domain.digest import Period
from bot.domain.lines import Line
from bot.domain.measures import MICROSECOND, Measures
from bot.domain.organisation import Organisation, PolicyNote
from bot.domain.periods import before, weeks_before
from bot.domain.scope import Kind, Scope
from bot.domain.worktime import instant
from bot.store import names, queries, reports
from bot.store.selection import Selection
from bot.store.session import Session
from bot.usecases import measuring, picturing
from bot.usecases.measuring import zone_of

ROWS = 5
_MOST_THANKED = 3
_SAMPLE = 240
_DAY = timedelta(days=1)
_FOUR_WEEKS = timedelta(days=28)
_WEEK = timedelta(days=7)


def report(
    session: Session,
    organisation: Organisation,
    scope: Scope,
    period: Period,
    *,
    now: datetime,
    versus_previous: bool = False,
    rows: Sequence[tuple[int, str]] = (),
) -> r.Report:
    """Everything that a digest of *scope* tells of *period*.

    *rows* are the cases and teams that it has shown already, and goes on to show.
    """
    teams = scope.teams(organisation)
    several = scope.kind is not Kind.PERSON and len(teams) > 1
    found = measuring.survey(session, organisation, scope, period, now=now, teams=several)
    keys = [team.key for team in teams]
    others = [team.key for team in organisation.teams if team.key not in keys]
    of_teams = scope.kind in {Kind.TEAM, Kind.DEPARTMENT}
    zone = zone_of(session, organisation, scope)
    compared = _compared(
        session, organisation, scope, period, now=now, versus_previous=versus_previous
    )
    return r.Report(
        scope=scope,
        period=period,
        zone=zone,
        measures=found.measures,
        compared=compared,
        nothing_before=versus_previous and compared is None,
        unheard=_unheard(session, scope, found.measures),
        lines=_lines(session, measuring.selection(organisation, scope), rows),
        we_wait=tuple(reports.waiting_for(session, keys, others)) if of_teams else (),
        they_wait=tuple(reports.waiting_on(session, keys, others)) if of_teams else (),
        themes=_themes(session, organisation, scope, period),
        thanks=_thanks(session, organisation, scope, period, found.resolved_by),
        policy=_policy(organisation, scope, period, zone),
        teams=tuple(r.TeamRow(team=t, measures=found.by_team[t.key]) for t in teams if several),
        shared=_shared(session, organisation, scope, period, found.by_team, now=now),
    )


def _lines(
    session: Session, chosen: Selection, rows: Sequence[tuple[int, str]]
) -> tuple[Line, ...]:
    if rows:
        return tuple(queries.of_stakes(session, rows[:ROWS], chosen))
    return tuple(queries.pressing(session, chosen, limit=ROWS))


def warm(session: Session, organisation: Organisation, *, now: datetime) -> None:
    """Put every question of the usual digests once: making them takes longer than the answers."""
    period = Period(since=now - _DAY, until=now)
    # Nobody is called so: what is asked about one person is asked alike of everybody.
    teams = (Scope(Kind.TEAM, team.key) for team in organisation.teams[:1])
    for scope in (*teams, Scope(Kind.PERSON, "-"), Scope()):
        report(session, organisation, scope, period, now=now)


def illustrated(
    session: Session, organisation: Organisation, report: r.Report, *, now: datetime
) -> r.Report:
    """*report* with what its pictures show; nobody's own digest has any."""
    if report.scope.kind is Kind.PERSON:
        return report
    return replace(
        report,
        volume=picturing.volume(session, organisation, report.scope, report.period),
        claims=picturing.claims(session, organisation, report.scope, report.period, now=now),
    )


def _compared(
    session: Session,
    organisation: Organisation,
    scope: Scope,
    period: Period,
    *,
    now: datetime,
    versus_previous: bool,
) -> r.Compared | None:
    zone, began = zone_of(session, organisation, scope), queries.first_case(session)
    weeks = weeks_before(period, zone)
    known = [week for week in weeks if began is not None and week.since >= began]
    if known and not versus_previous:
        each = measuring.counts(session, organisation, scope, known)
        return r.Compared(counts=r.average(each), weeks=len(each))
    earlier = before(period, zone)
    if began is None or earlier.since < began or (weeks and not versus_previous):
        return None
    counts = r.average(measuring.counts(session, organisation, scope, [earlier]))
    if not versus_previous:
        return r.Compared(counts=counts, period=earlier)
    measures = measuring.measures(session, organisation, scope, earlier, now=now)
    return r.Compared(counts=counts, before=measures, period=earlier)


def _unheard(session: Session, scope: Scope, found: Measures) -> bool:
    if scope.kind is not Kind.CAMPAIGN or not found.quiet or found.received:
        return False
    return not names.campaign_known(session, scope.key)


def _themes(
    session: Session, organisation: Organisation, scope: Scope, period: Period
) -> tuple[r.Theme, ...]:
    if scope.kind is Kind.PERSON:
        return ()
    chosen, wide = measuring.selection(organisation, scope), measuring.everybody(scope)
    earlier = Period(since=period.since - _FOUR_WEEKS, until=period.since)
    now, count = reports.voices(session, chosen, period, everybody=wide, most=_SAMPLE)
    if count < topics.FEWEST_PEOPLE:
        return ()
    then, usually = reports.voices(session, chosen, earlier, everybody=wide, most=_SAMPLE)
    found = topics.grown(
        [voiced.said for voiced in now],
        [voiced.said for voiced in then],
        now_total=count,
        before_total=usually,
        periods=_FOUR_WEEKS / r.length(period),
    )
    return tuple(
        r.Theme(topic=topic, cases=tuple(now[index].case for index in topic.examples))
        for topic in found
    )


def _thanks(
    session: Session,
    organisation: Organisation,
    scope: Scope,
    period: Period,
    resolved: Mapping[str, int],
) -> tuple[r.Thanks, ...]:
    if scope.kind is Kind.PERSON:
        return ()
    chosen = measuring.selection(organisation, scope)
    return r.thanks(resolved, reports.facts_by_person(session, chosen, period), most=_MOST_THANKED)


def _policy(
    organisation: Organisation, scope: Scope, period: Period, zone: ZoneInfo
) -> tuple[PolicyNote, ...]:
    departments = {team.department for team in scope.teams(organisation)}
    return tuple(
        note
        for note in organisation.policy
        if period.since <= instant(note.on, 0, zone) < period.until
        and (not note.departments or departments & {*note.departments})
    )


def _shared(
    session: Session,
    organisation: Organisation,
    scope: Scope,
    period: Period,
    by_team: Mapping[str, Measures],
    *,
    now: datetime,
) -> r.Shared | None:
    if not scope.wide or len({t.department for t in scope.teams(organisation)}) < 2:
        return None
    end = min(period.until, now + MICROSECOND)
    weeks = [Period(since=end - _WEEK * (n + 1), until=end - _WEEK * n) for n in (0, 1)]
    chosen = measuring.selection(organisation, scope)
    last, earlier = (reports.resolved_by_team(session, chosen, week) for week in weeks)
    resolved = {key: measures.resolved for key, measures in by_team.items()}
    waits = () if scope.facet else tuple(reports.waits(session, chosen.teams))
    return r.shared(organisation, resolved, (last, earlier), waits)
