"""Digests and check-ups that somebody has asked for, owed to a channel or a person."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.digest import Period
from bot.domain.scope import Kind, Scope
from bot.store.outbox import Owed, Urgency, data_of, digest_at, may_be_read, owe, owed_of, put_off
from bot.store.session import Session

_NEVER = datetime.max.replace(tzinfo=UTC).isoformat()


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


def show_rows(
    session: Session,
    channels: Collection[str],
    ts: str,
    rows: Sequence[tuple[int, str]],
    *,
    now: datetime,
) -> bool:
    """Have the digest at *ts* shown anew, with the same *rows*; whether there is one."""
    notice = digest_at(session, channels, ts)
    if notice is None:
        return False
    data = {**notice.data, "rows": [list(row) for row in rows]}
    owe(session, [replace(notice, data=data)], now=now)
    return True


def ask_for_checkup(session: Session, person: str, *, cut_off_at: datetime, now: datetime) -> str:
    """Note that *person* waits for a look at the whole installation; the notice's key.

    Unless what was found is owed before, they are told *cut_off_at* that nobody finished it.
    """
    key = f"checkup:{person}:{now.isoformat()}"
    owe(session, [_checkup(key, person, {"asked_at": now.isoformat()})], now=cut_off_at)
    return key


def owe_checkup(
    session: Session,
    findings: Sequence[tuple[str, str]],
    *,
    key: str,
    person: str,
    now: datetime,
) -> None:
    """Have *person* told what a look at the whole installation has found.

    Whoever has heard already that nobody finished it gets a message of its own: nobody is told of
    one that changes where it stands.
    """
    if awaits_checkup(session, key) and may_be_read(session, key):
        key = f"{key}:after"
    found = {"findings": [list(finding) for finding in findings]}
    owe(session, [_checkup(key, person, found)], now=now)


def awaits_checkup(session: Session, key: str) -> bool:
    """Whether nothing has been found yet for whoever asked under that *key*."""
    return "asked_at" in data_of(session, key)


def left_checkups(
    session: Session, *, before: datetime, cut_off_at: datetime, now: datetime
) -> list[tuple[str, str]]:
    """Who has waited since *before* for a look that nobody finished: each key, and the person.

    They are noted as asked for now: whoever calls this looks.
    """
    left = [
        notice
        for notice in owed_of(session, "checkup")
        if datetime.fromisoformat(notice.data.get("asked_at", _NEVER)) <= before
    ]
    for each in left:
        put_off(session, replace(each, data={"asked_at": now.isoformat()}), until=cut_off_at)
    return [(each.key, each.channel) for each in left]


def _checkup(key: str, person: str, data: dict[str, Any]) -> Owed:
    return Owed(key=key, kind="checkup", channel=person, urgency=Urgency.ALERT, data=data)


def period_of(data: dict[str, str]) -> Period:
    """The period that a digest's notice names."""
    return Period(
        since=datetime.fromisoformat(data["since"]), until=datetime.fromisoformat(data["until"])
    )
