"""Digests that are scheduled in Slack or in the file: made, paused, deleted, and owed."""

from dataclasses import replace
from datetime import time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bot.domain.digest import Period
from bot.domain.organisation import Organisation
from bot.domain.schedules import Cadence, Schedule
from bot.domain.scope import Kind, Scope
from bot.errors import Refused
from bot.following import follow_channels
from bot.store import runs
from bot.store.database import Database
from bot.store.outbox import Urgency
from bot.usecases import scheduling
from bot.usecases.posting import period_of
from bot.usecases.scheduling import Listed
from tests.domain.factories import ANNA, BEN, organisation, team
from tests.fakes.clock import Clock
from tests.usecases.office import Office
from tests.usecases.ticking import NINE_IN_LONDON, TUESDAY, tick

LONDON = ZoneInfo("Europe/London")
WEEKLY = Schedule(
    key="slack.w1",
    scope=Scope(),
    cadence=Cadence.WEEKLY,
    at=time(9),
    zone=LONDON,
    weekday=1,
    place="C0ALL",
)
DAILY = Schedule(
    key="slack.d1",
    scope=Scope(Kind.UNIT, "audio"),
    cadence=Cadence.DAILY,
    at=time(9),
    zone=LONDON,
    place=ANNA,
)


def alone(database: Database, *digests: Schedule, **over: Any) -> Office:
    """An office whose one team reads no digest of its own, with *digests* in its file."""
    org = organisation(teams=(team("service-uk", digest_at=None),), digests=digests, **over)
    office = Office(database=database, clock=Clock(), organisation=org)
    assert tick(office) == []
    return office


def create(office: Office, schedule: Schedule, by: str = ANNA) -> Schedule:
    with office.database.transaction() as session:
        now = office.clock.now()
        return scheduling.create(session, office.organisation, schedule, by=by, now=now)


def listed(office: Office) -> list[Listed]:
    with office.database.reading() as session:
        return scheduling.schedules(session, office.organisation, now=office.clock.now())


def pause(office: Office, key: str, by: str = BEN) -> None:
    with office.database.transaction() as session:
        scheduling.pause(session, office.organisation, key, by=by, now=office.clock.now())


def resume(office: Office, key: str) -> None:
    with office.database.transaction() as session:
        scheduling.resume(session, office.organisation, key, now=office.clock.now())


def delete(office: Office, key: str) -> None:
    with office.database.transaction() as session:
        scheduling.delete(session, office.organisation, key)


def test_what_is_made_in_slack_is_kept_as_it_was_made(database: Database) -> None:
    office = alone(database)
    monthly = replace(WEEKLY, key="", cadence=Cadence.MONTHLY, weekday=None, day=31, at=time(7, 5))
    made = [create(office, schedule) for schedule in (WEEKLY, DAILY, monthly)]
    assert [found.schedule for found in listed(office)] == sorted(made, key=lambda s: s.key)
    assert made[:2] == [replace(WEEKLY, by=ANNA), replace(DAILY, by=ANNA)]
    assert made[2].key.startswith("slack.")
    assert create(office, monthly).key != made[2].key


def test_working_days_are_those_of_the_teams_today(database: Database) -> None:
    office = alone(database)
    week = office.organisation.teams[0].hours
    create(office, replace(DAILY, working=week))
    assert listed(office)[0].schedule.working == week
    weekend = replace(week, days=week.days[::-1])
    moved = replace(office.organisation, teams=(team("service-uk", hours=weekend, digest_at=None),))
    assert listed(replace(office, organisation=moved))[0].schedule.working == weekend


def test_the_same_key_twice_is_one_schedule(database: Database) -> None:
    office = alone(database)
    for _ in range(2):
        create(office, replace(DAILY, key="V0VIEW"))
    assert [found.schedule.key for found in listed(office)] == ["slack.V0VIEW"]


def test_a_digest_for_a_team_that_is_not_there_is_refused(database: Database) -> None:
    office = alone(database)
    with pytest.raises(Refused, match="organisation file"):
        create(office, replace(DAILY, scope=Scope(Kind.TEAM, "service-hk")))


