"""What stands in a database when its tables change: it goes on, as its journal says."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from bot.domain import events as e
from bot.domain.case import Stake, State
from bot.store import journal, migrations, queries
from bot.store.database import Database

ROOT = Path(__file__).parent.parent
TEN, ELEVEN, TWELVE, THREE = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (10, 11, 12, 15))
SIX = datetime(2026, 11, 23, 18, tzinfo=UTC)

STAKES: dict[str, dict[str, Any]] = {
    "waiting": {"state": "open"},
    "late": {"state": "open", "claim_missed": True},
    "held": {"state": "claimed", "holder": "U0ANNA", "claimed_at": ELEVEN},
    "given back": {"state": "open", "claim_due": THREE},
    "very late": {"state": "open", "claim_missed": True, "resolve_missed": True},
    "done": {"state": "resolved", "holder": "U0ANNA", "claimed_at": ELEVEN, "ended_at": TWELVE},
}
NEXT = {"waiting": TWELVE, "late": SIX, "held": SIX, "given back": THREE}


@pytest.fixture
def old(bare_url: str) -> Iterator[Database]:
    """A database of the first version with a case in it that was settled and reopened once."""
    command.upgrade(alembic(bare_url), "0001")
    database = Database(bare_url)
    with database.transaction() as session:
        fill(session)
    yield database
    database.close()


def alembic(url: str) -> Config:
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["url"] = url
    return config


def fill(session: Any) -> None:
    empty = {"units": "[]", "regions": "[]", "tags": "[]"}
    put(session, "cases", number=1, opened_at=TEN, priority="normal", lead="waiting", **empty)
    for position, (team, told) in enumerate(STAKES.items()):
        row = {"claim_due": TWELVE, "resolve_due": SIX, "opened_at": TEN, "reasons": "[]"}
        put(session, "stakes", case_number=1, team=team, position=position, **{**row, **told})
        log(session, "StakeOpened", TEN, team=team, claim_due=TWELVE, resolve_due=SIX, reasons=[])
    log(session, "CaseRouted", TEN, lead="waiting")
    for team in ("held", "given back", "done"):
        log(session, "StakeClaimed", ELEVEN, team=team, holder="U0ANNA")
    log(session, "StakeReleased", TWELVE, team="given back", holder="U0ANNA", claim_due=THREE)
    log(session, "ClaimTargetMissed", TWELVE, team="late")
    log(session, "ClaimTargetMissed", TWELVE, team="very late")
    log(session, "ResolveTargetMissed", SIX, team="very late")
    log(session, "StakeResolved", TWELVE, team="done", outcome="")
    log(session, "CaseSettled", TWELVE)
    log(session, "CaseReopened", THREE)


def log(session: Any, kind: str, at: datetime, **data: Any) -> None:
    shown = json.dumps(data, default=datetime.isoformat)
    team = data.get("team", "")
    put(session, "journal", case_number=1, at=at, by="", kind=kind, team=team, data=shown)


def put(session: Any, table: str, **row: Any) -> None:
    sqlite = session.dialect.name == "sqlite"
    plain = {
        name: value.replace(tzinfo=None).isoformat(" ", "microseconds")
        if isinstance(value, datetime) and sqlite
        else value
        for name, value in row.items()
    }
    names, marks = ", ".join(plain), ", ".join(f":{name}" for name in plain)
    session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), plain)  # noqa: S608


def stakes(database: Database) -> dict[str, Stake]:
    with database.reading() as session:
        found = journal.load(session, 1, lock=False)
        assert found is not None
        return dict(found.stakes)


def next_at(database: Database) -> dict[str, datetime]:
    return {team: s.next_at for team, s in stakes(database).items() if s.next_at is not None}


def test_stakes_that_run_go_on_and_are_due_when_they_were(old: Database) -> None:
    migrations.upgrade(old.url)
    assert next_at(old) == NEXT
    with old.reading() as session:
        rows = session.execute(text("SELECT team FROM stakes WHERE next_at IS NOT NULL")).scalars()
        assert set(rows) == set(NEXT)
        assert queries.due_cases(session, now=ELEVEN, limit=9) == []
        assert queries.due_cases(session, now=TWELVE, limit=9) == [1]


def test_clocks_count_from_when_the_team_was_asked_or_given_it_back(old: Database) -> None:
    migrations.upgrade(old.url)
    for team, stake in stakes(old).items():
        assert stake.resolve_since == TEN
        assert stake.claim_since == (TWELVE if team == "given back" else TEN), team
        assert (stake.claim_warn, stake.paused, stake.asked) == (None, None, False)


def test_the_old_journal_gives_the_new_rows(old: Database) -> None:
    migrations.upgrade(old.url)
    with old.reading() as session:
        found = journal.load(session, 1, lock=False)
        assert found is not None
        replayed = journal.replay(session, 1)
        assert replayed.reopened_at == found.reopened_at == THREE
        assert dict(replayed.stakes) == dict(found.stakes)
        kinds = {type(recorded.event) for recorded in journal.history(session, 1)}
    assert e.StakeReleased in kinds
    assert found.stakes["held"].state is State.CLAIMED


def test_down_and_up_again_keeps_every_row(old: Database) -> None:
    migrations.upgrade(old.url)
    before = stakes(old)
    command.downgrade(alembic(old.url), "0001")
    indexes = {index["name"] for index in inspect(old.engine).get_indexes("stakes")}
    assert {"ix_stakes_claim_due", "ix_stakes_resolve_due"} <= indexes
    with old.reading() as session:
        held = session.execute(text("SELECT holder FROM stakes WHERE team = 'held'")).scalar()
    assert held == "U0ANNA"
    migrations.upgrade(old.url)
    assert stakes(old) == before
    command.check(alembic(old.url))
