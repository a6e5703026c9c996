"""One tick of the clock with many open stakes of which few are due: it must read what is due.

The same 50 due stakes are ticked among 1,000 open ones and among 100,000, in one database that is
filled up in between; and finding them is set against counting them by their index. The median of
five rounds, each with 50 stakes that were not due before.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from rich.progress import Progress
from sqlalchemy import func, insert, select, text, tuple_, update

from bot import organisation
from bot.domain.case import Stake
from bot.domain.organisation import Organisation
from bot.store import tables as t
from bot.store.database import Database
from bot.usecases import escalating

FEW, MANY, DUE = 1_000, 100_000, 50
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEAMS = ("service-uk", "product-audio")
_ROUNDS = 5
_WARM_UP = 1
_CHUNK = 5_000
_SEED = 20_261_123

Ref = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds.

    Attributes:
        tick: finding what is due and doing it, a transaction for each case.
        find: finding it alone.
        count: an indexed COUNT of the due rows.
    """

    tick: float
    find: float
    count: float


@dataclass(frozen=True, slots=True)
class Costs:
    """What one tick costs with `FEW` and with `MANY` open stakes."""

    few: Cost
    many: Cost


def measure(database: Database, progress: Progress, name: str) -> Costs:
    """Fill an empty database in two steps, and tick after each."""
    org = organisation.load(Path(organisation.__file__).parents[1] / "demo" / "organisation.toml")
    dice = random.Random(_SEED)  # noqa: S311 - the same stakes on every machine, nothing secret
    first, rest = range(FEW), range(FEW, MANY)
    _fill(database, first, dice, progress, name)
    few = _cost(database, org, _due_later(first, dice))
    _fill(database, rest, dice, progress, name)
    return Costs(few=few, many=_cost(database, org, _due_later(rest, dice)))


def _fill(
    database: Database, places: range, dice: random.Random, progress: Progress, name: str
) -> None:
    task = progress.add_task(f"{len(places):,} open stakes on {name}", total=len(places))
    for first in range(places.start, places.stop, _CHUNK):
        chunk = range(first, min(first + _CHUNK, places.stop))
        stakes = [(_ref(place), _stake(place, dice)) for place in chunk]
        numbers = sorted({number for (number, _), _ in stakes})
        with database.transaction() as session:
            session.execute(insert(t.cases), [_case_row(number) for number in numbers])
            session.execute(insert(t.comments), [_comment_row(number) for number in numbers])
            session.execute(insert(t.stakes), [_stake_row(ref[0], s) for ref, s in stakes])
        progress.advance(task, len(chunk))
    if not database.is_sqlite:
        # A server does it by itself within a minute; SQLite never does.
        with database.transaction() as session:
            session.execute(text("ANALYZE"))


def _ref(place: int) -> Ref:
    return place // len(TEAMS) + 1, TEAMS[place % len(TEAMS)]


def _stake(place: int, dice: random.Random) -> Stake:
    """An open stake of which nothing is due for at least an hour."""
    opened = NOW - timedelta(seconds=dice.randrange(3_600))
    warn = NOW + timedelta(seconds=dice.randrange(3_600, 90_000))
    return Stake(
        team=_ref(place)[1],
        opened_at=opened,
        claim_since=opened,
        resolve_since=opened,
        claim_warn=warn,
        claim_due=warn + timedelta(hours=1),
        resolve_warn=warn + timedelta(hours=20),
        resolve_due=warn + timedelta(hours=24),
    )


_STORED = (
    "team", "opened_at", "claim_since", "resolve_since",
    "claim_warn", "claim_due", "resolve_warn", "resolve_due", "next_at",
)  # fmt: skip


def _stake_row(number: int, stake: Stake) -> dict[str, Any]:
    row = {name: getattr(stake, name) for name in _STORED}
    place = TEAMS.index(stake.team)
    return {**row, "case_number": number, "position": place, "state": "open", "reasons": []}


def _case_row(number: int) -> dict[str, Any]:
    lists: dict[str, list[str]] = {"units": [], "regions": [], "tags": []}
    return {"number": number, "opened_at": NOW, "lead": TEAMS[0], "priority": "normal", **lists}


def _comment_row(number: int) -> dict[str, Any]:
    facts = {"platform": "facebook", "text": f"My speaker is silent, #{number}"}
    told = {"source": "bench", "external_id": str(number), "facts": facts}
    return {"case_number": number, "received_at": NOW, **told}


def _due_later(places: range, dice: random.Random) -> Iterator[list[Ref]]:
    """For each round the stakes that are to be due, never two of one case and none twice."""
    numbers = [_ref(place)[0] for place in places[:: len(TEAMS)]]
    cases = dice.sample(numbers, (_WARM_UP + _ROUNDS) * DUE)
    for first in range(0, len(cases), DUE):
        yield [(number, dice.choice(TEAMS)) for number in cases[first : first + DUE]]


def _cost(database: Database, org: Organisation, rounds: Iterator[list[Ref]]) -> Cost:
    measured = [_round(database, org, refs) for refs in rounds][_WARM_UP:]
    return Cost(
        tick=median(cost.tick for cost in measured),
        find=median(cost.find for cost in measured),
        count=median(cost.count for cost in measured),
    )


def _round(database: Database, org: Organisation, refs: list[Ref]) -> Cost:
    _make_due(database, refs)
    began = perf_counter()
    counted = _count(database)
    has_counted = perf_counter()
    numbers = _find(database)
    has_found = perf_counter()
    for number in numbers:
        with database.transaction() as session:
            escalating.tick(session, org, number, now=NOW)
    done = perf_counter()
    if counted != DUE or sorted(numbers) != sorted(number for number, _ in refs) or _find(database):
        raise RuntimeError("the tick did not do what was due")
    return Cost(
        tick=(done - has_counted) * 1_000,
        find=(has_found - has_counted) * 1_000,
        count=(has_counted - began) * 1_000,
    )


def _make_due(database: Database, refs: list[Ref]) -> None:
    s, past = t.stakes.c, NOW - timedelta(minutes=1)
    chosen = tuple_(s.case_number, s.team).in_(refs)
    passed = {"claim_warn": past, "claim_due": past, "next_at": past}
    with database.transaction() as session:
        session.execute(update(t.stakes).where(chosen).values(**passed))


def _count(database: Database) -> int:
    query = select(func.count()).select_from(t.stakes).where(t.stakes.c.next_at <= NOW)
    with database.reading() as session:
        return session.execute(query).scalar_one()


def _find(database: Database) -> list[int]:
    with database.reading() as session:
        return list(escalating.due_cases(session, now=NOW))
