"""A folder and a shell for the commands."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import cli, logs
from bot.config import IN_FILES
from bot.store.database import Database
from tests.organisation.samples import GOOD

Shell = Callable[..., tuple[int, str, str]]
OURS = (
    *(f"{name}_FILE" for name in IN_FILES),
    "DATABASE_URL",
    "DATABASE_POOL",
    "REPORTS_DATABASE_URL",
    "METRICS_PORT",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "SLACK_API_URL",
    "CROSSTALK_ORG",
    "INTAKE_SECRETS",
    "CROSSTALK_LOG",
    "PORT",
    "HOST",
)
"""Settings that a machine which runs Crosstalk may have, and a test must not see."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an organisation file and nothing else, in which the commands run."""
    monkeypatch.chdir(tmp_path)
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "organisation.toml").write_text(GOOD)
    return tmp_path


@pytest.fixture
def shell(home: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Type a command: its exit code, and what it prints to people and about faults."""
    assert Path.cwd() == home

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def upgraded(shell: Shell) -> Iterator[Database]:
    """The default database, brought to this release."""
    assert shell("db", "upgrade")[0] == 0
    database = Database("sqlite:///crosstalk.db")
    yield database
    database.close()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process of ours begins inside the test's: its logs and signals go back to what they were."""
    monkeypatch.setattr(logs, "configure", lambda _: None)
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)
