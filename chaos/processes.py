"""The processes of a run: started, watched, started again when they are dead, and ended."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from chaos.child import AT_WORK, live
from chaos.history import History
from chaos.logs import Logs

# What a process may end with: killed, asked to end, or no database at its start.
_EXPECTED = {-signal.SIGKILL, -signal.SIGTERM, 0, 1}
# Each is a child of a process that has imported everything: a start costs a fifth of what it would.
_FORK = multiprocessing.get_context("forkserver")
_FORK.set_forkserver_preload(["chaos.child"])
# The standard library's list of children is not made for several threads.
_CHILDREN = threading.Lock()
_POLITE_SECONDS = 10.0
_MOST_STARVED = 6.0
_LOOK_SECONDS = 0.1
_UNBORN = 0.15
"""How often those are chosen among whom some may still be starting."""


def polite_seconds() -> float:
    """How long a process may take to end when it was asked to; `chaos.real` is strict about it.

    A machine that has several times as much to do as it has processors is given so much longer.
    """
    starved = os.getloadavg()[0] / (os.cpu_count() or 1)
    return _POLITE_SECONDS * min(max(1.0, starved), _MOST_STARVED)


class Life:
    """One process, from its start to its end."""

    def __init__(self, sort: str, environ: dict[str, str], log: Path) -> None:
        arguments = (sort, environ, str(log))
        with _CHILDREN:
            self._process = _FORK.Process(target=live, args=arguments, daemon=True)
            self._process.start()

    def poll(self) -> int | None:
        """What it ended with, None while it runs; negative for the signal that killed it."""
        with _CHILDREN:
            return self._process.exitcode

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        # It may have ended a moment ago, and nobody has been told yet.
        with _CHILDREN, suppress(ProcessLookupError):
            if self._process.exitcode is None and self._process.pid:
                os.kill(self._process.pid, number)

    def end(self) -> None:
        """Kill it, and wait until it is dead."""
        self.send(signal.SIGKILL)
        while self.poll() is None:
            time.sleep(_LOOK_SECONDS / 10)


@dataclass(slots=True)
class Seat:
    """A place that a process has; when it dies, another takes it."""

    name: str
    sort: str
    environ: dict[str, str]
    log: Path
    process: Life | None = None
    lives: int = 0
    leave_by: float = 0.0
    written: int = 0

    @property
    def at_work(self) -> bool:
        """Whether its process has started and does something."""
        with self.log.open("rb") as log:
            log.seek(self.written)
            return AT_WORK.encode() in log.read()


@dataclass(slots=True)
class Processes:
    """All processes of a run; leaving ends them.

    Attributes:
        wrong: what they did that they never should, each in words.
    """

    folder: Path
    history: History
    seed: int
    deadly: float
    wrong: list[str] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    _ending: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _watcher: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)
        self._watcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._ending.set()
        if self._watcher:
            self._watcher.join()
        for seat in self.seats:
            if seat.process:
                seat.process.end()

    def add(self, sort: str, number: int, environ: Mapping[str, str]) -> None:
        """Start a process of a *sort*, and keep one running in its place from now on."""
        name = f"{sort}-{number}"
        log = self.folder / f"{name}.log"
        log.touch()
        seat = Seat(name, sort, dict(environ), log)
        with self._lock:
            self.seats.append(seat)
            self._start(seat)

    def kill(self, dice: random.Random) -> None:
        """Do something to one of them: mostly kill it, sometimes ask it to end, or freeze it."""
        with self._lock:
            running = [seat for seat in self.seats if seat.process and not seat.leave_by]
            # Where starting takes long, hardly anybody would ever be at work otherwise.
            working = [seat for seat in running if seat.at_work]
            if not (working or running):
                return
            seat = dice.choice(running if dice.random() < _UNBORN else working or running)
            how = dice.choices(("killed", "asked to end", "froze"), (6, 2, 1))[0]
            self.history.trouble(f"{how} {seat.name}")
            self._do(seat, how)

    def _do(self, seat: Seat, how: str) -> None:
        process = seat.process
        if process is None or process.poll() is not None:
            return
        if how == "killed":
            process.send(signal.SIGKILL)
        elif how == "asked to end":
            process.send(signal.SIGTERM)
            seat.leave_by = time.monotonic() + polite_seconds()
        else:
            # Well within its lease: for longer no outbox could promise anything.
            process.send(signal.SIGSTOP)
            time.sleep(0.8)
            process.send(signal.SIGCONT)

    def spare(self) -> None:
        """From now on nobody who starts dies at a failpoint; who runs is killed one last time."""
        with self._lock:
            self.deadly = 0.0
            for seat in self.seats:
                self._do(seat, "killed")

    def dismiss(self, sort: str) -> None:
        """End all processes of a *sort* for good."""
        with self._lock:
            for seat in self.seats:
                if seat.sort == sort and seat.process:
                    seat.process.end()
                    seat.process = None

    def logs(self) -> Logs:
        """What they have written down so far."""
        return Logs(
            [
                (seat.name, seat.sort, line)
                for seat in self.seats
                for line in seat.log.read_text("utf-8", "replace").splitlines()
            ]
        )

    def _watch(self) -> None:
        while not self._ending.wait(_LOOK_SECONDS):
            with self._lock:
                for seat in self.seats:
                    self._look_at(seat)

    def _look_at(self, seat: Seat) -> None:
        process = seat.process
        if process is None:
            return
        code = process.poll()
        if code is None:
            if seat.leave_by and time.monotonic() > seat.leave_by:
                self.wrong.append(
                    f"{seat.name} did not end within {_POLITE_SECONDS:.0f} s, or in"
                    " proportion where the machine has more to do than it can"
                )
                process.send(signal.SIGKILL)
                seat.leave_by = 0.0
            return
        if code not in _EXPECTED:
            self.wrong.append(f"{seat.name} ended by itself with {code}; see {seat.log}")
        if code == -signal.SIGKILL:
            self.history.trouble(f"found {seat.name} dead")
        self._start(seat)

    def _start(self, seat: Seat) -> None:
        seat.lives += 1
        seat.leave_by = 0.0
        seat.written = seat.log.stat().st_size
        own = {
            "CHAOS_SEED": f"{self.seed}:{seat.name}:{seat.lives}",
            "CHAOS_DEADLY": str(self.deadly),
        }
        seat.process = Life(seat.sort, seat.environ | own, seat.log)