def test_one_that_is_made_after_its_time_begins_the_next_day(database: Database) -> None:
    office = alone(database)
    office.clock.set(NINE_IN_LONDON + timedelta(hours=1))
    create(office, DAILY)
    assert tick(office) == []
    assert listed(office)[0].next_at == NINE_IN_LONDON + timedelta(days=1)
    office.clock.advance(hours=23)
    assert tick(office) == ["digest:slack.d1:2026-11-25"]
    ((data,),) = [[row] for row in office.notices("data").values()]
    assert period_of(data).since == NINE_IN_LONDON


def test_a_notice_says_everything_that_a_digest_needs(database: Database) -> None:
    office = alone(database, DAILY)
    office.clock.set(NINE_IN_LONDON + timedelta(minutes=20))
    assert tick(office) == [f"digest:slack.d1:{TUESDAY}"]
    (row,) = office.notices("kind", "channel", "team", "urgency", "data").values()
    assert row[:-1] == ("digest", ANNA, "", Urgency.DIGEST)
    assert row[-1] == {
        "scope": "unit:audio", "since": "2026-11-23T09:00:00+00:00",
        "until": "2026-11-24T09:00:00+00:00", "cadence": "daily", "late": True,
        "schedule": "slack.d1", "asked": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("charts", "kinds"),
    [("picture", ["digest", "chart", "chart"]), ("native", ["digest"]), ("none", ["digest"])],
)
def test_a_weekly_digest_owes_its_pictures(
    database: Database, charts: str, kinds: list[str]
) -> None:
    office = alone(database, WEEKLY, DAILY, charts=charts)
    office.clock.set(NINE_IN_LONDON)
    key = f"digest:slack.w1:{TUESDAY}"
    assert tick(office) == [key, f"digest:slack.d1:{TUESDAY}"]
    owed = {name: row for name, row in office.notices("kind", "data").items() if key in name}
    assert sorted(kind for kind, _ in owed.values()) == sorted(kinds)
    pictures = {name: data for name, (kind, data) in owed.items() if kind == "chart"}
    dates = {"scope": "organisation", "since": "2026-11-17T09:00:00+00:00",
             "until": "2026-11-24T09:00:00+00:00"}  # fmt: skip
    assert pictures == {
        f"{key}:{place}:{chart}": {"of": key, "chart": chart, **dates}
        for place, chart in enumerate(("volume", "claims"))
        if "chart" in kinds
    }


def test_what_was_missed_is_told_with_the_next_one(database: Database) -> None:
    office = alone(database, DAILY)
    days = (0, 3, 4)
    for day in days:
        office.clock.set(NINE_IN_LONDON + timedelta(days=day))
        assert len(tick(office)) == 1
    periods = [period_of(data) for data in office.notices("data").values()]
    began = (NINE_IN_LONDON + timedelta(days=n) for n in (-1, 0, 3))
    ended = (NINE_IN_LONDON + timedelta(days=n) for n in days)
    assert periods == [Period(since=a, until=b) for a, b in zip(began, ended, strict=True)]


def test_the_runs_of_an_earlier_version_are_known_and_have_no_period(database: Database) -> None:
    office = alone(database)
    reading = replace(office.organisation, teams=(team("service-uk"),))
    office = replace(office, organisation=reading)
    today = NINE_IN_LONDON.date()
    with database.transaction() as session:
        runs.begin(session, "service-uk", today, now=NINE_IN_LONDON)
    office.clock.set(NINE_IN_LONDON + timedelta(minutes=1))
    assert tick(office) == []
    office.clock.advance(days=2)
    assert tick(office) == ["digest:service-uk:2026-11-26"]
    (data,) = office.notices("data").values()
    assert period_of(data).since == NINE_IN_LONDON + timedelta(days=1)


