"""The sentences and numbers of a digest; `digest` puts them together."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from bot.domain.measures import Measures
from bot.domain.organisation import Organisation
from bot.domain.report import Report, Shared, Thanks, Theme
from bot.domain.scope import Kind, Scope
from bot.ui import wording
from bot.ui.differences import against, amount, change
from bot.ui.digest_speed import speed
from bot.ui.kit import age, inline, person

NEAR = "near target"
"""What is said wherever most of the time to a target is gone."""
_MOST_DEPARTMENTS = 4
_MOST_EXAMPLES = 1


def title(scope: Scope, organisation: Organisation) -> str:
    """What to call a scope; safe as markup."""
    if scope.kind is Kind.PERSON:
        return person(scope.key)
    return inline(wording.named(scope, organisation), 72)


def quiet(report: Report) -> str:
    """All that there is to say of a period in which nothing was."""
    if report.scope.kind is Kind.PERSON:
        return "Nothing claimed, nothing held."
    if report.unheard:
        return "No comment has named this campaign."
    return "A quiet time. Nothing came in, and nothing is open."


def headline(report: Report, now: datetime) -> str:
    """The one sentence that says what matters most."""
    measures, standing = report.measures, report.measures.standing
    happened = _happened(report)
    if standing.past_target:
        since = _aged(standing.past_target, standing.oldest_past_target, now)
        return f"{happened}; {_late(report.scope, standing.past_target)} past target{since}"
    if standing.unclaimed:
        since = _aged(standing.unclaimed, standing.oldest_unclaimed, now)
        return f"{happened}; {_parts(report.scope, standing.unclaimed)} unclaimed{since}"
    kept = measures.claim_target.missed + measures.resolve_target.missed
    return f"{happened}; {'nothing is late now' if kept else 'nothing is late'}"


def _happened(report: Report) -> str:
    measures = report.measures
    if report.scope.kind is Kind.PERSON:
        return f"{measures.claimed} claimed, {measures.resolved} resolved"
    if report.scope.wide:
        changed = change(measures.received, "received", report)
        said = f"{_comments(measures.received)} came in"
    else:
        changed = change(measures.came_in, "came_in", report)
        said = f"{measures.came_in} came in"
    done = f"{_parts(report.scope, measures.resolved)} resolved"
    return f"{said}, {changed or done}"


def _late(scope: Scope, count: int) -> str:
    if scope.wide:
        return _parts(scope, count)
    return "1 is" if count == 1 else f"{count} are"


def _parts(scope: Scope, count: int) -> str:
    """So many of what teams have a part in: said where comments stand beside it, or 62 of 41 are."""
    if not scope.wide:
        return str(count)
    return "1 part" if count == 1 else f"{count} parts"


def _comments(count: int) -> str:
    return "1 comment" if count == 1 else f"{count} comments"


def _aged(count: int, since: datetime | None, now: datetime) -> str:
    if since is None:
        return ""
    return f", {age(since, now)} old" if count == 1 else f", the oldest {age(since, now)} old"


def numbers(report: Report, now: datetime, *, full: bool = False) -> str:
    """What happened on the first line, how it stands now on the next, how fast on the last.

    With *full*, each number stands beside what is usual, and each time beside that at work.
    """
    standing = " · ".join(_standing(report, now, full=full))
    lines = [" · ".join(_happenings(report, full=full)), standing]
    if fast := " · ".join(speed(report.measures, full=full)):
        lines.append(fast)
    return "\n".join(lines)


def stands(report: Report) -> str:
    """How it stands now, on one line; how old that is the first sentence has told."""
    found = report.measures.standing
    several = (
        (found.open, "", live(report.scope)),
        (found.unclaimed, f"{wording.UNCLAIMED} ", "unclaimed"),
        (found.warned, f"{wording.WAITING} ", NEAR),
    )
    return " · ".join(f"{dot}*{count}* {word}" for count, dot, word in several if count or not dot)


def _happenings(report: Report, *, full: bool) -> Iterator[str]:
    m = report.measures
    every = (*arrivals(report.scope), ("claimed", "claimed"), ("resolved", "resolved"))
    for place, (name, word) in enumerate(every):
        difference = against(report, name)
        more, _, usual = difference.partition(",")
        # A part of one makes sense only beside what it is a part of.
        if usual and place and not full and "." not in more:
            difference = more
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


def live(scope: Scope) -> str:
    """What stands behind the number of those that are open, the same on every surface."""
    if scope.kind is Kind.PERSON:
        return "held now"
    return "parts open" if scope.wide else "open"


def arrived(scope: Scope) -> str:
    """What heads the column of *came_in* where teams stand side by side."""
    return "parts" if scope.wide else "came in"


def _standing(report: Report, now: datetime, *, full: bool) -> Iterator[str]:
    standing = report.measures.standing
    yield f"*{standing.open}* {live(report.scope)}"
    if report.scope.kind is not Kind.PERSON:
        since = standing.oldest_unclaimed
        # The first sentence has told how old one is.
        told = standing.oldest_past_target if standing.past_target else since
        oldest = f" (oldest {age(since, now)})" if since and (full or since != told) else ""
        yield f"{wording.UNCLAIMED} *{standing.unclaimed}* unclaimed{oldest}"
    if standing.warned:
        yield f"{wording.WAITING} *{standing.warned}* {NEAR}"
    # The first sentence has told of those that there are, or that nothing is late.
    if full and standing.past_target:
        yield f"{wording.LATE} *{standing.past_target}* past target"


def themes(found: Sequence[Theme]) -> str:
    """The topics that grew, each with how often, and cases to look at."""
    return " · ".join(_theme(theme) for theme in found)


def _theme(theme: Theme) -> str:
    topic = theme.topic
    about = "about " if topic.about else ""
    usual = f"usually {amount(topic.usual)}" if topic.usual >= 0.05 else "new"
    cases = ", ".join(f"#{number}" for number in theme.cases[:_MOST_EXAMPLES])
    shown = f" ({cases})" if cases else ""
    return f"“{inline(topic.term, 40)}” {about}{topic.count}, {usual}{shown}"


def thanks(found: Sequence[Thanks]) -> str:
    """Whom to thank, and for what."""
    return " · ".join(f"{person(each.person)} ({given(each)})" for each in found)


def given(thanked: Thanks) -> str:
    """What to thank somebody for."""
    facts = "1 fact" if thanked.facts == 1 else f"{thanked.facts:,} facts"
    parts = (thanked.resolved and f"{thanked.resolved:,} resolved", thanked.facts and facts)
    return ", ".join(part for part in parts if part)


def shares(
    found: Shared,
    measures: Measures,
    organisation: Organisation,
    called: Callable[[str], str] = lambda key: inline(key, 30),
) -> str:
    """How the departments share the work, and whether that is even."""
    parts = [f"{called(key)} {share:.0%}" for key, share in found.departments]
    several = len({team.department for team in organisation.teams})
    more = len(parts) - _MOST_DEPARTMENTS
    parts[_MOST_DEPARTMENTS:] = [f"and {more} more"] if more > 0 else []
    told = f"{' · '.join(parts)} (even: {1 / several:.0%} each)"
    if measures.joint_rate is not None:
        told += f" · {measures.joint_rate:.0%} of cases finished together"
    return told


def room(count: int, most: int) -> int:
    """How many of *count* to name: *most*, and one more rather than "and 1 more"."""
    return count if count == most + 1 else most


def waits(found: Shared, organisation: Organisation, now: datetime, *, most: int) -> str:
    """Which team waits for which, longest first, at most so many; "" when none does."""
    most = room(len(found.waits), most)
    shown = [
        f"{wording.team(organisation, w.waiting)} → {wording.team(organisation, w.on)}"
        f" ({w.cases}, oldest {age(w.oldest, now)})"
        for w in found.waits[:most]
    ]
    more = len(found.waits) - most
    return " · ".join(shown) + (f" · and {more} more" if more > 0 else "")


def warning(found: Shared) -> tuple[str, str] | None:
    """What to think about where one department carries the others, and which; None where none does."""
    if found.carried_by:
        return "For two weeks, more than 60 % of the work has been with", found.carried_by
    if found.uneven and found.departments:
        return "Most of the work is with", found.departments[0][0]
    return None
