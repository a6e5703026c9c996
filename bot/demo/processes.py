"""The processes that the demo starts: started together, watched, and ended together."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.demo.interruption import DemoFailed, Interruption

GRACE_SECONDS = 8.0
_PORTS_TO_TRY = 100
_TAIL_LINES = 15


@dataclass(frozen=True, slots=True)
class Child:
    """A process of ours; everything it prints goes to *log*."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


class Children:
    """The processes that run now; leaving ends them all, the youngest first."""

    def __init__(self, interruption: Interruption) -> None:
        self._interruption = interruption
        self._running: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        deadline = time.monotonic() + GRACE_SECONDS
        while self._running:
            _end(self._running.pop(), deadline)

    def start(
        self, name: str, command: Sequence[str], log: Path, environ: Mapping[str, str] | None = None
    ) -> Child:
        """Start *command* in a session of its own, so that a Ctrl-C meant for us spares it.

        Raises:
            DemoFailed: there is no such program, or it may not be run.
        """
        try:
            with log.open("wb") as output:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=environ,
                    start_new_session=True,
                )
        except OSError as error:
            raise DemoFailed(f"{name} could not be started: {error.strerror}.") from error
        child = Child(name, process, log)
        self._running.append(child)
        return child

    def finish(
        self, name: str, command: Sequence[str], log: Path, environ: Mapping[str, str] | None = None
    ) -> None:
        """Run *command* to its end.

        Raises:
            DemoFailed: it did not succeed; with the end of its log.
            Interrupted: somebody asked to stop.
        """
        child = self.start(name, command, log, environ)
        while child.process.poll() is None:
            self._interruption.nap()
        self._running.remove(child)
        if child.process.returncode:
            raise DemoFailed(_obituary(child, f"{name} did not succeed"))

    def pause(self, seconds: float) -> None:
        """Wait, with an eye on everybody.

        Raises:
            DemoFailed: a process has ended by itself; with the end of its log.
            Interrupted: somebody asked to stop.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for child in self._running:
                if child.process.poll() is not None:
                    raise DemoFailed(_obituary(child, f"{child.name} has ended"))
            self._interruption.nap(left)

    def wait_for(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until *ready* says that the process started last can be used.

        Raises:
            DemoFailed: not within *seconds*, or a process has ended.
            Interrupted: somebody asked to stop.
        """
        until = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > until:
                raise DemoFailed(_late(self._running[-1], seconds))
            self.pause(0.1)


def tail(log: Path) -> str:
    """The last lines of *log*."""
    lines = log.read_text("utf-8", "replace").splitlines()
    return "\n".join(lines[-_TAIL_LINES:])


def free_port(first: int) -> int:
    """The first port from *first* on that nothing on this machine listens on.

    Raises:
        DemoFailed: none of a hundred is free.
    """
    for port in range(max(first, 1), min(first + _PORTS_TO_TRY, 65536)):
        if not _taken(port):
            return port
    raise DemoFailed(f"No port from {first} on is free. End another program, and try again.")


def _taken(port: int) -> bool:
    # local-slack listens on every address, so each of them has to be free.
    dual = socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if dual else socket.AF_INET
    try:
        socket.create_server(("", port), family=family, dualstack_ipv6=dual).close()
    except OSError:
        return True
    return False


def _end(child: Child, deadline: float) -> None:
    """Ask *child* and whatever it started to end, wait, and insist once the time is up."""
    _signal(child, signal.SIGTERM)
    try:
        child.process.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        _signal(child, signal.SIGKILL)
        child.process.wait()


def _signal(child: Child, number: signal.Signals) -> None:
    if child.process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, number)


def _late(child: Child, seconds: float) -> str:
    what = f"{child.name} was not ready after {seconds:.0f} seconds"
    return f"{what}. The end of {child.log}:\n\n{tail(child.log)}"


def _obituary(child: Child, what: str) -> str:
    code = child.process.returncode
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return f"{what} ({how}). The end of {child.log}:\n\n{tail(child.log)}"
