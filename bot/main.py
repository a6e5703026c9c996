"""The composition root: settings → database, Slack → `Services` → Bolt app, web app, clock.

Each process is one function here; `everything` is all of them in one.
"""

import signal
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import structlog
import uvicorn
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot import doctor, jobs, organisation, readiness, remeasuring
from bot.beacon import Beacon, until_it_fits
from bot.config import Settings
from bot.errands import Errands
from bot.errors import DatabaseAway, DeliveryFailed, Misconfigured
from bot.services import Services
from bot.slack.delivery import Delivery
from bot.slack.directory import SlackDirectory, with_channel_ids
from bot.slack.gateway import Gateway, web_client
from bot.slack.socket_mode import listen
from bot.slack.worker import Worker
from bot.store import migrations, replica
from bot.store.clock import SharedClock
from bot.store.database import Database
from bot.usecases import moving, reporting
from bot.usecases.learning import Guide
from bot.web import create_web
from handlers import register

log = structlog.get_logger()

# Platforms give a process ten seconds or more between the polite signal and the other one, and
# on a busy machine the end itself takes some.
_STOP_SECONDS = 7.0
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
        afterwards=Errands().run,
    )
    return Bot(services=services, gateway=gateway)


def bolt_app(bot: Bot) -> App:
    """The Bolt app with every listener.

    It answers from the request's own thread: Bolt's default looks for an ack every ten
    milliseconds, and would run listeners in a pool of five.
    """
    client = web_client(bot.services.settings)
    # Each request is given the token by `authorize`; Bolt warns of one beside it.
    client.token = None
    app = App(
        # Else Bolt looks through the files of everybody who called us for a name.
        name="crosstalk",
        client=client,
        signing_secret=bot.services.settings.slack_signing_secret,
        authorize=_authorize(bot),
        process_before_response=True,
        request_verification_enabled=not bot.services.settings.socket_mode,
    )
    register(app, bot.services)
    return app


def _authorize(bot: Bot) -> Callable[..., AuthorizeResult]:
    known: dict[str, Any] = {}

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # Asked once: who we are does not change while the token stays the same.
        if not known:
            try:
                known.update(bot.gateway.identity()[0])
            except DeliveryFailed as failure:
                log.warning("identity_unknown", code=failure.code)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=bot.services.settings.slack_bot_token,
            bot_id=known.get("bot_id"),
            bot_user_id=known.get("user_id"),
        )

    return authorize


def web(settings: Settings) -> None:
    """The process that Slack and the sources talk to."""
    with _stopping() as stop:
        if not until_it_fits(settings, Beacon(), stop, port=settings.port):
            return
        bot = build(settings)
        _aside(bot.services.directory.refresh)
        _aside(bot.services.adviser.warm)
        _aside(_warm, bot.services)
        _serve(bot, stop)


def worker(settings: Settings) -> None:
    """The process that talks to Slack."""
    with _fitting(settings) as (bot, stop):
        if bot is not None:
            _follow_the_file(bot)
            with _delivering(bot, stop):
                stop.wait()


def clock(settings: Settings) -> None:
    """The process that notices time passing."""
    with _fitting(settings) as (bot, stop):
        if bot is not None:
            with _ticking(bot):
                stop.wait()


@contextmanager
def _fitting(settings: Settings) -> Iterator[tuple[Bot | None, threading.Event]]:
    """A bot on a database that fits it, once there is one; None when asked to stop before."""
    beacon = Beacon()
    with _stopping() as stop, beacon.shining(settings.host, settings.metrics_port):
        bot = build(settings) if until_it_fits(settings, beacon, stop) else None
        if bot is not None:
            beacon.ready = _checker(bot)
        yield bot, stop


def _checker(bot: Bot) -> Callable[[], list[readiness.Trouble]]:
    services = bot.services
    return readiness.checker(services.database, services.organisation, services.now)


def everything(settings: Settings, *, now: Callable[[], datetime] | None = None) -> None:
    """All processes in one; brings the database up to date first."""
    with _stopping() as stop:
        migrations.upgrade(settings.database_url)
        bot = build(settings, now=now)
        remeasuring.fill(bot.services.database, progress=_log_measured)
        _aside(bot.services.directory.refresh)
        _aside(bot.services.adviser.warm)
        _aside(_warm, bot.services)
        _follow_the_file(bot)
        with _delivering(bot, stop), _ticking(bot):
            _serve(bot, stop)


def _log_measured(cases: int) -> None:
    # After an upgrade of a large database nothing else is to be seen for minutes.
    if cases % _CASES_A_LINE == 0:
        log.info("measured", cases=cases)


def _aside(run: Callable[..., object], *args: object) -> None:
    # Not in front of the first request: Slack may take its time to answer.
    threading.Thread(target=run, args=args, daemon=True).start()


def _warm(services: Services) -> None:
    # Where the database is away, the first digest takes a little longer, and that is all.
    with suppress(DatabaseAway), services.database.reading() as session:
        reporting.warm(session, services.organisation, now=services.now())


def _follow_the_file(bot: Bot) -> None:
    services = bot.services
    org, now = services.organisation, services.now()
    with services.database.transaction() as session:
        retired = moving.retire_teams(session, org, now=now)
        moved = moving.follow_channels(session, org, now=now)
    if moved or retired:
        log.info("followed_the_file", notices=moved, cases=retired)


def _serve(bot: Bot, stop: threading.Event) -> None:
    settings = bot.services.settings
    app = bolt_app(bot)
    slack = None if settings.socket_mode else app.dispatch
    face = create_web(bot.services, slack, ready=_checker(bot))
    server = uvicorn.Server(
        uvicorn.Config(
            face,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    )
    # From here on the server takes the signals itself; one that came before must count too.
    _aside(_end_with, stop, server)
    if stop.is_set():
        return
    if settings.socket_mode:
        _aside(listen, app, bot.gateway, settings.slack_app_token, stop)
    log.info("serving", host=settings.host, port=settings.port, socket=settings.socket_mode)
    server.run()
    stop.set()


def _end_with(stop: threading.Event, server: uvicorn.Server) -> None:
    stop.wait()
    server.should_exit = True


@contextmanager
def _delivering(bot: Bot, stop: threading.Event) -> Iterator[None]:
    name = f"{socket.gethostname()}:{uuid.uuid4().hex[:8]}"
    worker = Worker(Delivery(bot.services, bot.gateway, worker=name))
    thread = threading.Thread(target=worker.run, args=(stop,), name="delivery", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_STOP_SECONDS)


@contextmanager
def _ticking(bot: Bot) -> Iterator[None]:
    ticker = jobs.scheduler(bot.services)
    ticker.start()
    try:
        yield
    finally:
        ticker.shutdown()


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that SIGTERM and Ctrl-C set; a second Ctrl-C ends the process at once."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        del frame
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    yield stop
    log.info("stopped")
