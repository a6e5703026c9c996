"""An installation for the doctor to look at, in which all is well until a test breaks it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import cli, doctor
from bot.store import health
from bot.store.database import Database
from tests.fakes.clock import Clock
from tests.fakes.requests import SECRET
from tests.fakes.slack_api import FakeSlack
from tests.organisation.samples import GOOD

Doctor = Callable[[], tuple[int, str]]


@pytest.fixture
def clock() -> Clock:
    """The machine's own time: the command asks for no other."""
    return Clock(datetime.now(UTC))


@pytest.fixture
def organisation_file(tmp_path: Path) -> Path:
    path = tmp_path / "organisation.toml"
    path.write_text(GOOD)
    return path


@pytest.fixture
def workspace(slack: FakeSlack) -> FakeSlack:
    """A workspace in which everything is as the organisation file says."""
    scopes = json.loads(doctor.MANIFEST.read_text())["oauth_config"]["scopes"]["bot"]
    slack.scopes = {*slack.scopes, *scopes}
    slack.channel("C0TRIAGE")
    slack.channel("C0SERVICEHK", members=["U0LEADHK"])
    slack.channel("C0MOBILE", "product-mobile")
    slack.usergroup("S0MOBILE", ["U0LEADHK"])
    slack.user("U0MANAGER")
    return slack


@pytest.fixture
def running(sqlite_database: Database, clock: Clock) -> Database:
    """A database that a clock works on."""
    with sqlite_database.transaction() as session:
        health.beat(session, "clock", now=clock.now())
    return sqlite_database


@pytest.fixture
def examined(
    workspace: FakeSlack,
    running: Database,
    organisation_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Doctor:
    """Run the command: its exit code and what it prints."""
    monkeypatch.chdir(organisation_file.parent)
    monkeypatch.delenv("SLACK_APP_TOKEN", raising=False)
    for name, value in {
        "DATABASE_URL": running.url,
        "CROSSTALK_ORG": organisation_file.name,
        "SLACK_BOT_TOKEN": workspace.token,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": workspace.client_url,
        "INTAKE_SECRETS": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    }.items():
        monkeypatch.setenv(name, value)

    def examine() -> tuple[int, str]:
        code = cli.main(["doctor"])
        return code, capsys.readouterr().out

    return examine


def ills(told: str) -> list[tuple[str, str]]:
    """What is to be mended, and how."""
    lines = told.splitlines()
    return [
        (line.removeprefix("✗ "), lines[number + 1].removeprefix("  → "))
        for number, line in enumerate(lines)
        if line.startswith("✗")
    ]
