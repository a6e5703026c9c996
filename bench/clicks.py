"""Claiming: from a signed click to its answer, with the commit inside.

So many people click at once, each in a process of its own, on cases that nobody else claims. The
other side is a listener of slack-bolt's that does nothing, on the same server stack.
"""

import hashlib
import hmac
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from sqlalchemy import select

from bench import faces
from bench.callers import Answered, ask, post
from bench.intake import Customers
from bot import organisation
from bot.domain.comment import Change, ChangeKind
from bot.domain.organisation import Organisation
from bot.reception import Reception
from bot.store import people, tables as t
from bot.store.database import Database
from bot.ui import ids
from bot.usecases.gathering import Delivery

CLICKERS = 32
EACH = 8
PASSES = 4
_PEOPLE = [f"U0CLICKER{n:02}" for n in range(CLICKERS)]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the answers took in each pass."""

    ours: list[Answered]
    bare: list[Answered]

    def within(self, share: float) -> tuple[float, float]:
        """So many came within this, in milliseconds: ours, and the bare ones; medians of passes."""
        ours, bare = (
            median(each.percentile(share) for each in some) for some in (self.ours, self.bare)
        )
        return ours, bare


def measure(database: Database, *, processes: int = 1) -> Waits:
    """What comes out in each pass; the first click of each person is not counted."""
    org = organisation.load(faces.ORGANISATION)
    _seat(database, org)
    parts = _open_parts(database, org)
    waits = Waits([], [])
    with (
        tempfile.TemporaryDirectory() as made,
        faces.crosstalk(database.url, Path(made), processes=processes) as ours,
        faces.bare(Path(made), processes=processes) as bare,
    ):
        for ports in (ours, bare):
            ask(ports, _clicks(parts, each=1), status=200)
        for _ in range(PASSES):
            lots = _clicks(parts, each=EACH)
            waits.ours.append(ask(ours, lots, status=200))
            waits.bare.append(ask(bare, lots, status=200))
    _require_claims(database)
    return waits


def _seat(database: Database, org: Organisation) -> None:
    """Everybody is in every team."""
    with database.transaction() as session:
        for team in org.teams:
            people.replace(session, team.channel, _PEOPLE, now=datetime.now(UTC))


def _open_parts(database: Database, org: Organisation) -> list[tuple[int, str]]:
    customers, wanted = Customers(), CLICKERS * (EACH * PASSES + 2)
    source, now = org.sources[0], datetime.now(UTC)
    reception = Reception(database, org, lambda: now)
    found: list[tuple[int, str]] = []
    while len(found) < wanted:
        said = [
            Change(
                kind=ChangeKind.CREATED,
                source=source.key,
                external_id=customers.name(),
                at=now,
                facts={
                    "text": customers.text(),
                    "unit": "mobile",
                    "author": {"id": customers.name(), "name": "A customer"},
                },
            )
            for _ in range(100)
        ]
        reception.take([Delivery(source=source, changes=(change,)) for change in said])
        with database.reading() as session:
            # One part of each case: clicks on another would wait for the first.
            rows = session.execute(
                select(t.stakes.c.case_number, t.stakes.c.team).where(t.stakes.c.position == 0)
            ).all()
        found = [(row.case_number, row.team) for row in rows]
    return found


def _clicks(parts: list[tuple[int, str]], *, each: int) -> list[list[bytes]]:
    return [[_click(person, *parts.pop()) for _ in range(each)] for person in _PEOPLE]


def _click(person: str, case: int, team: str) -> bytes:
    payload = {
        "type": "block_actions",
        "team": {"id": "T0BENCH", "domain": "bench"},
        "user": {"id": person, "team_id": "T0BENCH"},
        "api_app_id": "A0BENCH",
        "trigger_id": "1.2.3",
        "container": {"type": "message", "message_ts": "1.2", "channel_id": "C0BENCH"},
        "channel": {"id": "C0BENCH"},
        "response_url": faces.NOBODY,
        "actions": [
            {
                "type": "button",
                "action_id": ids.CLAIM,
                "block_id": "acts",
                "value": ids.StakeRef(case, team).pack(),
                "action_ts": f"{time.time():.6f}",
            }
        ],
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    moment = str(int(time.time()))
    signed = f"v0:{moment}:".encode() + body
    made = hmac.new(faces.SIGNING_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={made}",
    }
    return post("/slack/events", headers, body)


def _require_claims(database: Database) -> None:
    with database.reading() as session:
        states: Sequence[str] = (
            session.execute(select(t.stakes.c.state).where(t.stakes.c.state == "claimed"))
            .scalars()
            .all()
        )
    if len(states) != CLICKERS * (EACH * PASSES + 1):
        raise RuntimeError(f"{len(states)} parts were claimed")
