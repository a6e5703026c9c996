"""Scheduled digests: making, pausing and listing them, and owing those that are due."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.digest import Period
from bot.domain.organisation import Organisation
from bot.domain.schedules import Cadence, Schedule, due, fallen, latest, next_at, of_file
from bot.domain.scope import Kind, Scope
from bot.errors import Refused
from bot.store import health, runs, schedules as kept
from bot.store.outbox import Owed, Urgency, owe
from bot.store.session import Session

PICTURE = "picture"
CHARTS = ("volume", "claims")
# No team and no [[digest]] of the organisation file can have such a key.
MADE_IN_SLACK = "slack."
_NOBODY_THERE = "Nobody is meant by that any more: the organisation file has changed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A schedule as it stands; ``next_at`` is when it would come also while it is paused.

    One that is ``stopped`` is not posted: whom it would go to may not see its numbers any more.
    """

    schedule: Schedule
    paused: bool
    paused_by: str = ""
    next_at: datetime | None
    stopped: bool = False


def schedules(session: Session, organisation: Organisation, *, now: datetime) -> list[Listed]:
    """Every schedule: those of the organisation file, then those made in Slack, oldest first."""
    paused = kept.paused(session)
    return [
        Listed(
            schedule=schedule,
            paused=schedule.key in paused,
            paused_by=paused.get(schedule.key, ""),
            next_at=next_at(schedule, now),
        )
        for schedule, _ in _all(session, organisation)
    ]


def find(session: Session, organisation: Organisation, key: str, *, now: datetime) -> Listed | None:
    """The schedule of that key; None when there is none."""
    every = schedules(session, organisation, now=now)
    return next((listed for listed in every if listed.schedule.key == key), None)


def create(
    session: Session, organisation: Organisation, schedule: Schedule, *, by: str, now: datetime
) -> Schedule:
    """Keep *schedule*; what it has fallen due for before now is not owed.

    With a key of the caller's, it is kept once however often it is sent; "" gets a new one.

    Raises:
        Refused: its team or department is not in the organisation file.
    """
    if _is_for_nobody(schedule, organisation):
        raise Refused(_NOBODY_THERE)
    key = (
        schedule.key
        if schedule.key.startswith(MADE_IN_SLACK)
        else MADE_IN_SLACK + (schedule.key or _new_key())
    )
    made = replace(schedule, key=key, by=by, from_file=False)
    kept.save(session, made, now=now)
    return made


def pause(
    session: Session, organisation: Organisation, key: str, *, by: str, now: datetime
) -> Schedule:
    """Have nothing more posted by that schedule.

    Raises:
        Refused: there is none of that key.
    """
    schedule = _known(session, organisation, key)
    kept.pause(session, key, by=by, now=now)
    return schedule


def resume(session: Session, organisation: Organisation, key: str, *, now: datetime) -> Schedule:
    """Have it post again, from its next time on; that one tells of the pause too.

    Raises:
        Refused: there is none of that key.
    """
    schedule = _known(session, organisation, key)
    if kept.resume(session, key):
        for day, _ in fallen(schedule, now=now):
            runs.begin(session, key, day, now=now)
    return schedule


def delete(session: Session, organisation: Organisation, key: str) -> Schedule:
    """Forget a schedule that was made in Slack.

    Raises:
        Refused: there is none of that key, or it stands in the organisation file.
    """
    schedule = _known(session, organisation, key)
    if schedule.from_file:
        raise Refused("It stands in the organisation file. Pause it here, or take it out there.")
    kept.delete(session, key)
    return schedule


def told_last(session: Session, schedule: Schedule, *, now: datetime) -> Period | None:
    """The period of its newest digest, or of the one that would have come last; None for none."""
    return runs.newest(session, schedule.key) or latest(schedule, now)


def owe_due_digests(session: Session, organisation: Organisation, *, now: datetime) -> list[str]:
    """Have every digest that is due posted, each once per local date; return the new ones.

    One that fell due before the first clock ever ran, or before its schedule was made, is
    nobody's: a new installation does not begin with the news that nothing has happened.

    Any number of clocks may call this at the same instant: the unique row of a digest and its
    date decides which of them owes it.
    """
    installed = health.first_seen(session, "clock", now=now)
    waiting = _waiting(session, organisation, now=now)
    told = runs.told_until(session, [schedule.key for schedule, _ in waiting])
    owed: list[Owed] = []
    for schedule, since in waiting:
        start = max(installed, since or installed)
        last = told.get(schedule.key)
        for day, period, late in due(schedule, now=now, told_until=last):
            if period.until >= start and _begin(session, schedule, day, period, now):
                owed.append(_notice(schedule, organisation, day, period, late=late))
    below = [under for notice in owed for under in _below(notice, organisation)]
    owe(session, [*owed, *below], now=now)
    return [notice.key for notice in owed]


