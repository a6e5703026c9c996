"""Who is on duty for a team, now and next: by rota, and by the teams that cover for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.organisation import Organisation, Team
from bot.domain.worktime import instant, is_open, next_open

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A person, the team they are on duty with, and from when; ``person`` is "" for the whole team."""

    team: Team
    person: str
    since: datetime


def on_duty(team: Team, organisation: Organisation, *, now: datetime) -> Duty | None:
    """Who is on duty for *team* at this moment: its own people in its hours, else whoever covers."""
    for each in (team, *_covering(team, organisation)):
        if is_open(now, each.hours, each.zone):
            return Duty(team=each, person=_of_the_week(each, now), since=now)
    return None


def next_on_duty(team: Team, organisation: Organisation, *, now: datetime) -> Duty | None:
    """Who comes next: when the people change, by the rota or as a team opens or closes.

    None when whoever is on duty now is the only one that there is.
    """
    current = on_duty(team, organisation, now=now)
    moments = sorted(
        moment
        for each in (team, *_covering(team, organisation))
        for moment in _changes(each, now)
        if moment > now
    )
    for moment in moments:
        found = on_duty(team, organisation, now=moment)
        if found and (
            current is None or (found.team, found.person) != (current.team, current.person)
        ):
            return Duty(team=found.team, person=found.person, since=moment)
    opens = next_open(now, team.hours, team.zone)
    if opens <= now:
        return None
    return Duty(team=team, person=_of_the_week(team, opens), since=opens)


def _covering(team: Team, organisation: Organisation) -> list[Team]:
    return [found for key in team.cover if (found := organisation.team(key))]


def _of_the_week(team: Team, now: datetime) -> str:
    """The rota's person of the week that *now* is in; weeks begin on the weekday of ``rota_since``."""
    if not team.rota:
        return team.lead
    today = now.astimezone(team.zone).date()
    return team.rota[(today - team.rota_since).days // _WEEK.days % len(team.rota)]


def _changes(team: Team, now: datetime) -> list[datetime]:
    """The instants of the next nine days at which *team* opens or its rota moves on."""
    today = now.astimezone(team.zone).date()
    days = [today + timedelta(days=n) for n in range(10)]
    opens = [instant(day, minutes, team.zone) for day in days
             for interval in team.hours.days[day.weekday()] for minutes in interval]  # fmt: skip
    handover = [instant(day, 0, team.zone) for day in days if (day - team.rota_since).days % 7 == 0]
    return [*opens, *handover]
