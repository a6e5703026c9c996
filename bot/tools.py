"""What the command line does beside running the bot: import, route, org check."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from bot import organisation, readiness
from bot.config import Settings
from bot.domain.comment import Comment
from bot.domain.organisation import MANUAL_SOURCE, Organisation, Source
from bot.domain.routing import route
from bot.errors import Fault, Misconfigured
from bot.importing import import_file
from bot.intake import files
from bot.store.database import Database


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
