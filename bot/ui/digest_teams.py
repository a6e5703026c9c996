"""The teams of a digest side by side, the one in most need first."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.report import Report, TeamRow
from bot.ui import wording
from bot.ui.kit import Block, age, context, inline, sections

_MOST_TEAMS = 3


def beside(report: Report, now: datetime) -> list[Block]:
    """A line for each of a few, and what to say of the others."""
    ordered = _by_need(report, now)
    notable = [row for row in ordered if not row.measures.quiet][:_MOST_TEAMS]
    return _lines(ordered, notable, [_line(row, now) for row in notable])


def in_need(report: Report, now: datetime) -> list[Block]:
    """The same of those alone that have anything late or unclaimed, in as few words as that takes."""
    ordered = _by_need(report, now)
    needy = [row for row in ordered if _needs(row)][:_MOST_TEAMS]
    lines = [f"{_named(row)} — {' · '.join(_needs(row))}" for row in needy]
    return _lines(ordered, needy, lines) if needy else []


def _by_need(report: Report, now: datetime) -> list[TeamRow]:
    """Those that are to be told of: where cases are about one thing, who has no part is not quiet."""
    about = report.scope.facet is not None
    concerned = [row for row in report.teams if not (about and row.measures.quiet)]
    return sorted(concerned, key=lambda row: _need(row, now), reverse=True)


def _lines(every: Sequence[TeamRow], told: Sequence[TeamRow], lines: Sequence[str]) -> list[Block]:
    blocks = sections(lines)
    if others := [row for row in every if row not in told]:
        blocks.append(context(_others(others)))
    return blocks


def _others(rows: Sequence[TeamRow]) -> str:
    """What to say of teams that have no line: how many, and how many of them are in need."""
    count = len(rows)
    late = sum(1 for row in rows if row.measures.standing.past_target)
    if not late:
        return "and 1 quieter team" if count == 1 else f"and {count} quieter teams"
    if count == 1:
        return "and 1 more team, past target too"
    return f"and {count} more teams, {'all' if late == count else late} past target"


def _line(row: TeamRow, now: datetime) -> str:
    standing, m = row.measures.standing, row.measures
    parts = list(_needs(row))
    if standing.unclaimed and standing.oldest_unclaimed:
        parts[-1] += f" (oldest {age(standing.oldest_unclaimed, now)})"
    parts.append(f"{m.came_in} in, {m.resolved} resolved")
    return f"{_named(row)} — {' · '.join(parts)}"


def _named(row: TeamRow) -> str:
    standing = row.measures.standing
    dot = wording.LATE if standing.past_target else wording.DONE
    if standing.unclaimed and not standing.past_target:
        dot = wording.UNCLAIMED
    return f"{dot} *{inline(row.team.name, 60)}*"


def _needs(row: TeamRow) -> list[str]:
    """What of it needs somebody: what is unclaimed comes last."""
    standing = row.measures.standing
    counted = ((standing.past_target, "past target"), (standing.unclaimed, "unclaimed"))
    return [f"{count} {word}" for count, word in counted if count]


def _need(row: TeamRow, now: datetime) -> tuple[int, int, float, int]:
    standing = row.measures.standing
    since = standing.oldest_unclaimed
    waited = (now - since).total_seconds() if since else 0.0
    return standing.past_target, standing.unclaimed, waited, standing.open
