"""A bot that is put together asks Slack for nothing that it does not need."""

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from slack_bolt import App

from bot import main
from bot.config import Settings
from bot.errors import Misconfigured
from bot.main import Bot
from bot.serving import bolt_app
from bot.slack.alerts import owe_blocked_channel
from bot.store import tables as t
from bot.store.database import Database
from tests.domain import factories
from tests.fakes.clock import START, Clock
from tests.fakes.requests import SECRET, Incoming
from tests.fakes.slack_api import FakeSlack
from tests.organisation.samples import GOOD
from tests.slack.office import settings_at


@pytest.fixture
def known(slack: FakeSlack, migrated_sqlite: Path, tmp_path: Path) -> Settings:
    """Settings for a bot whose organisation calls one channel by name."""
    slack.channel("C0TRIAGE", members=["U0ANN"])
    slack.channel("C0SERVICEHK", members=["U0ANN"])
    slack.channel("C0MOBILE", "product-mobile")
    file = tmp_path / "organisation.toml"
    file.write_text(GOOD, encoding="utf-8")
    database = tmp_path / "crosstalk.db"
    database.write_bytes(migrated_sqlite.read_bytes())
    return settings_at(
        slack.client_url,
        f"sqlite:///{database}",
        organisation_file=file,
        slack_signing_secret=SECRET,
    )


@pytest.fixture
def bot(known: Settings, clock: Clock) -> Bot:
    return main.build(known, now=clock.now)


def test_building_reads_the_file_and_looks_names_up_and_nothing_else(
    slack: FakeSlack, bot: Bot
) -> None:
    channels = [team.channel for team in bot.services.organisation.teams]
    assert channels == ["C0SERVICEHK", "C0MOBILE"]
    assert {call.method for call in slack.calls} == {"conversations.list"}
    assert bot.gateway.client.retry_handlers == []


def test_every_setting_that_is_missing_is_named(known: Settings) -> None:
    with pytest.raises(Misconfigured) as caught:
        main.build(Settings(organisation_file=known.organisation_file))
    assert [fault.place for fault in caught.value.faults] == [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
    ]


def test_the_app_is_made_without_a_call(slack: FakeSlack, bot: Bot) -> None:
    before = len(slack.calls)
    assert isinstance(bolt_app(bot.services, bot.gateway), App)
    assert len(slack.calls) == before


def test_a_token_in_the_environment_is_nothing_to_warn_of(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    bolt_app(bot.services, bot.gateway)
    assert caplog.messages == []


def test_who_we_are_is_asked_once_for_all_requests(
    slack: FakeSlack, bot: Bot, incoming: Incoming
) -> None:
    app = bolt_app(bot.services, bot.gateway)
    for _ in range(5):
        assert app.dispatch(incoming.home_opened(by="U0ANN")).status == 200
    assert len(slack.called("auth.test")) == 1
    assert len(slack.called("views.publish")) == 5


def test_requests_are_answered_though_slack_does_not_say_who_we_are(
    slack: FakeSlack, bot: Bot, incoming: Incoming
) -> None:
    slack.fail("auth.test", "internal_error")
    app = bolt_app(bot.services, bot.gateway)
    assert app.dispatch(incoming.home_opened(by="U0ANN")).status == 200
    assert slack.home("U0ANN").blocks


def test_while_slack_does_not_say_who_we_are_not_every_request_asks_it(
    slack: FakeSlack, bot: Bot, incoming: Incoming, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.fail("auth.test", "internal_error", times=2)
    app = bolt_app(bot.services, bot.gateway)
    for _ in range(5):
        assert app.dispatch(incoming.home_opened(by="U0ANN")).status == 200
    assert len(slack.called("auth.test")) == 1
    monkeypatch.setattr("bot.serving._ASK_AGAIN_SECONDS", 0.0)
    app = bolt_app(bot.services, bot.gateway)
    for _ in range(3):
        app.dispatch(incoming.home_opened(by="U0ANN"))
    assert len(slack.called("auth.test")) == 3


def test_what_slack_did_not_sign_reaches_no_listener(slack: FakeSlack, bot: Bot) -> None:
    forged = Incoming(slack, secret="somebody else's")
    before = len(slack.calls)
    assert (
        bolt_app(bot.services, bot.gateway).dispatch(forged.home_opened(by="U0ANN")).status == 401
    )
    assert len(slack.calls) == before


@pytest.fixture
def patience() -> Iterator[threading.Event]:
    """Ends a process of ours that goes on in the test's, and is set if that was needed."""
    lost = threading.Event()
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def lose() -> None:
        lost.set()
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(10, lose)
    timer.start()
    yield lost
    timer.cancel()
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_a_signal_that_comes_during_the_start_ends_the_process(
    known: Settings, clock: Clock, patience: threading.Event
) -> None:
    asked: list[datetime] = []

    def now() -> datetime:
        if not asked:
            signal.raise_signal(signal.SIGTERM)
        asked.append(clock.now())
        return asked[-1]

    main.everything(replace(known, host="127.0.0.1", port=0), now=now)
    assert asked
    assert not patience.is_set()


def _told(database: Database, channel: str) -> str:
    team = factories.team("service-hk", name="<!here> R&D", channel="C0HK")
    org = factories.organisation(teams=(team,))
    with database.transaction() as session:
        owe_blocked_channel(session, org, channel, "is_archived", now=START)
    with database.reading() as session:
        (owed,) = session.execute(t.notices.select()).mappings().all()
    return str(owed["data"]["text"])


@pytest.mark.parametrize("channel", ["D0ANN", "U0ANN", "W0ANN"])
def test_an_alert_about_a_person_shows_no_channel(sqlite_database: Database, channel: str) -> None:
    text = _told(sqlite_database, channel)
    assert text.startswith("I cannot post in a direct message (is_archived). ")
    assert channel not in text


def test_an_alert_shows_a_teams_name_as_it_is_written(sqlite_database: Database) -> None:
    start = "I cannot post in &lt;!here&gt; R&amp;D's channel <#C0HK> (is_archived). "
    assert _told(sqlite_database, "C0HK").startswith(start)
