"""Delivery: as fast as Slack allows, fairly, and what the queue behind it could do without Slack.

The paced side owes `EACH` cards to each of `CHANNELS` channels and has real ``crosstalk worker``
processes deliver them to a fake Slack, in a process of its own, that refuses what comes within a
second of the last post in a channel. Allowed is one message a second in each channel from the
moment when they are owed; the share is what was delivered of that until the last one was.

The other side (`bench.drain`) has no pace and no Slack: jobs that do nothing, by our worker and by
procrastinate's on the same PostgreSQL server, the same number of each.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep

from rich.console import Console
from rich.table import Table

from bench import drain
from bench.drain import CHANNELS, EACH, HAS_PROCRASTINATE
from bench.organisations import TRIAGE, channel, region, written
from bench.slack import SlackProcess, a_slack
from bot import organisation
from bot.domain.comment import Change, ChangeKind
from bot.store import migrations
from bot.store.database import Database
from bot.store.outbox import Owed, Urgency, owe
from bot.usecases import receiving
from tests.postgres import PostgresServer

WORKERS = (1, 2, 4)
SHARE, FIRST_SECONDS, RATIO = 0.98, 2.0, 3.0

_ROOT = Path(__file__).parents[1]
_LONGEST_SECONDS = 240.0
_ROUNDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Paced:
    """How a delivery at Slack's pace went.

    Attributes:
        share: of what the pace allowed, how much was delivered.
        first: seconds until every channel had its first message.
        refused: how many posts came too soon.
        cores: how many cores the workers had, together.
    """

    share: float
    first: float
    refused: int
    cores: float


def show(console: Console, server: PostgresServer, folder: Path) -> None:
    """Measure both sides, and print a table of each."""
    table = Table(
        *("Workers", "Of the pace", "All channels begun", "Refused", "Cores"),
        title=f"{CHANNELS} channels, {EACH} cards each, at Slack's pace", title_justify="left",
    )  # fmt: skip
    for workers in WORKERS:
        with console.status(f"{workers} at Slack's pace …"), _database(server, workers) as url:
            done = paced(url, workers, folder)
        table.add_row(
            str(workers), f"{done.share:.1%}", f"{done.first:.2f} s", str(done.refused),
            f"{done.cores:.2f}",
        )  # fmt: skip
    table.add_row("asked for", f"{SHARE:.0%}", f"{FIRST_SECONDS:.0f} s", "0", "")
    console.print(table)
    _show_drained(console, server)


def _show_drained(console: Console, server: PostgresServer) -> None:
    table = Table(
        *("Workers", "Ours", "procrastinate, 1 at once", "10 at once", "Ratio to its best"),
        title=f"{CHANNELS * EACH:,} jobs that do nothing", title_justify="left",
    )  # fmt: skip
    for workers in WORKERS:
        with console.status(f"{workers} without a pace …"), _database(server, workers) as url:
            ours, *theirs = drained(url, workers)
        told = [f"{rate:,.0f}/s" for rate in theirs] or ["not installed"] * 2
        ratio = f"{ours / max(theirs):.1f}" if theirs else ""
        table.add_row(str(workers), f"{ours:,.0f}/s", *told, ratio)
    table.add_row("asked for", "", "", "", f"{RATIO:.0f}")
    console.print(table)


def drained(url: str, workers: int) -> list[float]:
    """The best rates of a few rounds, all queues in turn: ours first."""
    queues = (drain.OURS, *(drain.THEIRS if HAS_PROCRASTINATE else ()))
    rounds = [[drain.rate(queue, url, workers) for queue in queues] for _ in range(_ROUNDS)]
    return [max(column) for column in zip(*rounds, strict=True)]


@contextmanager
def _database(server: PostgresServer, workers: int) -> Iterator[str]:
    name = f"delivery_{workers}"
    server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    server.execute(f"CREATE DATABASE {name}")
    migrations.upgrade(server.url(name))
    yield server.url(name)


def paced(url: str, workers: int, folder: Path) -> Paced:
    """Have so many workers deliver."""
    file, database = written(folder / "delivery.toml", CHANNELS), Database(url)
    cards = _cards(database, file)
    with ExitStack() as stack:
        stack.callback(database.close)
        slack = stack.enter_context(a_slack(CHANNELS))
        started = [stack.enter_context(_worker(url, file, slack)) for _ in range(workers)]
        _wake(database, slack, workers)
        awake = sum(map(_cpu, started))
        with database.transaction() as session:
            owe(session, cards, now=datetime.now(UTC))
        began = datetime.now(UTC).timestamp()
        _until_there(slack, len(cards))
        cores = sum(map(_cpu, started)) - awake
        log = slack.log()
    posts = [times for place, times in log["posts"].items() if place != TRIAGE]
    took = max(times[-1] for times in posts) - began
    return Paced(
        share=sum(map(len, posts)) / (CHANNELS * (1 + took)),
        first=max(times[0] for times in posts) - began,
        refused=log["too_soon"],
        cores=cores / took,
    )


def _cards(database: Database, file: Path) -> list[Owed]:
    """A case for each team, and notices that show its card again and again."""
    org, now = organisation.load(file), datetime.now(UTC)
    owed = []
    for number in range(CHANNELS):
        facts = {"platform": "shop", "text": f"I want a refund for {number}", "regions": []}
        change = Change(
            kind=ChangeKind.CREATED,
            source="shop",
            external_id=str(number),
            at=now,
            facts=facts | {"region": region(number)},
        )
        with database.transaction() as session:
            given = receiving.receive(
                session, [change], source=org.sources[0], organisation=org, now=now
            )
        team = org.teams[number]
        owed += [
            Owed(
                key=f"bench:{number}:{place}",
                kind="card",
                channel=channel(number),
                urgency=Urgency.CARD + 1,
                case_number=given.case,
                team=team.key,
            )
            for place in range(EACH)
        ]
    with database.engine.begin() as session:
        session.exec_driver_sql("UPDATE notices SET shown = wanted")
        session.exec_driver_sql("UPDATE lanes SET next_at = '2000-01-01'")
    return owed


@contextmanager
def _worker(url: str, file: Path, slack: SlackProcess) -> Iterator[int]:
    environ = os.environ | {
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": "xoxb-test",
        "SLACK_SIGNING_SECRET": "secret",
        "SLACK_API_URL": slack.url,
        "CROSSTALK_ORG": str(file),
        "CROSSTALK_ROUNDUP_OVER": "1000",
    }
    command, quiet = [sys.executable, "-m", "bot", "worker"], subprocess.DEVNULL
    with subprocess.Popen(command, cwd=_ROOT, env=environ, stdout=quiet, stderr=quiet) as child:
        try:
            yield child.pid
        finally:
            child.kill()


def _wake(database: Database, slack: SlackProcess, workers: int) -> None:
    """Wait until the workers are at work: what is owed now is posted, and each has had time."""
    waiting = Owed(key="awake", kind="alert", channel=TRIAGE, urgency=0, data={"text": "Awake."})
    with database.transaction() as session:
        owe(session, [waiting], now=datetime.now(UTC))
    _until_there(slack, 1)
    sleep(2.0 * workers)


def _until_there(slack: SlackProcess, count: int) -> None:
    deadline = perf_counter() + _LONGEST_SECONDS
    while slack.count() < count:
        if perf_counter() > deadline:
            raise TimeoutError("not everything was delivered")
        sleep(0.5)


def _cpu(pid: int) -> float:
    """Seconds of a core that a process has had; nothing where the system does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
