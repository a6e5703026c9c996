"""Digests: what a team reads each morning, and what anybody may ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import digest
from bot.domain.digest import Numbers, Period, Waiting
from bot.domain.lines import Line
from bot.domain.organisation import Organisation, Team
from bot.store import health, queries, runs
from bot.store.outbox import Owed, Urgency, owe
from bot.store.session import Session

ROWS = 5
_CHOSEN = {"asked": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDigest:
    """Everything that a team's digest shows."""

    team: Team
    period: Period
    numbers: Numbers
    oldest: Sequence[Line]
    waiting: Sequence[Waiting]


def team_digest(session: Session, team: Team, period: Period) -> TeamDigest:
    """Compute the digest of one team."""
    return TeamDigest(
        team=team,
        period=period,
        numbers=queries.numbers(session, team.key, period),
        oldest=queries.live(session, [team.key], limit=ROWS),
        waiting=queries.waiting_for(session, [team.key]),
    )


def all_numbers(
    session: Session, teams: Sequence[Team], period: Period
) -> list[tuple[Team, Numbers]]:
    """The numbers of several teams side by side."""
    return [(team, queries.numbers(session, team.key, period)) for team in teams]


def owe_due_digests(session: Session, organisation: Organisation, *, now: datetime) -> list[str]:
    """Have every digest that is due posted, each once per local date; return the new ones.

    One that fell due before the first clock ever ran is nobody's: a new installation does not
    begin with the news that nothing has happened.

    Any number of clocks may call this at the same instant: the unique row of a digest and its
    date decides which of them owes it.
    """
    installed = health.first_seen(session, "clock", now=now)
    owed = [
        _notice(team, day.isoformat(), period)
        for team in organisation.teams
        for day, period in digest.due(team, now=now)
        if period.until >= installed and runs.begin(session, team.key, day, now=now)
    ]
    owe(session, owed, now=now)
    return [notice.key for notice in owed]


def owe_digest(
    session: Session,
    teams: Sequence[Team],
    period: Period,
    *,
    channel: str,
    asked_by: str,
    now: datetime,
) -> None:
    """Have the digests of *teams* that somebody asked for posted to *channel*, once a period."""
    key = _asked(period, channel, asked_by)
    owed = [_notice(team, key, period, channel=channel) for team in teams]
    # Whoever asked chose the channel; it does not follow the team's.
    owe(session, [replace(n, data={**n.data, **_CHOSEN}) for n in owed], now=now)


def owe_overview(
    session: Session,
    teams: Sequence[Team],
    period: Period,
    *,
    channel: str,
    asked_by: str,
    now: datetime,
) -> None:
    """Have the digest of several teams side by side posted to *channel*, once a period."""
    key = f"digest:all:{_asked(period, channel, asked_by)}"
    data = {**_dates(period), **_CHOSEN, "teams": [team.key for team in teams]}
    notice = Owed(key=key, kind="overview", channel=channel, urgency=Urgency.DIGEST, data=data)
    owe(session, [notice], now=now)


def owe_checkup(session: Session, *, person: str, now: datetime) -> None:
    """Have the result of a look at the whole installation sent to *person*."""
    key = f"checkup:{person}:{now.isoformat()}"
    owe(session, [Owed(key=key, kind="checkup", channel=person, urgency=Urgency.ALERT)], now=now)


def _notice(team: Team, key: str, period: Period, *, channel: str = "") -> Owed:
    return Owed(
        key=f"digest:{team.key}:{key}",
        kind="digest",
        channel=channel or team.channel,
        urgency=Urgency.DIGEST,
        team=team.key,
        data=_dates(period),
    )


def _asked(period: Period, channel: str, asked_by: str) -> str:
    # Without the moment of the click: a second click must not post a second time.
    return ":".join([asked_by, channel, *_dates(period).values()])


def _dates(period: Period) -> dict[str, str]:
    return {"since": period.since.isoformat(), "until": period.until.isoformat()}


def period_of(data: dict[str, str]) -> Period:
    """The period that a digest's notice names."""
    return Period(
        since=datetime.fromisoformat(data["since"]), until=datetime.fromisoformat(data["until"])
    )
