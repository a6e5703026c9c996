"""What routing has learned: how comments are placed, which words pull, proposals, lessons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from bot.domain.learned import Example, Overview, Placed, Proposal, Pull, Unwanted
from bot.domain.lessons import Taught
from bot.domain.suggesting import RAISED
from bot.ui import ids, proposed
from bot.ui.ids import StakeRef
from bot.ui.kit import (
    Block,
    Message,
    actions,
    button,
    clock,
    context,
    divider,
    fit,
    header,
    inline,
    listed,
    person,
    section,
)

_MOST_DEPARTMENTS = 10
_MOST_WORDS = 8
_MOST_PROPOSALS = 2
_MOST_UNWANTED = 3
_MOST_NAMED = 5
_MOST_LESSONS = 6
_LONGEST_WORDS = 300
_FINEST = 100
_NOTHING = "-"
"""What a button carries that is about no case."""

_TAUGHT = {
    Taught.TRIAGED: "decided in triage",
    Taught.DECLINED: "declined, with *Not ours*,",
    Taught.INVITED: "a team was invited",
    Taught.HANDED_OFF: "handed off",
    Taught.CONFIRMED: "rightly placed: finished",
    Taught.PRIORITISED: "its priority was changed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How somebody looks at what was learned.

    Attributes:
        manages: whether they may change it; others only read.
        note: what has just happened, in markup.
        dropped: the case that they have just dropped, 0 for none.
    """

    zone: ZoneInfo
    now: datetime
    manages: bool = False
    note: str = ""
    dropped: int = 0


def learned(found: Overview, proposals: Sequence[Proposal], look: Look) -> Message:
    """All of it; *proposals* are those that nobody has set aside."""
    shares = list(_shares(found))
    blocks = [
        *_note(look),
        section("\n".join(shares)),
        context(_standing(found, look)),
        *_controls(found, look),
        *_words(found),
        *_proposals(proposals, look),
        *_unwanted(found.unwanted),
        *_lessons(found.latest, look),
    ]
    return Message(" ".join(filter(None, (look.note, *shares))).replace("*", ""), blocks)


def _note(look: Look) -> list[Block]:
    if not look.note:
        return []
    told = section(look.note)
    if not look.dropped:
        return [told]
    ref = StakeRef(look.dropped, "").pack()
    return [section(look.note, button("Undo", ids.ROUTING_RESTORE, ref))]


def _shares(found: Overview) -> Iterator[str]:
    placed = found.placed
    if not placed.comments:
        yield "*No new comments in the last 30 days*"
    else:
        count = "1 new comment" if placed.comments == 1 else f"{placed.comments:,} new comments"
        yield f"*How {count} of the last 30 days found {_their(placed)} teams*"
        yield " · ".join(_parts(placed))
    often = one_in(found.wrong_at_most)
    if found.able is None:
        yield f"To place comments by itself and be wrong at most {often}, it has to learn more."
    else:
        yield f"It can place *{found.able:.0%}* of comments by itself and be wrong at most {often}."


def _their(placed: Placed) -> str:
    return "its" if placed.comments == 1 else "their"


def _parts(placed: Placed) -> Iterator[str]:
    for count, how in (
        (placed.rules, "by rules"),
        (placed.suggestion, "by what was learned"),
        (placed.people, "by people"),
        (placed.untold, "not yet"),
    ):
        if count or how != "not yet":
            yield f"*{placed.share(count):.0%}* {how}"


def one_in(share: float) -> str:
    """``1 in 10`` for 0.1, ``3 in 100`` for 0.03."""
    found = Fraction(share).limit_denominator(_FINEST)
    return f"{found.numerator} in {found.denominator}" if found else "never"


def _standing(found: Overview, look: Look) -> str:
    if not found.version:
        return "Nothing is learned yet. It learns from what people do with cases; no extra clicks."
    cases = "1 case" if found.lessons == 1 else f"{found.lessons:,} cases"
    when = f", {clock(found.made_at, look.zone, look.now)}" if found.made_at else ""
    by = f" by {person(found.made_by)}" if found.made_by and not found.frozen else ""
    told = [f"{cases} to learn from · version {found.version}{when}{by}"]
    if found.frozen:
        told.append(f"❄️ frozen by {person(found.frozen_by)}: nothing new is learned")
    if found.refused:
        told.append("the newest lessons made it worse, so it stays as it was")
    return " · ".join(told)


