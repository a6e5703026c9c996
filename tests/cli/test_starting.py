"""Processes that cannot start, databases that are not ready: the exit code, and clear lines."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete

from bot.config import normalised_database_url
from bot.store import migrations, tables as t
from bot.store.database import Database
from tests.cli.conftest import OURS, Shell
from tests.fakes.clock import Clock
from tests.usecases.office import Office

ROOT = Path(__file__).parent.parent.parent


def test_the_database_is_upgraded_from_nothing_and_then_left_alone(
    shell: Shell, bare_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", bare_url)
    for _ in range(2):
        assert shell("db", "upgrade") == (0, "The database is up to date.\n", "")
    database = Database(bare_url)
    assert migrations.current(database) == migrations.head()
    database.close()


@pytest.mark.parametrize("command", [("digest",), ("import", "old.csv", "--source", "facebook-hk")])
@pytest.mark.usefixtures("here")
def test_a_database_that_was_never_upgraded_is_told_in_one_line(
    shell: Shell,
    home: Path,
    bare_url: str,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
) -> None:
    (home / "old.csv").write_text("id\n1\n")
    monkeypatch.setenv("DATABASE_URL", bare_url)
    code, out, err = shell(*command)
    assert (code, out) == (2, "")
    assert err == (
        f"the database: is empty, and this release needs {migrations.head()}"
        " — run: crosstalk db upgrade\n"
    )


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql://nobody@127.0.0.1:1/none"]
)
@pytest.mark.parametrize("command", [("digest",), ("db", "upgrade"), ("worker",)])
@pytest.mark.usefixtures("here")
def test_a_database_that_cannot_be_reached_is_told_in_one_line(
    shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    command: tuple[str, ...],
) -> None:
    monkeypatch.setenv("DATABASE_URL", normalised_database_url(url))
    code, out, err = shell(*command)
    assert (code, out) == (1, "")
    assert err == (
        "The database does not answer. Check DATABASE_URL, and that it can be reached from here."
        " (OperationalError)\n"
    )


@pytest.mark.parametrize("process", ["run", "web", "worker", "clock"])
@pytest.mark.usefixtures("upgraded", "here")
def test_a_process_without_tokens_says_which_and_where_they_are(shell: Shell, process: str) -> None:
    code, out, err = shell(process)
    assert (code, out) == (2, "")
    assert err == (
        "SLACK_BOT_TOKEN: is not set"
        " — copy the Bot User OAuth Token (xoxb-…) from the app's page into .env\n"
        "SLACK_SIGNING_SECRET: is not set"
        " — set it (HTTP), or SLACK_APP_TOKEN (Socket Mode), from the app's page\n"
    )


@pytest.mark.parametrize("command", [("run",), ("org", "check"), ("db", "upgrade"), ("doctor",)])
def test_settings_that_cannot_be_used_are_told_before_anything_is_done(
    shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PORT", "http")
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    code, out, err = shell(*command)
    assert (code, out) == (2, "")
    assert [line.partition(":")[0] for line in err.splitlines()] == ["DATABASE_URL", "PORT"]
    assert sorted(path.name for path in home.iterdir()) == ["organisation.toml"]


def python_m_bot(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as another program starts it, with no setting of ours in its environment."""
    environ = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=home,
        env=environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_module_is_the_command(home: Path) -> None:
    good = python_m_bot(home, "org", "check")
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith("organisation.toml is good")
    bad = python_m_bot(home, "run")
    assert (bad.returncode, bad.stdout) == (2, "")
    lines = bad.stderr.splitlines()
    assert [line.partition(":")[0] for line in lines if line.startswith("SLACK")] == [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
    ]
    assert "Traceback" not in bad.stderr


def test_an_upgrade_says_how_many_cases_it_has_measured(shell: Shell, upgraded: Database) -> None:
    office = Office(database=upgraded, clock=Clock())
    office.take_in("my phone")
    with upgraded.transaction() as session:
        session.execute(delete(t.rounds))
    code, out, err = shell("db", "upgrade")
    assert (code, out) == (0, "The database is up to date. 1 case was measured.\n")
    assert "Cases 1" in err
