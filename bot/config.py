"""Settings from the environment, ``.env`` and files; every fault is reported at once."""

import os
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from dotenv import dotenv_values

from bot.errors import Fault, Misconfigured

DEFAULT_DATABASE = "sqlite:///crosstalk.db"
SLACK_API = "https://slack.com/api/"
IN_FILES = (
    "DATABASE_URL",
    "INTAKE_SECRETS",
    "REPORTS_DATABASE_URL",
    "SLACK_APP_TOKEN",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
)
"""The settings that may stand in a file of their own, which ``…_FILE`` then names."""

# No secret is anywhere near so long; a wrong path may name anything.
_LONGEST_SECRET = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says. Secrets stay out of ``repr``.

    Attributes:
        database_pool: how many connections to the database a process opens at most.
        reports_database_url: a copy of the database to read digests from that somebody asks for;
            "" for the database itself.
        metrics_port: where the worker and the clock tell how they are; 0 for nowhere.
        roundup_over: how many new cards may queue for one channel before the rest are announced
            together in one message.
    """

    database_url: str = field(default=DEFAULT_DATABASE, repr=False)
    database_pool: int = 40
    reports_database_url: str = field(default="", repr=False)
    slack_bot_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_api_url: str = SLACK_API
    organisation_file: Path = Path("organisation.toml")
    intake_secrets: tuple[str, ...] = field(default=(), repr=False)
    host: str = "127.0.0.1"
    port: int = 8080
    metrics_port: int = 0
    roundup_over: int = 20
    log_format: str = "json"

    @property
    def socket_mode(self) -> bool:
        """Whether Slack reaches us over a socket that we open, instead of over HTTP."""
        return bool(self.slack_app_token)

    def missing(self) -> list[Fault]:
        """What a process that talks to Slack still needs."""
        faults = []
        if not self.slack_bot_token:
            mend = "copy the Bot User OAuth Token (xoxb-…) from the app's page into .env"
            faults.append(Fault("SLACK_BOT_TOKEN", "is not set", mend))
        if not self.slack_app_token and not self.slack_signing_secret:
            mend = "set it (HTTP), or SLACK_APP_TOKEN (Socket Mode), from the app's page"
            faults.append(Fault("SLACK_SIGNING_SECRET", "is not set", mend))
        return faults


def normalised_database_url(url: str) -> str:
    """*url* with the driver that we ship: hosts hand out ``postgres://`` and ``postgresql://``."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def load(environ: Mapping[str, str] | None = None, dotenv: Path | None = None) -> Settings:
    """Read the settings; the environment wins over ``.env``.

    Raises:
        Misconfigured: with every fault found.
    """
    file = dotenv_values(dotenv or Path(".env")) if environ is None or dotenv else {}
    values = {k: v for k, v in file.items() if v is not None}
    values |= os.environ if environ is None else environ
    reader = _Reader(values)
    settings = Settings(
        database_url=reader.database("DATABASE_URL", DEFAULT_DATABASE),
        database_pool=reader.number("DATABASE_POOL", 40, lambda n: 1 <= n <= 1000),
        reports_database_url=reader.database("REPORTS_DATABASE_URL"),
        slack_bot_token=reader.secret("SLACK_BOT_TOKEN", "xoxb-"),
        slack_signing_secret=reader.secret("SLACK_SIGNING_SECRET"),
        slack_app_token=reader.secret("SLACK_APP_TOKEN", "xapp-"),
        slack_api_url=reader.text("SLACK_API_URL", SLACK_API).rstrip("/") + "/",
        organisation_file=Path(reader.text("CROSSTALK_ORG", "organisation.toml")),
        intake_secrets=reader.secrets("INTAKE_SECRETS"),
        host=reader.text("HOST", "127.0.0.1"),
        port=reader.number("PORT", 8080, lambda n: 0 <= n <= 65535),
        metrics_port=reader.number("METRICS_PORT", 0, lambda n: 0 <= n <= 65535),
        roundup_over=reader.number("CROSSTALK_ROUNDUP_OVER", 20, lambda n: n >= 1),
        log_format=reader.choice("CROSSTALK_LOG", ("json", "text")),
    )
    if reader.faults:
        raise Misconfigured(reader.faults)
    return settings