def pass_over_due(session: Session, organisation: Organisation, *, now: datetime) -> int:
    """Leave what has fallen due to the next digests, which tell of its time too; how many it was."""
    waiting = _waiting(session, organisation, now=now)
    return sum(
        runs.begin(session, schedule.key, day, now=now)
        for schedule, _ in waiting
        for day, _ in fallen(schedule, now=now)
    )


def _waiting(
    session: Session, organisation: Organisation, *, now: datetime
) -> list[tuple[Schedule, datetime | None]]:
    """The schedules that have fallen due for a date that nobody has begun, and their age."""
    paused = kept.paused(session)
    fell = [
        (schedule, since, [day for day, _ in found])
        for schedule, since in _all(session, organisation)
        if schedule.key not in paused
        and (found := fallen(schedule, now=now))
        and not _is_for_nobody(schedule, organisation)
    ]
    if not fell:
        return []
    first = min(min(days) for _, _, days in fell)
    begun = runs.begun(session, [schedule.key for schedule, _, _ in fell], since=first)
    return [(s, since) for s, since, days in fell if any((s.key, d) not in begun for d in days)]


def _all(
    session: Session, organisation: Organisation
) -> Iterator[tuple[Schedule, datetime | None]]:
    """Every schedule, with when it was made if it was made in Slack."""
    for schedule in of_file(organisation):
        yield schedule, None
    yield from kept.made(session, organisation)


def _known(session: Session, organisation: Organisation, key: str) -> Schedule:
    for schedule, _ in _all(session, organisation):
        if schedule.key == key:
            return schedule
    raise Refused("Somebody has deleted this digest already.")


def _is_for_nobody(schedule: Schedule, organisation: Organisation) -> bool:
    return not schedule.scope.teams(organisation)


def _new_key() -> str:
    return secrets.token_hex(6)


def _begin(session: Session, schedule: Schedule, day: date, period: Period, now: datetime) -> bool:
    return runs.begin(session, schedule.key, day, now=now, since=period.since, until=period.until)


def _notice(
    schedule: Schedule, organisation: Organisation, day: date, period: Period, *, late: bool
) -> Owed:
    team = schedule.scope.key if schedule.scope.kind is Kind.TEAM else ""
    data = {
        "scope": str(schedule.scope),
        **_dates(period),
        "cadence": str(schedule.cadence),
        "late": late,
        "schedule": schedule.key,
    }
    if is_brief(schedule, organisation):
        data["brief"] = True
    found = organisation.team(team)
    if found is None or found.channel != schedule.place:
        # Somebody chose the place; it does not follow the team's channel.
        data["asked"] = True
    return Owed(
        key=f"digest:{schedule.key}:{day.isoformat()}",
        kind="digest",
        channel=schedule.place,
        urgency=Urgency.DIGEST,
        team=team,
        data=data,
    )


def is_brief(schedule: Schedule, organisation: Organisation) -> bool:
    """Whether its message tells what matters first, and the rest goes into the thread.

    Many parts a day are read in a quarter of a minute.
    """
    several = len(schedule.scope.teams(organisation)) > 1
    return several and schedule.cadence is Cadence.DAILY and schedule.scope.kind is not Kind.PERSON


def _below(notice: Owed, organisation: Organisation) -> Iterator[Owed]:
    """What goes into its thread: the pictures of a week, and what a day of several teams tells."""
    scope, cadence = Scope.parse(notice.data["scope"]), notice.data["cadence"]
    shown = {name: notice.data[name] for name in ("scope", "since", "until")}
    if scope.kind is Kind.PERSON:
        return
    if notice.data.get("brief"):
        data = {**notice.data, "brief": False, "late": False, "of": notice.key}
        yield replace(notice, key=f"{notice.key}:rest", data=data)
    if organisation.charts == PICTURE and cadence == Cadence.WEEKLY:
        for place, chart in enumerate(CHARTS):
            data = {"of": notice.key, "chart": chart, **shown}
            # Notices of one channel go out in the order of their keys.
            key = f"{notice.key}:{place}:{chart}"
            yield replace(notice, key=key, kind="chart", data=data)


def _dates(period: Period) -> dict[str, str]:
    return {"since": period.since.isoformat(), "until": period.until.isoformat()}
