"""What keeps a bot from its work, in words for whoever runs it; and the gauges of the metrics."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from bot import jobs, readiness
from bot.readiness import Trouble
from bot.store import migrations
from bot.store.database import Database
from bot.ui import ids
from tests.domain import factories as make
from tests.domain.factories import ANNA
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.handlers.desk import LOBBY, SERVICE_CHANNEL, Desk, as_shown

CLOCK = "start one: crosstalk clock, or all: crosstalk run"


@pytest.fixture
def desk(database: Database, slack: FakeSlack, clock: Clock) -> Desk:
    """A bot whose clock was just seen."""
    made = Desk(database, slack, clock)
    jobs.beat(made.services)
    return made


def troubles(desk: Desk) -> list[Trouble]:
    return readiness.troubles(desk.database, desk.organisation, desk.clock.now())


def gauge(name: str, /, **labels: str) -> float:
    value = REGISTRY.get_sample_value(f"crosstalk_{name}", labels)
    assert value is not None
    return value


def test_a_bot_at_work_has_no_troubles(desk: Desk) -> None:
    desk.comment()
    assert troubles(desk) == []
    assert readiness.checker(desk.database, desk.organisation, desk.clock.now)() == []


def test_a_clock_that_was_never_seen_is_told(
    database: Database, slack: FakeSlack, clock: Clock
) -> None:
    found = troubles(Desk(database, slack, clock))
    assert found == [Trouble("the clock has not been seen yet", CLOCK)]


def test_a_clock_that_stopped_is_told_after_two_minutes(desk: Desk) -> None:
    desk.clock.advance(seconds=119)
    assert troubles(desk) == []
    desk.clock.advance(seconds=1)
    assert troubles(desk) == [Trouble("the clock has not been seen for 2 min", CLOCK)]


def test_messages_that_nobody_sends_are_told_after_five_minutes(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", "internal_error", times=None)
    desk.comment("a refund please")
    desk.clock.advance(minutes=20)
    jobs.beat(desk.services)
    (slow,) = troubles(desk)
    assert slow.what == "the oldest message to Slack has waited for 20 min"
    assert slow.mend == "see that a worker is running: crosstalk worker"
    assert not slow.stops
    assert gauge("outbox_owed", state="owed") == 1
    assert gauge("outbox_owed", state="failing") == 1
    assert gauge("outbox_oldest_seconds") >= 15 * 60


@pytest.mark.parametrize(
    ("error", "mend"),
    [
        ("is_archived", "unarchive it, or give the team another channel in organisation.toml"),
        ("not_in_channel", "invite the app there: /invite @Crosstalk"),
        (
            "channel_not_found",
            "invite the app there if it is private, or correct organisation.toml",
        ),
        ("restricted_action", "check the channel's posting permissions"),
    ],
)
def test_a_channel_that_is_closed_is_told_with_its_team_and_its_mend(
    desk: Desk, error: str, mend: str
) -> None:
    desk.slack.fail("chat.postMessage", error, times=None, channel=SERVICE_CHANNEL)
    desk.comment("a refund please")
    what = f"{SERVICE_CHANNEL} (Service HK) cannot be posted to ({error}); 1 waiting"
    assert troubles(desk) == [Trouble(what, mend)]
    desk.slack.mend()
    desk.clock.advance(minutes=5)
    jobs.beat(desk.services)
    desk.deliver()
    assert troubles(desk) == []


def test_a_channel_of_no_team_is_told_by_its_id(desk: Desk) -> None:
    desk.services.directory.refresh()
    desk.comment("a refund please")
    desk.slack.workspace.channels[LOBBY].archived = True
    shown = as_shown(desk.command("/digest", "service-hk"))
    desk.press(shown, ids.DIGEST_POST, by=ANNA)
    desk.deliver()
    (closed,) = troubles(desk)
    assert closed.what == f"{LOBBY} cannot be posted to (is_archived); 1 waiting"
    (alert,) = desk.slack.messages("U0MANAGER")
    assert alert.text.startswith(f"I cannot post in the channel <#{LOBBY}> (is_archived).")


def test_a_token_that_slack_refuses_is_told(desk: Desk) -> None:
    desk.slack.revoke()
    desk.comment("a refund please")
    found = troubles(desk)
    mend = "put a valid SLACK_BOT_TOKEN into .env and restart, or reinstall the app"
    assert Trouble("Slack refuses the token (token_revoked)", mend) in found
    assert not any(trouble.stops for trouble in found)


def test_a_database_without_tables_stops_everything_until_it_is_upgraded(
    bare_url: str, clock: Clock
) -> None:
    database = Database(bare_url)
    (found,) = readiness.troubles(database, make.organisation(), clock.now())
    assert found.what.startswith("the database is empty, and this release needs ")
    assert (found.mend, found.stops) == ("run: crosstalk db upgrade", True)
    migrations.upgrade(bare_url)
    assert readiness.troubles(database, make.organisation(), clock.now()) == [
        Trouble("the clock has not been seen yet", CLOCK)
    ]
    database.close()


def test_a_database_of_another_release_is_told_with_both_names(desk: Desk) -> None:
    with desk.database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    try:
        (found,) = troubles(desk)
    finally:
        with desk.database.transaction() as session:
            head = {"head": migrations.head()}
            session.execute(text("UPDATE alembic_version SET version_num = :head"), head)
    wanted = f"the database is at later, and this release needs {migrations.head()}"
    assert str(found) == f"{wanted} — run: crosstalk db upgrade"
    assert found.stops


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://nobody@127.0.0.1:1/none"]
)
def test_a_database_that_does_not_answer_stops_everything(url: str, clock: Clock) -> None:
    database = Database(url)
    (found,) = readiness.troubles(database, make.organisation(), clock.now())
    assert found.what.startswith("the database does not answer (")
    assert found.stops
    database.close()


class Stop(Event):
    """Notes when somebody has begun to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.awaited = Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.awaited.set()
        return super().wait(timeout)


def test_whoever_is_asked_to_stop_waits_for_no_schema_any_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(readiness, "SCHEMA_SECONDS", 60.0)
    database, stop = Database(f"sqlite:///{tmp_path / 'bare.db'}"), Stop()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(readiness.await_schema, database, stop)
        assert stop.awaited.wait(30)
        stop.set()
        assert waiting.result(timeout=30) is False
    database.close()


def test_without_the_migrations_nothing_can_be_compared(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(migrations, "FOLDER", tmp_path)
    (found,) = troubles(desk)
    assert str(found).endswith(
        "the migrations are not there — start Crosstalk from its checkout,"
        " where alembic/ stands beside bot/"
    )
    assert found.stops


def test_a_sqlite_file_without_a_log_is_told_with_its_mend(desk: Desk, tmp_path: Path) -> None:
    database = Database(f"sqlite:///file:{tmp_path / 'a.db'}?vfs=unix-none&uri=true")
    (found,) = readiness.troubles(database, desk.organisation, desk.clock.now())
    assert str(found) == (
        "DATABASE_URL is on a file system where SQLite can keep no log beside its file"
        " — put the file on a disk of this machine, or use PostgreSQL"
    )
    assert found.stops
    database.close()


def test_the_heartbeat_s_age_is_a_gauge(desk: Desk) -> None:
    desk.clock.advance(seconds=45)
    assert troubles(desk) == []
    assert gauge("heartbeat_age_seconds", name="clock") == 45
    assert gauge("outbox_oldest_seconds") == 0
