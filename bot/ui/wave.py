"""A wave on a card, in an alert and in a window: how many said the same, and who."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from bot.domain import durations
from bot.domain.case import Case
from bot.domain.comment import Comment
from bot.domain.organisation import Organisation
from bot.domain.waves import Member, Wave
from bot.ui import ids, wording
from bot.ui.comment import safe_url
from bot.ui.ids import StakeRef
from bot.ui.kit import (
    Block,
    Message,
    actions,
    button,
    context,
    divider,
    inline,
    modal,
    quote,
    section,
    sections,
)
from bot.ui.strip import View

SHOWN = 5
"""How many of its newest comments a card lists."""

_QUOTED = 300
_SPOKEN = 140


def blocks(case: Case, view: View) -> list[Block]:
    """What the card of *case* says of its wave; nothing, where there is none."""
    if case.wave is None or not case.joined:
        return []
    everyone = button("All of them", ids.WAVE, _ref(case, view), about=f"case {case.number}")
    heading = [f"🌊 *{_counted(case.wave)}*", *_said_now(case)]
    lines = [*heading, *_lines(case, case.wave.newest[:SHOWN], view)]
    return [section("\n".join(lines), everyone)]


def aloud(case: Case) -> str:
    """The same for whoever hears the card; "" where there is no wave."""
    return f"{_counted(case.wave)}. " if case.wave is not None and case.joined else ""


def alert(
    case: Case, comment: Comment, organisation: Organisation, team: str, usually: int
) -> Message | None:
    """That a wave has grown; None when it has gone again, or the case is done with."""
    if case.wave is None or case.settled_at is not None:
        return None
    view = view_of(case, organisation, team)
    usual = str(usually) if usually else "none"
    sentence = f"🌊 *#{case.number}*: {_counted(case.wave)}, usually {usual}."
    shown = [section(sentence)]
    if case.deleted_at is None and comment.text.strip():
        shown.append(context(f"“{inline(comment.text, _SPOKEN)}”"))
    shown += sections(_lines(case, case.wave.newest[:SHOWN], view))
    about = f"case {case.number}"
    row = actions(
        button("Open", ids.OPEN, _ref(case, view), about=about),
        button("All of them", ids.WAVE, _ref(case, view), about=about),
    )
    return Message(sentence, [*shown, row])


def window(case: Case, organisation: Organisation, team: str) -> Block:
    """All comments of the wave of *case*, the newest first, each with the way to it."""
    title = f"Like #{case.number}"
    if case.wave is None:
        return modal(title, [section("There is no other comment like this one.")])
    view = view_of(case, organisation, team)
    left = case.wave.unlisted
    more = [context(f"… and {left} before these")] if left else []
    lines = _lines(case, case.wave.newest, view)
    return modal(
        title, [section(f"🌊 *{_counted(case.wave)}*"), divider(), *sections(lines), *more]
    )


def view_of(case: Case, organisation: Organisation, team: str) -> View:
    """How somebody of *team* looks at the case, "" for triage."""
    known = organisation.team(team)
    zone = known.zone if known else organisation.zone
    # Beside no card, which would name the zone at its top.
    return View(organisation, team, zone, case.opened_at, aloud=True)


def _ref(case: Case, view: View) -> str:
    return StakeRef(case.number, view.team).pack()


def _counted(wave: Wave) -> str:
    people = "1 person" if wave.people == 1 else f"{wave.people} people"
    brief = wave.lasted < timedelta(minutes=1)
    lasted = "within a minute" if brief else f"in {durations.words(wave.lasted)}"
    return f"{wave.comments} comments like this from {people} {lasted}"


def _said_now(case: Case) -> list[str]:
    """The newest comment's words, once the author of the first has taken theirs away."""
    there = case.wave.newest if case.wave is not None else ()
    said = next((each.text for each in there if each.deleted_at is None and each.text), "")
    return [quote(said, _QUOTED)] if case.deleted_at is not None and said.strip() else []


def _lines(case: Case, members: Iterable[Member], view: View) -> list[str]:
    return ["• " + " · ".join(_line(member, view, case.number)) for member in members]


def _line(member: Member, view: View, here: int) -> Iterator[str]:
    if member.deleted_at is not None:
        yield f"_deleted by its author_ · {view.at(member.at)}"
        return
    yield inline(member.name, 60) or "Somebody"
    yield view.at(member.at)
    if member.edited_at is not None:
        yield "✏️ edited"
    if member.case not in {0, here}:
        yield f"#{member.case}"
    if url := safe_url(member.url):
        yield f"<{url}|Open on {wording.platform(member.platform)}>"
