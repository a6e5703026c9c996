"""Settings: where they come from, and every fault in them at once."""

from pathlib import Path

import pytest

from bot import config
from bot.config import Settings
from bot.errors import Fault, Misconfigured

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLDER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
ASK_FOR_A_DATABASE = "use postgresql://user:password@host/name or sqlite:///file.db"
ASK_FOR_A_SECRET = 'write "whsec_" and the output of: openssl rand -base64 32; several with commas'


def faults(**environ: str) -> list[Fault]:
    with pytest.raises(Misconfigured) as refusal:
        config.load(environ)
    return refusal.value.faults


def test_without_any_setting_the_defaults_are_those_of_one_machine() -> None:
    assert config.load({}) == Settings()
    settings = Settings()
    assert settings.database_url == "sqlite:///crosstalk.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.organisation_file == Path("organisation.toml")
    assert settings.slack_api_url == "https://slack.com/api/"


def test_every_setting_has_its_name() -> None:
    environ = {
        "DATABASE_URL": "postgresql://me:pw@db/crosstalk",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "abc",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_API_URL": "http://127.0.0.1:9/api",
        "CROSSTALK_ORG": "ours.toml",
        "INTAKE_SECRETS": f" {SECRET} , {OLDER},",
        "HOST": "0.0.0.0",  # noqa: S104 - a value to be read, nothing listens on it
        "PORT": "80",
        "DATABASE_POOL": "7",
        "REPORTS_DATABASE_URL": "postgres://me:pw@copy/crosstalk?pooler=transaction",
        "METRICS_PORT": "9090",
        "CROSSTALK_ROUNDUP_OVER": "5",
        "CROSSTALK_LOG": "text",
    }
    assert config.load(environ) == Settings(
        database_url="postgresql+psycopg://me:pw@db/crosstalk",
        slack_bot_token="xoxb-1",
        slack_signing_secret="abc",
        slack_app_token="xapp-1",
        slack_api_url="http://127.0.0.1:9/api/",
        organisation_file=Path("ours.toml"),
        intake_secrets=(SECRET, OLDER),
        host="0.0.0.0",  # noqa: S104 - as above
        port=80,
        database_pool=7,
        reports_database_url="postgresql+psycopg://me:pw@copy/crosstalk?pooler=transaction",
        metrics_port=9090,
        roundup_over=5,
        log_format="text",
    )


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_a_setting_left_blank_counts_as_not_set(blank: str) -> None:
    named = ["DATABASE_URL", "SLACK_BOT_TOKEN", "INTAKE_SECRETS", "PORT", "CROSSTALK_LOG"]
    assert config.load(dict.fromkeys(named, blank)) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "problem", "mend"),
    [
        ("DATABASE_URL", "mysql://x", "is neither PostgreSQL nor SQLite", ASK_FOR_A_DATABASE),
        ("DATABASE_URL", "crosstalk.db", "is neither PostgreSQL nor SQLite", ASK_FOR_A_DATABASE),
        ("DATABASE_URL", "sqlite://", "is neither PostgreSQL nor SQLite", ASK_FOR_A_DATABASE),
        (
            "DATABASE_URL",
            "postgresql://me:p@ss:word@db/x",
            "is neither PostgreSQL nor SQLite",
            ASK_FOR_A_DATABASE,
        ),
        (
            "DATABASE_URL",
            "postgresql://me:pa/ss@db/x",
            "is neither PostgreSQL nor SQLite",
            ASK_FOR_A_DATABASE,
        ),
        (
            "DATABASE_URL",
            "postgresql://me:pw@db:port/x",
            "is neither PostgreSQL nor SQLite",
            ASK_FOR_A_DATABASE,
        ),
        (
            "DATABASE_URL",
            "postgresql://me:pw@db/x?sslmode=require&pooler=session",
            "knows no pooler=“session”",
            "write pooler=transaction, or nothing of it for a pooler by session",
        ),
        (
            "REPORTS_DATABASE_URL",
            "mysql://x",
            "is neither PostgreSQL nor SQLite",
            ASK_FOR_A_DATABASE,
        ),
        ("DATABASE_POOL", "0", "“0” cannot be used", "try 40"),
        ("METRICS_PORT", "65536", "“65536” cannot be used", "try 0"),
        (
            "SLACK_BOT_TOKEN",
            "xapp-1",
            "is another kind of token",
            "copy the token that begins with xoxb-",
        ),
        (
            "SLACK_APP_TOKEN",
            "xoxb-1",
            "is another kind of token",
            "copy the token that begins with xapp-",
        ),
        (
            "INTAKE_SECRETS",
            "hunter2",
            "holds something that is no whsec_… secret",
            ASK_FOR_A_SECRET,
        ),
        (
            "INTAKE_SECRETS",
            f"{SECRET},whsec_short",
            "holds something that is no whsec_… secret",
            ASK_FOR_A_SECRET,
        ),
        ("PORT", "http", "“http” cannot be used", "try 8080"),
        ("PORT", "65536", "“65536” cannot be used", "try 8080"),
        ("PORT", "-1", "“-1” cannot be used", "try 8080"),
        ("PORT", "８０", "“８０” cannot be used", "try 8080"),
        ("PORT", "9" * 5_000, f"“{'9' * 5_000}” cannot be used", "try 8080"),
        ("CROSSTALK_ROUNDUP_OVER", "0", "“0” cannot be used", "try 20"),
        ("CROSSTALK_LOG", "xml", "“xml” is unknown", "use json or text"),
    ],
)
def test_a_value_that_cannot_be_used_says_what_to_write(
    name: str, value: str, problem: str, mend: str
) -> None:
    assert faults(**{name: value}) == [Fault(name, problem, mend)]


