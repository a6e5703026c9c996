"""What requests cost that are refused, beside one that is good: `python -m bench.hostile`.

A server of its own, on a socket, with SQLite. The processor's time is the server's own, so that
others on the machine change it little; memory is the most that it held beyond what it had before.
"""

import argparse
import json
import logging
import multiprocessing
import os
import socket
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep

import structlog
import uvicorn
from rich.console import Console
from rich.table import Table

from bot import web
from bot.intake.connector import sign
from bot.store import migrations
from bot.store.database import Database
from tests.web import test_hostile as sent
from tests.web.conftest import INTAKE, NOW, SECRET, Bolt, services_over

Address = tuple[str, int]
Made = Callable[[int], bytes]
TIMES = 150
AT_ONCE = 8
_TICK = os.sysconf("SC_CLK_TCK")
_SLACK = "/slack/events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one request: its answer, milliseconds of processor and until the answer, megabytes."""

    status: int
    processor: float
    wall: float
    memory: float


def _good(n: int) -> bytes:
    told = json.loads(sent.CREATED)
    told["data"]["id"] = f"comment-{n}"
    body = json.dumps(told).encode()
    headers = sign(SECRET, f"msg_{n}", int(NOW.timestamp()), body)
    raw = {name.encode(): value.encode() for name, value in headers.items()}
    return sent.post(INTAKE, raw, body)


def _always(request: bytes) -> Made:
    return lambda _: request


_BIG = b'{"a":"' + b"x" * 250_000 + b'"}'
KINDS: Mapping[str, Made] = {
    "a good one, with its commit": _good,
    "replayed: the same delivery again": _always(_good(0)),
    "not signed": _always(sent.post(INTAKE, {}, sent.CREATED)),
    "not signed, 250 kB": _always(sent.post(INTAKE, {}, _BIG)),
    "signed for another body": _always(sent.post(INTAKE, sent.signed(b"{}"), sent.CREATED)),
    "stale": _always(
        sent.post(INTAKE, sent.signed(sent.CREATED) | {b"webhook-timestamp": b"1"}, sent.CREATED)
    ),
    "200 MB announced": _always(sent.post(INTAKE, {}, b"", length=200_000_000)),
    "300 kB in pieces, without a length": _always(
        sent.post(INTAKE, sent.CHUNKED, sent.chunked(b" " * 300_000, 30_000))
    ),
    "signed, nested 40,000 deep": _always(sent.post(INTAKE, sent.signed(sent.DEEP), sent.DEEP)),
    "signed, no JSON, 250 kB": _always(
        sent.post(INTAKE, sent.signed(b"[" * 250_000), b"[" * 250_000)
    ),
    "to no source": _always(sent.post("/intake/webhook/none", {}, sent.CREATED)),
    "a header of 200 kB": _always(sent.post(INTAKE, {b"x": b"y" * 200_000})),
    "Slack's, not signed": _always(sent.post(_SLACK, {}, b"payload=%7B%7D")),
    "Slack's, 1.1 MB in pieces": _always(
        sent.post(_SLACK, sent.CHUNKED, sent.chunked(b" " * 1_100_000, 60_000))
    ),
    "Slack's, signed, not UTF-8": _always(sent.post(_SLACK, sent.from_slack(b"\xff"), b"\xff")),
}


def serve(listening: socket.socket, url: str) -> None:
    """The process that is attacked."""
    logging.disable()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    services = services_over(Database(url))
    face = web.create_web(services, Bolt(), ready=list)
    uvicorn.Server(uvicorn.Config(face, log_config=None, access_log=False)).run([listening])


@contextmanager
def attacked() -> Iterator[tuple[int, Address]]:
    """The process id and the address of a server of its own."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as there:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        migrations.upgrade(url)
        process = multiprocessing.get_context("spawn").Process(target=serve, args=(there, url))
        process.start()
        try:
            yield process.pid or 0, there.getsockname()
        finally:
            process.terminate()
            process.join()


def processor(process: int) -> float:
    """Seconds of processor that the process has used."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def megabytes(process: int, which: str) -> float:
    """What the process holds (``VmRSS``), or the most it has held (``VmHWM``)."""
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith(which)]
    return int(line.split()[1]) / 1024


def cost(process: int, address: Address, made: Made) -> Cost:
    """What one request costs, of many; and what several at once hold, each its share."""
    for n in range(10):
        sent.answered(address, made(1_000_000 + n))
    Path(f"/proc/{process}/clear_refs").write_text("5", "utf-8")
    held, began = megabytes(process, "VmRSS"), processor(process)
    taken, status = [], 0
    for n in range(TIMES):
        start = perf_counter()
        status = sent.answered(address, made(n))
        taken.append(perf_counter() - start)
    used = processor(process) - began
    _together(address, made)
    return Cost(
        status=status,
        processor=1000 * used / TIMES,
        wall=1000 * statistics.median(taken),
        memory=max(0.0, megabytes(process, "VmHWM") - held) / AT_ONCE,
    )


def _together(address: Address, made: Made) -> None:
    """Several that have sent nearly everything, and then all the rest."""
    requests = [made(2_000_000 + n) for n in range(AT_ONCE)]
    opened = [socket.create_connection(address, timeout=10) for _ in requests]
    for step in (slice(None, -1), slice(-1, None)):
        for connection, request in zip(opened, requests, strict=True):
            with suppress(OSError):
                connection.sendall(request[step])
    for connection in opened:
        with suppress(OSError):
            connection.recv(1)
        connection.close()


def _wait_for(address: Address) -> None:
    until = monotonic() + 30
    while monotonic() < until:
        with suppress(OSError):
            if sent.answered(address, b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n") == 200:
                return
        sleep(0.05)
    raise TimeoutError("the server does not answer")


def main() -> None:
    """Print a table, each kind beside a good request."""
    argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__).parse_args()
    table = Table("Request", "Answer", "ms of processor", "of a good one", "ms", "MB each")
    with attacked() as (process, address):
        _wait_for(address)
        found = {name: cost(process, address, made) for name, made in KINDS.items()}
    good = next(iter(found.values())).processor
    for name, each in found.items():
        table.add_row(
            name,
            str(each.status or "closed"),
            f"{each.processor:.2f}",
            f"{each.processor / good:.2f}",
            f"{each.wall:.2f}",
            f"{each.memory:.2f}",
        )
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