def _controls(found: Overview, look: Look) -> list[Block]:
    if not look.manages or not found.version:
        return []
    frozen = ("Unfreeze", ids.ROUTING_UNFREEZE) if found.frozen else ("Freeze", ids.ROUTING_FREEZE)
    back = button("Back to last week", ids.ROUTING_BACK, _NOTHING)
    return [actions(button(*frozen, _NOTHING), back)]


def _words(found: Overview) -> list[Block]:
    pulls = {name: words for name, words in found.recent.items() if words}
    if not pulls and not found.pressing:
        return []
    shown = [
        section(fit(f"*{inline(name, 40)}*: {_pulling(words)}", _LONGEST_WORDS))
        for name, words in list(pulls.items())[:_MOST_DEPARTMENTS]
    ]
    if found.pressing:
        pressing = f"Makes it *{RAISED.value}*: {_pulling(found.pressing)}"
        shown.append(section(fit(pressing, _LONGEST_WORDS)))
    more = len(pulls) - _MOST_DEPARTMENTS
    rest = [context(f"and {more} more departments")] if more > 0 else []
    return [divider(), header("Words that pull, lately learned first"), *shown, *rest]


def _pulling(words: Sequence[Pull]) -> str:
    return ", ".join(_word(each) for each in words[:_MOST_WORDS])


def _word(pull: Pull) -> str:
    like = ", ".join(f"#{number}" for number in pull.like[:2])
    return f"{inline(pull.word, 40)}{f' ({like})' if like else ''}"


def _proposals(proposals: Sequence[Proposal], look: Look) -> list[Block]:
    if not proposals:
        return []
    blocks = [divider(), header("Rules that you could write")]
    for each in proposals[:_MOST_PROPOSALS]:
        blocks += proposed.entry(each, manages=look.manages)
    return blocks


def _unwanted(found: Sequence[Unwanted]) -> list[Block]:
    if not found:
        return []
    shown = [section(fit(_declined(each), _LONGEST_WORDS)) for each in found[:_MOST_UNWANTED]]
    return [divider(), header("Rules that teams keep declining"), *shown]


def _declined(each: Unwanted) -> str:
    team, rule = inline(each.team, 60), inline(each.rule, 60)
    return (
        f"*{team}* said *Not ours* to {len(each.declined)} of {each.of} that the rule *{rule}* has"
        f" sent in the last 30 days: {proposed.cases(each.declined[:_MOST_NAMED])}."
    )


def _lessons(latest: Sequence[Example], look: Look) -> list[Block]:
    if not latest:
        return []
    blocks = [divider(), header("The latest lessons")]
    for each in latest[:_MOST_LESSONS]:
        blocks += [
            section(fit(_lesson(each, look), _LONGEST_WORDS)),
            actions(*_lesson_buttons(each, look)),
        ]
    return blocks


def _lesson(each: Example, look: Look) -> str:
    who = f" by {person(each.by)}" if each.by else ""
    when = clock(each.at, look.zone, look.now)
    return f"*#{each.case}* → *{' · '.join(_taught(each))}*\n{_TAUGHT[each.kind]}{who}, {when}"


def _taught(each: Example) -> Iterator[str]:
    if each.kind is not Taught.PRIORITISED:
        yield listed([inline(name, 40) for name in each.departments[:6]]) or "nobody"
    if each.priority is not None:
        yield f"{each.priority.value} priority"


def _lesson_buttons(each: Example, look: Look) -> Iterator[Block]:
    ref, about = StakeRef(each.case, "").pack(), f"case {each.case}"
    yield button("Open", ids.OPEN, ref, about=about)
    if look.manages:
        yield button("Drop", ids.ROUTING_DROP, ref, about=about)
