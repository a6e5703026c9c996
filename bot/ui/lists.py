"""Cases as rows: search results, the roundup of a flood, and the rows of digests and home tabs."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.case import State
from bot.domain.lines import Line
from bot.domain.organisation import Organisation
from bot.ui import ids, wording
from bot.ui.clock import heard
from bot.ui.ids import StakeRef
from bot.ui.kit import (
    Block,
    Message,
    button,
    clock,
    context,
    escape,
    fit,
    inline,
    person,
    section,
    sections,
)

_MOST_ROWS = 12
_MOST_IN_ROUNDUP = 15
_LONGEST_ROW = 500


def case_list(
    title: str,
    lines: Sequence[Line],
    organisation: Organisation,
    *,
    now: datetime,
    zone: ZoneInfo,
    empty: str,
    beyond: str = "open the Home tab",
) -> Message:
    """*lines* as rows with a button each; *title* and *empty* are plain text of ours.

    *beyond* says what to do where the list is longer than what is shown.
    """
    heading = f"*{escape(title)}*"
    if not lines:
        return Message(
            f"{escape(title)}: {escape(empty)}", [section(f"{heading}\n{escape(empty)}")]
        )
    blocks = [section(heading)]
    blocks += [row(line, organisation, now, zone) for line in lines[:_MOST_ROWS]]
    if (more := len(lines) - _MOST_ROWS) > 0:
        blocks.append(context(f"and {more} more — {beyond}"))
    shown = ", ".join(f"#{line.number}" for line in lines[:_MOST_ROWS])
    return Message(f"{escape(title)}: {_cases(len(lines))}, {shown}", blocks)


def roundup(
    team_name: str,
    lines: Sequence[Line],
    more: int,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Message:
    """Announces a flood: *more* comments at once, of which *lines* are shown in brief."""
    announced = (
        f"{_comments(more)} came in at once for {inline(team_name, 60)}."
        " The most urgent are above; the rest follow here one by one."
    )
    shown = [_brief(line, now, zone) for line in lines[:_MOST_IN_ROUNDUP]]
    blocks = [section(f"📚 *{announced}*"), *sections(shown)]
    if shown and (rest := more - len(shown)) > 0:
        blocks.append(context(f"and {rest} more"))
    return Message(announced, blocks)


def row(
    line: Line,
    organisation: Organisation,
    now: datetime,
    zone: ZoneInfo,
    *,
    claimable: bool = False,
    first: bool = False,
    own_team: str = "",
) -> Block:
    """One case: state, team, due time, and who said what; with Open, or Claim where it can be.

    *first* says that it needs somebody most; *own_team* is the team that the list is about, which its rows
    need not name.
    """
    ref = StakeRef(line.number, line.team).pack()
    about = f"case {line.number}"
    claim = claimable and line.state is State.OPEN
    press = (
        button("Claim", ids.CLAIM, ref, about=about, primary=first)
        if claim
        else button("Open", ids.OPEN, ref, about=about)
    )
    return section(row_text(line, organisation, now, zone, own_team=own_team), press)


def row_text(
    line: Line, organisation: Organisation, now: datetime, zone: ZoneInfo, *, own_team: str = ""
) -> str:
    """The two lines of a row, without its button."""
    named = line.team and line.team != own_team
    team = wording.team(organisation, line.team) if named else ""
    on = wording.team(organisation, line.paused_on) if line.paused_on else ""
    text = f"{_standing(line, now, zone, team, on)}\n{_said(line, now)}"
    return fit(text, _LONGEST_ROW)


def _standing(line: Line, now: datetime, zone: ZoneInfo, team: str = "", on: str = "") -> str:
    waiting = _waiting(line, now, zone, on)
    late = line.past_target and not waiting
    dot, word = _state(line, late=late, paused=bool(waiting))
    if line.state is State.CLAIMED:
        word = f"{'late, ' if late else ''}with {person(line.holder)}"
    elif waiting:
        word = "unclaimed"
    who = f"{team}: " if team else ""
    when = f" · {waiting}" if waiting else _due(line, now, zone)
    return f"{dot} *#{line.number}* · {who}{word}{when}{wording.priority(line.priority)}"


def _waiting(line: Line, now: datetime, zone: ZoneInfo, on: str) -> str:
    if line.paused is None or line.state is None or not line.state.live:
        return ""
    until = clock(line.paused_until, zone, now) if line.paused_until else ""
    return wording.waits(line.paused, on or "another team", until)


def _state(line: Line, *, late: bool, paused: bool) -> tuple[str, str]:
    if line.state is None and line.settled:
        return wording.DONE, "all done"
    if line.state is None and line.routed:
        return wording.SHARED, "with its teams"
    return wording.state(line.state, late=late, paused=paused)


def _due(line: Line, now: datetime, zone: ZoneInfo) -> str:
    if line.due is None or line.state is None or not line.state.live:
        return ""
    return f" · {'was due' if line.due <= now else 'due'} {clock(line.due, zone, now)}"


def _said(line: Line, now: datetime) -> str:
    author = inline(line.author, 60) or "Somebody"
    who = f"{author} {heard(wording.platform(line.platform), line.written_at, line.opened_at, now)}"
    if line.forgotten:
        return f"{who}: _{wording.forgotten(line.forgotten)}_"
    if line.deleted:
        return f"{who}: _deleted by the author_"
    words = inline(line.text, 70)
    return f"{who}: “{words}”" if words else f"{who}: _(no text)_"


def _brief(line: Line, now: datetime, zone: ZoneInfo) -> str:
    standing = _standing(line, now, zone) if line.state else _number(line)
    return fit(f"{standing} · {_said(line, now)}", 400)


def _number(line: Line) -> str:
    return f"• *#{line.number}*{wording.priority(line.priority)}"


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


def _comments(count: int) -> str:
    return "1 more comment" if count == 1 else f"{count} more comments"
