"""What a run leaves behind, read once for all checks: rows, posts, and what everybody was told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Table, select

from bot.domain.organisation import Organisation
from bot.organisation import load
from bot.store import tables as t
from bot.store.database import Database
from bot.store.session import Session
from chaos.history import History, Refusal
from chaos.plan import Plan
from chaos.slack import ChaosSlack, Post, marker_of
from tests.fakes.workspace import BOT_USER, Message

Wrong = Literal[
    "lost", "doubled", "reordered", "too early", "orphaned", "replay", "stale", "crashed"
]
WRONGS: tuple[Wrong, ...] = (
    "lost", "doubled", "reordered", "too early", "orphaned", "replay", "stale", "crashed",
)  # fmt: skip
Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong, and what it is about, as far as it is about one thing."""

    wrong: Wrong
    what: str
    case: int | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that the checks look at.

    Attributes:
        standing: what stands in Slack in the end, by the marker that it carries.
        posts: every call that wanted to post, oldest first, by the marker.
        refusals: whom the processes refused what, whether or not Slack could tell them.
    """

    plan: Plan
    history: History
    slack: ChaosSlack
    database: Database
    organisation: Organisation
    comments: list[Row]
    changes: list[Row]
    cases: list[Row]
    stakes: list[Row]
    journal: list[Row]
    notices: list[Row]
    lanes: list[Row]
    runs: list[Row]
    heartbeats: list[Row]
    standing: dict[str, list[Message]] = field(default_factory=dict)
    posts: dict[str, list[Post]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


# Each with the name that it has in the evidence.
_TABLES = {
    "comments": t.comments,
    "changes": t.changes,
    "cases": t.cases,
    "stakes": t.stakes,
    "journal": t.journal,
    "notices": t.notices,
    "lanes": t.lanes,
    "runs": t.digest_runs,
    "heartbeats": t.heartbeats,
}


def gather(
    plan: Plan,
    history: History,
    slack: ChaosSlack,
    database: Database,
    organisation: Path,
    refusals: Iterable[Refusal] = (),
) -> Evidence:
    """Read everything."""
    with database.reading() as session:
        rows = {name: _rows(session, table) for name, table in _TABLES.items()}
    return Evidence(
        plan=plan,
        history=history,
        slack=slack,
        database=database,
        organisation=load(organisation),
        standing=_by_marker(
            (marker_of(m.blocks), m) for m in slack.standing() if m.user == BOT_USER
        ),
        posts=_by_marker((post.marker, post) for post in slack.posts),
        refusals=list(refusals),
        **rows,
    )


def _rows(session: Session, table: Table) -> list[Row]:
    found = session.execute(select(table).order_by(*table.primary_key)).mappings()
    return [dict(row) for row in found]


def _by_marker(shown: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for marker, each in shown:
        found.setdefault(marker, []).append(each)
    return found
