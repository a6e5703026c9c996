"""Every command as it is typed: with real files, a real database, and what it answers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import cli
from bot.config import normalised_database_url
from bot.domain.comment import Change, ChangeKind
from bot.organisation import load
from bot.store import migrations
from bot.store.database import Database
from bot.usecases import owning, receiving
from tests.organisation.samples import GOOD, spoiled

Shell = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parent.parent
_OURS = (
    "DATABASE_URL",
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


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an organisation file and nothing else, in which the commands run."""
    monkeypatch.chdir(tmp_path)
    for name in _OURS:
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
def upgraded(shell: Shell) -> Database:
    """The default database, brought to this release."""
    assert shell("db", "upgrade")[0] == 0
    return Database("sqlite:///crosstalk.db")


def test_a_good_organisation_file_is_called_good(shell: Shell) -> None:
    answer = "organisation.toml is good: 2 teams, 1 sources, 2 rules\n"
    assert shell("org", "check") == (0, answer, "")


def test_a_bad_organisation_file_is_told_fault_by_fault(shell: Shell, home: Path) -> None:
    bad = spoiled(('claim_within = "1h"', 'claim_wihtin = "1h"'), ('"high"', '"asap"'))
    (home / "organisation.toml").write_text(bad)
    code, out, err = shell("org", "check")
    assert (code, out) == (2, "")
    first, second = err.splitlines()
    assert first == (
        "organisation.toml:20 team “service-hk” → claim_wihtin: is not a key that belongs here"
        " — did you mean claim_within?"
    )
    assert second.startswith("organisation.toml:48 rule “screen” → then.priority: ")


@pytest.mark.parametrize(
    "command",
    [
        ("org", "check"),
        ("route", "refund"),
        ("digest",),
        ("import", "x.csv", "--source", "facebook-hk"),
    ],
)
def test_without_an_organisation_file_it_says_where_to_get_one(
    shell: Shell, home: Path, command: tuple[str, ...]
) -> None:
    (home / "organisation.toml").unlink()
    code, out, err = shell(*command)
    assert (code, out) == (2, "")
    assert err.startswith("organisation.toml: ")
    assert "copy organisation.example.toml" in err
    assert len(err.splitlines()) == 1


def test_another_organisation_file_may_be_named(
    shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "organisation.toml").rename(home / "ours.toml")
    (home / ".env").write_text("CROSSTALK_ORG=ours.toml\n")
    assert shell("org", "check")[1].startswith("ours.toml is good")
    monkeypatch.setenv("CROSSTALK_ORG", "theirs.toml")
    assert shell("org", "check")[0] == 2


