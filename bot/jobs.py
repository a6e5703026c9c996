"""The table of what happens by itself.

APScheduler is only the heartbeat. What is due is read from the database at each tick, and unique
rows there make a second clock, or a tick that is run twice, harmless.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any

import structlog
from apscheduler.executors.pool import BasePoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot import checkups, erasing, metrics
from bot.domain import events as e
from bot.errors import CrosstalkError, DatabaseAway
from bot.services import Services
from bot.store import absences, deliveries, health, likeness
from bot.usecases import escalating, fitting, scheduling

log = structlog.get_logger()

# Standard Webhooks senders stop trying after some days; a replay later than this is a new delivery.
_REMEMBER_DELIVERIES = timedelta(days=14)
# Beside the workers, in a process that is everything, it has to fit into ten seconds.
_STOP_SECONDS = 2.0
# A signature is accepted for five minutes; clocks may differ a little beyond that.
_REMEMBER_ACTS = timedelta(minutes=11)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so often."""

    name: str
    seconds: int
    run: Callable[[Services], None]


def tick_stakes(services: Services) -> None:
    """Do what has become due about stakes, a case at a time: one faulty case stops no other."""
    now = services.now()
    with services.database.reading() as session:
        numbers = escalating.due_cases(session, now=now)
    for number in numbers:
        try:
            with services.database.transaction() as session:
                noticed = escalating.tick(session, services.organisation, number, now=now)
            _count(noticed)
        except DatabaseAway:
            raise
        except Exception:
            # One faulty case must not stop the next.
            log.exception("case_not_ticked", case=number)


def _count(noticed: Sequence[e.Event]) -> None:
    for fact in noticed:
        match fact:
            case e.ClaimTargetMissed():
                metrics.BREACHES.labels(team=fact.team, target="claim").inc()
            case e.ResolveTargetMissed():
                metrics.BREACHES.labels(team=fact.team, target="resolve").inc()


def owe_digests(services: Services) -> None:
    """Have the digests posted that are due, each by its own clock."""
    with services.database.transaction() as session:
        owed = scheduling.owe_due_digests(session, services.organisation, now=services.now())
    if owed:
        log.info("digests_owed", digests=owed)


def learn(services: Services) -> None:
    """Learn from what people have done since the last time, and without what was forgotten."""
    _finish_forgetting(services)
    version = fitting.teach(services.database, services.organisation, now=services.now())
    if version:
        log.info("learned", version=version)


def _finish_forgetting(services: Services) -> None:
    try:
        erasing.finish(services.database, services.organisation, now=services.now())
    except CrosstalkError as trouble:
        log.warning("forgetting_not_finished", error=str(trouble))
    except Exception:
        # One that fails at every tick must not keep everybody from being learned from.
        log.exception("forgetting_not_finished")


def beat(services: Services) -> None:
    """Let everybody see that a clock is running."""
    with services.database.transaction() as session:
        health.beat(session, "clock", now=services.now())


def forget_deliveries(services: Services) -> None:
    """Drop the memory of what nobody sends again, and of texts too old to be part of a wave."""
    now = services.now()
    before = now - _REMEMBER_DELIVERIES
    with services.database.transaction() as session:
        deliveries.forget(session, before=before)
        absences.forget_events(session, before=before)
        likeness.forget(session, before=now - likeness.KEPT)


def forget_acts(services: Services) -> None:
    """Drop the memory of signed requests that are too old to be sent once more."""
    with services.database.transaction() as session:
        absences.forget_acts(session, before=services.now() - _REMEMBER_ACTS)


def retain(services: Services) -> None:
    """Forget the comments that are older than their sources keep them."""
    erasing.retain(services.database, services.organisation, now=services.now())


def refresh_members(services: Services) -> None:
    """Ask Slack who is in the teams' channels."""
    services.directory.refresh()


def finish_checkups(services: Services) -> None:
    """Look at everything for those in Slack whose process ended while it looked."""
    checkups.take_up(services)


JOBS: tuple[Job, ...] = (
    Job("stakes", 20, tick_stakes),
    Job("digests", 20, owe_digests),
    Job("learning", 20, learn),
    Job("heartbeat", 20, beat),
    Job("members", 60, refresh_members),
    Job("deliveries", 3600, forget_deliveries),
    Job("checkups", 20, finish_checkups),
    Job("signed", 60, forget_acts),
    Job("retention", 3600, retain),
)


class _Threads:
    """A thread for each job that runs; none of them keeps the process from ending.

    APScheduler's own would: learning takes its time, and Slack may take minutes. A tick that is
    cut off is made up for by the next one, here or elsewhere, as if the process had died.
    """

    def __init__(self) -> None:
        self._running: set[threading.Thread] = set()

    def submit(self, run: Callable[..., Any], *args: Any) -> "Future[Any]":
        """Have it run at once."""
        self._running = {thread for thread in self._running if thread.is_alive()}
        done: Future[Any] = Future()
        thread = threading.Thread(target=_run, args=(done, partial(run, *args)), daemon=True)
        self._running.add(thread)
        thread.start()
        return done

    def shutdown(self, wait: bool = True) -> None:
        """Leave what runs a moment to end in."""
        deadline = monotonic() + (_STOP_SECONDS if wait else 0)
        for thread in self._running:
            thread.join(max(0.0, deadline - monotonic()))


def _run(done: "Future[Any]", run: Callable[[], Any]) -> None:
    try:
        done.set_result(run())
    except BaseException as error:  # noqa: BLE001 - whoever waits for it is told, and logs it
        done.set_exception(error)


class _Executor(BasePoolExecutor):  # type: ignore[misc]
    """APScheduler's way to run jobs, in threads of ours."""

    def __init__(self) -> None:
        super().__init__(_Threads())


def scheduler(services: Services) -> BackgroundScheduler:
    """A scheduler that has all of `JOBS`, not started."""
    ticker = BackgroundScheduler(timezone="UTC", executors={"default": _Executor()})
    for job in JOBS:
        ticker.add_job(
            _tick,
            "interval",
            args=(job, services),
            id=job.name,
            seconds=job.seconds,
            next_run_time=services.now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    return ticker


def _tick(job: Job, services: Services) -> None:
    with metrics.TICK.labels(job=job.name).time():
        try:
            job.run(services)
        except CrosstalkError as trouble:
            # The next tick finds everything that this one did not do.
            log.warning("tick_failed", job=job.name, error=str(trouble))
