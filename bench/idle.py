"""One process that has nothing to do: how soon it is ready, and what it then costs.

Ready is what somebody outside can see: ``run`` and ``web`` answer ``/health/ready`` with 200, a
``worker`` has posted what waited for it, a ``clock`` has let everybody see that it runs. Memory is
what is resident, and what of that no other process shares; the share of a core is that of a while
in which nothing happens.
"""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep

from rich.console import Console
from rich.table import Table

from bench.organisations import TRIAGE, written
from bench.slack import SlackProcess, a_slack
from bot.store import health
from bot.store.database import Database
from bot.store.outbox import Owed, owe

MEGABYTES, PER_CENT, SECONDS = 150.0, 1.0, 2.0
PROCESSES = ("run", "web", "worker", "clock")

_ROOT = Path(__file__).parents[1]
_TEAMS = 30
_STARTS = 3
_SETTLE_SECONDS = 6.0
_IDLE_SECONDS = 20.0
_LONGEST_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one process costs.

    Attributes:
        start: seconds from its start until it is ready, the best of several.
        work: seconds of a core that the start took, of the same.
        memory: resident megabytes.
        own: those that it shares with nobody.
        core: per cent of a core while it is idle.
    """

    start: float
    work: float
    memory: float
    own: float
    core: float


def show(console: Console, databases: dict[str, Database], folder: Path) -> None:
    """Measure every process on every database, and print a table."""
    if not Path("/proc/self/stat").exists():
        console.print("idle: only Linux tells what a process costs (/proc)")
        return
    table = Table(
        *("Process", "Database", "Ready", "of which work", "Memory", "own", "Idle"),
        title="one process, and nothing to do", title_justify="left",
    )  # fmt: skip
    organisation = written(folder / "idle.toml", _TEAMS)
    with a_slack(_TEAMS) as slack:
        for name, database in databases.items():
            for process in PROCESSES:
                with console.status(f"{process} on {name} …"):
                    cost = measure(process, database, slack, organisation)
                table.add_row(process, name, *_cells(cost))
    table.add_row("at most", "", f"{SECONDS:.1f} s", "", f"{MEGABYTES:.0f} MB", "", f"{PER_CENT} %")
    console.print(table)


def _cells(cost: Cost) -> tuple[str, ...]:
    return (
        f"{cost.start:.2f} s", f"{cost.work:.2f} s", f"{cost.memory:.0f} MB", f"{cost.own:.0f} MB",
        f"{cost.core:.2f} %",
    )  # fmt: skip


def measure(process: str, database: Database, slack: SlackProcess, organisation: Path) -> Cost:
    """Start it a few times, and leave the last one alone for a while."""
    starts: list[tuple[float, float]] = []
    for left in reversed(range(_STARTS)):
        environ = _environ(database, slack, organisation)
        look = _look(process, database, slack, environ["PORT"])
        began = perf_counter()
        with _started(process, environ) as pid:
            _until(look)
            starts.append((perf_counter() - began, _worked(pid)))
            if left:
                continue
            sleep(_SETTLE_SECONDS)
            before, since = _worked(pid), perf_counter()
            sleep(_IDLE_SECONDS)
            core = (_worked(pid) - before) / (perf_counter() - since)
            memory, own = _memory(pid)
    start, work = min(starts)
    return Cost(start=start, work=work, memory=memory, own=own, core=core * 100)


def _environ(database: Database, slack: SlackProcess, organisation: Path) -> dict[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return os.environ | {
        "DATABASE_URL": database.url,
        "SLACK_BOT_TOKEN": "xoxb-test",
        "SLACK_SIGNING_SECRET": "secret",
        "SLACK_API_URL": slack.url,
        "CROSSTALK_ORG": str(organisation),
        "PORT": str(port),
    }


@contextmanager
def _started(process: str, environ: dict[str, str]) -> Iterator[int]:
    command = [sys.executable, "-m", "bot", process]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=_ROOT, env=environ, stdout=quiet, stderr=quiet) as child:
        try:
            yield child.pid
        finally:
            # Not killed: what it had in hand would be the next one's only when its lease ends.
            child.terminate()


def _look(process: str, database: Database, slack: SlackProcess, port: str) -> Callable[[], bool]:
    """What shows that the process is ready."""
    began = datetime.now(UTC)
    if process == "worker":
        waiting = Owed(
            key=f"idle:{began}", kind="alert", channel=TRIAGE, urgency=0, data={"text": "Here."}
        )
        with database.transaction() as session:
            owe(session, [waiting], now=began)
        there = slack.count()
        return lambda: slack.count() > there
    if process == "clock":
        return lambda: _beat_since(database, began)
    return lambda: _answers(f"http://127.0.0.1:{port}/health/ready")


def _beat_since(database: Database, began: datetime) -> bool:
    with database.reading() as session:
        last = health.heartbeats(session).get("clock")
    return last is not None and last >= began


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except OSError:
        return False


def _until(look: Callable[[], bool]) -> None:
    deadline = perf_counter() + _LONGEST_SECONDS
    while not look():
        if perf_counter() > deadline:
            raise TimeoutError("the process was not ready in time")
        sleep(0.01)


def _worked(pid: int) -> float:
    """Seconds of a core that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> tuple[float, float]:
    """Megabytes that are resident, and those of them that no other process shares."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()[1:]
    found = {name: int(rest.split()[0]) for name, rest in (line.split(":") for line in lines)}
    own = found["Private_Clean"] + found["Private_Dirty"]
    return found["Rss"] / 1024, own / 1024
