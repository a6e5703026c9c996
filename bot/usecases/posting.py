"""Digests that somebody has asked for, owed to a channel or a person."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.digest import Period
from bot.domain.scope import Kind, Scope
from bot.store.outbox import Owed, Urgency, owe
from bot.store.session import Session


def owe_digest(
    session: Session,
    scope: Scope,
    period: Period,
    *,
    channel: str,
    asked_by: str,
    now: datetime,
    versus_previous: bool = False,
    click: str = "",
) -> None:
    """Have the digest of *scope* that somebody asked for posted to *channel*, once a period.

    *click* names the period that was looked at, if another: a second click on the same must not post a second
    time, though one that still runs is longer by then.
    """
    dates = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    key = ":".join(["digest", str(scope), asked_by, channel, click or ":".join(dates.values())])
    # Whoever asked chose the channel; it does not follow the team's.
    data = {**dates, "scope": str(scope), "asked": True, "versus_previous": versus_previous}
    team = scope.key if scope.kind is Kind.TEAM else ""
    notice = Owed(
        key=key, kind="digest", channel=channel, urgency=Urgency.DIGEST, team=team, data=data
    )
    owe(session, [notice], now=now)


def owe_checkup(
    session: Session, findings: Sequence[tuple[str, str]], *, person: str, now: datetime
) -> None:
    """Have *person* told what a look at the whole installation has found."""
    key = f"checkup:{person}:{now.isoformat()}"
    notice = Owed(
        key=key,
        kind="checkup",
        channel=person,
        urgency=Urgency.ALERT,
        data={"findings": [list(finding) for finding in findings]},
    )
    owe(session, [notice], now=now)


def period_of(data: dict[str, str]) -> Period:
    """The period that a digest's notice names."""
    return Period(
        since=datetime.fromisoformat(data["since"]), until=datetime.fromisoformat(data["until"])
    )
