"""A digest for a terminal: all teams side by side, or everything about one scope."""

from collections.abc import Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.domain import durations
from bot.domain.digest import Waiting
from bot.domain.measures import Measures
from bot.domain.organisation import Organisation
from bot.domain.report import Report
from bot.ui import differences, digest_words, spoken
from bot.ui.wording import named

_TONES = {"late": "bold red", "warned": "yellow"}
_COLUMNS = ("claimed", "resolved", "open", "unclaimed", "oldest", "past target")
_NAME_WIDTH = 40


def digest(report: Report, organisation: Organisation, *, now: datetime) -> RenderableType:
    """What *report* tells."""
    name = Text(named(report.scope, organisation), style="bold")
    when = spoken.span(report.period, report.zone)
    alone = report.quiet and (report.unheard or not report.teams)
    said = digest_words.quiet(report) if alone else digest_words.headline(report, now)
    head: list[RenderableType] = [
        Text.assemble(name, ": ", said),
        Text(" ".join(filter(None, (f"{when}.", spoken.compared(report)))), style="dim"),
    ]
    if alone:
        return Group(*head)
    return Group(*head, "", *_parts(report, organisation, now))


def _parts(report: Report, organisation: Organisation, now: datetime) -> Iterator[RenderableType]:
    if report.teams:
        yield _side_by_side(report, organisation, now)
        yield from _in_all(report)
        yield from _shared(report, organisation)
    else:
        yield from _whole(report, organisation, now)
    if report.thanks:
        told = " · ".join(f"{t.person} ({digest_words.given(t)})" for t in report.thanks)
        yield Text(f"Thank you {told}")


def _in_all(report: Report) -> Iterator[Text]:
    """What the columns have no room for: the differences, and the times of two periods."""
    told = [
        f"{figure.number} {figure.name} ({figure.beside})"
        for figure in (*spoken.happenings(report), *spoken.further(report))
        if figure.beside
    ]
    if told:
        yield Text(f"In all: {' · '.join(told)}")
    yield from _two_periods(report)


def _two_periods(report: Report) -> Iterator[Text]:
    before = report.compared.before if report.compared is not None else None
    if before is not None and (told := differences.times(report.measures, before)):
        yield Text(told)


def _side_by_side(report: Report, organisation: Organisation, now: datetime) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("Team", max_width=_NAME_WIDTH)
    for name in (digest_words.arrived(report.scope), *_COLUMNS):
        table.add_column(name, justify="right")
    for row in report.teams:
        table.add_row(Text(row.team.name), *_figures(row.measures, now))
    total = Text(named(report.scope, organisation))
    table.add_row(total, *_figures(report.measures, now), style="bold")
    return table


def _shared(report: Report, organisation: Organisation) -> Iterator[Text]:
    """How the departments share what is resolved."""
    found = report.shared
    if found is None or not found.departments:
        return
    told = digest_words.shares(found, report.measures, organisation, called=str)
    yield Text(f"Shared: {told}")
    if warned := digest_words.warning(found):
        yield Text(f"{' '.join(warned)}.", style=_TONES["warned"])


def _figures(m: Measures, now: datetime) -> Iterator[Text]:
    s = m.standing
    oldest = durations.words(now - s.oldest_unclaimed) if s.oldest_unclaimed else "–"
    for figure in (m.came_in, m.claimed, m.resolved, s.open, s.unclaimed, oldest):
        yield Text(str(figure))
    yield Text(str(s.past_target), style=_TONES["late"] if s.past_target else "")


def _whole(report: Report, organisation: Organisation, now: datetime) -> Iterator[RenderableType]:
    yield _numbers(report, now)
    if speeds := list(spoken.speeds(report.measures)):
        yield from ("", _speeds(speeds))
    for name, kept, share in spoken.promises(report.measures):
        yield Text(f"{name}: {share:.0%} ({kept.met} of {kept.met + kept.missed})")
    yield from _two_periods(report)
    if report.lines:
        yield from ("", Text("To act on first", style="bold"))
        yield from _cases(report, organisation, now)
    for title, waits in (("We wait for", report.we_wait), ("Waiting for us", report.they_wait)):
        if waits:
            yield Text(f"{title}: {_waiting(waits, organisation, now)}")
    if report.themes:
        told = ", ".join(f"“{t.topic.term}” ({t.topic.count})" for t in report.themes)
        yield Text(f"More than usual about: {told}")
    for note in report.policy:
        yield Text(f"New in the policy: {note.text} {note.url}".rstrip())


def _numbers(report: Report, now: datetime) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    figures = (*spoken.happenings(report), *spoken.further(report), *spoken.standing(report, now))
    for figure in figures:
        number = Text(str(figure.number), style=_TONES.get(figure.tone, "bold"))
        table.add_row(number, figure.name, Text(figure.beside, style="dim"))
    return table


def _speeds(speeds: list[spoken.Speed]) -> Table:
    columns = ("half within", "working", "9 in 10 within", "working")
    table = Table("Time", box=None, header_style="bold", pad_edge=False)
    for name in (*columns, "count", "unanswered"):
        table.add_column(name, justify="right")
    for s in speeds:
        times = (s.half, s.half_working, s.most, s.most_working)
        table.add_row(s.name, *times, str(s.count), str(s.unanswered))
    return table


def _cases(report: Report, organisation: Organisation, now: datetime) -> Iterator[Text]:
    for line in report.lines:
        words, tone = spoken.state(line)
        who = spoken.team(line.team, organisation)
        parts = (who, words, spoken.due(line, report.zone, now))
        style = _TONES["late"] if tone == "late" else ""
        said = spoken.gone(line) or " ".join(line.text.split())
        yield Text.assemble((f"#{line.number} ", "bold"), (" · ".join(filter(None, parts)), style))
        wrote = Text(
            f"   {spoken.author(line)} {spoken.place(line, now)}: {said}",
            no_wrap=True,
            overflow="ellipsis",
        )
        yield wrote


def _waiting(waits: tuple[Waiting, ...], organisation: Organisation, now: datetime) -> str:
    return ", ".join(
        f"{spoken.team(w.team, organisation)} ({w.cases}, oldest {durations.words(now - w.oldest)})"
        for w in waits
    )
