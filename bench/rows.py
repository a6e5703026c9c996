"""A day of invented comments as rows of the real tables, in the form that each database takes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bench import offices
from bench.lives import Life
from bot.domain.case import Case
from bot.domain.comment import fold
from bot.store import case_rows, rounds, tables as t
from bot.store.journal import _journal_row

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
"""When the history ends: nine in the morning of a Tuesday in Hong Kong."""

SEED = 20_261_124
TABLES = (t.cases, t.comments, t.stakes, t.journal, t.rounds)
"""What is filled, in an order in which each finds what it points to."""

# The database numbers the journal itself, in the order in which it is written.
COLUMNS = {
    table.name: tuple(c.name for c in table.columns if (table.name, c.name) != ("journal", "id"))
    for table in TABLES
}
_WEEK = (1.1, 1.1, 1.05, 1.05, 1.1, 0.85, 0.75)
_HOURS = (2, 1, 1, 1, 1, 2, 3, 5, 7, 9, 10, 10, 10, 9, 8, 8, 8, 9, 10, 11, 11, 10, 7, 4)
_CAMPAIGN_SHARES = [8, 4, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1]
_ZONES = {market.region: ZoneInfo(market.zone) for market in offices.MARKETS}

Rows = dict[str, list[tuple[Any, ...]]]
Encode = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Day:
    """Twenty-four hours that end *ago* days before `NOW`.

    Attributes:
        first: the number of the first case; the others follow, by time.
        comments: how many come in.
    """

    ago: int
    first: int
    comments: int

    @property
    def begins(self) -> datetime:
        """The first instant."""
        return NOW - timedelta(days=self.ago + 1)


def days(comments: int, *, a_day: int) -> list[Day]:
    """The days, oldest first, in which so many comments come in; the newest are always the same."""
    sizes: list[int] = []
    while comments:
        begins = (NOW - timedelta(days=len(sizes) + 1)).date()
        launch = 1.8 if begins.toordinal() % 53 == 0 else 1.0
        sizes.append(min(comments, max(1, round(a_day * launch * _WEEK[begins.weekday()]))))
        comments -= sizes[-1]
    made, first = [], 1
    for ago in reversed(range(len(sizes))):
        made.append(Day(ago, first, sizes[ago]))
        first += sizes[ago]
    return made


def rows(day: Day, encode: Encode) -> Rows:
    """All that the cases of *day* leave in the tables, until `NOW`, the journal by time."""
    made: dict[str, list[dict[str, Any]]] = {table.name: [] for table in TABLES}
    for number, (at, market, dice) in enumerate(_arrivals(day), day.first):
        for name, row in _of_case(number, at, market, dice):
            made[name].append(row)
    made["journal"].sort(key=lambda row: row["at"])
    return {
        name: [tuple(encode(row[column]) for column in COLUMNS[name]) for row in made[name]]
        for name in made
    }


def _arrivals(day: Day) -> Iterator[tuple[datetime, offices.Market, Random]]:
    """When and where the comments of *day* come in, each with dice of its own, by time."""
    # By what is left of the history, so that a short one is the end of a long one.
    dice = Random(f"{SEED}-{day.ago}")  # noqa: S311 - the same on every machine, nothing secret
    markets = dice.choices(offices.MARKETS, offices.MARKET_SHARES, k=day.comments)
    coming = [(_moment(day, market, dice), place) for place, market in enumerate(markets)]
    for at, place in sorted(coming):
        yield at, markets[place], Random(dice.random())  # noqa: S311 - as above


def _moment(day: Day, market: offices.Market, dice: Random) -> datetime:
    while True:
        at = day.begins + timedelta(microseconds=int(dice.random() * 86_400_000_000))
        if dice.random() * max(_HOURS) < _HOURS[at.astimezone(_ZONES[market.region]).hour]:
            return at


def _of_case(
    number: int, at: datetime, market: offices.Market, dice: Random
) -> Iterator[tuple[str, dict[str, Any]]]:
    facts = _facts(number, at, market, dice)
    life = Life(number, _ORGANISATION, dice, until=NOW)
    life.run(at, unit=facts["unit"], region=market.region)
    yield "cases", {"number": number, **case_rows.of_case(life.case)}
    yield "comments", _comment_row(number, at, market, facts)
    for position, (team, stake) in enumerate(life.case.stakes.items()):
        place = {"case_number": number, "team": team, "position": position}
        yield "stakes", {**place, **case_rows.of_stake(stake)}
    for recorded, _ in life.told:
        yield "journal", _journal_row(number, recorded)
    for row in rounds_of(number, life.told):
        yield "rounds", row


def rounds_of(number: int, told: list[rounds.Told]) -> list[dict[str, Any]]:
    """The rounds that the store would write for a case, all at once."""
    caught = _Caught()
    rounds.follow(cast("Connection", caught), Case(number=number), told)
    return caught.rows


class _Caught:
    """Takes the rows of an INSERT instead of a database."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def get_execution_options(self) -> dict[str, Any]:
        return {}

    def execute(self, _statement: object, rows: list[dict[str, Any]]) -> None:
        self.rows = rows


def _facts(number: int, at: datetime, market: offices.Market, dice: Random) -> dict[str, Any]:
    platform = offices.PLATFORMS[int(dice.random() ** 1.4 * len(offices.PLATFORMS))]
    campaign = ""
    if dice.random() < 0.18:
        campaign = dice.choices(offices.CAMPAIGNS, _CAMPAIGN_SHARES)[0]
    unit = campaign.partition("-")[2] or dice.choice(offices.UNITS)
    language = dice.choice(market.languages)
    written = at - timedelta(seconds=int(dice.random() * 90) + 1)
    facts: dict[str, Any] = {
        "platform": platform,
        "account": f"@brand.{market.region}",
        "region": market.region,
        "unit": unit,
        "text": offices.say(language, unit, written.date(), dice),
        "author": offices.author(platform, dice),
        "url": f"https://{platform}.example/p/{number}",
        "created_at": written.isoformat().replace("+00:00", "Z"),
        "language": language,
    }
    if campaign:
        facts["campaign"] = campaign
    if dice.random() < 0.1:
        facts["rating"] = float(dice.randrange(1, 6))
    return facts


def _comment_row(
    number: int, at: datetime, market: offices.Market, facts: dict[str, Any]
) -> dict[str, Any]:
    who = facts["author"]
    return {
        "id": number,
        "case_number": number,
        "source": f"{facts['platform']}:brand-{market.region}",
        "external_id": f"{number}",
        "author_id": who["id"],
        "folded": fold(f"{facts['text']} {who['name']} {who['handle']}"),
        "facts": facts,
        "received_at": at,
    }


def for_sqlite(value: Any) -> Any:
    """*value* as the store hands it to SQLite."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")[:26]
    if isinstance(value, dict | list):
        return json.dumps(value)
    return value


def for_copy(value: Any) -> str:
    """*value* as a field of PostgreSQL's COPY."""
    if value is None:
        return r"\N"
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return str(value).translate(_ESCAPED)


_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def sqlite_day(day: Day) -> Rows:
    """The rows of *day* for SQLite."""
    return rows(day, for_sqlite)


def copy_day(day: Day) -> dict[str, bytes]:
    """The rows of *day* for COPY, a text for each table."""
    return {
        name: "".join("\t".join(row) + "\n" for row in table).encode()
        for name, table in rows(day, for_copy).items()
    }


_ORGANISATION = offices.organisation()
