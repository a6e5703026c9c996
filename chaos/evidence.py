"""What a run leaves behind, read once for all checks: rows, posts, and what everybody was told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Table, select

from bot.domain.organisation import Organisation
from bot.organisation import load
from bot.store import tables as t
from bot.store.database import Database
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

        def rows(table: Table) -> list[Row]:
            found = session.execute(select(table).order_by(*table.primary_key)).mappings()
            return [dict(row) for row in found]

        evidence = Evidence(
            plan=plan,
            history=history,
            slack=slack,
            database=database,
            organisation=load(organisation),
            comments=rows(t.comments),
            changes=rows(t.changes),
            cases=rows(t.cases),
            stakes=rows(t.stakes),
            journal=rows(t.journal),
            notices=rows(t.notices),
            lanes=rows(t.lanes),
            runs=rows(t.digest_runs),
            heartbeats=rows(t.heartbeats),
            refusals=list(refusals),
        )
    for message in slack.standing():
        if message.user == BOT_USER:
            evidence.standing.setdefault(marker_of(message.blocks), []).append(message)
    for post in slack.posts:
        evidence.posts.setdefault(post.marker, []).append(post)
    return evidence
