"""Each process by itself, on PostgreSQL, as the Procfile starts them."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.demo.interruption import Interruption
from bot.demo.probe import LOCAL
from bot.demo.processes import Child, Children
from bot.ui import ids
from tests import databases
from tests.end_to_end.customers import THREE_CHANNELS, THREE_TEAMS
from tests.end_to_end.stage import (
    HTTP,
    ORGANISATION,
    Stage,
    a_stage,
    assert_ended_well,
    start,
    wait_until_ready,
)
from tests.waiting import eventually

CROSSTALK = str(Path(sys.executable).with_name("crosstalk"))
WING, KENJI = "U0WING", "U0KENJI"
SERVICE = "C0SERVICEHK"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A stage whose bot keeps its data in the database at *url*."""

    stage: Stage
    url: str

    @property
    def settings(self) -> dict[str, str]:
        """What differs from the settings of the stage."""
        organisation = str(self.stage.folder / "organisation.toml")
        return {"DATABASE_URL": self.url, "CROSSTALK_ORG": organisation}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of Crosstalk to its end."""
        return subprocess.run(
            [CROSSTALK, *arguments],
            env=self.stage.settings() | self.settings,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    @contextmanager
    def process(self, name: str) -> Iterator[Children]:
        """One process, until the block ends; it must end well."""
        with Children(Interruption()) as children:
            child: Child = start(self.stage, children, [CROSSTALK], name, **self.settings)
            yield children
        assert_ended_well(child)

    def faults(self) -> list[str]:
        """What the web process says is wrong."""
        ready = f"http://127.0.0.1:{self.stage.port}/health/ready"
        with LOCAL.open(ready, timeout=10) as response:
            return list(json.load(response)["faults"])

    def clock_seen_since(self, moment: datetime) -> bool:
        """Whether a clock was at work after *moment*."""
        query = "SELECT 1 FROM heartbeats WHERE name = 'clock' AND at > %s"
        with databases.connect(self.url) as connection:
            return connection.execute(query, (moment,)).fetchone() is not None


@pytest.fixture
def deployment(local_slack: Path, tmp_path: Path, postgres_url: str) -> Iterator[Deployment]:
    """A workspace that reaches the bot over HTTP, and an empty PostgreSQL database."""
    write_organisation(tmp_path / "organisation.toml")
    name = f"crosstalk_processes_{os.getpid()}"
    with (
        databases.new_database(postgres_url, name) as url,
        a_stage(local_slack, tmp_path, HTTP) as stage,
    ):
        yield Deployment(stage, url)


def write_organisation(file: Path) -> None:
    """The demo's organisation, with every digest due half an hour ago."""
    due = datetime.now(UTC) - timedelta(minutes=30)
    text = ORGANISATION.read_text("utf-8")
    text = re.sub(r'timezone = ".*"', 'timezone = "UTC"', text)
    text = re.sub(r'digest_at = ".*"', f'digest_at = "{due:%H:%M}"', text)
    file.write_text(text, "utf-8")


def test_web_worker_and_clock_do_together_what_one_process_does(deployment: Deployment) -> None:
    assert deployment.run("db", "upgrade").returncode == 0
    slack = deployment.stage.slack
    with deployment.process("web") as children:
        wait_until_ready(deployment.stage, children)
        case = deployment.stage.customers.write(THREE_TEAMS)
        assert slack.cards(SERVICE) == []
        with deployment.process("worker"):
            slack.click(WING, slack.card(SERVICE, case), ids.CLAIM)
            for channel in THREE_CHANNELS:
                slack.card(channel, case, f"<@{WING}> · claimed")
            assert [fault for fault in deployment.faults() if "crosstalk clock" in fault]
            clock_posts_each_digest_once(deployment)
            home = slack.home(KENJI)
            assert "Unclaimed in your teams: 1" in home.words


def clock_posts_each_digest_once(deployment: Deployment) -> None:
    """A clock, and after it another, post the digests that fell due since the first one ran."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with databases.connect(deployment.url) as connection:
        connection.execute("INSERT INTO heartbeats VALUES ('clock', %s, %s)", (yesterday,) * 2)
    for _ in range(2):
        with deployment.process("clock"):
            started = datetime.now(UTC)
            eventually(partial(deployment.clock_seen_since, started), "a clock at work")
            eventually(lambda: not deployment.faults(), "nothing is wrong")
            eventually(lambda: posted_digests(deployment) == 1, "the digest of Service HK")
    assert posted_digests(deployment) == 1


def posted_digests(deployment: Deployment) -> int:
    """How many digests the channel of Service HK shows."""
    cards = deployment.stage.slack.cards(SERVICE)
    return sum(card.text.startswith("Service HK:") for card in cards)
