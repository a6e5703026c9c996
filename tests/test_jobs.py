"""The clock's table: every job does its work on a real database, at every tick, once."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from queue import Queue
from typing import Any

import pytest
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from prometheus_client import REGISTRY
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot import erasing, jobs
from bot.domain import events as e
from bot.errors import DatabaseAway
from bot.jobs import Job
from bot.services import Services
from bot.store import absences, deliveries, health, people, tables as t
from bot.store.database import Database
from bot.usecases import escalating, owning
from tests.domain import factories as make
from tests.domain.factories import ANNA, BEN
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.handlers.desk import SERVICE_CHANNEL, TRIAGE_CHANNEL, Desk

# Nine in the morning in Hong Kong, on a Tuesday.
DIGESTS_DUE = datetime(2026, 11, 24, 1, tzinfo=UTC)


@pytest.fixture
def desk(database: Database, slack: FakeSlack, clock: Clock) -> Desk:
    return Desk(database, slack, clock)


def missed(desk: Desk, number: int) -> list[str]:
    return [f.team for f in desk.facts(number) if isinstance(f, e.ClaimTargetMissed)]


def owed_digests(desk: Desk) -> int:
    with desk.database.reading() as session:
        query = select(func.count()).where(t.notices.c.kind == "digest")
        return session.scalar(query) or 0


def learned(desk: Desk) -> list[int]:
    with desk.database.reading() as session:
        return list(session.execute(select(t.models.c.version)).scalars())


def test_a_scheduler_runs_every_job_as_soon_as_it_starts(desk: Desk) -> None:
    desk.clock.set(datetime.now(UTC))
    done: Queue[JobExecutionEvent] = Queue()
    ticker = jobs.scheduler(desk.services)
    ticker.add_listener(done.put, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
    ticker.start()
    try:
        ran = [done.get(timeout=20) for _ in jobs.JOBS]
    finally:
        ticker.shutdown(wait=True)
    assert {event.job_id for event in ran} == {job.name for job in jobs.JOBS}
    assert [event.exception for event in ran] == [None] * len(jobs.JOBS)
    with desk.database.reading() as session:
        assert health.heartbeats(session) == {"clock": desk.clock.now()}
        assert people.is_in(session, SERVICE_CHANNEL, ANNA)


def test_each_job_runs_as_often_as_the_table_says_and_never_beside_itself(desk: Desk) -> None:
    ticker = jobs.scheduler(desk.services)
    ticker.start(paused=True)
    try:
        for job in jobs.JOBS:
            scheduled = ticker.get_job(job.name)
            assert scheduled.trigger.interval == timedelta(seconds=job.seconds)
            assert (scheduled.max_instances, scheduled.coalesce) == (1, True)
            assert scheduled.misfire_grace_time is None
    finally:
        ticker.shutdown()


def test_a_job_that_does_not_end_keeps_no_process_from_ending(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, released = threading.Event(), threading.Event()

    def hang(_: Services) -> None:
        begun.set()
        released.wait(60)

    monkeypatch.setattr(jobs, "JOBS", (Job("hangs", 20, hang),))
    monkeypatch.setattr(jobs, "_STOP_SECONDS", 0.2)
    desk.clock.set(datetime.now(UTC))
    before = set(threading.enumerate())
    ticker = jobs.scheduler(desk.services)
    ticker.start()
    assert begun.wait(20)
    left = set(threading.enumerate()) - before
    ticker.shutdown()
    assert not released.is_set()
    # The interpreter waits for threads that are no daemons.
    assert left
    assert all(thread.daemon for thread in left)
    released.set()


def test_targets_that_pass_are_written_down_once_whoever_ticks(desk: Desk) -> None:
    desk.clock.set(DIGESTS_DUE)
    for _ in range(2):
        desk.comment("a refund please")
    desk.clock.advance(hours=1)
    for _ in range(3):
        jobs.tick_stakes(desk.services)
    assert [missed(desk, number) for number in (1, 2)] == [["service-hk"], ["service-hk"]]


def breaches() -> float:
    labels = {"team": "service-hk", "target": "claim"}
    return REGISTRY.get_sample_value("crosstalk_breaches_total", labels) or 0


def test_a_missed_target_is_counted_once_it_is_stored_and_not_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.clock.set(DIGESTS_DUE)
    number = desk.comment("a refund please")
    desk.clock.advance(hours=1)
    before, noticed = breaches(), escalating.tick

    def crashes(*args: Any, **named: Any) -> None:
        noticed(*args, **named)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(escalating, "tick", crashes)
        jobs.tick_stakes(desk.services)
    assert (breaches(), missed(desk, number)) == (before, [])
    for _ in range(2):
        jobs.tick_stakes(desk.services)
    assert (breaches(), missed(desk, number)) == (before + 1, ["service-hk"])


def test_one_case_that_cannot_be_read_does_not_stop_the_others(desk: Desk) -> None:
    desk.clock.set(DIGESTS_DUE)
    for _ in range(3):
        desk.comment("a refund please")
    with desk.database.transaction() as session:
        spoiled = t.stakes.update().where(t.stakes.c.case_number == 1)
        session.execute(spoiled.values(reasons=[{"kind": ["?"]}]))
    desk.clock.advance(hours=1)
    with capture_logs() as logs:
        jobs.tick_stakes(desk.services)
    assert [missed(desk, number) for number in (2, 3)] == [["service-hk"], ["service-hk"]]
    failed = [log for log in logs if log["event"] == "case_not_ticked"]
    assert [log["case"] for log in failed] == [1]


@pytest.mark.parametrize("trouble", [DatabaseAway("OperationalError"), ZeroDivisionError()])
def test_what_people_did_is_learned_also_while_a_forgetting_cannot_be_finished(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    number = desk.comment("a wobbly hinge")
    with desk.database.transaction() as session:
        owning.route_by_hand(
            session, desk.organisation, number, teams=["product-mobile"], note="",
            by=ANNA, now=desk.clock.now(),
        )  # fmt: skip

    def fails(*_: Any, **__: Any) -> None:
        raise trouble

    monkeypatch.setattr(erasing, "finish", fails)
    with capture_logs() as logs:
        jobs.learn(desk.services)
    assert learned(desk) == [1]
    assert [log["event"] for log in logs] == ["forgetting_not_finished", "learned"]


def test_what_people_did_is_learned_once_and_told_to_managers_when_it_could_be_a_rule(
    desk: Desk,
) -> None:
    jobs.learn(desk.services)
    assert learned(desk) == []
    for n in range(10):
        desk.clock.advance(days=1)
        for text, team in (("a wobbly hinge", "product-mobile"), ("a billboard", "marketing-hk")):
            number = desk.comment(f"{text} {n}")
            with desk.database.transaction() as session:
                owning.route_by_hand(
                    session, desk.organisation, number, teams=[team], note="",
                    by=ANNA, now=desk.clock.now(),
                )  # fmt: skip
    for _ in range(3):
        jobs.learn(desk.services)
    assert learned(desk) == [1]
    with desk.database.reading() as session:
        query = select(func.count()).where(t.notices.c.kind == "proposal")
        assert session.scalar(query) == 2 * len(desk.organisation.managers)


def test_digests_are_owed_when_they_are_due_and_once(desk: Desk) -> None:
    jobs.owe_digests(desk.services)
    assert owed_digests(desk) == 0
    desk.clock.set(DIGESTS_DUE)
    for _ in range(3):
        jobs.owe_digests(desk.services)
        desk.clock.advance(seconds=20)
    assert owed_digests(desk) == 2
    desk.clock.set(DIGESTS_DUE.replace(hour=9))
    jobs.owe_digests(desk.services)
    assert owed_digests(desk) == len(desk.organisation.teams)


def test_a_first_start_after_nine_brings_no_digest_of_the_time_before(desk: Desk) -> None:
    desk.clock.set(DIGESTS_DUE + timedelta(hours=1))
    jobs.owe_digests(desk.services)
    assert owed_digests(desk) == 0


def test_the_heartbeat_says_when_the_clock_was_seen(desk: Desk) -> None:
    for _ in range(2):
        desk.clock.advance(seconds=20)
        jobs.beat(desk.services)
    with desk.database.reading() as session:
        assert health.heartbeats(session) == {"clock": desk.clock.now()}


def test_deliveries_are_remembered_for_two_weeks(desk: Desk) -> None:
    with desk.database.transaction() as session:
        for days in (13, 15):
            at = desk.clock.now() - timedelta(days=days)
            deliveries.open_all(session, [("facebook-hk", f"msg_{days}")], now=at)
            deliveries.close(session, "facebook-hk", f"msg_{days}", status=202, case=1)
    jobs.forget_deliveries(desk.services)
    with desk.database.reading() as session:
        assert deliveries.answered(session, "facebook-hk", "msg_13") == (202, 1)
        assert deliveries.answered(session, "facebook-hk", "msg_15") is None


def test_slacks_events_are_remembered_for_two_weeks(desk: Desk) -> None:
    now = desk.clock.now()
    with desk.database.transaction() as session:
        for days in (13, 15):
            absences.hear_once(session, f"Ev{days}", now=now - timedelta(days=days))
    jobs.forget_deliveries(desk.services)
    with desk.database.transaction() as session:
        assert not absences.hear_once(session, "Ev13", now=now)
        assert absences.hear_once(session, "Ev15", now=now)


def test_members_are_asked_about_every_ten_minutes(desk: Desk) -> None:
    jobs.refresh_members(desk.services)
    asked = len(desk.slack.called("conversations.members"))
    assert asked == len(desk.organisation.teams) + 1
    desk.slack.workspace.channels[TRIAGE_CHANNEL].members.add(BEN)
    desk.clock.advance(minutes=9)
    jobs.refresh_members(desk.services)
    assert len(desk.slack.called("conversations.members")) == asked
    desk.clock.advance(minutes=1)
    jobs.refresh_members(desk.services)
    with desk.database.reading() as session:
        assert people.is_in(session, TRIAGE_CHANNEL, BEN)


def ticks(name: str) -> float:
    return REGISTRY.get_sample_value("crosstalk_tick_seconds_count", {"job": name}) or 0


def test_a_tick_that_fails_is_told_and_counted_and_the_next_one_comes(desk: Desk) -> None:
    def away(_: object) -> None:
        raise DatabaseAway("OperationalError")

    before = ticks("away")
    with capture_logs() as logs:
        for _ in range(2):
            jobs._tick(Job("away", 20, away), desk.services)
    failed = {
        "event": "tick_failed",
        "job": "away",
        "error": "OperationalError",
        "log_level": "warning",
    }
    assert logs == [failed, failed]
    assert ticks("away") == before + 2


def test_a_clock_without_a_database_waits_for_it(slack: FakeSlack, clock: Clock) -> None:
    database = Database("sqlite:////nowhere/at/all.db")
    kept = replace(make.organisation(), retention=timedelta(days=30))
    desk = Desk(database, slack, clock, kept)
    with capture_logs() as logs:
        for job in jobs.JOBS:
            jobs._tick(job, desk.services)
    assert [log["job"] for log in logs if log["event"] == "tick_failed"] == [
        job.name for job in jobs.JOBS
    ]
    database.close()
