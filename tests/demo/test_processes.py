"""What the demo starts, it ends; and what ends by itself, it tells of."""

import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from bot.demo import processes
from bot.demo.interruption import DemoFailed, Interrupted, Interruption
from bot.demo.processes import Child, Children, free_port

WAIT = "print('up', flush=True); from threading import Event; Event().wait(60)"
SLEEP = [sys.executable, "-c", WAIT]
DEAF = "import signal as s; s.signal(s.SIGTERM, s.SIG_IGN)"
STUBBORN = [sys.executable, "-c", f"{DEAF}; {WAIT}"]


def wait_until_up(children: Children, child: Child) -> None:
    children.wait_for(lambda: b"up" in child.log.read_bytes(), 10)


def test_leaving_ends_every_process(tmp_path: Path) -> None:
    with Interruption() as interruption, Children(interruption) as children:
        started = [children.start(name, SLEEP, tmp_path / name) for name in ("one", "two")]
        for child in started:
            wait_until_up(children, child)
    assert [child.process.returncode for child in started] == [-signal.SIGTERM] * 2


def test_a_process_that_does_not_listen_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "GRACE_SECONDS", 0.2)
    with Interruption() as interruption, Children(interruption) as children:
        child = children.start("stubborn", STUBBORN, tmp_path / "log")
        wait_until_up(children, child)
    assert child.process.returncode == -signal.SIGKILL


def test_a_process_that_ends_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('a\\n' * 50 + 'the reason'); raise SystemExit(3)"]
    with Children(Interruption()) as children:
        children.start("bot", command, tmp_path / "log")
        with pytest.raises(DemoFailed, match=r"ended \(exit code 3\)(.|\n)*the reason") as told:
            children.pause(10)
    assert str(told.value).count("\na") < 20


def test_a_killed_process_is_reported_with_the_signal(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    with Children(Interruption()) as children:
        children.start("bot", command, tmp_path / "log")
        with pytest.raises(DemoFailed, match="signal 9"):
            children.pause(10)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        Children(Interruption()) as children,
        pytest.raises(DemoFailed, match="local-slack could not be started: No such file"),
    ):
        children.start("local-slack", [str(tmp_path / "missing")], tmp_path / "log")


def test_waiting_for_what_does_not_come_ends_with_the_logs(tmp_path: Path) -> None:
    with Children(Interruption()) as children:
        wait_until_up(children, children.start("bot", SLEEP, tmp_path / "log"))
        with pytest.raises(DemoFailed, match=r"bot was not ready after 1 seconds(.|\n)*up"):
            children.wait_for(lambda: False, 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_wait(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with Interruption() as interruption, Children(interruption) as children:
        os.kill(os.getpid(), number)
        with pytest.raises(Interrupted):
            children.pause(60)
    assert signal.getsignal(number) is before


def test_a_signal_ends_the_wait_for_a_command_and_the_command(tmp_path: Path) -> None:
    started = time.monotonic()
    with Interruption() as interruption, Children(interruption) as children:
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Interrupted):
            children.finish("npm install", SLEEP, tmp_path / "log")
    assert time.monotonic() - started < 30


def test_a_taken_port_is_passed_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert free_port(taken) > taken


@pytest.mark.parametrize("first", [65536, 100_000])
def test_a_port_that_cannot_be_is_refused(first: int) -> None:
    with pytest.raises(DemoFailed, match=f"No port from {first} on is free"):
        free_port(first)


def test_port_zero_is_not_taken_for_a_port() -> None:
    assert free_port(0) > 0
