"""Secrets come from the environment or from files, and are told to nobody."""

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from bot import cli, config, doctor
from bot.config import IN_FILES, Settings
from bot.errors import CrosstalkError, Fault, Misconfigured
from bot.main import build
from bot.slack.gateway import Gateway, web_client
from bot.store.database import Database
from tests.cli.conftest import OURS
from tests.organisation.samples import GOOD
from tests.test_logs import logging_as_in_a_process

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ODD = ("%s{0}[red]$(id)", "\\u0041\\n';--", "<!channel>&amp;", "a" * 3000)
"""What formatters, markup, shells and databases might trip over."""
GOOD_VALUES = {
    "DATABASE_URL": "sqlite:///elsewhere.db",
    "INTAKE_SECRETS": WHSEC,
    "REPORTS_DATABASE_URL": "postgresql://copy.example/crosstalk",
    "SLACK_APP_TOKEN": "xapp-1-secret",
    "SLACK_BOT_TOKEN": "xoxb-1-secret",
    "SLACK_SIGNING_SECRET": "5157ab",
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "organisation.toml").write_text(GOOD)
    return tmp_path


def written(place: Path, value: str | bytes) -> str:
    file = place / "secret"
    file.write_bytes(value if isinstance(value, bytes) else value.encode())
    return str(file)


def faults(**environ: str) -> list[Fault]:
    with pytest.raises(Misconfigured) as refusal:
        config.load(environ)
    return refusal.value.faults


@pytest.mark.parametrize("name", IN_FILES)
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_a_secret_may_stand_in_a_file_of_its_own(place: Path, name: str, end: str) -> None:
    given = config.load({f"{name}_FILE": written(place, GOOD_VALUES[name] + end)})
    assert given == config.load({name: GOOD_VALUES[name]})
    assert given != Settings()


@pytest.mark.parametrize("name", IN_FILES)
def test_a_value_and_a_file_for_it_are_one_too_many(place: Path, name: str) -> None:
    file = written(place, GOOD_VALUES[name])
    (fault,) = faults(**{name: GOOD_VALUES[name], f"{name}_FILE": file})
    assert str(fault) == (
        f"{name}_FILE: is set, and {name} is set too — keep one of them:"
        f" {name}_FILE for a file, {name} for the value itself"
    )
    blank = config.load({name: " ", f"{name}_FILE": file})
    assert blank == config.load({name: GOOD_VALUES[name]})


@pytest.mark.parametrize("name", IN_FILES)
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "names a file that cannot be read: No such file or directory"),
        ("a folder", "names a file that cannot be read: Is a directory"),
        (b"", "names a file that is empty"),
        (b"\n \n", "names a file that is empty"),
        (b"\xff\xfe hunter2", "is not text"),
        (b"x" * 70_000, "names a file that is too long"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_without_what_is_in_it(
    place: Path, name: str, content: bytes | str | None, problem: str
) -> None:
    file = str(place) if content == "a folder" else str(place / "missing")
    if isinstance(content, bytes):
        file = written(place, content)
    (fault,) = faults(**{f"{name}_FILE": file})
    assert (fault.place, fault.problem) == (f"{name}_FILE", problem)
    assert "hunter2" not in str(fault)
    (odd,) = faults(**{f"{name}_FILE": "hunter2\0"})
    assert "hunter2" not in str(odd)


def test_every_secret_is_a_setting_that_may_stand_in_a_file() -> None:
    hidden = {
        name.upper() for name, field in Settings.__dataclass_fields__.items() if not field.repr
    }
    assert hidden == set(IN_FILES)


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"])
@pytest.mark.parametrize("value", ["xoxb-hunter2\nX: y", "xoxb-hunter2 é", "xapp-hünter2"])
def test_a_token_that_no_header_can_hold_is_refused_before_anybody_quotes_it(
    name: str, value: str
) -> None:
    # http.client tells the whole header when it refuses one.
    (fault,) = faults(**{name: value})
    assert fault.problem == "holds characters that none of its kind has"
    assert "hunter2" not in str(fault)
    assert "hünter2" not in str(fault)


def secrets(odd: str) -> dict[str, str]:
    visible = "".join(char for char in odd if "!" <= char <= "~") or "x"
    return {
        "DATABASE_URL": "postgresql://crosstalk:DBPASS%25s%7B0%7D@127.0.0.1:1/nothing",
        "INTAKE_SECRETS": WHSEC,
        "SLACK_APP_TOKEN": f"xapp-APP{visible}",
        "SLACK_BOT_TOKEN": f"xoxb-BOT{visible}",
        "SLACK_SIGNING_SECRET": f"SIGN{visible}",
        # Nothing listens there, so that everything fails.
        "SLACK_API_URL": "http://127.0.0.1:1/api/",
    }


PIECES = ("DBPASS", WHSEC, WHSEC[6:], "xapp-APP", "xoxb-BOT", "SIGN")


@pytest.mark.parametrize("odd", ODD, ids=["formats", "escapes", "markup", "long"])
def test_nothing_that_we_print_log_or_raise_has_a_secret_in_it(
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    odd: str,
) -> None:
    assert (place / "organisation.toml").exists()
    for name, value in secrets(odd).items():
        monkeypatch.setenv(name, value)
    with logging_as_in_a_process("json", logging.DEBUG) as logged:
        told = everything_told()
    printed = capsys.readouterr()
    whole = "".join([*told, printed.out, printed.err, logged.getvalue()])
    assert "tried" in logged.getvalue()
    assert "Connect" in whole or "refused" in whole
    assert [piece for piece in PIECES if piece in whole] == []


def everything_told() -> list[str]:
    """What each command prints, and what the parts raise, while nothing can be reached."""
    told = []
    settings = config.load()
    for command in (["doctor"], ["forget", "x", "--yes"], ["digest"], ["db", "upgrade"]):
        cli.main(command)
    for attempt in (
        lambda: build(settings),
        lambda: Database(settings.database_url).ping(),
        lambda: Gateway(web_client(settings)).identity(),
        lambda: Gateway(web_client(settings)).socket_address(settings.slack_app_token),
    ):
        try:
            attempt()
        except CrosstalkError as error:
            told += traceback.format_exception(error)
            structlog.get_logger().exception("tried")
    told.append(json.dumps(doctor.findings(settings, now=NOW)))
    return [*told, repr(settings)]
