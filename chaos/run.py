"""One run: everything is put together, goes wrong for a while, settles, and is looked at."""

import os
import threading
import time
from collections.abc import Callable
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
from chaos.people import Crowd
from chaos.places import SECRET, SIGNING_SECRET, furnish, organisation_file
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
    history = History()
    with ExitStack() as stack:
        server = _server(stack) if plan.kind == "PostgreSQL" else None
        local = None if server else folder / "chaos.db"
        url = server.url("chaos") if server else f"sqlite:///{local}"
        migrations.upgrade(url)
        slack = stack.enter_context(ChaosSlack(plan.dice("slack"), plan.faulty))
        furnish(slack, _CROWDS)
        file = folder / "organisation.toml"
        file.write_text(organisation_file(datetime.now(UTC), plan.seconds), "utf-8")
        processes = stack.enter_context(Processes(folder, history, plan.seed, plan.deadly))
        webs = _start(plan, processes, _environ(plan, slack, url, file))
        database = Database(url)
        stack.callback(database.close)
        acting = _Acting(plan, slack, processes, history, webs, server, local, database)
        acting.go_on()
        settled = settle(processes, database)
        logs = processes.logs()
        evidence = gather(plan, history, slack, database, file, logs.refusals())
        findings = find(evidence)
        findings += [Finding(wrong="crashed", what=what) for what in processes.wrong]
        findings += [Finding(wrong="crashed", what=what) for what in logs.surprises()]
        if plan.complete:
            findings += [
                Finding(wrong="crashed", what=f"nobody ever went {point}: is it called otherwise?")
                for point in logs.never_passed()
            ]
        deaths = sum(seat.lives - 1 for seat in processes.seats)
    return Result(
        plan=plan,
        evidence=evidence,
        findings=findings,
        settled_after=settled,
        deaths=deaths,
        at_failpoints=sum(logs.deaths().values()),
        folder=folder,
    )


def _server(stack: ExitStack) -> PostgresServer:
    server = stack.enter_context(PostgresServer(find_binaries(os.environ)))
    server.execute("CREATE DATABASE chaos")
    return server


def _environ(plan: Plan, slack: ChaosSlack, url: str, file: Path) -> dict[str, str]:
    own = {"CHAOS_NAIVE": "1"} if plan.naive else {}
    return own | {
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": slack.token,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_APP_TOKEN": "",
        "SLACK_API_URL": slack.client_url,
        "INTAKE_SECRETS": SECRET,
        "CROSSTALK_ORG": str(file),
        # What a flood holds back follows only every ten seconds.
        "CROSSTALK_ROUNDUP_OVER": "100000",
        "HOST": "127.0.0.1",
        "NO_PROXY": "*",
    }


def _start(plan: Plan, processes: Processes, environ: dict[str, str]) -> list[str]:
    webs, port = [], plan.first_port
    for sort, count in plan.crew.items():
        for number in range(count):
            # Machines' clocks differ by more than a lease; on SQLite there is one machine.
            skew = plan.dice(f"clock of {sort} {number}").uniform(-20, 20)
            own = {"CHAOS_SKEW": str(skew if plan.kind == "PostgreSQL" else 0)}
            if sort == "web":
                port = free_port(port + 1)
                own["PORT"] = str(port)
                webs.append(f"http://127.0.0.1:{port}")
            processes.add(sort, number, environ | own)
    return webs


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
        threads = self._actors(stop, give_up)
        for thread in threads:
            thread.start()
        time.sleep(self.plan.seconds)
        self._until_all_was_tried()
        stop.set()
        weather, *others = threads
        weather.join()
        self.slack.faulty = 0.0
        self.processes.spare()
        for thread in others:
            thread.join(_PATIENCE_SECONDS)
        give_up.set()

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
        dice = self.plan.dice
        weather = Weather(
            self.slack, self.processes, self.history, dice("weather"), self.server, self.local
        )
        senders = [
            Sender(
                f"s{n}", self.webs, self.history, dice(f"sender {n}"), _SENDING_EVERY, self._crowded
            )
            for n in range(_SENDERS)
        ]
        crowds = [
            Crowd(n, self.slack, self.webs, self.history, dice(f"crowd {n}"), _PRESSING_EVERY)
            for n in range(_CROWDS)
        ]
        acts: list[Callable[[], None]] = [
            partial(weather.run, stop),
            *(partial(sender.run, stop, give_up) for sender in senders),
            *(partial(crowd.run, stop) for crowd in crowds),
        ]
        return [threading.Thread(target=act, daemon=True) for act in acts]
