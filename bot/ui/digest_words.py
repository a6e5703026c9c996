"""The sentences and numbers of a digest; `digest` puts them together."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from bot.domain import durations
from bot.domain.measures import Measures, Spread, Times
from bot.domain.organisation import Organisation
from bot.domain.report import Report, Shared, Thanks, Theme
from bot.domain.scope import Kind, Scope
from bot.ui import wording
from bot.ui.kit import age, inline, person

_MULTIPLES = ((2.6, "three times"), (1.75, "twice"))
_FEW = 3
_NONE = "none"
# As wide as the plus, and read aloud as what it is.
_MINUS = "\u2212"
# Nights and weekends are worth a word where the clock says more than this many times as much.
_FAR = 2
_MOST_DEPARTMENTS = 4
_MOST_WAITS = 4


def title(scope: Scope, organisation: Organisation) -> str:
    """What to call a scope; safe as markup."""
    if scope.kind is Kind.PERSON:
        return person(scope.key)
    return inline(wording.named(scope, organisation), 72)


def headline(report: Report, now: datetime) -> str:
    """The one sentence that says what matters most."""
    measures, standing = report.measures, report.measures.standing
    happened = _happened(report)
    if standing.past_target:
        verb = "is" if standing.past_target == 1 else "are"
        since = _aged(standing.past_target, standing.oldest_past_target, now)
        return f"{happened}; {standing.past_target} {verb} past target{since}"
    if standing.unclaimed:
        since = _aged(standing.unclaimed, standing.oldest_unclaimed, now)
        return f"{happened}; {standing.unclaimed} unclaimed{since}"
    kept = measures.claim_target.missed + measures.resolve_target.missed
    return f"{happened}; {'nothing is late now' if kept else 'nothing is late'}"


def _happened(report: Report) -> str:
    measures = report.measures
    if report.scope.kind is Kind.PERSON:
        return f"{measures.claimed} claimed, {measures.resolved} resolved"
    if report.scope.wide:
        change = _change(measures.received, "received", report)
        said = f"{_comments(measures.received)} came in"
    else:
        change = _change(measures.came_in, "came_in", report)
        said = f"{measures.came_in} came in"
    return f"{said}, {change}" if change else f"{said}, {measures.resolved} resolved"


def _comments(count: int) -> str:
    return "1 comment" if count == 1 else f"{count} comments"


def _change(value: float, name: str, report: Report) -> str:
    """How *value* compares with what is usual, where the difference is worth a word."""
    compared = report.compared
    if compared is None or name not in compared.counts:
        return ""
    usual = compared.counts[name]
    than = "the usual" if compared.weeks else "as many as before"
    if abs(value - usual) < _FEW or max(value, usual) == 0:
        return ""
    for factor, multiple in _MULTIPLES:
        if usual and value >= factor * usual:
            return f"{multiple} {than}"
    if usual and value <= usual / _MULTIPLES[1][0]:
        return f"half {than}" if value else f"usually {amount(usual)}"
    return ""


def _aged(count: int, since: datetime | None, now: datetime) -> str:
    if since is None:
        return ""
    return f", {age(since, now)} old" if count == 1 else f", the oldest {age(since, now)}"


def amount(usual: float) -> str:
    """An average that people can picture: ``7``, ``1.5``, ``none``."""
    if usual < 0.05:
        return _NONE
    return f"{usual:.1f}".removesuffix(".0") if usual < 3 else f"{usual:.0f}"


def against(report: Report, name: str) -> str:
    """How a number differs from what it is usually: ``+7, usually 7``; "" where none is known."""
    compared = report.compared
    if compared is None or name not in compared.counts:
        return ""
    usual = amount(compared.counts[name])
    # Of what is shown, so that whoever does the sum finds it right.
    more = getattr(report.measures, name) - (0.0 if usual == _NONE else float(usual))
    if not more:
        return "as usual" if compared.weeks else "as before"
    difference = f"{abs(more):.1f}".removesuffix(".0")
    word = "usually" if compared.weeks else "before"
    return f"{'+' if more > 0 else _MINUS}{difference}, {word} {usual}"


def numbers(report: Report, now: datetime, *, full: bool = False) -> str:
    """What happened on the first line, how it stands now on the next, how fast on the last.

    With *full*, every time stands there in working time too.
    """
    lines = [" · ".join(_happenings(report)), " · ".join(_standing(report, now))]
    if speed := " · ".join(_speed(report.measures, full=full)):
        lines.append(speed)
    return "\n".join(lines)


def _happenings(report: Report) -> Iterator[str]:
    m = report.measures
    for name, word in (*arrivals(report.scope), ("claimed", "claimed"), ("resolved", "resolved")):
        difference = against(report, name)
        yield f"*{getattr(m, name)}* {word}" + (f" ({difference})" if difference else "")
    for count, word in (
        (m.reopened, "reopened"),
        (m.handed_off, "handed off"),
        (m.declined, "declined"),
        (m.joint, "finished together"),
    ):
        if count:
            yield f"*{count}* {word}"


def arrivals(scope: Scope) -> tuple[tuple[str, str], ...]:
    """What came in: names in `Measures`, each with its word, the same on every surface.

    A comment that concerns three teams has three parts; where all teams are meant, both count.
    """
    if scope.kind is Kind.PERSON:
        return ()
    if scope.wide:
        return (("received", "comments"), ("came_in", "parts for teams"))
    return (("came_in", "came in"),)


def arrived(scope: Scope) -> str:
    """What heads the column of *came_in* where teams stand side by side."""
    return "parts" if scope.wide else "came in"


def _standing(report: Report, now: datetime) -> Iterator[str]:
    standing = report.measures.standing
    yield f"*{standing.open}* {'held now' if report.scope.kind is Kind.PERSON else 'open'}"
    if report.scope.kind is not Kind.PERSON:
        since = standing.oldest_unclaimed
        oldest = f" (oldest {age(since, now)})" if since else ""
        yield f"{wording.UNCLAIMED} *{standing.unclaimed}* unclaimed{oldest}"
    if standing.warned:
        whose = "its" if standing.warned == 1 else "their"
        yield f"{wording.WAITING} *{standing.warned}* near {whose} target"
    dot = wording.LATE if standing.past_target else wording.DONE
    yield f"{dot} *{standing.past_target}* past target"


def _speed(measures: Measures, *, full: bool) -> Iterator[str]:
    if measures.time_to_claim.count:
        yield f"claimed within {took(measures.time_to_claim, full=full)}"
    elif measures.time_to_claim.unanswered not in {0, measures.standing.unclaimed}:
        yield f"*{measures.time_to_claim.unanswered}* not claimed yet"
    if measures.time_to_resolve.count:
        yield f"resolved within {took(measures.time_to_resolve, full=full)}"
    kept = measures.claim_target.compliance
    if kept is not None:
        yield f"{kept:.0%} claimed in time"


def took(times: Times, *, full: bool = False) -> str:
    """A median, and in brackets what says how far to trust it; *full* has all of it."""
    if times.clock.median is None:
        return "–"
    more = "; ".join(_more(times, full=full))
    return f"*{durations.words(times.clock.median)}*" + (f" ({more})" if more else "")


def _more(times: Times, *, full: bool) -> Iterator[str]:
    half, working = times.clock.median, times.working.median
    apart = half is not None and working is not None and half > _FAR * working
    if apart and working is not None and not full:
        yield f"in working time {durations.words(working)}"
    yield from _most(times, times.clock)
    if full and working is not None:
        most = [f", {told}" for told in _most(times, times.working)]
        yield "".join((f"in working time {durations.words(working)}", *most))
    if times.unanswered:
        yield f"{times.unanswered} not yet"


def _most(times: Times, found: Spread) -> Iterator[str]:
    if found.p90 is not None and times.count >= _FEW:
        yield f"9 in 10: {durations.words(found.p90)}"


def themes(found: tuple[Theme, ...]) -> str:
    """The topics that grew, each with how often, and cases to look at."""
    return " · ".join(_theme(theme) for theme in found)


def _theme(theme: Theme) -> str:
    topic = theme.topic
    about = "about " if topic.about else ""
    usual = f"usually {amount(topic.usual)}" if topic.usual >= 0.05 else "new"
    cases = ", ".join(f"#{number}" for number in theme.cases[:2])
    return f"“{inline(topic.term, 40)}” {about}{topic.count} ({usual}: {cases})"


def thanks(found: tuple[Thanks, ...]) -> str:
    """Whom to thank, and for what."""
    return " · ".join(f"{person(each.person)} {' and '.join(_for(each))}" for each in found)


def _for(given: Thanks) -> Iterator[str]:
    if given.resolved:
        yield f"{given.resolved} resolved"
    if given.facts:
        yield "1 fact" if given.facts == 1 else f"{given.facts} facts"


def shares(found: Shared, measures: Measures, organisation: Organisation) -> str:
    """How the departments share the work, and whether that is even."""
    parts = [f"{inline(key, 30)} {share:.0%}" for key, share in found.departments]
    told = " · ".join([*parts[:_MOST_DEPARTMENTS], *evenness(found, organisation)])
    if measures.joint_rate is not None:
        told += f" · {measures.joint_rate:.0%} of cases finished together"
    return told


def evenness(found: Shared, organisation: Organisation) -> Iterator[str]:
    """The concentration, beside what it would be if all departments did the same."""
    several = len({team.department for team in organisation.teams})
    if found.concentration is not None and several:
        even = f"{1 / several:.2f} is even, 1 is all with one"
        yield f"how evenly: {found.concentration:.2f} ({even})"


def waits(found: Shared, organisation: Organisation, now: datetime) -> str:
    """Which team waits for which, longest first; "" when none does."""
    shown = [
        f"{wording.team(organisation, w.waiting)} → {wording.team(organisation, w.on)}"
        f" ({w.cases}, oldest {age(w.oldest, now)})"
        for w in found.waits[:_MOST_WAITS]
    ]
    more = len(found.waits) - _MOST_WAITS
    return " · ".join(shown) + (f" · and {more} more" if more > 0 else "")


def warning(found: Shared) -> str:
    """What to think about where one department carries the others; "" where none does."""
    if found.carried_by:
        name = inline(found.carried_by, 30)
        return f"⚠️ For two weeks, more than 60 % of the work has been with {name}."
    if found.uneven:
        return f"⚠️ Most of the work is with {inline(found.departments[0][0], 30)}."
    return ""


def compared_times(now: Measures, before: Measures) -> str:
    """The medians of two periods side by side, for *vs previous*."""
    pairs: Mapping[str, tuple[Times, Times]] = {
        "to claim": (now.time_to_claim, before.time_to_claim),
        "to resolve": (now.time_to_resolve, before.time_to_resolve),
    }
    said = [f"{_median(a)} {name} (before {_median(b)})" for name, (a, b) in pairs.items()]
    return f"Half of it took at most: {' · '.join(said)}"


def _median(times: Times) -> str:
    length: timedelta | None = times.clock.median
    return "–" if length is None else durations.words(length)
