"""The stages: one for each way in which Slack can reach the bot."""

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo import provision
from bot.demo.interruption import Interruption
from bot.demo.processes import Children
from tests.end_to_end.stage import HTTP, ROOT, SOCKET, Stage, a_bot, a_stage


@pytest.fixture(scope="session")
def local_slack() -> Path:
    """The binary of local-slack, fetched into the checkout once for all runs."""
    folder = ROOT / ".demo"
    folder.mkdir(exist_ok=True)
    with (folder / "tests.lock").open("w") as lock, Children(Interruption()) as children:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return provision.local_slack(folder, children, print)


@pytest.fixture(scope="session", params=[SOCKET, HTTP])
def stage(
    request: pytest.FixtureRequest, local_slack: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A workspace with the bot in it, over a socket and over signed requests; tests share it."""
    folder = tmp_path_factory.mktemp(f"stage-{request.param}")
    with a_stage(local_slack, folder, request.param) as stage, a_bot(stage):
        yield stage
