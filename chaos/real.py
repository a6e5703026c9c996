"""``make chaos REAL=1``: production's own waits, nothing shortened: who takes over, and how soon.

It takes a little longer than a lease, once for each database, and both at the same time.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select

from bot.demo.processes import free_port
from bot.store import migrations, tables as t
from bot.store.database import Database
from chaos.evidence import Row
from chaos.history import History
from chaos.places import WORDS, channel_of, furnish, organisation_file, settings_of
from chaos.plan import Plan
from chaos.senders import Sender
from chaos.slack import POST, marker_of
from tests.fakes.faults import Timeout
from tests.fakes.slack_api import FakeSlack
from tests.postgres import PostgresServer, find_binaries

TAKES_OVER_SECONDS, ENDS_SECONDS = 90.0, 10.0
BEFORE_POST, AFTER_POST = "before Delivery.deliver", "after Gateway.post"
_ROOT = Path(__file__).parent.parent
_LOOK_SECONDS = 0.05
# Digests fall due some time after this, when the clocks have long started.
_START = timedelta(seconds=30)
_PATIENCE_SECONDS = 150.0


@dataclass(frozen=True, slots=True)
class Measured:
    """How long something took, and how long it may, in seconds; None when it never came."""

    what: str
    took: float | None
    within: float

    @property
    def well(self) -> bool:
        """Whether the promise was kept."""
        return self.took is not None and self.took <= self.within


def measure(plan: Plan, folder: Path) -> list[Measured]:
    """Kill a worker before and after a post and a clock before a digest, then end politely."""
    with ExitStack() as stack:
        return list(_story(_set(plan, folder, stack)))


def _set(plan: Plan, folder: Path, stack: ExitStack) -> "_Stage":
    """A stage on which nothing runs yet; *stack* clears it."""
    url = _url(plan, folder, stack)
    migrations.upgrade(url)
    slack = stack.enter_context(FakeSlack())
    furnish(slack, 1)
    file = folder / "organisation.toml"
    file.write_text(organisation_file(datetime.now(UTC) + _START, 1), "utf-8")
    database = Database(url)
    stack.callback(database.close)
    port = free_port(plan.first_port)
    stage = _Stage(plan, folder, slack, database, f"http://127.0.0.1:{port}")
    stack.callback(stage.clear)
    stage.environ = settings_of(slack, url, file) | {"PORT": str(port)}
    return stage


def _url(plan: Plan, folder: Path, stack: ExitStack) -> str:
    if plan.kind != "PostgreSQL":
        return f"sqlite:///{folder / 'real.db'}"
    server = stack.enter_context(PostgresServer(find_binaries(os.environ)))
    server.execute("CREATE DATABASE chaos")
    return server.url("chaos")


class _Stage:
    """The processes of one measurement, and what can be seen of them."""

    environ: dict[str, str]

    def __init__(
        self, plan: Plan, folder: Path, slack: FakeSlack, database: Database, web: str
    ) -> None:
        self.slack, self.database = slack, database
        self._folder = folder
        self._sender = Sender("s", [web], History(), plan.dice("sender"), 1.0, lambda: False)
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, sort: str, dies: str = "") -> subprocess.Popen[bytes]:
        """A process as in production; one that *dies* does so at that failpoint."""
        own = {"CHAOS_REAL": "1", "CHAOS_SKEW": "0", "CHAOS_SEED": "1", "CHAOS_ONLY_AT": dies}
        deadly = {"CHAOS_DEADLY": "1" if dies else "0"}
        with (self._folder / f"{sort}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "chaos.child", sort],
                cwd=_ROOT,
                env={**os.environ, **self.environ, **own, **deadly},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        self._running.append(process)
        return process

    def clear(self) -> None:
        """End what is still running."""
        for process in self._running:
            process.kill()
            process.communicate()

    def comment(self, word: str) -> None:
        """A customer writes, until somebody takes it in."""
        self._sender.tell(word, _PATIENCE_SECONDS)

    def notice(self, kind: str, word: str) -> Row:
        """The newest notice of a *kind* for the channel of a team; {} while there is none."""
        notices = t.notices.c
        mine = (notices.kind == kind) & (notices.channel == channel_of(word))
        query = select(t.notices).where(mine)
        with self.database.reading() as session:
            rows = session.execute(query.order_by(notices.id.desc())).mappings().all()
        return dict(rows[0]) if rows else {}

    def noted(self, kind: str, word: str) -> bool:
        """Whether the outbox knows that it stands in Slack."""
        row = self.notice(kind, word)
        return bool(row) and bool(row["ts"]) and row["shown"] >= row["wanted"]

    def posts(self, word: str) -> int:
        """How often the newest card of a team was posted."""
        marker = str(self.notice("card", word).get("id"))
        calls = self.slack.called(POST, channel_of(word))
        return sum(marker_of(call.args.get("blocks")) == marker for call in calls)


def _story(stage: _Stage) -> Iterator[Measured]:
    before, after, hung = WORDS[:3]
    web = stage.start("web")
    clocks = [stage.start("clock"), stage.start("clock")]
    died = {}
    for word, point in ((before, BEFORE_POST), (after, AFTER_POST)):
        doomed = stage.start("worker", point)
        stage.comment(word)
        doomed.wait(_PATIENCE_SECONDS)
        died[word] = time.monotonic()
    worker = stage.start("worker")
    with ThreadPoolExecutor(len(died)) as watch:
        # While the digest is waited for: it may come later than what is watched.
        noted = {word: watch.submit(_until, partial(stage.noted, "card", word)) for word in died}
        # One of them ends before the digests fall due, the other has to see to them.
        clocks[0].kill()
        yield _digest(stage)
    for word, what in ((before, "before a post"), (after, "after a post, before our note of it")):
        came = noted[word].result()
        took = came - died[word] if came else None
        yield Measured(f"a worker is killed {what}", took, TAKES_OVER_SECONDS)
        if stage.posts(word) != 1:
            yield Measured(f"… and it is posted once, not {stage.posts(word)} times", None, 0)
    stage.slack.fail(POST, Timeout(), times=None)
    stage.comment(hung)
    _until(lambda: stage.posts(hung) > 0)
    yield _ended("a worker, while Slack hangs in a post", worker)
    yield _ended("a clock", clocks[1])
    yield _ended("a web process", web)


def _digest(stage: _Stage) -> Measured:
    """From the moment at which a digest falls due until it stands there."""
    word = WORDS[3]
    if not _until(lambda: bool(stage.notice("digest", word))):
        return Measured("a clock is killed before a digest", None, TAKES_OVER_SECONDS)
    row = stage.notice("digest", word)
    due = row["created_at"].replace(second=0, microsecond=0)
    _until(lambda: stage.noted("digest", word))
    took = datetime.now(UTC) - due
    return Measured("a clock is killed before a digest", took.total_seconds(), TAKES_OVER_SECONDS)


def _ended(what: str, process: subprocess.Popen[bytes]) -> Measured:
    began = time.monotonic()
    process.terminate()
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        return Measured(f"SIGTERM to {what}", None, ENDS_SECONDS)
    return Measured(f"SIGTERM to {what}", time.monotonic() - began, ENDS_SECONDS)


def _until(state: Callable[[], bool]) -> float | None:
    """When *state* came, by the monotonic clock; None when it did not."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        if state():
            return time.monotonic()
        time.sleep(_LOOK_SECONDS)
    return None