def test_the_example_that_we_ship_is_good(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSTALK_ORG", str(ROOT / "organisation.example.toml"))
    code, out, err = shell("org", "check")
    assert (code, err) == (0, "")
    assert " is good: " in out


def test_route_tells_the_teams_and_why(shell: Shell) -> None:
    code, out, err = shell("route", "A refund, my screen is broken", "--unit", "mobile")
    assert (code, err) == (0, "")
    assert out == "Service HK (lead) — rule “refund”: refund\n"
    assert shell("route", "what a day") == (0, "Triage — no rule matches\n", "")


def test_route_as_json_is_the_whole_decision(shell: Shell, home: Path) -> None:
    code, out, _ = shell("route", "退款 please", "--region", "UK", "--json")
    assert code == 0
    assert json.loads(out) == {
        "teams": [
            {
                "team": "service-hk",
                "name": "Service HK",
                "because": [{"kind": "rule", "name": "refund", "words": ["退款"], "team": ""}],
            }
        ],
        "units": [],
        "regions": ["HK"],
        "priority": "normal",
        "tags": [],
        "lead": "service-hk",
        "triage": "",
    }
    assert "退款" in out
    assert not (home / "crosstalk.db").exists()


@pytest.mark.parametrize("text", ["", "\x00", "x" * 100_000, "[bold]", "-5 stars", "{}"])
def test_route_takes_any_text(shell: Shell, text: str) -> None:
    assert shell("route", "--", text) == (0, "Triage — no rule matches\n", "")


def claimed_case(database: Database) -> None:
    """A comment of just now that somebody has claimed."""
    now = datetime.now(UTC)
    organisation = load(Path("organisation.toml"))
    change = Change(kind=ChangeKind.CREATED, source="facebook-hk", external_id="1", at=now,
                    facts={"text": "a refund", "author": {"name": "Mei"}})  # fmt: skip
    with database.transaction() as session:
        receiving.receive(session, [change], source=organisation.sources[0],
                          organisation=organisation, now=now)  # fmt: skip
        owning.claim(session, organisation, 1, "service-hk", by="U0ANNA", now=now)


def test_digest_shows_every_team_s_numbers(shell: Shell, upgraded: Database) -> None:
    claimed_case(upgraded)
    code, out, _ = shell("digest")
    assert code == 0
    head, service, mobile = out.splitlines()
    assert head.split("  ")[0] == "Team"
    assert service.split()[:2] + service.split()[2:] == [
        *["Service", "HK"],
        *["1", "1", "0", "1", "0", "0"],
    ]
    assert mobile.split()[-6:] == ["0"] * 6


def test_digest_as_json_is_for_other_programs(shell: Shell, upgraded: Database) -> None:
    claimed_case(upgraded)
    code, out, _ = shell("digest", "--team", "service-hk", "--period", "7d", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["teams"] == [
        {
            "team": "service-hk",
            "came_in": 1,
            "claimed": 1,
            "resolved": 0,
            "open": 1,
            "unclaimed": 0,
            "oldest_unclaimed": None,
            "past_target": 0,
        }
    ]
    since, until = (datetime.fromisoformat(told[name]) for name in ("since", "until"))
    assert (until - since).days == 7


def test_a_team_s_name_is_shown_as_it_is_written(
    shell: Shell, upgraded: Database, home: Path
) -> None:
    named = spoiled(('name = "Service HK"', 'name = "[bold]Service HK[/]"'))
    (home / "organisation.toml").write_text(named)
    assert "[bold]Service HK[/]" in shell("digest")[1]
    assert upgraded.is_sqlite


def test_an_unknown_team_is_told_with_those_there_are(shell: Shell) -> None:
    code, out, err = shell("digest", "--team", "moon")
    assert (code, out) == (2, "")
    assert err == "--team: “moon” is not a team — use one of: service-hk, mobile\n"


@pytest.mark.parametrize("period", ["", "soon", "-1d", "1x", "9" * 400 + "d"])
def test_a_period_that_is_none_is_refused(
    shell: Shell, capsys: pytest.CaptureFixture[str], period: str
) -> None:
    with pytest.raises(SystemExit) as leaving:
        shell("digest", f"--period={period}")
    assert leaving.value.code == 2
    assert "argument --period" in capsys.readouterr().err


def test_import_sums_up_and_a_second_time_knows_everything(
    shell: Shell, upgraded: Database, home: Path
) -> None:
    (home / "{old} [1].csv").write_text("id,text\n1,a refund\n2,hello\n")
    code, out, _ = shell("import", "{old} [1].csv", "--source", "facebook-hk")
    assert (code, out) == (0, "2 new, 0 known, 0 rejected\n")
    code, out, _ = shell("import", "{old} [1].csv", "--source", "facebook-hk")
    assert (code, out) == (0, "0 new, 2 known, 0 rejected\n")
    assert upgraded.is_sqlite


def test_import_says_where_the_rejected_rows_are(
    shell: Shell, upgraded: Database, home: Path
) -> None:
    (home / "old.csv").write_text("id,text,created_at\n1,a refund,\n,nobody,\n3,late,yesterday\n")
    code, out, _ = shell("import", "old.csv", "--source", "facebook-hk")
    assert (code, out) == (
        1,
        "1 new, 0 known, 2 rejected\nThe rejected rows, each with its reason: old.rejected.csv\n",
    )
    assert "yesterday" in (home / "old.rejected.csv").read_text()
    assert upgraded.is_sqlite


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (
            ("old.csv", "--source", "moon"),
            2,
            "--source: “moon” is not a source — use one of: facebook-hk",
        ),
        (
            ("none.csv", "--source", "facebook-hk"),
            2,
            "none.csv: cannot be read: No such file or directory"
            " — check its path, and that you may read it",
        ),
        (
            (".", "--source", "facebook-hk"),
            2,
            ".: cannot be read: Is a directory — check its path, and that you may read it",
        ),
        (
            ("old.xls", "--source", "facebook-hk"),
            1,
            "Name the file .csv, .tsv, .jsonl or .ndjson.",
        ),
        (
            ("names.csv", "--source", "facebook-hk"),
            1,
            "id: The first line must name the columns, one of them id.",
        ),
        (("empty.csv", "--source", "facebook-hk"), 1, "The file is empty."),
    ],
)
def test_an_import_that_cannot_begin_says_why(
    shell: Shell, upgraded: Database, home: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    for name, content in (("old.xls", "x"), ("names.csv", "name\nx\n"), ("empty.csv", "")):
        (home / name).write_text(content)
    found, out, err = shell("import", *words)
    assert (found, out) == (code, "")
    assert err.splitlines()[-1] == told
    assert "Traceback" not in err
    assert upgraded.is_sqlite


def test_the_database_is_upgraded_from_nothing_and_then_left_alone(
    shell: Shell, bare_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", bare_url)
    for _ in range(2):
        assert shell("db", "upgrade") == (0, "The database is up to date.\n", "")
    database = Database(bare_url)
    assert migrations.current(database) == migrations.head()
    database.close()


@pytest.mark.parametrize(
    "command", [("digest",), ("import", "old.csv", "--source", "facebook-hk"), ("web",)]
)
def test_a_database_that_was_never_upgraded_is_told_in_one_line(
    shell: Shell,
    home: Path,
    bare_url: str,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    here: None,
) -> None:
    del here
    (home / "old.csv").write_text("id\n1\n")
    monkeypatch.setenv("DATABASE_URL", bare_url)
    code, out, err = shell(*command)
    assert (code, out) == (2, "")
    assert err == (
        f"the database: is at nothing, and this release needs {migrations.head()}"
        " — run: crosstalk db upgrade\n"
    )


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql://nobody@127.0.0.1:1/none"]
)
@pytest.mark.parametrize("command", [("digest",), ("db", "upgrade"), ("worker",)])
def test_a_database_that_cannot_be_reached_is_told_in_one_line(
    shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    command: tuple[str, ...],
    here: None,
) -> None:
    del here
    monkeypatch.setenv("DATABASE_URL", normalised_database_url(url))
    code, out, err = shell(*command)
    assert (code, out) == (1, "")
    assert err == (
        "The database does not answer. Check DATABASE_URL, and that it can be reached from here."
        " (OperationalError)\n"
    )


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process of ours begins inside the test's: its logs and signals go back to what they were."""
    formats: list[str] = []
    monkeypatch.setattr(cli.logs, "configure", formats.append)
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("process", ["run", "web", "worker", "clock"])
def test_a_process_without_tokens_says_which_and_where_they_are(
    shell: Shell, upgraded: Database, process: str, here: None
) -> None:
    del here
    code, out, err = shell(process)
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "SLACK_BOT_TOKEN: is not set"
        " — copy the Bot User OAuth Token (xoxb-…) from the app's page into .env",
        "SLACK_SIGNING_SECRET: is not set"
        " — set it (HTTP), or SLACK_APP_TOKEN (Socket Mode), from the app's page",
    ]
    assert upgraded.is_sqlite


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


@pytest.mark.parametrize("words", [(), ("dance",), ("org",), ("db", "downgrade"), ("import",)])
def test_what_is_no_command_gets_the_usage(
    shell: Shell, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        shell(*words)
    assert leaving.value.code == 2
    assert capsys.readouterr().err.startswith("usage: crosstalk")


def test_help_names_every_command(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        shell("--help")
    assert leaving.value.code == 0
    told = capsys.readouterr().out
    for name in ("run", "web", "worker", "clock", "demo", "import", "route", "digest", "org", "db",
                 "doctor"):  # fmt: skip
        assert f"\n    {name} " in told


def python_m_bot(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as another program starts it, with no setting of ours in its environment."""
    environ = {name: value for name, value in os.environ.items() if name not in _OURS}
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