def test_all_faults_come_at_once() -> None:
    found = faults(DATABASE_URL="x", SLACK_BOT_TOKEN="x", INTAKE_SECRETS="x", PORT="x")
    assert [fault.place for fault in found] == [
        "DATABASE_URL",
        "SLACK_BOT_TOKEN",
        "INTAKE_SECRETS",
        "PORT",
    ]


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "INTAKE_SECRETS"])
def test_a_fault_does_not_show_the_secret(name: str) -> None:
    assert "hunter2" not in str(faults(**{name: "hunter2"}))


def test_secrets_stay_out_of_what_is_printed_of_the_settings() -> None:
    settings = config.load(
        {
            "DATABASE_URL": "postgresql://me:hunter2@db/x",
            "REPORTS_DATABASE_URL": "postgresql://me:hunter2@copy/x",
            "SLACK_BOT_TOKEN": "xoxb-hunter2",
            "SLACK_APP_TOKEN": "xapp-hunter2",
            "SLACK_SIGNING_SECRET": "hunter2",
            "INTAKE_SECRETS": SECRET,
        }
    )
    assert "hunter2" not in f"{settings} {settings!r}"
    assert SECRET not in f"{settings} {settings!r}"
    assert "8080" in repr(settings)


@pytest.mark.parametrize(
    ("url", "normalised"),
    [
        ("postgres://me@db/x", "postgresql+psycopg://me@db/x"),
        ("postgresql://me@db:5/x?sslmode=require",
         "postgresql+psycopg://me@db:5/x?sslmode=require"),
        ("postgresql+psycopg://me@db/x", "postgresql+psycopg://me@db/x"),
        ("sqlite:///a.db", "sqlite:///a.db"),
    ],
)  # fmt: skip
def test_whatever_a_host_hands_out_names_the_driver_that_we_ship(url: str, normalised: str) -> None:
    assert config.load({"DATABASE_URL": url}).database_url == normalised


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text('PORT=1\nHOST="file.example" # a comment\nCROSSTALK_LOG\n')
    settings = config.load({"PORT": "2"}, dotenv)
    assert (settings.port, settings.host, settings.log_format) == (2, "file.example", "json")


def test_the_file_is_looked_for_where_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("PORT", "HOST"):
        monkeypatch.delenv(name, raising=False)
    assert config.load().port == 8080
    (tmp_path / ".env").write_text("PORT=1234\n")
    assert config.load().port == 1234
    monkeypatch.setenv("PORT", "4321")
    assert config.load().port == 4321


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]),
        ({"slack_bot_token": "xoxb-1"}, ["SLACK_SIGNING_SECRET"]),
        ({"slack_signing_secret": "abc"}, ["SLACK_BOT_TOKEN"]),
        ({"slack_bot_token": "xoxb-1", "slack_signing_secret": "abc"}, []),
        ({"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}, []),
    ],
)
def test_a_process_that_talks_to_slack_is_told_what_it_still_needs(
    given: dict[str, str], missing: list[str]
) -> None:
    settings = Settings(**given)  # type: ignore[arg-type]
    assert [fault.place for fault in settings.missing()] == missing
    assert settings.socket_mode == ("slack_app_token" in given)
