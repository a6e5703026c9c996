"""What the command line does beside running the bot: import, route, digest, org check."""

import json
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot import organisation, readiness
from bot.config import Settings
from bot.domain.comment import Comment
from bot.domain.digest import Numbers, Period
from bot.domain.organisation import MANUAL_SOURCE, Organisation, Source, Team
from bot.domain.routing import route
from bot.errors import Fault, Misconfigured
from bot.importing import import_file
from bot.intake import files
from bot.store.database import Database
from bot.usecases import reporting


def import_comments(settings: Settings, path: Path, source: str, *, now: datetime) -> int:
    """`crosstalk import FILE --source NAME`; 1 when rows were rejected.

    Raises:
        Misconfigured: there is no such source or file, or the database is not ready.
        IntakeRejected: the file is of no use as a whole.
    """
    org = organisation.load(settings.organisation_file)
    known = _source(org, source)
    total = _size(path)
    database = _database(settings)
    name = TextColumn("{task.description}", markup=False)
    columns = [name, BarColumn(), DownloadColumn(), TimeRemainingColumn()]
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(path.name, total=total)
        summary = import_file(
            database, org, path, known, now=now, progress=lambda n: bar.update(task, completed=n)
        )
    _say(f"{summary.new} new, {summary.known} known, {summary.rejected} rejected")
    if summary.rejects:
        _say(f"The rejected rows, each with its reason: {summary.rejects}")
    return 1 if summary.rejected else 0


def _size(path: Path) -> int:
    try:
        with path.open("rb"):
            return files.size(path)
    except OSError as error:
        mend = "check its path, and that you may read it"
        raise Misconfigured(
            [Fault(str(path), f"cannot be read: {error.strerror}", mend)]
        ) from error


def _database(settings: Settings) -> Database:
    database = Database(settings.database_url)
    faults = readiness.schema_faults(database)
    if faults:
        raise Misconfigured(faults)
    return database


def _source(org: Organisation, key: str) -> Source:
    found = org.source(key)
    if found is None:
        keys = ", ".join(source.key for source in org.sources)
        raise Misconfigured([Fault("--source", f"“{key}” is not a source", f"use one of: {keys}")])
    return found


def explain_route(
    settings: Settings, text: str, *, region: str, unit: str, language: str, as_json: bool
) -> int:
    """`crosstalk route TEXT`: the decision, without storing anything."""
    org = organisation.load(settings.organisation_file)
    comment = Comment(
        source=MANUAL_SOURCE,
        external_id="",
        platform="",
        text=text,
        region=region,
        unit=unit,
        language=language,
    )
    decision = route(comment, org)
    if as_json:
        shown: dict[str, Any] = asdict(decision)
        shown["teams"] = [
            {"team": key, "name": org.team_name(key), "because": [asdict(r) for r in reasons]}
            for key, reasons in decision.teams
        ]
        _say(json.dumps(shown, ensure_ascii=False, indent=2))
        return 0
    for key, reasons in decision.teams:
        lead = " (lead)" if key == decision.lead else ""
        why = "; ".join(f"rule “{r.name}”: {', '.join(r.words)}" for r in reasons)
        _say(f"{org.team_name(key)}{lead} — {why}")
    if decision.triage:
        _say(f"Triage — {decision.triage}")
    return 0


def show_digest(
    settings: Settings, team: str, length: timedelta, *, now: datetime, as_json: bool
) -> int:
    """`crosstalk digest`: every team's numbers, or one team's.

    Raises:
        Misconfigured: there is no such team, or the database is not ready.
    """
    org = organisation.load(settings.organisation_file)
    teams = _teams(org, team)
    period = Period(since=now - length, until=now)
    with _database(settings).reading() as session:
        found = reporting.all_numbers(session, teams, period)
    if as_json:
        rows = [{"team": each.key, **_plain(numbers)} for each, numbers in found]
        dates = {"since": period.since.isoformat(), "until": period.until.isoformat()}
        _say(json.dumps({**dates, "teams": rows}, ensure_ascii=False, indent=2))
        return 0
    Console().print(_table(found))
    return 0


def _teams(org: Organisation, key: str) -> tuple[Team, ...]:
    if not key:
        return org.teams
    found = org.team(key)
    if found is None:
        keys = ", ".join(team.key for team in org.teams)
        raise Misconfigured([Fault("--team", f"“{key}” is not a team", f"use one of: {keys}")])
    return (found,)


def _plain(numbers: Numbers) -> dict[str, Any]:
    oldest = numbers.oldest_unclaimed
    return {**asdict(numbers), "oldest_unclaimed": oldest.isoformat() if oldest else None}


def _table(found: list[tuple[Team, Numbers]]) -> Table:
    columns = ("came in", "claimed", "resolved", "open", "unclaimed", "past target")
    table = Table("Team", *columns, box=None, header_style="bold")
    for team, n in found:
        figures = (n.came_in, n.claimed, n.resolved, n.open, n.unclaimed, n.past_target)
        table.add_row(escape(team.name), *(str(figure) for figure in figures))
    return table


def check_organisation(settings: Settings) -> int:
    """`crosstalk org check`: says that the file is good, or every fault in it.

    Raises:
        Misconfigured: with the faults.
    """
    org = organisation.load(settings.organisation_file)
    counts = f"{len(org.teams)} teams, {len(org.sources)} sources, {len(org.rules)} rules"
    _say(f"{settings.organisation_file} is good: {counts}")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
