"""What a digest says as plain text, outside Slack: on its page and in a terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import durations
from bot.domain.case import State
from bot.domain.digest import Period
from bot.domain.lines import Line
from bot.domain.measures import Kept, Measures, Times
from bot.domain.organisation import Organisation
from bot.domain.report import Report
from bot.domain.scope import Kind, Scope
from bot.ui import wording
from bot.ui.clock import clock, day, heard
from bot.ui.differences import against, basis
from bot.ui.digest_speed import outside_hours
from bot.ui.digest_words import NEAR, arrivals, live

_SPEEDS = (
    ("to claim", "time_to_claim"),
    ("to first touch", "time_to_touch"),
    ("to resolve", "time_to_resolve"),
    ("to settle the case", "time_to_settle"),
    ("to route", "time_to_route"),
    ("to claim after a hand-off", "handoff_lag"),
)
_FURTHER = (
    ("comments received", "received"),
    ("cases settled", "settled"),
    ("reopened", "reopened"),
    ("declined", "declined"),
    ("handed off", "handed_off"),
    ("finished together", "joint"),
    ("facts given", "facts"),
    ("corrections of routing", "corrections"),
)
_NONE = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its name and a remark; *tone* is ``late``, ``warned`` or nothing."""

    name: str
    number: int
    beside: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How long something took, in words."""

    name: str
    half: str
    most: str
    half_working: str
    most_working: str
    count: int
    unanswered: int


def span(period: Period, zone: ZoneInfo) -> str:
    """From when to when, with the year: people keep pages."""
    since, until = period.since.astimezone(zone), period.until.astimezone(zone)
    last = (period.until - timedelta(microseconds=1)).astimezone(zone)
    if f"{since:%H%M%S}{until:%H%M%S}" == "0" * 12:
        first = f"{day(since)} to " if since.date() != last.date() else ""
        return f"{first}{day(last)} {last.year}"
    year = f" {since.year}" if since.year != until.year else ""
    ends = clock(period.until, zone, period.until)
    return f"{day(since)}{year} {since:%H:%M} to {day(until)} {until.year} {ends}"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """``Wed 18 Nov 2026 18:00 HKT``."""
    local = instant.astimezone(zone)
    return f"{day(local)} {local.year} {clock(instant, zone, instant)}"


def compared(report: Report) -> str:
    """What *usually* and *before* stand for; "" where nothing is compared."""
    return " ".join(basis(report, span))


def happenings(report: Report) -> Iterator[Figure]:
    """What happened in the period, the most telling first."""
    for key, name in _first(report.scope):
        number = getattr(report.measures, key)
        yield Figure(name=name, number=number, beside=against(report, key))


def _first(scope: Scope) -> tuple[tuple[str, str], ...]:
    return (*arrivals(scope), ("claimed", "claimed"), ("resolved", "resolved"))


def further(report: Report) -> Iterator[Figure]:
    """What else happened, if it did."""
    told = {key for key, _ in _first(report.scope)}
    for name, key in _FURTHER:
        if key not in told and (number := getattr(report.measures, key)):
            yield Figure(name=name, number=number, beside=against(report, key))


def standing(report: Report, now: datetime) -> Iterator[Figure]:
    """How it stands now."""
    found = report.measures.standing
    yield Figure(name=live(report.scope), number=found.open)
    if report.scope.kind is not Kind.PERSON:
        oldest = _oldest(found.oldest_unclaimed, now)
        yield Figure(name="unclaimed", number=found.unclaimed, beside=oldest)
    yield Figure(name=NEAR, number=found.warned, tone="warned" if found.warned else "")
    yield Figure(
        name="past target",
        number=found.past_target,
        beside=_oldest(found.oldest_past_target, now),
        tone="late" if found.past_target else "",
    )


def _oldest(since: datetime | None, now: datetime) -> str:
    return f"oldest {durations.words(now - since)}" if since else ""


def speeds(measures: Measures) -> Iterator[Speed]:
    """How long things took, those that happened or are waited for."""
    for name, key in _SPEEDS:
        times: Times = getattr(measures, key)
        if times.count or times.unanswered:
            yield Speed(
                name=name,
                half=length(times.clock.median),
                most=length(times.clock.p90),
                half_working=_working(times.working.median, times.clock.median),
                most_working=_working(times.working.p90, times.clock.p90),
                count=times.count,
                unanswered=times.unanswered,
            )


def _working(found: timedelta | None, clock: timedelta | None) -> str:
    """A time in working time; that none of it was is no "0 s" beside hours by the clock."""
    apart = outside_hours(found) and not outside_hours(clock)
    return "outside hours" if apart else length(found)


def length(found: timedelta | None) -> str:
    """A time in words, a dash for none."""
    return _NONE if found is None else durations.words(found)


def promises(measures: Measures) -> Iterator[tuple[str, Kept, float]]:
    """The targets that were decided, with the share that was kept."""
    for name, kept in (
        ("claimed in time", measures.claim_target),
        ("resolved in time", measures.resolve_target),
    ):
        if kept.compliance is not None:
            yield name, kept, kept.compliance


def state(line: Line) -> tuple[str, str]:
    """How a case stands, in words, and ``late``, ``waiting``, ``free`` or ``held``."""
    waiting = line.paused is not None
    late = "late, " if line.past_target and not waiting else ""
    held = line.state is State.CLAIMED
    words = f"{late}with {line.holder}" if held else f"{late}unclaimed"
    if late:
        return words, "late"
    if waiting:
        return f"{words}, waiting", "waiting"
    return words, "held" if held else "free"


def due(line: Line, zone: ZoneInfo, now: datetime) -> str:
    """When it is due; "" while no clock runs."""
    if line.due is None or line.paused is not None:
        return ""
    return f"{'was due' if line.due <= now else 'due'} {clock(line.due, zone, now)}"


def place(line: Line, now: datetime) -> str:
    """Where it was written, and when; who wrote it comes before."""
    return heard(wording.platform_label(line.platform), line.written_at, line.opened_at, now)


def gone(line: Line) -> str:
    """Why the words of a comment cannot be read any more, "" while they can."""
    if line.forgotten:
        return wording.forgotten(line.forgotten)
    return "deleted by the author" if line.deleted else ""


def author(line: Line) -> str:
    """Who wrote it."""
    return line.author or "Somebody"


def team(key: str, organisation: Organisation) -> str:
    """A team's name."""
    return organisation.team_name(key)
