"""Digests outside Slack: `crosstalk digest`, for people and for other programs."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from rich.console import Console

from bot import organisation, readiness
from bot.config import Settings
from bot.domain.asked import Help, Unclear, Wanted, Why
from bot.domain.digest import Period
from bot.domain.organisation import Organisation
from bot.domain.report import Report
from bot.domain.scope import Kind, Scope
from bot.errors import Fault, Misconfigured
from bot.store import replica
from bot.store.replica import Reports
from bot.store.session import Session
from bot.ui import flat, page, plain, terminal
from bot.usecases import asking, reporting

HELP = """\
Ask like this, in any order:
  crosstalk digest                                 all teams, the last 24 hours
  crosstalk digest service-hk 7d
  crosstalk digest marketing last-month vs previous
  crosstalk digest region HK this-week
  crosstalk digest campaign winter-lights 2026-11-01..2026-11-14
  crosstalk digest person U012ABCDEF 30d
  crosstalk digest service-hk 7d --html page.html  one page to send
"""
_STDOUT = Path("-")
_DAY = timedelta(days=1)
_IN_SLACK = "use /digest schedule in Slack, or a [[digest]] in the organisation file"


class Form(StrEnum):
    """What a digest is written as."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was typed: *words* as in Slack, or a *team*, a *length*, or both."""

    words: Sequence[str] = ()
    team: str = ""
    length: timedelta | None = None


def show_digest(
    settings: Settings, asked: Question, form: Form, file: Path = _STDOUT, *, now: datetime
) -> int:
    """`crosstalk digest`: what somebody asked for, in that *form*; a page goes to *file*.

    Raises:
        Misconfigured: nobody knows what was asked for, the file cannot be written, or the database
            is not ready.
    """
    org = organisation.load(settings.organisation_file)
    by_flags = _flagged(org, asked, now)
    with _reports(settings, now).reading() as session:
        wanted = by_flags or _said(session, org, " ".join(asked.words), now)
        if wanted is None:
            _write(HELP)
            return 0
        report = _report(session, org, wanted, now, illustrated=form is Form.HTML)
    match form:
        case Form.TABLE:
            Console().print(terminal.digest(report, org, now=now))
        case Form.JSON:
            told = {**plain.plain(report, org, now=now), "words": wanted.words}
            _write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        case Form.CSV:
            _write(flat.flat(report, org))
        case Form.HTML:
            _write(page.page(report, org, now=now), file)
    return 0


def _flagged(org: Organisation, asked: Question, now: datetime) -> Wanted | None:
    """What the flags say; None when there are words instead."""
    if not asked.words:
        period = Period(since=now - (asked.length or _DAY), until=now)
        scope = _team(org, asked.team) if asked.team else Scope()
        return Wanted(scope=scope, period=period, words="")
    if asked.team or asked.length:
        flag = "--team" if asked.team else "--period"
        mend = "say it among the words, such as: crosstalk digest service-hk 7d"
        raise Misconfigured([Fault(flag, "cannot stand beside words", mend)])
    return None


def _said(session: Session, org: Organisation, text: str, now: datetime) -> Wanted | None:
    """What the words say; None when somebody needs help with asking."""
    found = asking.understood(session, org, text, person="", here=Scope(), now=now, zone=org.zone)
    match found:
        case Wanted():
            return found
        case Help():
            return None
        case Unclear():
            raise Misconfigured([_fault(found)])
    raise Misconfigured([Fault("schedule", "digests come by themselves in Slack only", _IN_SLACK)])


def _team(org: Organisation, key: str) -> Scope:
    if org.team(key) is None:
        keys = ", ".join(team.key for team in org.teams)
        raise Misconfigured([Fault("--team", f"“{key}” is not a team", f"use one of: {keys}")])
    return Scope(Kind.TEAM, key)


def _fault(unclear: Unclear) -> Fault:
    if unclear.why is Why.NO_PERSON:
        return Fault(f"“{unclear.word}”", "names nobody here", "write: person U012ABCDEF")
    beside = f"beside “{unclear.other}”: " if unclear.other else ""
    nearest = f"did you mean {' or '.join(unclear.nearest)}?" if unclear.nearest else ""
    mend = nearest or "see: crosstalk digest help"
    return Fault(f"“{unclear.word}”", f"{beside}{unclear.why.removesuffix('.')}", mend)


def _report(
    session: Session, org: Organisation, wanted: Wanted, now: datetime, *, illustrated: bool
) -> Report:
    found = reporting.report(
        session, org, wanted.scope, wanted.period, now=now, versus_previous=wanted.previous
    )
    return reporting.illustrated(session, org, found, now=now) if illustrated else found


def _reports(settings: Settings, now: datetime) -> Reports:
    """Where to read: the copy if there is one that keeps up."""
    database = readiness.opened(settings)
    found = replica.opened(settings.reports_database_url, database, lambda: now)
    if found is None:
        return Reports(database)
    found.look()
    return found


def _write(text: str, file: Path = _STDOUT) -> None:
    # UTF-8 whatever the terminal speaks, since all of these say so or are read as such.
    whole = text.encode("utf-8", "replace")
    if file == _STDOUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(whole)
        sys.stdout.buffer.flush()
        return
    try:
        file.write_bytes(whole)
    except OSError as error:
        mend = "name a file in a folder that you may write to, or - for the terminal"
        problem = f"{file} cannot be written: {error.strerror}"
        raise Misconfigured([Fault("--html", problem, mend)]) from error
