"""The processes of a run: started, watched, started again when they are dead, and ended."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from chaos.history import History

ROOT = Path(__file__).parent.parent
# What a process may end with: killed, asked to end, or no database at its start.
_EXPECTED = {-signal.SIGKILL, -signal.SIGTERM, 0, 1}
# What a process logs when something went wrong that nobody had thought of.
_UNTHOUGHT_OF = (
    b'"delivery_failed"', b'"render_failed", "level": "error"', b'"case_not_ticked"',
    b'"intake.failed"', b'"slack.failed"', b"raised an exception", b"Fatal Python error",
)  # fmt: skip
_POLITE_SECONDS = 10.0
_LOOK_SECONDS = 0.1


@dataclass(slots=True)
class Seat:
    """A place that a process has; when it dies, another takes it."""

    name: str
    sort: str
    environ: Mapping[str, str]
    log: IO[bytes]
    process: subprocess.Popen[bytes] | None = None
    lives: int = 0
    leave_by: float = 0.0


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
                seat.process.kill()
                seat.process.wait()
            seat.log.close()

    def add(self, sort: str, number: int, environ: Mapping[str, str]) -> None:
        """Start a process of a *sort*, and keep one running in its place from now on."""
        name = f"{sort}-{number}"
        log = (self.folder / f"{name}.log").open("ab")
        seat = Seat(name, sort, {**os.environ, **environ}, log)
        with self._lock:
            self.seats.append(seat)
            self._start(seat)

    def kill(self, dice: random.Random) -> None:
        """Do something to one of them: mostly kill it, sometimes ask it to end, or freeze it."""
        with self._lock:
            running = [seat for seat in self.seats if seat.process and not seat.leave_by]
            if not running:
                return
            seat = dice.choice(running)
            how = dice.choices(("killed", "asked to end", "froze"), (6, 2, 1))[0]
            self.history.trouble(f"{how} {seat.name}")
            self._do(seat, how)

    def _do(self, seat: Seat, how: str) -> None:
        process = seat.process
        if process is None or process.poll() is not None:
            return
        if how == "killed":
            process.kill()
        elif how == "asked to end":
            process.terminate()
            seat.leave_by = time.monotonic() + _POLITE_SECONDS
        else:
            # Well within its lease: for longer no outbox could promise anything.
            process.send_signal(signal.SIGSTOP)
            time.sleep(0.8)
            process.send_signal(signal.SIGCONT)

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
                    seat.process.kill()
                    seat.process.wait()
                    seat.process = None

    def surprises(self) -> list[str]:
        """Errors in their logs that no fault of Slack or of the database explains."""
        return [
            f"{seat.name} logged: {line.decode(errors='replace')[:300]}"
            for seat in self.seats
            for line in Path(seat.log.name).read_bytes().splitlines()
            if any(event in line for event in _UNTHOUGHT_OF)
        ]

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
                self.wrong.append(f"{seat.name} did not end within {_POLITE_SECONDS:.0f} s")
                process.kill()
                seat.leave_by = 0.0
            return
        if code not in _EXPECTED:
            self.wrong.append(f"{seat.name} ended by itself with {code}; see {seat.log.name}")
        if code == -signal.SIGKILL:
            self.history.trouble(f"found {seat.name} dead")
        self._start(seat)

    def _start(self, seat: Seat) -> None:
        seat.lives += 1
        seat.leave_by = 0.0
        own = {
            "CHAOS_SEED": f"{self.seed}:{seat.name}:{seat.lives}",
            "CHAOS_DEADLY": str(self.deadly),
        }
        seat.process = subprocess.Popen(
            [sys.executable, "-m", "chaos.child", seat.sort],
            cwd=ROOT,
            env={**seat.environ, **own},
            stdin=subprocess.PIPE,
            stdout=seat.log,
            stderr=seat.log,
        )
