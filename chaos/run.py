"""One run: everything is put together, goes wrong for a while, settles, and is looked at."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.demo.processes import free_port
from bot.errors import DatabaseAway
from bot.store import health, migrations
from bot.store.database import Database
from chaos.checks import find
from chaos.evidence import Evidence, Finding, gather
from chaos.history import History
from chaos.logs import Logs
from chaos.people import Crowd
from chaos.places import furnish, organisation_file, settings_of
from chaos.plan import Plan
from chaos.processes import Processes
from chaos.senders import Sender
from chaos.settling import settle
from chaos.slack import ChaosSlack
from chaos.weather import Weather
from tests.postgres import PostgresServer, find_binaries

_SENDERS, _CROWDS = 3, 2
_SENDING_EVERY, _PRESSING_EVERY = 0.7, 0.6
_LOOK_SECONDS = 1.0
# What is owed beyond this would only queue for Slack's pace.
_CROWDED = 60
# Whoever still waits for an answer when the trouble is over gets it well within this.
_PATIENCE_SECONDS = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run came to."""

    plan: Plan
    evidence: Evidence
    findings: list[Finding]
    settled_after: float
    deaths: int
    at_failpoints: int
    folder: Path


def run(plan: Plan, folder: Path) -> Result:
    """Do what *plan* says, with every log in *folder*."""
    with ExitStack() as stack:
        acting = _put_together(plan, folder, stack)
        acting.go_on()
        settled = settle(acting.processes, acting.database)
        return _looked_at(acting, folder, settled)


def _put_together(plan: Plan, folder: Path, stack: ExitStack) -> "_Acting":
    """Everything there is, running; *stack* ends it."""
    history = History()
    server = _server(stack) if plan.kind == "PostgreSQL" else None
    local = None if server else folder / "chaos.db"
    url = server.url("chaos") if server else f"sqlite:///{local}"
    migrations.upgrade(url)
    slack = stack.enter_context(ChaosSlack(plan.dice("slack"), plan.faulty))
    furnish(slack, _CROWDS)
    file = _organisation_of(folder)
    file.write_text(organisation_file(datetime.now(UTC), plan.seconds), "utf-8")
    processes = stack.enter_context(Processes(folder, history, plan.seed, plan.deadly))
    webs = _start(plan, processes, settings_of(slack, url, file) | _own(plan))
    database = Database(url)
    stack.callback(database.close)
    return _Acting(plan, slack, processes, history, webs, server, local, database)


def _organisation_of(folder: Path) -> Path:
    return folder / "organisation.toml"


def _looked_at(acting: "_Acting", folder: Path, settled: float) -> Result:
    """What came of it, while everything is still there."""
    plan, processes, logs = acting.plan, acting.processes, acting.processes.logs()
    file = _organisation_of(folder)
    evidence = gather(plan, acting.history, acting.slack, acting.database, file, logs.refusals())
    return Result(
        plan=plan,
        evidence=evidence,
        findings=[*find(evidence), *_crashes(plan, processes, logs)],
        settled_after=settled,
        deaths=sum(seat.lives - 1 for seat in processes.seats),
        at_failpoints=sum(logs.deaths().values()),
        folder=folder,
    )


def _crashes(plan: Plan, processes: Processes, logs: Logs) -> Iterator[Finding]:
    """What the processes themselves show, and which failpoints none of them came to."""
    for what in (*processes.wrong, *logs.surprises()):
        yield Finding(wrong="crashed", what=what)
    for point in logs.never_passed() if plan.complete else ():
        what = f"nobody ever went {point}: is it called otherwise?"
        yield Finding(wrong="crashed", what=what)


def _server(stack: ExitStack) -> PostgresServer:
    server = stack.enter_context(PostgresServer(find_binaries(os.environ)))
    server.execute("CREATE DATABASE chaos")
    return server


def _own(plan: Plan) -> dict[str, str]:
    # What a flood holds back follows only every ten seconds.
    calm = {"CROSSTALK_ROUNDUP_OVER": "100000"}
    return calm | ({"CHAOS_NAIVE": "1"} if plan.naive else {})


def _start(plan: Plan, processes: Processes, environ: dict[str, str]) -> list[str]:
    """Have the whole crew at work; the addresses of its webs."""
    webs, port = [], plan.first_port
    for sort, number in ((sort, n) for sort, count in plan.crew.items() for n in range(count)):
        own = {"CHAOS_SKEW": _skew(plan, sort, number)}
        if sort == "web":
            port = free_port(port + 1)
            own["PORT"] = str(port)
            webs.append(f"http://127.0.0.1:{port}")
        processes.add(sort, number, environ | own)
    return webs


def _skew(plan: Plan, sort: str, number: int) -> str:
    """How far the clock of one is off: machines' differ by more than a lease."""
    skew = plan.dice(f"clock of {sort} {number}").uniform(-20, 20)
    # On SQLite there is one machine.
    return str(skew if plan.kind == "PostgreSQL" else 0)


@dataclass(slots=True)
class _Acting:
    """Everybody who does something during a run."""

    plan: Plan
    slack: ChaosSlack
    processes: Processes
    history: History
    webs: list[str]
    server: PostgresServer | None
    local: Path | None
    database: Database

    def go_on(self) -> None:
        """Let everybody act while the run lasts, then mend everything."""
        stop, give_up = threading.Event(), threading.Event()
        weather, *others = self._actors(stop, give_up)
        for thread in (weather, *others):
            thread.start()
        time.sleep(self.plan.seconds)
        self._until_all_was_tried()
        stop.set()
        weather.join()
        self._mend()
        for thread in others:
            thread.join(_PATIENCE_SECONDS)
        give_up.set()

    def _mend(self) -> None:
        self.slack.faulty = 0.0
        self.processes.spare()

    def _until_all_was_tried(self) -> None:
        """Go on for a while where a slow machine has not come to every failpoint yet."""
        until = time.monotonic() + self.plan.seconds
        while self.plan.complete and time.monotonic() < until:
            if not self.processes.logs().never_passed():
                return
            time.sleep(_LOOK_SECONDS)

    def _crowded(self) -> bool:
        try:
            with self.database.reading() as session:
                return health.outbox(session, now=datetime.now(UTC)).owed > _CROWDED
        except DatabaseAway:
            return False

    def _actors(self, stop: threading.Event, give_up: threading.Event) -> list[threading.Thread]:
        acts: list[Callable[[], None]] = [
            partial(self._weather().run, stop),
            *(partial(sender.run, stop, give_up) for sender in self._senders()),
            *(partial(crowd.run, stop) for crowd in self._crowds()),
        ]
        return [threading.Thread(target=act, daemon=True) for act in acts]

    def _weather(self) -> Weather:
        dice = self.plan.dice("weather")
        return Weather(self.slack, self.processes, self.history, dice, self.server, self.local)

    def _senders(self) -> Iterator[Sender]:
        for n in range(_SENDERS):
            dice = self.plan.dice(f"sender {n}")
            yield Sender(f"s{n}", self.webs, self.history, dice, _SENDING_EVERY, self._crowded)

    def _crowds(self) -> Iterator[Crowd]:
        for n in range(_CROWDS):
            dice = self.plan.dice(f"crowd {n}")
            yield Crowd(n, self.slack, self.webs, self.history, dice, _PRESSING_EVERY)