def _is_secret(text: str) -> bool:
    """Whether *text* is a Standard Webhooks secret: whsec_ and 24 to 64 bytes in base64."""
    try:
        key = b64decode(text.removeprefix("whsec_"), validate=True)
    except ValueError:
        return False
    return text.startswith("whsec_") and 24 <= len(key) <= 64


def _is_number(text: str) -> bool:
    # Python refuses to read thousands of digits.
    return text.isascii() and text.isdigit() and len(text) <= 9


def _is_postgres(url: str) -> bool:
    """Whether the database library can read *url*; a password with an @ or / must be quoted."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "postgresql+psycopg" and port != 0 and parts.netloc.count("@") <= 1


def _unreadable(error: Exception) -> str:
    # The path is not a secret, unless somebody has put the secret itself there.
    reason = getattr(error, "strerror", None) or "that is no path"
    return f"names a file that cannot be read: {reason}"


def _pooler(url: str) -> str:
    """What *url* says of a pooler in between; "" for none."""
    found = parse_qs(url.partition("?")[2], keep_blank_values=True).get("pooler", [""])
    return ",".join(found)


class _Reader:
    """Takes values out of the environment and collects what is wrong with them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.faults: list[Fault] = []

    def text(self, name: str, default: str = "") -> str:
        given = self._values.get(name, "").strip()
        named = self._values.get(f"{name}_FILE", "").strip() if name in IN_FILES else ""
        if given and named:
            mend = f"keep one of them: {name}_FILE for a file, {name} for the value itself"
            self.faults.append(Fault(f"{name}_FILE", f"is set, and {name} is set too", mend))
        return given or self._in_file(f"{name}_FILE", named) or default

    def _in_file(self, name: str, path: str) -> str:
        """What the file at *path* holds, without its last line end; nothing of it is ever told."""
        if not path:
            return ""
        try:
            with Path(path).open("rb") as file:
                found = file.read(_LONGEST_SECRET + 1).decode()
        except (OSError, ValueError) as error:
            problem = "is not text" if isinstance(error, UnicodeError) else _unreadable(error)
            mend = "name a file that holds the value and nothing else, and that we may read"
            self.faults.append(Fault(name, problem, mend))
            return ""
        value = found.strip()
        if not value or len(found) > _LONGEST_SECRET:
            problem = "names a file that is empty" if not value else "names a file that is too long"
            self.faults.append(Fault(name, problem, "write the value into it, and nothing else"))
            return ""
        return value

    def secret(self, name: str, prefix: str = "") -> str:
        """A value that goes into headers or signatures: visible ASCII, or it is no secret."""
        value = self.text(name)
        if not all("!" <= char <= "~" for char in value):
            mend = "copy it again, whole and by itself"
            self.faults.append(Fault(name, "holds characters that none of its kind has", mend))
            return ""
        if value and not value.startswith(prefix):
            mend = f"copy the token that begins with {prefix}"
            self.faults.append(Fault(name, "is another kind of token", mend))
        return value

    def database(self, name: str, default: str = "") -> str:
        url = normalised_database_url(self.text(name, default))
        if url and not (url.startswith("sqlite:///") or _is_postgres(url)):
            mend = "use postgresql://user:password@host/name or sqlite:///file.db"
            self.faults.append(Fault(name, "is neither PostgreSQL nor SQLite", mend))
        elif _pooler(url) not in {"", "transaction"}:
            mend = "write pooler=transaction, or nothing of it for a pooler by session"
            self.faults.append(Fault(name, f"knows no pooler=“{_pooler(url)}”", mend))
        return url

    def secrets(self, name: str) -> tuple[str, ...]:
        found = tuple(part.strip() for part in self.text(name).split(",") if part.strip())
        if any(not _is_secret(secret) for secret in found):
            mend = 'write "whsec_" and the output of: openssl rand -base64 32; several with commas'
            self.faults.append(Fault(name, "holds something that is no whsec_… secret", mend))
        return found

    def number(self, name: str, default: int, holds: Callable[[int], bool]) -> int:
        value = self.text(name, str(default))
        if not (_is_number(value) and holds(int(value))):
            self.faults.append(Fault(name, f"“{value}” cannot be used", f"try {default}"))
            return default
        return int(value)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, choices[0])
        if value not in choices:
            self.faults.append(Fault(name, f"“{value}” is unknown", f"use {' or '.join(choices)}"))
        return value
