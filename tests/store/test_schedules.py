"""The digests that people have scheduled: one that cannot be read stops no other."""

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.domain.schedules import Cadence, Schedule
from bot.domain.scope import Scope
from bot.store import report_tables as t, schedules
from bot.store.database import Database
from tests.domain.factories import ANNA, organisation
from tests.fakes.clock import START

GOOD = Schedule(
    key="good",
    scope=Scope(),
    cadence=Cadence.DAILY,
    at=time(9),
    zone=ZoneInfo("Europe/London"),
    place="C0ONE",
    by=ANNA,
)
SAID: dict[str, Any] = {
    "scope": str(GOOD.scope),
    "cadence": "daily",
    "at": "09:00",
    "zone": "Europe/London",
    "weekday": None,
    "day": None,
    "working": False,
    "place": "C0ONE",
}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="nothing"),
        pytest.param([], id="a list"),
        pytest.param("daily", id="text"),
        pytest.param(SAID | {"zone": "Mars/Olympus"}, id="a zone that this machine has not"),
        pytest.param(SAID | {"zone": "Europe"}, id="a folder of zones"),
        pytest.param(SAID | {"zone": "../../etc/passwd"}, id="a path"),
        pytest.param(SAID | {"zone": None}, id="no zone"),
        pytest.param(SAID | {"at": 9}, id="a number for a time"),
        pytest.param(SAID | {"scope": None}, id="no scope"),
        pytest.param(SAID | {"scope": "team:"}, id="half a scope"),
        pytest.param(SAID | {"cadence": "hourly"}, id="of a later release"),
        pytest.param(SAID | {"weekday": [1]}, id="a list of weekdays"),
    ],
)
def test_one_schedule_that_cannot_be_read_stops_no_other(database: Database, data: Any) -> None:
    with database.transaction() as session, capture_logs() as logs:
        row = {"key": "spoilt", "data": data, "by": ANNA, "created_at": START}
        session.execute(t.schedules.insert(), row)
        schedules.save(session, GOOD, now=START)
        assert schedules.made(session, organisation()) == [(GOOD, START)]
    assert [log["schedule"] for log in logs if log["event"] == "schedule_not_read"] == ["spoilt"]
