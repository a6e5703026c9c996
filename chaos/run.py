"""One run: everything is put together, goes wrong for a while, settles, and is looked at."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import exists, select

from bot.demo.processes import free_port
from bot.errors import DatabaseAway
from bot.store import health, migrations
from bot.store import tables as t
from bot.store.database import Database
from chaos.checks import find
from chaos.evidence import Evidence, Finding, gather
from chaos.history import History
from chaos.people import Crowd
from chaos.places import SECRET, SIGNING_SECRET, furnish, organisation_file
from chaos.plan import Plan
from chaos.processes import Processes
from chaos.senders import Sender
from chaos.slack import ChaosSlack
from chaos.weather import Weather
from tests.postgres import PostgresServer, find_binaries

_SENDERS, _CROWDS = 3, 2
_SENDING_EVERY, _PRESSING_EVERY = 0.7, 0.6
_LOOK_SECONDS = 0.1
# What is owed beyond this would only queue for Slack's pace.
_CROWDED = 60
# Whoever still waits for an answer when the trouble is over gets it well within this.
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run came to."""

    plan: Plan
    evidence: Evidence
    findings: list[Finding]
    settled_after: float
    deaths: int
    folder: Path


def run(plan: Plan, folder: Path) -> Result:
    """Do what *plan* says, with every log in *folder*."""
    history = History()
    with ExitStack() as stack:
        server = _server(stack) if plan.kind == "PostgreSQL" else None
        url = server.url("chaos") if server else f"sqlite:///{folder / 'chaos.db'}"
        migrations.upgrade(url)
        slack = stack.enter_context(ChaosSlack(plan.dice("slack"), plan.faulty))
        furnish(slack, _CROWDS)
        file = folder / "organisation.toml"
        file.write_text(organisation_file(datetime.now(UTC), plan.seconds), "utf-8")
        processes = stack.enter_context(Processes(folder, history, plan.seed, plan.deadly))
        webs = _start(plan, processes, _environ(plan, slack, url, file))
        database = Database(url)
        stack.callback(database.close)
        acting = _Acting(plan, slack, processes, history, webs, server, database)
        acting.go_on()
        settled = _settled(processes, database, plan.settle_within)
        evidence = gather(plan, history, slack, database, file)
        findings = find(evidence)
        findings += [Finding(wrong="crashed", what=what) for what in processes.wrong]
        findings += [Finding(wrong="crashed", what=what) for what in processes.surprises()]
        deaths = sum(seat.lives - 1 for seat in processes.seats)
    return Result(
        plan=plan,
        evidence=evidence,
        findings=findings,
        settled_after=settled or plan.settle_within,
        deaths=deaths,
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
    database: Database

    def go_on(self) -> None:
        """Let everybody act while the run lasts, then mend everything."""
        stop, give_up = threading.Event(), threading.Event()
        threads = self._actors(stop, give_up)
        for thread in threads:
            thread.start()
        time.sleep(self.plan.seconds)
        stop.set()
        weather, *others = threads
        weather.join()
        self.slack.faulty = 0.0
        self.processes.spare()
        for thread in others:
            thread.join(_PATIENCE_SECONDS)
        give_up.set()

    def _crowded(self) -> bool:
        try:
            with self.database.reading() as session:
                return health.outbox(session, now=datetime.now(UTC)).owed > _CROWDED
        except DatabaseAway:
            return False

    def _actors(self, stop: threading.Event, give_up: threading.Event) -> list[threading.Thread]:
        dice = self.plan.dice
        weather = Weather(self.slack, self.processes, self.history, dice("weather"), self.server)
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
        return [
            threading.Thread(target=weather.run, args=(stop,), daemon=True),
            *(
                threading.Thread(target=sender.run, args=(stop, give_up), daemon=True)
                for sender in senders
            ),
            *(threading.Thread(target=crowd.run, args=(stop,), daemon=True) for crowd in crowds),
        ]


def _settled(processes: Processes, database: Database, within: float) -> float | None:
    """How many seconds it took until all that was owed had been shown; None when it never was."""
    began, ended = time.monotonic(), datetime.now(UTC)
    if not _comes(lambda: not _owed(database, ended), within):
        return None
    took = time.monotonic() - began
    # With nobody to notice that time passes, nothing more falls due.
    processes.dismiss("clock")
    quiet = _comes(lambda: not _owed(database, datetime.now(UTC)), within)
    return took if quiet else None


def _comes(state: Callable[[], bool], within: float) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if state():
            return True
        time.sleep(_LOOK_SECONDS)
    return False


def _owed(database: Database, before: datetime) -> bool:
    notices = t.notices.c
    query = select(exists().where(notices.wanted > notices.shown, notices.created_at <= before))
    leases = select(exists().where(t.lanes.c.worker != ""))
    try:
        with database.reading() as session:
            return bool(session.scalar(query) or session.scalar(leases))
    except DatabaseAway:
        return True
