"""What the command line does beside running the bot: import, route, org check."""

import json
import sys
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from bot import organisation, readiness
from bot.config import Settings
from bot.domain.comment import Comment
from bot.domain.events import Reason, Suggestion
from bot.domain.organisation import MANUAL_SOURCE, Organisation, Source
from bot.domain.routing import Decision, route
from bot.domain.suggesting import advised
from bot.errors import DatabaseAway, Fault, Misconfigured
from bot.importing import Summary, import_file
from bot.intake import files
from bot.printing import say
from bot.store.database import Database
from bot.store.models import StoredModel
from bot.usecases import advising
from bot.usecases.advising import Learned
from bot.usecases.learning import Guide

_MEND_NAMELESS = (
    "To ask somebody, set then.departments or then.teams of that rule in organisation.toml."
)


def import_comments(settings: Settings, path: Path, source: str, *, now: datetime) -> int:
    """`crosstalk import FILE --source NAME`; 1 when rows were rejected.

    Raises:
        Misconfigured: there is no such source or file, or the database is not ready.
        IntakeRejected: the file is of no use as a whole.
    """
    org = organisation.load(settings.organisation_file)
    known = _source(org, source)
    total = _size(path)
    database = readiness.opened(settings)
    name = TextColumn("{task.description}", markup=False)
    columns = [name, BarColumn(), DownloadColumn(), TimeRemainingColumn()]
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(path.name, total=total)
        summary = import_file(
            database,
            org,
            path,
            known,
            now=now,
            adviser=Guide(database, org),
            progress=lambda n: bar.update(task, completed=n),
        )
    say(f"{summary.new} new, {summary.known} known, {summary.rejected} rejected")
    if summary.wordless:
        say(_wordless(summary))
    if summary.rejects:
        say(f"The rejected rows, each with its reason: {summary.rejects}")
    return 1 if summary.rejected else 0


def _wordless(summary: Summary) -> str:
    """How many comments have no words, and where: a column may have another name than it should."""
    at, more = summary.wordless_at, summary.wordless - len(summary.wordless_at)
    where = f"line{'' if summary.wordless == 1 else 's'} {', '.join(map(str, at))}"
    return f"{summary.wordless} without any words: {where}" + (f" and {more} more" if more else "")


def _size(path: Path) -> int:
    try:
        with path.open("rb"):
            return files.size(path)
    except OSError as error:
        mend = "check its path, and that you may read it"
        raise Misconfigured(
            [Fault(str(path), f"cannot be read: {error.strerror}", mend)]
        ) from error


def _source(org: Organisation, key: str) -> Source:
    found = org.source(key)
    if found is None:
        keys = ", ".join(source.key for source in org.sources)
        raise Misconfigured([Fault("--source", f"“{key}” is not a source", f"use one of: {keys}")])
    return found


def explain_route(
    settings: Settings, text: str, *, region: str, unit: str, language: str, as_json: bool
) -> int:
    """`crosstalk route TEXT`: the decision, without storing anything.

    What was learned counts where there is a database that can be asked; else the lexicon alone.
    """
    org = organisation.load(settings.organisation_file)
    learned = Learned(org, _live(settings))
    if learned.trouble:
        sys.stderr.write(f"{learned.trouble}; only the rules' words are used\n")
    comment = Comment(
        source=MANUAL_SOURCE,
        external_id="",
        platform="",
        text=text,
        region=region,
        unit=unit,
        language=language,
    )
    if not language:
        comment = replace(comment, language=learned.language(comment))
    decision = advised(route(comment, org), comment, org, learned)
    if as_json:
        shown = _plain(decision, org) | {"language": comment.language, "learned": learned.version}
        say(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        _tell(decision, org, "" if language else comment.language)
    return 0


def _live(settings: Settings) -> StoredModel | None:
    """What the bot routes with at this moment; None where no database can tell."""
    database = Database(settings.database_url)
    # To look at a SQLite file that is not there would make it.
    if database.is_sqlite and not Path(database.engine.url.database or "").is_file():
        return None
    try:
        if readiness.schema_faults(database):
            return None
        with database.reading() as session:
            return advising.live(session)
    except DatabaseAway:
        return None
    finally:
        database.close()


def _plain(decision: Decision, org: Organisation) -> dict[str, Any]:
    shown: dict[str, Any] = asdict(decision)
    shown["teams"] = [
        {"team": key, "name": org.team_name(key), "because": [asdict(r) for r in reasons]}
        for key, reasons in decision.teams
    ]
    shown["suggested"] = [
        {"name": org.team_name(one.team), **asdict(one)} for one in decision.suggested
    ]
    return shown


def _tell(decision: Decision, org: Organisation, language: str) -> None:
    for key, reasons in decision.teams:
        lead = " (lead)" if key == decision.lead else ""
        say(f"{org.team_name(key)}{lead} — {'; '.join(map(_why, reasons))}")
    if decision.pressing and not decision.teams:
        say(f"Priority — {_why(decision.pressing[0])}")
    if decision.triage:
        say(f"Triage — {decision.triage}")
        if decision.nameless:
            say(_MEND_NAMELESS)
    for one in decision.suggested:
        say(f"Perhaps {org.team_name(one.team)}, {one.likely:.0%} — {_words(one)}")
    if language:
        say(f"Language — {language}, told by the text")


def _why(reason: Reason) -> str:
    if reason.kind == "rule":
        return f"rule “{reason.name}”: {', '.join(reason.words)}"
    about = f"{reason.name}, " if reason.kind == "urgency" else ""
    return f"{about}learned: {_words(reason)}"


def _words(told: Reason | Suggestion) -> str:
    said = ", ".join(told.words) or "the text as a whole"
    cases = ", ".join(f"#{case}" for case in told.like)
    return f"{said}, as in {cases}" if cases else said


def check_organisation(settings: Settings) -> int:
    """`crosstalk org check`: says that the file is good, or every fault in it.

    Raises:
        Misconfigured: with the faults.
    """
    org = organisation.load(settings.organisation_file)
    counts = f"{len(org.teams)} teams, {len(org.sources)} sources, {len(org.rules)} rules"
    say(f"{settings.organisation_file} is good: {counts}")
    return 0
