"""The composition root: settings → database, Slack → `Services` → web app, worker, clock.

Each process is one function here; `everything` is all of them in one.
"""

import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from bot import doctor, following, garbage, jobs, organisation, readiness, remeasuring
from bot.beacon import Beacon, until_it_fits
from bot.config import Settings
from bot.ending import Ending, asked
from bot.entries import Entry
from bot.errors import Misconfigured
from bot.services import Services
from bot.slack.delivery import Delivery
from bot.slack.directory import SlackDirectory, with_channel_ids
from bot.slack.gateway import Gateway, web_client
from bot.slack.worker import Worker
from bot.store import migrations, replica
from bot.store.clock import SharedClock
from bot.store.database import Database
from bot.usecases.learning import Guide

log = structlog.get_logger()
# The HTTP server and Bolt; the worker and the clock start sooner and stay smaller without.
serving = Entry("bot.serving")

# Platforms give a process ten seconds or more between the polite signal and the other one, and
# on a busy machine the end itself takes some.
_STOP_SECONDS = 6.0
_CASES_A_LINE = 10_000


@dataclass(frozen=True, kw_only=True)
class Bot:
    """A bot that is put together and not running yet."""

    services: Services
    gateway: Gateway


def utc_now() -> datetime:
    """This machine's clock; the only place that asks the time."""
    return datetime.now(UTC)


def build(settings: Settings, *, now: Callable[[], datetime] | None = None) -> Bot:
    """Put a bot together, by the time of its database unless *now* is another.

    Raises:
        Misconfigured: the settings or the organisation file cannot be used.
        DatabaseAway: the database does not answer.
    """
    faults = settings.missing()
    if faults:
        raise Misconfigured(faults)
    written = organisation.load(settings.organisation_file)
    database = Database(settings.database_url, most=settings.database_pool)
    now = now or SharedClock(database, utc_now).now
    gateway = Gateway(web_client(settings))
    resolved = with_channel_ids(written, gateway, database, now=now())
    services = Services(
        settings=settings,
        database=database,
        organisation=resolved,
        directory=SlackDirectory(database, resolved, gateway, now),
        now=now,
        adviser=Guide(database, resolved),
        checkup=lambda: doctor.findings(settings, now=now()),
        replica=replica.opened(settings.reports_database_url, database, now),
    )
    return Bot(services=services, gateway=gateway)


def web(settings: Settings) -> None:
    """The process that Slack and the sources talk to."""
    with asked() as stop:
        if not until_it_fits(settings, Beacon(), stop, port=settings.port):
            return
        bot = build(settings)
        serving.prepare(bot.services)
        serving.serve(bot.services, bot.gateway, stop)


def worker(settings: Settings) -> None:
    """The process that talks to Slack."""
    with _fitting(settings) as (bot, stop):
        if bot is not None:
            _follow_the_file(bot)
            garbage.settle()
            with _delivering(bot, stop):
                stop.wait()


def clock(settings: Settings) -> None:
    """The process that notices time passing."""
    with _fitting(settings) as (bot, stop):
        if bot is not None:
            with _ticking(bot):
                stop.wait()


@contextmanager
def _fitting(settings: Settings) -> Iterator[tuple[Bot | None, Ending]]:
    """A bot on a database that fits it, once there is one; None when asked to stop before."""
    beacon = Beacon()
    with asked() as stop, beacon.shining(settings.host, settings.metrics_port):
        bot = build(settings) if until_it_fits(settings, beacon, stop) else None
        if bot is not None:
            beacon.ready = _checker(bot)
        yield bot, stop


def _checker(bot: Bot) -> Callable[[], list[readiness.Trouble]]:
    services = bot.services
    return readiness.checker(services.database, services.organisation, services.now)


def everything(settings: Settings, *, now: Callable[[], datetime] | None = None) -> None:
    """All processes in one; brings the database up to date first."""
    with asked() as stop:
        migrations.upgrade(settings.database_url)
        bot = build(settings, now=now)
        remeasuring.fill(bot.services.database, progress=_log_measured)
        serving.prepare(bot.services)
        _follow_the_file(bot)
        with _delivering(bot, stop), _ticking(bot):
            serving.serve(bot.services, bot.gateway, stop)


def _log_measured(cases: int) -> None:
    # After an upgrade of a large database nothing else is to be seen for minutes.
    if cases % _CASES_A_LINE == 0:
        log.info("measured", cases=cases)


def _follow_the_file(bot: Bot) -> None:
    services = bot.services
    following.follow(services.database, services.organisation, now=services.now())


@contextmanager
def _delivering(bot: Bot, stop: Ending) -> Iterator[None]:
    name = f"{socket.gethostname()}:{uuid.uuid4().hex[:8]}"
    worker = Worker(Delivery(bot.services, bot.gateway, worker=name))
    thread = threading.Thread(target=worker.run, args=(stop,), name="delivery", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(stop.left(_STOP_SECONDS))


@contextmanager
def _ticking(bot: Bot) -> Iterator[None]:
    ticker = jobs.scheduler(bot.services)
    ticker.start()
    try:
        yield
    finally:
        ticker.shutdown()
