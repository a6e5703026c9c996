"""Scheduled digests for the tests of the face."""

from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.schedules import Cadence, Schedule, next_at
from bot.domain.scope import Kind, Scope
from tests.domain import factories as make

HK = ZoneInfo("Asia/Hong_Kong")
SERVICE = Scope(Kind.TEAM, "service-hk")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A schedule as it stands."""

    schedule: Schedule
    paused: bool = False
    paused_by: str = ""
    next_at: datetime | None = None
    stopped: bool = False


def standing(**over: Any) -> Standing:
    """Service HK's digest: every day at nine in Hong Kong, to its channel."""
    made = Schedule(
        key="slack.1",
        scope=SERVICE,
        cadence=Cadence.DAILY,
        at=time(9),
        zone=HK,
        place="C0SERVICEHK",
    )
    schedule = replace(made, **over)
    return Standing(schedule=schedule, next_at=next_at(schedule, make.NOW))
