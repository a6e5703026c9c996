"""Taking comments in: one transaction each, against the rows alone.

The plain side writes the same number of rows to the same tables, one comment a transaction, with
statements built once: what it would cost to store a comment and nothing else.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Insert, insert

from bot import organisation
from bot.domain.comment import Change, ChangeKind
from bot.domain.organisation import Organisation, Source
from bot.store import tables as t
from bot.store.database import Database
from bot.usecases import receiving

COMMENTS = 400
START = datetime(2026, 11, 23, 10, tzinfo=UTC)
TEXT = "My phone is broken and nobody answers. I want a refund. #%d"


@dataclass(frozen=True, slots=True)
class Rates:
    """Comments a second."""

    ours: float
    plain: float


def measure(database: Database) -> Rates:
    """The median of three rounds, ours and the plain one in turn."""
    org = organisation.load(Path(organisation.__file__).parents[1] / "demo" / "organisation.toml")
    source = org.sources[0]
    rounds = [(_ours(database, org, source, n), _plain(database, n)) for n in range(4)]
    ours, plain = (sorted(column)[1] for column in zip(*rounds[1:], strict=True))
    return Rates(ours=COMMENTS / ours, plain=COMMENTS / plain)


def _ours(database: Database, org: Organisation, source: Source, turn: int) -> float:
    changes = [
        Change(
            kind=ChangeKind.CREATED,
            source=source.key,
            external_id=f"{turn}-{n}",
            at=START + timedelta(seconds=n),
            facts={"platform": "facebook", "text": TEXT % n},
        )
        for n in range(COMMENTS)
    ]
    began = perf_counter()
    for change in changes:
        with database.transaction() as session:
            receiving.receive(
                session,
                [change],
                source=source,
                organisation=org,
                now=START,
                delivery_id=change.external_id,
            )
    return perf_counter() - began


_CASE, _COMMENT, _CHANGE, _STAKE, _EVENT, _NOTICE = (
    insert(table) for table in (t.cases, t.comments, t.changes, t.stakes, t.journal, t.notices)
)


def _plain(database: Database, turn: int) -> float:
    began = perf_counter()
    for n in range(COMMENTS):
        with database.transaction() as session:
            _write_rows(session, f"plain-{turn}-{n}")
    return perf_counter() - began


def _write_rows(session: Connection, name: str) -> None:
    lists: dict[str, list[str]] = {"units": [], "regions": [], "tags": []}
    key = session.execute(_CASE, {"opened_at": START, **lists}).inserted_primary_key
    number = key[0] if key else 0
    said: dict[str, Any] = {"source": "plain", "external_id": name, "facts": {"text": TEXT}}
    rows: list[tuple[Insert, dict[str, Any]]] = [
        (_COMMENT, {**said, "case_number": number, "received_at": START}),
        (_CHANGE, {**said, "at": START, "fingerprint": name, "raw": {}, "received_at": START}),
    ]
    for team in range(2):
        due = {"opened_at": START, "claim_due": START, "resolve_due": START}
        stake = {"team": f"team-{team}", "position": team, "state": "open", "reasons": [], **due}
        notice = {"data": {}, "urgency": 12, "wanted": 1, "shown": 1, "next_at": START}
        rows += [
            (_STAKE, {"case_number": number, **stake}),
            (_NOTICE, {"key": f"{name}-{team}", "created_at": START, **notice}),
        ]
    rows += [
        (_EVENT, {"case_number": number, "at": START, "kind": "Plain", "data": {}})
        for _ in range(4)
    ]
    for statement, row in rows:
        session.execute(statement, row)
