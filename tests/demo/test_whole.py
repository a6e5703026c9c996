"""The whole demo as a newcomer starts it: the real bot, the real local-slack, real signals."""

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest

from bot.demo import provision
from bot.demo.interruption import Interruption
from bot.demo.probe import LOCAL, answers
from bot.demo.processes import Children
from bot.demo.stream import samples
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
THREE_TEAMS = next(s for s in samples() if s.body["data"]["id"] == "ig-6641")
SECONDS = 60


class Demo:
    """A demo that runs as its own process, and what it has printed so far."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", "--fast"],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self.output = ""
        self._lines: Queue[str | None] = Queue()
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)
        self._lines.put(None)

    def wait_for(self, pattern: str) -> str:
        """The first group of *pattern* as soon as it has been printed."""
        while not (match := re.search(pattern, self.output)):
            line = self._lines.get(timeout=SECONDS)
            assert line is not None, f"ended without {pattern}:\n{self.output}"
            self.output += line
        return match[1]

    def end(self, number: signal.Signals) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        return self.finish()

    def finish(self) -> int:
        """Wait for the end; the exit code."""
        code = self.process.wait(SECONDS)
        self._reader.join()
        while line := self._lines.get_nowait():
            self.output += line
        return code


@contextmanager
def demo_in(folder: Path) -> Iterator[Demo]:
    demo = Demo(folder)
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.end(signal.SIGTERM)


@pytest.fixture(scope="session")
def installed() -> Path:
    """The npm packages with local-slack, installed in the checkout once for all runs."""
    folder = ROOT / ".demo"
    folder.mkdir(exist_ok=True)
    with (
        (folder / "tests.lock").open("w") as lock,
        Children(Interruption()) as children,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        return provision.local_slack(folder, children, print).parents[2]


@pytest.fixture
def folder(tmp_path: Path, installed: Path) -> Path:
    """An empty place to start from, in which local-slack need not be installed again."""
    (tmp_path / ".demo").mkdir()
    (tmp_path / ".demo" / "node_modules").symlink_to(installed)
    return tmp_path


def messages(address: str, channel: str) -> str:
    with LOCAL.open(f"{address}/_control/messages/{channel}", timeout=10) as response:
        return json.dumps(json.load(response), ensure_ascii=False)


def wait_for_card(address: str, channel: str, words: str) -> None:
    eventually(lambda: words in messages(address, channel), f"a card in {channel}", SECONDS)


def test_comments_arrive_as_cards_and_ctrl_c_ends_everything(folder: Path) -> None:
    with demo_in(folder) as demo:
        address = demo.wait_for(r"Open\s+(\S+)")
        taken = demo.wait_for(r"(\d+ of \d+) sample deliveries are in")
        words = THREE_TEAMS.body["data"]["text"][:12]
        for channel in ("C0SERVICEHK", "C0PRODUCTMOBILE", "C0MARKETINGHK"):
            wait_for_card(address, channel, words)
        code = demo.end(signal.SIGINT)
    assert code == 0, demo.output
    assert taken == f"{len(samples())} of {len(samples())}"
    assert not answers(f"{address}/_control/state")
    for secret in ("xoxb-", "xapp-", "whsec_", "Traceback"):
        assert secret not in demo.output
    log = (folder / ".demo" / "bot.log").read_text("utf-8")
    assert words not in log
    assert "Traceback" not in log


def test_a_child_that_dies_ends_the_demo_with_its_last_words(tmp_path: Path) -> None:
    package = provision.package_name(os.uname().sysname, os.uname().machine)
    home = tmp_path / ".demo" / "node_modules" / package
    (home / "bin").mkdir(parents=True)
    (home / "package.json").write_text(json.dumps({"version": provision.VERSION}))
    (home / "bin" / "local-slack").write_text("#!/bin/sh\necho cannot listen; exit 1\n")
    (home / "bin" / "local-slack").chmod(0o755)
    with demo_in(tmp_path) as demo:
        code = demo.finish()
    assert code == 1
    assert "local-slack has ended (exit code 1)" in demo.output
    assert "cannot listen" in demo.output
    assert "Traceback" not in demo.output


def test_two_demos_in_one_folder_do_not_share_a_database(tmp_path: Path) -> None:
    (tmp_path / ".demo").mkdir()
    with (tmp_path / ".demo" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with demo_in(tmp_path) as demo:
            code = demo.finish()
    assert code == 1
    assert "Another demo is running" in demo.output
