"""The digests that people have scheduled in Slack, and which schedules are paused."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection, delete as sql_delete, select

from bot.domain.organisation import Organisation
from bot.domain.schedules import Cadence, Schedule, working_week
from bot.domain.scope import Scope
from bot.store import report_tables as t
from bot.store.upsert import insert_new

log = structlog.get_logger()


def save(session: Connection, schedule: Schedule, *, now: datetime) -> bool:
    """Keep *schedule*, unless one with its key is kept already; say whether it is new."""
    data = _data(schedule)
    return insert_new(
        session, t.schedules, key=schedule.key, data=data, by=schedule.by, created_at=now
    )


def delete(session: Connection, key: str) -> bool:
    """Forget the schedule and its pause; say whether it was kept."""
    resume(session, key)
    gone = session.execute(sql_delete(t.schedules).where(t.schedules.c.key == key))
    return gone.rowcount == 1


def made(session: Connection, organisation: Organisation) -> list[tuple[Schedule, datetime]]:
    """Every schedule that people have made, and when, oldest first.

    What "on working days" means is as *organisation* has it today.
    """
    columns = t.schedules.c
    rows = session.execute(select(t.schedules).order_by(columns.created_at, columns.key))
    found = ((_schedule(row, organisation), row.created_at) for row in rows)
    return [(schedule, at) for schedule, at in found if schedule]


def pause(session: Connection, key: str, *, by: str, now: datetime) -> None:
    """Have nothing more owed of that schedule, whether kept here or in the organisation file."""
    insert_new(session, t.schedule_pauses, key=key, by=by, at=now)


def resume(session: Connection, key: str) -> bool:
    """Have it owed again; say whether it was paused."""
    gone = session.execute(sql_delete(t.schedule_pauses).where(t.schedule_pauses.c.key == key))
    return gone.rowcount == 1


def paused(session: Connection) -> dict[str, str]:
    """The keys of all that are paused, and who paused each."""
    return dict(session.execute(select(t.schedule_pauses.c.key, t.schedule_pauses.c.by)).all())


def _data(schedule: Schedule) -> dict[str, Any]:
    return {
        "scope": str(schedule.scope),
        "cadence": str(schedule.cadence),
        "at": schedule.at.isoformat("minutes"),
        "zone": schedule.zone.key,
        "weekday": schedule.weekday,
        "day": schedule.day,
        "working": schedule.working is not None,
        "place": schedule.place,
    }


def _schedule(row: Any, organisation: Organisation) -> Schedule | None:
    """The schedule in *row*; None when this machine cannot read it."""
    data = row.data
    try:
        scope = Scope.parse(data["scope"])
        return Schedule(
            key=row.key,
            scope=scope,
            cadence=Cadence(data["cadence"]),
            at=time.fromisoformat(data["at"]),
            zone=ZoneInfo(data["zone"]),
            weekday=data["weekday"],
            day=data["day"],
            working=working_week(scope, organisation) if data["working"] else None,
            place=data["place"],
            by=row.by,
        )
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        # Time zones come and go with the machine; one such row must not stop all other digests.
        log.warning("schedule_not_read", schedule=row.key, error=type(error).__name__)
        return None
