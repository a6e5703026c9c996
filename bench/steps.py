"""What each step of a comment's life costs on PostgreSQL: our processor, the server's, and its log.

Processor time, not time passed: on a busy machine the one is true and the other is not.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from random import Random
from time import process_time
from typing import Any, cast

from sqlalchemy import event, func, select, text

from bot import jobs, organisation, web
from bot.config import Settings
from bot.domain.digest import Period
from bot.domain.organisation import Organisation
from bot.domain.routing import route
from bot.domain.scope import Kind, Scope
from bot.intake.connector import sign
from bot.services import Directory, Services
from bot.slack.delivery import Delivery
from bot.slack.gateway import Gateway
from bot.slack.worker import SENDERS
from bot.store import journal, queue, tables as t
from bot.store.database import Database
from bot.ui.kit import Message
from bot.usecases import owning, reporting, viewing
from bot.usecases.learning import Guide
from tests.postgres import PostgresServer
from tests.web.client import Client

DEMO = Path(organisation.__file__).parents[1] / "demo"
START = datetime(2026, 11, 23, 8, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the benchmark's own
# So many words of its own make a comment like no other.
_UNLIKE = 16
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one time: milliseconds of processors, commits, and bytes of the server's log."""

    ours: float
    theirs: float
    commits: float
    log: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Everything that the growth is worked out from."""

    steps: dict[str, Cost]
    cards: float
    acts: float
    updates: float
    rows: dict[str, float]
    tables: float
    indexes: float


class Instant(Gateway):
    """Slack in no time, so that only our side is measured."""

    def __init__(self) -> None:
        self.posts = self.updates = 0

    def post(self, channel: str, message: Message, *, marker: str, thread: str = "") -> str:
        """It is there."""
        del channel, message, thread
        self.posts += 1
        return f"{self.posts}.{marker}"

    def update(self, channel: str, ts: str, message: Message, *, marker: str) -> None:
        """It is shown."""
        del channel, ts, message, marker
        self.updates += 1

    def react(self, channel: str, ts: str, name: str, *, on: bool) -> None:
        """It is on it."""


class Meter:
    """Looks at this process, at the server's, and at its log."""

    def __init__(self, server: PostgresServer, database: Database) -> None:
        self._server, self._database, self._commits = server, database, 0
        event.listen(database.engine, "commit", self._count)

    def _count(self, _: object) -> None:
        self._commits += 1

    def of(self, work: Callable[[], int]) -> Cost:
        """What one time of *work* costs, which says how often it was done."""
        before = self._look()
        times = max(1, work())
        ours, theirs, commits, log = (
            (after - start) / times for after, start in zip(self._look(), before, strict=True)
        )
        return Cost(ours=ours * 1e3, theirs=theirs * 1e3, commits=commits, log=log)

    def _look(self) -> tuple[float, float, float, float]:
        with self._database.reading() as session:
            log = session.scalar(text("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))
        theirs = sum(_used(process) for process in self._processes())
        return process_time(), theirs, float(self._commits), float(log or 0)

    def _processes(self) -> Iterator[Path]:
        first = (self._server.home / "data" / "postmaster.pid").read_text().split("\n")[0]
        yield Path("/proc") / first
        children = Path("/proc") / first / "task" / first / "children"
        yield from (Path("/proc") / child for child in children.read_text().split())


def _used(process: Path) -> float:
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    # What it used itself, and what those did that it has outlived.
    return sum(int(ticks) for ticks in fields[11:15]) / _TICKS


class Life:
    """The demo's organisation, whose clock the benchmark moves."""

    def __init__(self, server: PostgresServer, database: Database) -> None:
        self.database, self.moment = database, START
        self.org: Organisation = organisation.load(DEMO / "organisation.toml")
        self.meter = Meter(server, database)
        self.gateway = Instant()
        guide = Guide(database, self.org)
        guide.warm()
        self.services = Services(
            settings=Settings(intake_secrets=(SECRET,), roundup_over=10**9),
            database=database,
            organisation=self.org,
            directory=cast("Directory", object()),
            now=lambda: self.moment,
            adviser=guide,
        )
        self._texts = [
            json.loads(line)["body"]["data"] for line in (DEMO / "comments.jsonl").open("rb")
        ]
        self._sent = 0

    def deliveries(self, count: int) -> list[tuple[str, bytes, dict[str, str]]]:
        """Signed requests, whose comments nobody else says alike: the dearest kind."""
        made = []
        for said in islice(cycle(self._texts), count):
            self._sent += 1
            made.append(self._signed(dict(said), self._sent))
        return made

    def _signed(self, said: dict[str, Any], number: int) -> tuple[str, bytes, dict[str, str]]:
        source = self.org.sources[number % len(self.org.sources)]
        dice = Random(number)  # noqa: S311 - the same words each time, nothing secret
        unlike = " ".join(f"{dice.getrandbits(36):x}" for _ in range(_UNLIKE))
        data = {name: said[name] for name in ("text", "author", "language") if said.get(name)}
        data |= {"platform": source.platform or "web", "id": f"g{number}"}
        data["text"] = f"{data.get('text', '')} {unlike}"
        told = {"type": "comment.created", "timestamp": self.moment.isoformat(), "data": data}
        body = json.dumps(told).encode()
        headers = sign(SECRET, f"d{number}", int(self.moment.timestamp()), body)
        return f"/intake/webhook/{source.key}", body, headers

    def take_in(self, sent: list[tuple[str, bytes, dict[str, str]]]) -> int:
        """The whole way of a delivery but the socket."""
        with Client.of(web.create_web(self.services, None, ready=list)) as client:
            for path, body, headers in sent:
                answer = client.post(path, content=body, headers=headers)
                if answer.status_code != 202:
                    raise RuntimeError(f"{answer.status_code}: {answer.text[:200]}")
        return len(sent)

    def route(self, times: int) -> int:
        """Deciding alone: the rules over a comment."""
        with self.database.reading() as session:
            comment = viewing.case(session, 1).comment
        for _ in range(times):
            route(comment, self.org)
        return times

    def deliver(self) -> int:
        """Everything that is owed, a second apart in each channel."""
        worker = Delivery(self.services, self.gateway, worker="bench")
        before = self.gateway.posts + self.gateway.updates
        while self._owed():
            while taken := worker.take(SENDERS):
                done = [outcome for one in taken if (outcome := worker.deliver(one))]
                worker.note(done)
            self.moment += timedelta(seconds=1)
        return self.gateway.posts + self.gateway.updates - before

    def _owed(self) -> bool:
        with self.database.reading() as session:
            wanted = select(func.count()).where(t.notices.c.wanted > t.notices.c.shown)
            late = self.moment + timedelta(hours=1)
            return bool(session.scalar(wanted)) and bool(queue.heads(session, now=late, limit=1))

    def claim(self, numbers: list[int]) -> int:
        """Somebody claims each stake."""
        return self._act(numbers, partial(owning.claim, by="U0ANN"))

    def resolve(self, numbers: list[int]) -> int:
        """They finish each."""
        return self._act(numbers, partial(owning.resolve, outcome="", note="", by="U0ANN"))

    def _act(self, numbers: list[int], act: Callable[..., object]) -> int:
        done = 0
        for number in numbers:
            with self.database.reading() as session:
                case = journal.load(session, number, lock=False)
            for team in case.stakes if case else ():
                with self.database.transaction() as session:
                    act(session, self.org, number, team, now=self.moment)
                done += 1
        return done

    def tick(self) -> int:
        """The clock notices everything that has become due."""
        due = select(func.count(func.distinct(t.stakes.c.case_number)))
        with self.database.reading() as session:
            found = session.scalar(due.where(t.stakes.c.next_at <= self.moment)) or 0
        for _ in range(found // 500 + 1):
            jobs.tick_stakes(self.services)
        return found

    def idle(self, times: int) -> int:
        """The clock finds nothing."""
        for _ in range(times):
            jobs.tick_stakes(self.services)
        return times

    def digest(self, scope: Scope, times: int) -> int:
        """The last day's digest of *scope*."""
        day = Period(since=self.moment - timedelta(days=1), until=self.moment)
        for _ in range(times):
            with self.database.reading() as session:
                reporting.report(session, self.org, scope, day, now=self.moment)
        return times


def measure(server: PostgresServer, database: Database, count: int) -> Measured:
    """Lead *count* comments through their lives and weigh each step."""
    life, steps = Life(server, database), {}
    life.take_in(life.deliveries(50))
    life.deliver()
    weigh = life.meter.of
    steps["comment in"] = weigh(partial(life.take_in, life.deliveries(count)))
    steps["of that: the rules"] = weigh(partial(life.route, 2_000))
    before = life.gateway.posts
    steps["card posted"] = weigh(life.deliver)
    cards = (life.gateway.posts - before) / count
    numbers = list(range(51, 51 + count // 2))
    steps["claim or resolve"] = weigh(partial(life.claim, numbers))
    steps["card updated"] = weigh(life.deliver)
    # Hours later, so each act changes the cards anew.
    acts = 2 * life.resolve(numbers) / len(numbers)
    updates = 2 * life.deliver() / len(numbers)
    life.moment += timedelta(days=2)
    steps["case with something due"] = weigh(life.tick)
    steps["tick with nothing due"] = weigh(partial(life.idle, 50))
    life.deliver()
    team = life.org.teams[0]
    life.moment = START + timedelta(hours=12)
    steps["digest of a team"] = weigh(partial(life.digest, Scope(Kind.TEAM, team.key), 20))
    steps["digest of everything"] = weigh(partial(life.digest, Scope(), 5))
    return Measured(
        steps=steps,
        cards=cards,
        acts=acts,
        updates=updates,
        **_sizes(database, 50 + count),
    )


def _sizes(database: Database, count: int) -> dict[str, Any]:
    rows = {}
    with database.transaction() as session:
        session.execute(text("ANALYZE"))
    with database.reading() as session:
        for table in ("journal", "changes", "comments", "stakes", "rounds", "notices"):
            found = session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - ours
            rows[table] = (found or 0) / count
        sizes = text(
            "SELECT sum(pg_table_size(oid)), sum(pg_indexes_size(oid)) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables, indexes = session.execute(sizes).one()
    return {"rows": rows, "tables": float(tables) / count, "indexes": float(indexes) / count}
