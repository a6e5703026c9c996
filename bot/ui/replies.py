"""The short answers to commands."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.case import Case
from bot.domain.organisation import Team
from bot.ui import ids
from bot.ui.ids import StakeRef
from bot.ui.kit import (
    Message,
    actions,
    button,
    clock,
    context,
    fit,
    header,
    inline,
    listed,
    said,
    section,
    sections,
)

_MOST_NAMES = 8
_HELP = (
    (
        "Comments",
        (
            "`/comment` records a comment by hand",
            "`/comment 1042` shows a case",
            "`/comment refund` finds cases by their words",
            "`/comment mine` lists what you hold",
            "`/comment open` lists what your teams have open",
        ),
    ),
    (
        "Digests",
        (
            "`/digest` says where your teams stand",
            "`/digest service-hk 7d` asks about one team and a longer time",
            "`/digest schedule` has digests come by themselves",
            "`/digest help` tells more",
        ),
    ),
    (
        "On a card",
        (
            "*Claim* takes your team's part, *Release* gives it back",
            "*Resolve* says that your part is done",
            "*Hand off* passes it to another team",
            "*Not ours* says so, with a reason",
            "*⋯* has invitations and the timeline; *More…* in it facts, waiting, priority",
            "👀 claims, ✅ resolves, 🙅 says not ours, 🚨 makes it urgent",
        ),
    ),
    (
        "In its thread",
        (
            "`&gt;&gt;` before a message tells the other teams too",
            "📝 on a message keeps it as a note",
        ),
    ),
    (
        "Who is there",
        (
            "`/crosstalk duty` says who is on duty",
            "`/crosstalk away until Monday` has your team asked instead of you",
            "`/crosstalk back` ends that",
            "`/crosstalk route refund` says who would get such a comment",
            "`/crosstalk routing` shows leads what it has learned",
            "`/crosstalk doctor` tells managers what is wrong",
        ),
    ),
)


_MOST_FINDINGS = 40


def help_text(unknown: str = "") -> Message:
    """What Crosstalk does and how to ask for it; *unknown* is what was asked for and is nothing."""
    odd = f"I do not know “{inline(unknown, 80)}”. This is what I do know:" if unknown else ""
    about = (
        "Crosstalk brings each customer's comment to every team that has a part in it, and shows"
        " who has what. The thread under a card is your team's own talk; the customer"
        " never sees it."
    )
    blocks = [*([section(odd)] if odd else []), header("Crosstalk"), section(about)]
    blocks += [
        section("\n".join([f"*{title}*", *(f"• {line}" for line in lines)]))
        for title, lines in _HELP
    ]
    spoken = "; ".join(line for _, lines in _HELP[:2] for line in lines).replace("`", "")
    return Message(odd or f"Crosstalk: {spoken}", blocks)


def recorded(case: Case, teams: Sequence[Team], perhaps: str = "") -> Message:
    """A comment was recorded by hand, and who has it now, or *perhaps* has, in markup."""
    told = f"Recorded as #{case.number}."
    if teams:
        more = [f"{len(teams) - _MOST_NAMES} more"] if len(teams) > _MOST_NAMES else []
        names = listed([*(inline(team.name, 60) for team in teams[:_MOST_NAMES]), *more])
        told += f" {names} {'has' if len(teams) == 1 else 'have'} it."
    if case.triage:
        told += f" It is in triage{' too' if teams else ''}: {inline(case.triage, 200)}."
    if perhaps:
        told += f" {perhaps}."
    team = teams[0].key if teams else ""
    ref = StakeRef(case.number, team).pack()
    return Message(told, [section(told), actions(button("Open", ids.OPEN, ref))])


def known_already(case: Case) -> Message:
    """The comment that somebody wanted to record is a case already."""
    told = f"This comment is a case already: #{case.number}."
    ref = StakeRef(case.number, "").pack()
    return Message(told, [section(told), actions(button("Open", ids.OPEN, ref))])


def posted(title: str) -> Message:
    """A private digest, *title* in markup, was posted where everybody sees it."""
    told = f"{title}: the digest is on its way to the channel."
    return Message(told, [context(told)])


def private(text: str) -> Message:
    """A sentence of ours to one person, such as a refusal; `<@id>` in it is a person."""
    told = fit(said(text), 2900)
    return Message(told, [section(told)])


def told(count: int) -> Message:
    """A message has gone to the threads of so many other teams."""
    teams = "one other team" if count == 1 else f"{count} other teams"
    said = f"Told {teams}, in the threads of their cards."
    return Message(said, [section(said)])


def still_yours(ref: StakeRef) -> Message:
    """The holder has said that they are still on it."""
    return private(f"Thank you. #{ref.case} stays yours.")


def seen(ref: StakeRef) -> Message:
    """Somebody has seen an escalation."""
    return private(f"Noted. Nobody further is told about #{ref.case} until its next target.")


def waits(ref: StakeRef, until: datetime, zone: ZoneInfo) -> Message:
    """An escalation waits."""
    at = clock(until, zone, None)
    return private(f"Noted. Nobody further is told about #{ref.case} before {at}.")


def say_why(ref: StakeRef) -> Message:
    """Somebody has said "not ours" by an emoji; the reason is still to come."""
    asks = f"Not yours? Say in a few words why, and #{ref.case} goes where it belongs."
    why = button("Say why", ids.SAY_WHY, ref.pack(), about=f"case {ref.case}", primary=True)
    return Message(asks, [section(asks), actions(why)])


def examining() -> Message:
    """A look at the whole installation has begun."""
    return private(
        "I am looking at everything, which usually takes some seconds; what I find comes to you"
        " as a direct message."
    )


def cut_off() -> Message:
    """A look at the whole installation was not finished, and nobody is at it any more."""
    return private(
        "I was stopped before I had looked at everything. Please ask once more:"
        " `/crosstalk doctor`."
    )


def checkup(findings: Sequence[tuple[str, str]]) -> Message:
    """What a look at the whole installation found; each with its mend, "" when it is well."""
    ill = [(what, mend) for what, mend in findings if mend]
    told = "All is well." if not ill else f"{len(ill)} to mend."
    lines = [f"🔴 {inline(what, 200)}\n→ {inline(mend, 200)}" for what, mend in ill]
    lines += [f"🟢 {inline(what, 200)}" for what, mend in findings if not mend]
    return Message(told, [section(f"*{told}*"), *sections(lines[:_MOST_FINDINGS])])


def together(messages: Sequence[Message]) -> Message:
    """Several short answers as one."""
    blocks = [block for message in messages for block in message.blocks]
    return Message(fit(" ".join(message.text for message in messages), 2900), blocks[:50])
