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
) -> None:
    """Have the digest of *scope* that somebody asked for posted to *channel*, once a period."""
    dates = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    # Without the moment of the click: a second click must not post a second time.
    key = ":".join(["digest", str(scope), asked_by, channel, *dates.values()])
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
