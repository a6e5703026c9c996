"""What `/digest` answers when it has no digest to show: how to ask, and what was not understood."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.asked import Unclear
from bot.domain.organisation import Organisation
from bot.domain.report import Report
from bot.ui import digest, digest_words, ids
from bot.ui.kit import Message, button, context, escape, inline, section

_FORMS = """
• *When:* `today`, `yesterday`, `7d`, `last-week`, `last-month`, `Monday`, or two dates like\
 `2026-11-01 to 2026-11-07`
• *Beside it:* `vs previous`
• *By itself:* `/digest schedule` has it come every day, week or month
"""
_WHOM = "a team or department of yours, somebody you lead, `me` or `all`"
_WHOM_MANAGERS = (
    "a team, a department, a unit, region, platform, source or campaign, a person, `me` or `all`"
)
_MORE = "The words may come in any order; `/digest help` tells more."


def usage(examples: Sequence[str], *, manager: bool) -> Message:
    """How to ask; *examples* are what this very person may type, a *manager* or not."""
    told = f"Ask for a digest like this: {_some(examples)}."
    blocks = [
        section(f"*{told}*"),
        section(f"• *Whom:* {_WHOM_MANAGERS if manager else _WHOM}\n{_FORMS.strip()}"),
        context(
            "Only you see the answer, until you post it. In a team's channel, that team goes"
            " without saying."
        ),
    ]
    return Message(told, blocks)


def unclear(asked: Unclear, examples: Sequence[str]) -> Message:
    """What was not understood, why, and what may have been meant."""
    word = f"“{inline(asked.word, 80)}”"
    if asked.other:
        word = f"“{inline(asked.other, 80)}” and {word}"
    told = f"{word}: {escape(asked.why)}"
    if asked.nearest:
        near = [f"`{inline(name, 80)}`" for name in asked.nearest]
        told += f" Did you mean {_some(near)}?"
    return Message(told, [section(told), context(f"Try {_some(examples)}. {_MORE}")])


def several(
    found: Sequence[Report],
    organisation: Organisation,
    lines: Sequence[str],
    more: int,
    now: datetime,
) -> Message:
    """Somebody's teams, a line of *lines* and a button to read on for each; *more* have no room."""
    told = "Your teams: " + "; ".join(lines)
    blocks = []
    for report, line in zip(found, lines, strict=True):
        read, name = digest.reference(report, now), digest_words.title(report.scope, organisation)
        blocks.append(section(f"*{line}*", button("Read", ids.DIGEST_READ, read, about=name)))
    if more:
        blocks.append(context(f"and {more} more: name one, like `/digest service-hk`"))
    return Message(told, blocks)


def _some(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"
