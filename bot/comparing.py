"""`crosstalk org check --against 30d`: what an organisation file would have moved."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from bot import organisation, readiness
from bot.config import Settings
from bot.domain.organisation import Organisation
from bot.store import arrivals
from bot.usecases import advising
from bot.usecases.advising import Learned
from bot.usecases.comparing import MOST, Comparison, Moved, Side, compare as batches

_AS_THEY_CAME = "what they got when they came"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is compared with what."""

    file: Path
    new: Organisation
    old: Organisation | None
    compared_with: str
    since: datetime


def compare(settings: Settings, file: Path | None, *, since: datetime, as_json: bool) -> int:
    """Route the comments since then again, and show what would move; nothing is written.

    A *file* of its own is compared with the one in use, by the rules of both. Without one, the file
    in use, which somebody has just changed, is compared with what the comments got when they came.

    Raises:
        Misconfigured: a file has faults, or the database is not ready.
    """
    asked = _asked(settings, file, since)
    database = readiness.opened(settings)
    with database.reading() as session:
        model, total = advising.live(session), arrivals.count(session, since=since)
    new, old = Learned(asked.new, model), Learned(asked.old or asked.new, model)
    if new.trouble:
        sys.stderr.write(f"{new.trouble}; only the rules' words are used\n")
    before = Side(asked.old, old) if asked.old else None
    steps = batches(database, Side(asked.new, new), before, since=since)
    found = _followed(steps, min(total, MOST))
    if as_json:
        sys.stdout.write(json.dumps(_plain(asked, found, total), ensure_ascii=False, indent=2))
        sys.stdout.write("\n")
    else:
        _show(asked, found, total)
    return 0


def _asked(settings: Settings, file: Path | None, since: datetime) -> _Asked:
    used = settings.organisation_file
    new = organisation.load(file or used)
    other = file is not None and used.exists() and not used.samefile(file)
    return _Asked(
        file=file or used,
        new=new,
        old=organisation.load(used) if other else None,
        compared_with=str(used) if other else _AS_THEY_CAME,
        since=since,
    )


def _followed(steps: Iterable[Comparison], total: int) -> Comparison:
    found = Comparison()
    with _bar(total) as advance:
        for found in steps:
            advance(found.comments)
    return found


@contextmanager
def _bar(total: int) -> Iterator[Any]:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("comments", total=total)
        yield lambda done: bar.update(task, completed=done)


def _teams(asked: _Asked, found: Comparison) -> list[tuple[str, str, Moved]]:
    """Key, name and numbers of every team, in the order of the files."""
    known = {team.key: team.name for org in (asked.new, asked.old) if org for team in org.teams}
    keys = dict.fromkeys((*known, *sorted(found.teams)))
    return [(key, known.get(key, key), found.teams.get(key, Moved())) for key in keys]


def _plain(asked: _Asked, found: Comparison, total: int) -> dict[str, Any]:
    numbers = asdict(found)
    numbers["teams"] = [
        {"team": key, "name": name, **asdict(moved)} for key, name, moved in _teams(asked, found)
    ]
    return {
        "file": str(asked.file),
        "compared_with": asked.compared_with,
        "since": asked.since.isoformat(),
        "of": total,
        **numbers,
    }


def _show(asked: _Asked, found: Comparison, total: int) -> None:
    console = Console(highlight=False)
    console.print(f"{asked.file} against {asked.compared_with}", markup=False)
    console.print(_summary(found, total, asked.since))
    if found.changed:
        console.print(_table(asked, _teams(asked, found)))


def _summary(found: Comparison, total: int, since: datetime) -> str:
    if not total:
        return f"No comment has come since {since:%d %B %Y}."
    newest = f", the newest of {total:,}" if total > found.comments else ""
    said = [
        f"{found.comments:,} comments since {since:%d %B %Y}{newest}:",
        f"{found.changed:,} would change.",
    ]
    for count, what in (
        (found.to_triage, "would newly go to triage"),
        (found.from_triage, "would no longer go to triage"),
        (found.more_urgent, "would be more urgent"),
        (found.less_urgent, "would be less urgent"),
    ):
        said += [f"{count:,} {what}."] if count else []
    return " ".join(said)


def _table(asked: _Asked, teams: Iterable[tuple[str, str, Moved]]) -> Table:
    table = Table()
    table.add_column("Team")
    files = asked.compared_with != _AS_THEY_CAME
    for head in (*(("In use", "New") if files else ("Then", "Now")), "Gains", "Losses"):
        table.add_column(head, justify="right")
    table.add_column("Such as")
    for _, name, moved in teams:
        examples = (*(f"+#{case}" for case in moved.gained), *(f"-#{case}" for case in moved.lost))
        counts = (moved.then, moved.now, moved.gains, moved.losses)
        table.add_row(escape(name), *(f"{count:,}" for count in counts), " ".join(examples))
    return table
