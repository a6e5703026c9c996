"""A queue without the pace: how fast workers empty it when the jobs themselves do nothing.

Run by itself, ``python -m bench.drain ours|procrastinate URL THREADS`` is one worker: it says that
it is ready, and begins when it is told to. Ours is the worker that runs in production, with Slack
taken out: it takes a notice, renders it, holds it against Slack's limits, and notes that it was
sent; a post costs nothing and the pace is none. procrastinate's carries out a task that does
nothing.
"""

import asyncio
import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from sqlalchemy import make_url, text

from bench.organisations import channel
from bot import organisation
from bot.config import Settings
from bot.services import Services
from bot.slack import delivery
from bot.slack.delivery import Delivery
from bot.slack.directory import SlackDirectory
from bot.slack.gateway import Gateway, web_client
from bot.slack.worker import Worker
from bot.store.database import Database
from bot.store.outbox import Owed, owe
from bot.ui.kit import Message

CHANNELS = 200
EACH = 50
_ROOT = Path(__file__).parents[1]
_DEMO = _ROOT / "bot" / "demo" / "organisation.toml"
_LOOK_SECONDS = 0.02
_LONGEST_SECONDS = 180.0
HAS_PROCRASTINATE = find_spec("procrastinate") is not None


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of queue: how it is filled, what is left in it, and how many threads work on it."""

    name: str
    fill: Callable[[str], None]
    left: str
    threads: int


def rate(queue: Queue, url: str, workers: int) -> float:
    """Jobs a second by so many worker processes, from a full queue to an empty one."""
    database = Database(url)
    queue.fill(url)
    with ExitStack() as stack:
        stack.callback(database.close)
        started = [stack.enter_context(_worker(queue, url)) for _ in range(workers)]
        began = perf_counter()
        for worker in started:
            worker()
        while _left(database, queue):
            if perf_counter() - began > _LONGEST_SECONDS:
                raise TimeoutError(f"{queue.name} did not empty its queue")
            sleep(_LOOK_SECONDS)
        return CHANNELS * EACH / (perf_counter() - began)


@contextmanager
def _worker(queue: Queue, url: str) -> Iterator[Callable[[], None]]:
    """A worker that is ready, and what lets it begin; ends with the block."""
    command = [sys.executable, "-m", "bench.drain", queue.name, url, str(queue.threads)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=_ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        orders, answers = process.stdin, process.stdout
        if orders is None or answers is None:
            raise RuntimeError("the worker has no pipes")
        json.loads(answers.readline())

        def begin() -> None:
            orders.write("go\n")
            orders.flush()

        try:
            yield begin
        finally:
            process.kill()


def _left(database: Database, queue: Queue) -> int:
    with database.reading() as session:
        return int(session.execute(text(queue.left)).scalar_one())


def fill_ours(url: str) -> None:
    """`EACH` plain messages for each of `CHANNELS` channels."""
    database, now = Database(url), datetime.now(UTC)
    notices = [
        Owed(
            key=f"bench:{now.timestamp()}:{number}:{place}",
            kind="alert",
            channel=channel(place),
            urgency=5,
            data={"text": "Nothing."},
        )
        for number, place in itertools.product(range(EACH), range(CHANNELS))
    ]
    with database.transaction() as session:
        owe(session, notices, now=now)
        session.execute(text("UPDATE lanes SET next_at = '2000-01-01'"))
    with database.engine.connect() as session:
        session.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    database.close()


class _Nowhere(Gateway):
    """A Slack that costs nothing."""

    def post(self, channel: str, message: Message, *, marker: str, thread: str = "") -> str:
        del channel, message, thread
        return f"{marker}.000000"


def _ours(url: str, threads: int) -> None:
    del threads
    delivery.PACE = timedelta()
    database, org = Database(url), organisation.load(_DEMO)
    settings = Settings(database_url=url, roundup_over=1_000_000)
    gateway = _Nowhere(web_client(settings))

    def now() -> datetime:
        return datetime.now(UTC)

    services = Services(
        settings=settings,
        database=database,
        organisation=org,
        directory=SlackDirectory(database, org, gateway, now),
        now=now,
    )
    database.ping()
    _say_ready()
    Worker(Delivery(services, gateway, worker=f"bench {os.getpid()}")).run(threading.Event())


def _say_ready() -> None:
    sys.stdout.write('"ready"\n')
    sys.stdout.flush()
    sys.stdin.readline()


def _plain_url(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _procrastinate_app(url: str) -> Any:
    procrastinate = import_module("procrastinate")
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=_plain_url(url)))

    @app.task(name="nothing")
    async def nothing() -> None:
        """Do nothing."""

    return app, nothing


def fill_procrastinate(url: str) -> None:
    """As many jobs that do nothing."""
    asyncio.run(_defer(url))


async def _defer(url: str) -> None:
    app, nothing = _procrastinate_app(url)
    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        for _ in range(EACH):
            await nothing.batch_defer_async(*([{}] * CHANNELS))


def _procrastinate(url: str, threads: int) -> None:
    asyncio.run(_work(url, threads))


async def _work(url: str, threads: int) -> None:
    app, _ = _procrastinate_app(url)
    async with app.open_async():
        _say_ready()
        await app.run_worker_async(concurrency=threads, wait=False, install_signal_handlers=False)


OURS = Queue("ours", fill_ours, "SELECT count(*) FROM notices WHERE wanted > shown", 0)
_LEFT = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
THEIRS = tuple(Queue("procrastinate", fill_procrastinate, _LEFT, n) for n in (1, 10))


if __name__ == "__main__":
    {"ours": _ours, "procrastinate": _procrastinate}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
