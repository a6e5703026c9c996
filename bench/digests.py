"""Digests over a million comments: what one costs, from a cold database, and as history grows.

Every measurement is the first digest of a new process that has made itself ready as the bot does
when it starts, over a new connection; the child is this module run by itself. *From disk* means
that the database's files were dropped from memory before, *cold* that the server was started anew;
*again* is the same question put to the same process. The plain side is an indexed COUNT of the
journal of the same teams and time, cold as well. All of it runs on two cores where it can.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, get_args

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import Select, func, literal_column, make_url, select

from bench import million, offices, rows, servers
from bot.domain import events as e
from bot.domain.digest import Period
from bot.domain.scope import Kind, Scope
from bot.store import tables as t
from bot.store.database import Database
from bot.store.session import Session
from bot.usecases import reporting

CORES = 2
SHORT = 10
"""The short history has this part of the long one's comments."""

_RUNS = 3
_AGAIN = 3
_ORGANISATION = offices.organisation()
_HOME = Path(offices.__file__).parents[1]
_BUSIEST = "service-hk"
_TEAM_KINDS = [kind.__name__ for kind in get_args(e.Event) if "team" in kind.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and the milliseconds that it may take on PostgreSQL and on SQLite."""

    what: str
    scope: Scope
    period: Period
    targets: tuple[int, int] | None = None


def _yesterday() -> Period:
    zone = next(team.zone for team in _ORGANISATION.teams if team.key == _BUSIEST)
    midnight = datetime.combine(rows.NOW.astimezone(zone).date(), time(), zone).astimezone(UTC)
    return Period(since=midnight - timedelta(days=1), until=midnight)


def _last(days: int) -> Period:
    return Period(since=_yesterday().until - timedelta(days=days), until=_yesterday().until)


QUESTIONS = {
    "team-day": Question(
        "the busiest team's day", Scope(Kind.TEAM, _BUSIEST), _yesterday(), (150, 300)
    ),
    "team-week": Question("its week", Scope(Kind.TEAM, _BUSIEST), _last(7)),
    "all-month": Question("all teams' month", Scope(), _last(30), (1_500, 1_500)),
    "person-week": Question(
        "a person's week", Scope(Kind.PERSON, "U0SERVICEHK0"), _last(7), (150, 300)
    ),
    "campaign-month": Question(
        "a campaign's month", Scope(Kind.CAMPAIGN, offices.CAMPAIGNS[0]), _last(30), (1_500, 1_500)
    ),
}


def ask(session: Session, question: Question) -> object:
    """Put *question* as the bot would."""
    return reporting.report(session, _ORGANISATION, question.scope, question.period, now=rows.NOW)


def plain(question: Question) -> Select[Any]:
    """An indexed COUNT of what happened to the same teams, or that person, in the same time."""
    since, until = question.period.since, question.period.until
    if question.scope.person:
        r = t.rounds.c
        within = (r.claimed_at >= _micros(since), r.claimed_at < _micros(until))
        claims = select(func.count()).select_from(t.rounds)
        # SQLite uses an index over some rows only where the question repeats its condition.
        some = r.claimed_by != literal_column("''")
        return claims.where(r.claimed_by == question.scope.person, some, *within)
    j, keys = t.journal.c, [team.key for team in question.scope.teams(_ORGANISATION)]
    events = select(func.count()).select_from(t.journal)
    return events.where(j.team.in_(keys), j.kind.in_(_TEAM_KINDS), j.at >= since, j.at < until)


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


# The child.


def answer(url: str, name: str, side: str, again: int) -> Mapping[str, float]:
    """Milliseconds of the first answer and of those *again* after it, and what was counted."""
    question, database = QUESTIONS[name], Database(url)
    query = plain(question)
    with database.reading() as session:
        reporting.warm(session, _ORGANISATION, now=rows.NOW)
    database.close()
    print("ready", flush=True)
    sys.stdin.readline()

    def once() -> object:
        with database.reading() as session:
            if side == "plain":
                return session.execute(query).scalar_one()
            return ask(session, question)

    took, answered = [], None
    for _ in range(1 + again):
        began = perf_counter()
        answered = once()
        took.append((perf_counter() - began) * 1_000)
    database.close()
    counted = answered if isinstance(answered, int) else 0
    return {"first": took[0], "again": median(took[1:] or took), "counted": counted}


# The parent.


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A database with a long and a short history, and how to make it cold."""

    name: str
    long: str
    short: str
    bytes: int
    cool: Callable[[bool], None]
    """Makes it cold; with True also what the system remembers of its files."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds, each the median of a few runs."""

    disk: float
    cold: float
    again: float
    plain: float
    counted: int


def show(console: Console) -> None:
    """Make what is missing, measure, and print the table."""
    begin = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    with ExitStack() as stack:
        progress = stack.enter_context(Progress(console=Console(stderr=True)))
        places = [_sqlite(progress), stack.enter_context(_postgres(progress))]
        if begin is not None:
            os.sched_setaffinity(0, sorted(begin)[:CORES])
            stack.callback(os.sched_setaffinity, 0, begin)
        work = len(places) * (len(QUESTIONS) + 1)
        task = progress.add_task("digests", total=work)
        load = os.getloadavg()[0]
        tables = []
        for place in places:
            costs = {}
            for name in QUESTIONS:
                costs[name] = _cost(place, place.long, name)
                progress.advance(task)
            short = _cost(place, place.short, "team-day")
            progress.advance(task)
            tables.append(_table(place))
            _rows(tables[-1], place, costs, short)
    pinned = f"{CORES} cores" if begin is not None else "all cores"
    console.print(
        f"Digests over {million.wanted():,} comments, on {pinned}, at a load of {load:.1f}"
    )
    console.print(f"kept in {million.cache()}{_unforgetting()}")
    for table in tables:
        console.print(table)


def _unforgetting() -> str:
    able = hasattr(os, "posix_fadvise")
    return "" if able else "; this system cannot drop files from memory, so nothing is from disk"


def _sqlite(progress: Progress) -> Place:
    long = million.on_sqlite(million.wanted(), progress)
    short = million.on_sqlite(million.wanted() // SHORT, progress)
    files = [Path(make_url(url).database or "") for url in (long, short)]

    def cool(from_disk: bool) -> None:
        for file in files if from_disk else ():
            servers.forget(file)

    return Place(name="SQLite", long=long, short=short, bytes=files[0].stat().st_size, cool=cool)


@contextmanager
def _postgres(progress: Progress) -> Iterator[Place]:
    given = os.environ.get("TEST_DATABASE_URL")
    with ExitStack() as stack:
        server = None if given else stack.enter_context(servers.KeptServer.opened())
        url = given or (server.url() if server else "")
        long = million.on_postgres(url, million.wanted(), progress)
        short = million.on_postgres(url, million.wanted() // SHORT, progress)

        def cool(from_disk: bool) -> None:
            # One that is not ours to stop is measured as it is, over a new connection.
            if server is None:
                return
            server.stop("fast")
            if from_disk:
                servers.forget(server.data)
            server.start()

        size = million.postgres_size(url, long)
        yield Place(name="PostgreSQL", long=long, short=short, bytes=size, cool=cool)


def _cost(place: Place, url: str, name: str) -> Cost:
    disk, cold, counts = (
        [_child(place, url, name, side, again=again, from_disk=from_disk) for _ in range(_RUNS)]
        for side, again, from_disk in (
            ("ours", 0, True),
            ("ours", _AGAIN, False),
            ("plain", 0, False),
        )
    )
    return Cost(
        disk=median(each["first"] for each in disk),
        cold=median(each["first"] for each in cold),
        again=median(each["again"] for each in cold),
        plain=median(each["first"] for each in counts),
        counted=int(counts[0]["counted"]),
    )


def _child(
    place: Place, url: str, name: str, side: str, *, again: int, from_disk: bool
) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.digests", url, name, side, str(again)]
    pipes: Any = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, cwd=_HOME, text=True, **pipes) as child:
        if child.stdout and child.stdout.readline():
            place.cool(from_disk)
        told, faults = child.communicate("\n")
    if child.returncode:
        raise RuntimeError(f"{place.name}, {name}:\n{faults[-2_000:]}")
    answered: dict[str, float] = json.loads(told)
    return answered


def _table(place: Place) -> Table:
    columns = ("Milliseconds", "From disk", "Cold", "Again", "At most", "COUNT(*)", "Ratio")
    title = f"{place.name}, {place.bytes / 1e9:.1f} GB"
    table = Table(*columns, title=title, title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _rows(table: Table, place: Place, costs: Mapping[str, Cost], short: Cost) -> None:
    for name, cost in costs.items():
        question = QUESTIONS[name]
        most = question.targets[place.name == "SQLite"] if question.targets else None
        table.add_row(
            question.what,
            *(f"{value:,.0f}" for value in (cost.disk, cost.cold, cost.again)),
            f"{most:,}" if most else "",
            f"{cost.plain:,.1f}",
            f"{cost.cold / cost.plain:.1f}",
        )
    table.add_section()
    day = costs["team-day"]
    _against(table, f"the day ÷ that of {million.wanted() // SHORT:,}", day, short)
    _against(table, "its week ÷ the day", costs["team-week"], day)


def _against(table: Table, what: str, ours: Cost, other: Cost) -> None:
    ratios = (ours.disk / other.disk, ours.cold / other.cold, ours.again / other.again)
    table.add_row(what, *(f"{ratio:.2f} ×" for ratio in ratios))


if __name__ == "__main__":
    _, asked_url, asked_name, asked_side, asked_again = sys.argv
    print(json.dumps(answer(asked_url, asked_name, asked_side, int(asked_again))))
