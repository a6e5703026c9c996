"""What keeps a bot from its work: for `/health/ready`, `crosstalk doctor` and the metrics."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot import metrics
from bot.config import Settings
from bot.domain import durations
from bot.domain.organisation import Organisation
from bot.errors import DatabaseAway, Fault, Misconfigured
from bot.slack.alerts import mend_for
from bot.store import health, migrations
from bot.store.database import Database
from bot.store.queue import WORKSPACE_GATE

log = structlog.get_logger()

CLOCK_SILENT = timedelta(minutes=2)
OUTBOX_SLOW = timedelta(minutes=5)
# One small question so often, for as long as an upgrade takes.
SCHEMA_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong; ``stops`` says that nothing can be taken in until it is mended."""

    what: str
    mend: str
    stops: bool = False

    def __str__(self) -> str:
        return f"{self.what} — {self.mend}"


def troubles(database: Database, organisation: Organisation, now: datetime) -> list[Trouble]:
    """Everything that is wrong at this moment, worst first."""
    try:
        found = _schema(database)
        if found:
            return found
        with database.reading() as session:
            outbox = health.outbox(session, now=now)
            beats = health.heartbeats(session)
    except DatabaseAway as away:
        return [_away(away)]
    except Misconfigured as wrong:
        return [_stopping(fault) for fault in wrong.faults]
    _count(outbox, beats, now)
    return [*_blocked(outbox, organisation), *_slow(outbox, now), *_clock(beats, now)]


def schema_faults(database: Database) -> list[Fault]:
    """What is wrong with the database's schema for this release; nothing when it fits.

    Raises:
        DatabaseAway: the database does not answer.
        Misconfigured: the migrations are not there to compare with.
    """
    return migrations.faults(database)


def opened(settings: Settings) -> Database:
    """The database of *settings*, for a command that works on it.

    Raises:
        Misconfigured: it is not one of this release.
        DatabaseAway: it does not answer.
    """
    database = Database(settings.database_url)
    if faults := schema_faults(database):
        database.close()
        raise Misconfigured(faults)
    return database


def schema(database: Database) -> list[Trouble]:
    """What is wrong with the schema, or that the database does not answer."""
    try:
        return _schema(database)
    except DatabaseAway as away:
        return [_away(away)]


def await_schema(database: Database, stop: threading.Event) -> bool:
    """Wait until the schema fits this release; False when *stop* was set before that.

    Whoever upgrades the database need not start again what waits for it.

    Raises:
        Misconfigured: the migrations are not there to compare with.
    """
    told = ""
    while not stop.is_set():
        found = schema(database)
        if not found:
            return True
        if told != str(found[0]):
            told = str(found[0])
            log.warning("waiting_for_the_database", why=told)
        stop.wait(SCHEMA_SECONDS)
    return False


def _away(away: DatabaseAway) -> Trouble:
    return Trouble(f"the database does not answer ({away})", "start it", stops=True)


def _schema(database: Database) -> list[Trouble]:
    return [_stopping(fault) for fault in schema_faults(database)]


def _stopping(fault: Fault) -> Trouble:
    return Trouble(f"{fault.place} {fault.problem}", fault.mend, stops=True)


def _blocked(outbox: health.Outbox, organisation: Organisation) -> list[Trouble]:
    found = []
    for lane in outbox.blocked:
        if lane.channel == WORKSPACE_GATE:
            mend = "put a valid SLACK_BOT_TOKEN into .env and restart, or reinstall the app"
            found.append(Trouble(f"Slack refuses the token ({lane.error})", mend))
            continue
        team = next((t.name for t in organisation.teams if t.channel == lane.channel), "")
        whose = f"{lane.channel} ({team})" if team else lane.channel
        what = f"{whose} cannot be posted to ({lane.error}); {lane.notices} waiting"
        found.append(Trouble(what, mend_for(lane.error)))
    return found


def _slow(outbox: health.Outbox, now: datetime) -> list[Trouble]:
    since = outbox.overdue_since
    # A blocked channel is told of by itself, and its notices are not due.
    if since is None or now - since < OUTBOX_SLOW:
        return []
    what = f"the oldest message to Slack has waited for {durations.words(now - since)}"
    return [Trouble(what, "see that a worker is running: crosstalk worker")]


def _clock(beats: dict[str, datetime], now: datetime) -> list[Trouble]:
    last = beats.get("clock")
    if last is not None and now - last < CLOCK_SILENT:
        return []
    since = f"for {durations.words(now - last)}" if last else "yet"
    return [
        Trouble(
            f"the clock has not been seen {since}",
            "start one: crosstalk clock, or all: crosstalk run",
        )
    ]


def _count(outbox: health.Outbox, beats: dict[str, datetime], now: datetime) -> None:
    metrics.OUTBOX_OWED.labels(state="owed").set(outbox.owed)
    metrics.OUTBOX_OWED.labels(state="held_back").set(outbox.held_back)
    metrics.OUTBOX_OWED.labels(state="failing").set(outbox.failing)
    since = outbox.overdue_since
    metrics.OUTBOX_AGE.set((now - since).total_seconds() if since else 0)
    for name, at in beats.items():
        metrics.HEARTBEAT_AGE.labels(name=name).set((now - at).total_seconds())


def checker(
    database: Database, organisation: Organisation, now: Callable[[], datetime]
) -> Callable[[], list[Trouble]]:
    """`troubles` as the web face asks for it."""
    return lambda: troubles(database, organisation, now())
