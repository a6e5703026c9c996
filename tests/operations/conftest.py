"""Processes as a platform starts them, in a fake workspace that lives by the machine's clock."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.demo.probe import LOCAL
from tests.fakes.slack_api import FakeSlack
from tests.operations.copies import backup as backup, binaries as binaries
from tests.operations.schemas import ROOT
from tests.waiting import eventually

ORGANISATION = """
timezone = "UTC"
triage_channel = "C0TRIAGE"
departments = ["service"]

[[source]]
key = "shop"
connector = "webhook"

[[team]]
key = "service"
name = "Service"
department = "service"
channel = "C0SERVICE"
hours = "Mon-Sun 00:00-24:00"
claim_within = "1h"
resolve_within = "1d"
members = ["U0ANN"]

[[rule]]
name = "all"
when.text = ["refund"]
then.departments = ["service"]
"""
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@dataclass
class Platform:
    """Starts processes with one environment, and asks their faces."""

    environment: dict[str, str]
    log: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        """One process of Crosstalk."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot", *words],
                cwd=ROOT,
                env=self.environment | settings,
                stdout=log,
                stderr=log,
            )
        self.started.append(process)
        return process

    def ask(self, port: int, path: str, body: bytes | None = None) -> tuple[int, str]:
        """The status and text of an answer; 0 while nobody answers."""
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body)
        try:
            with LOCAL.open(request, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def faults(self, port: int) -> list[str]:
        """What a process says is wrong; nothing while nobody answers."""
        status, text = self.ask(port, "/health/ready")
        told: dict[str, Any] = json.loads(text) if status else {"faults": []}
        return list(told["faults"])

    def ready(self, port: int) -> bool:
        """Whether a process says that it is ready."""
        return self.ask(port, "/health/ready")[0] == 200

    def lines(self, event: str) -> list[dict[str, Any]]:
        """The lines of that event in the log."""
        found = [json.loads(x) for x in self.log.read_text().splitlines() if x.startswith("{")]
        return [line for line in found if line.get("event") == event]

    def end(self, process: subprocess.Popen[bytes]) -> float:
        """Ask *process* to end; how many seconds it took. It must end well."""
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        return time.monotonic() - began


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait for *condition*."""
    eventually(condition, "what was waited for", seconds)


@pytest.fixture
def real_slack() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        slack.user("U0ANN")
        for channel in ("C0TRIAGE", "C0SERVICE"):
            slack.channel(channel, members=["U0ANN"])
        yield slack


@pytest.fixture
def platform(real_slack: FakeSlack, tmp_path: Path) -> Iterator[Platform]:
    """Whatever starts processes here; none of them outlives the test."""
    (tmp_path / "organisation.toml").write_text(ORGANISATION)
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": real_slack.token,
        "SLACK_SIGNING_SECRET": "secret",
        "SLACK_API_URL": real_slack.client_url,
        "INTAKE_SECRETS": SECRET,
        "CROSSTALK_ORG": str(tmp_path / "organisation.toml"),
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
    }
    made = Platform(environment, tmp_path / "log")
    yield made
    for process in made.started:
        process.kill()
        process.wait()
