"""A bot that is put together asks Slack for nothing that it does not need."""

from pathlib import Path

import pytest
from slack_bolt import App

from bot import main
from bot.config import Settings
from bot.errors import Misconfigured
from bot.main import Bot
from tests.fakes.clock import Clock
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
    assert isinstance(main.bolt_app(bot), App)
    assert len(slack.calls) == before


def test_who_we_are_is_asked_once_for_all_requests(
    slack: FakeSlack, bot: Bot, incoming: Incoming
) -> None:
    app = main.bolt_app(bot)
    for _ in range(5):
        assert app.dispatch(incoming.home_opened(by="U0ANN")).status == 200
    assert len(slack.called("auth.test")) == 1
    assert len(slack.called("views.publish")) == 5


def test_requests_are_answered_though_slack_does_not_say_who_we_are(
    slack: FakeSlack, bot: Bot, incoming: Incoming
) -> None:
    slack.fail("auth.test", "internal_error")
    app = main.bolt_app(bot)
    assert app.dispatch(incoming.home_opened(by="U0ANN")).status == 200
    assert slack.home("U0ANN").blocks


def test_what_slack_did_not_sign_reaches_no_listener(slack: FakeSlack, bot: Bot) -> None:
    forged = Incoming(slack, secret="somebody else's")
    before = len(slack.calls)
    assert main.bolt_app(bot).dispatch(forged.home_opened(by="U0ANN")).status == 401
    assert len(slack.calls) == before
