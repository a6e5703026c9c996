"""A weekly digest's pictures stand below it in one order, whatever their numbers are."""

from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

from bot.domain.schedules import Cadence, Schedule
from bot.domain.scope import Scope
from bot.usecases import scheduling
from tests.slack.office import REFUND, Office

PLACE = "C0ALLTEAMS1"
WEEKLY = Schedule(
    key="weekly",
    scope=Scope(),
    cadence=Cadence.WEEKLY,
    weekday=0,
    at=time(9),
    zone=ZoneInfo("UTC"),
    place=PLACE,
)


def owed(office: Office) -> list[str]:
    org = replace(office.organisation, digests=(WEEKLY,))
    with office.database.transaction() as session:
        return scheduling.owe_due_digests(session, org, now=office.clock.now())


def test_pictures_stand_in_the_order_of_the_charts(office: Office) -> None:
    office.slack.channel(PLACE)
    owed(office)
    office.clock.advance(days=2)
    (number,) = office.comes_in(REFUND)
    office.claim(number)
    office.clock.advance(days=5)
    assert f"digest:weekly:{office.clock.now().date()}" in owed(office)
    office.work_for(20)
    pictures = [file.title for message in office.slack.messages(PLACE) for file in message.files]
    assert pictures == ["Came in by day and platform", "Time to claim by team"]