@pytest.mark.parametrize("from_file", [True, False])
def test_a_paused_one_is_not_owed_and_the_next_tells_of_the_pause(
    database: Database, from_file: bool
) -> None:
    office = alone(database, *([replace(DAILY, from_file=True)] if from_file else []))
    if not from_file:
        create(office, DAILY)
    office.clock.set(NINE_IN_LONDON)
    assert len(tick(office)) == 1
    pause(office, "slack.d1")
    assert [(found.paused, found.paused_by) for found in listed(office)] == [(True, BEN)]
    office.clock.advance(days=1)
    assert tick(office) == []
    office.clock.advance(hours=1)
    resume(office, "slack.d1")
    assert [(found.paused, found.paused_by) for found in listed(office)] == [(False, "")]
    # What fell due while it was paused is not posted by itself.
    assert tick(office) == []
    office.clock.advance(hours=23)
    assert tick(office) == ["digest:slack.d1:2026-11-26"]
    assert period_of(office.notices("data")["digest:slack.d1:2026-11-26"]) == Period(
        since=NINE_IN_LONDON, until=NINE_IN_LONDON + timedelta(days=2)
    )


def test_going_on_with_one_that_was_not_paused_takes_nothing_away(database: Database) -> None:
    office = alone(database, DAILY)
    office.clock.set(NINE_IN_LONDON)
    resume(office, "slack.d1")
    assert len(tick(office)) == 1


def test_a_deleted_one_is_gone_with_its_pause(database: Database) -> None:
    office = alone(database)
    create(office, DAILY)
    pause(office, "slack.d1")
    delete(office, "slack.d1")
    assert listed(office) == []
    create(office, DAILY)
    assert [found.paused for found in listed(office)] == [False]


def test_one_of_the_file_can_be_paused_but_not_deleted(office: Office) -> None:
    pause(office, "service-hk")
    with pytest.raises(Refused, match="stands in the organisation file"):
        delete(office, "service-hk")
    assert [f.schedule.key for f in listed(office) if f.paused] == ["service-hk"]


@pytest.mark.parametrize("act", [pause, resume, delete])
def test_one_that_is_gone_says_so(office: Office, act: Any) -> None:
    with pytest.raises(Refused, match="deleted this digest already"):
        act(office, "slack.gone")


def test_one_is_found_by_its_key(office: Office) -> None:
    create(office, DAILY)
    with office.database.reading() as session:
        find = partial(scheduling.find, session, office.organisation, now=office.clock.now())
        assert [find(key) is None for key in ("slack.d1", "service-hk", "gone")] == [
            False, False, True,
        ]  # fmt: skip


def test_nothing_is_owed_for_a_team_that_has_left_the_file(database: Database) -> None:
    office = alone(database)
    create(office, replace(DAILY, scope=Scope(Kind.TEAM, "service-uk")))
    without = replace(office.organisation, teams=())
    later = replace(office, organisation=without)
    later.clock.set(NINE_IN_LONDON)
    assert tick(later) == []


def test_a_row_that_cannot_be_read_stops_no_other(database: Database) -> None:
    office = alone(database)
    create(office, DAILY)
    create(office, replace(DAILY, key="slack.d2"))
    with database.transaction() as session:
        wrong = text(
            "UPDATE schedules SET data = '{\"zone\": \"Mars/Base\"}' WHERE key = 'slack.d1'"
        )
        session.execute(wrong)
    office.clock.set(NINE_IN_LONDON)
    assert tick(office) == [f"digest:slack.d2:{TUESDAY}"]


def follow(office: Office, org: Organisation) -> int:
    return follow_channels(office.database, org, now=office.clock.now())


def test_a_digest_stays_in_the_place_that_was_chosen_for_it(database: Database) -> None:
    ours = Scope(Kind.TEAM, "service-uk")
    here = replace(DAILY, key="here", scope=ours, place="C0SERVICEUK")
    there = replace(DAILY, key="there", scope=ours, place="C0LEADS")
    office = alone(database, DAILY, here, there)
    office.clock.set(NINE_IN_LONDON)
    assert len(tick(office)) == 3
    moved = replace(office.organisation, teams=(team("service-uk", channel="C0NEW"),))
    assert follow(office, moved) == 1
    owed = office.notices("channel")
    assert owed[f"digest:there:{TUESDAY}"] == "C0LEADS"
    assert owed[f"digest:slack.d1:{TUESDAY}"] == ANNA
    assert owed[f"digest:here:{TUESDAY}:C0NEW"] == "C0NEW"
