"""What is said beside the cards: in their threads, and to single people."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.case import Case
from bot.domain.comment import Comment
from bot.domain.duty import Duty
from bot.domain.organisation import Organisation, Team
from bot.ui import ids, wording
from bot.ui.duty import duty_line
from bot.ui.escalated import escalation
from bot.ui.ids import StakeRef
from bot.ui.kit import Block, Message, actions, button, clock, inline, person, section
from bot.ui.relayed import relayed

__all__ = [
    "asked",
    "away",
    "back",
    "conversation",
    "duty",
    "escalation",
    "freed",
    "hint_claim",
    "relayed",
    "watched",
]


def asked(
    case: Case,
    comment: Comment,
    organisation: Organisation,
    team: str,
    holder: str,
    answer_by: datetime,
    zone: ZoneInfo,
) -> Message:
    """Is the holder still on it? With *holder* "" they are away, and their team is asked."""
    ref = StakeRef(case.number, team)
    silence = f"#{case.number} is free again at {clock(answer_by, zone, case.opened_at)}"
    if holder:
        question = f"{person(holder)} still on this? {silence} if I hear nothing."
    else:
        name = wording.team(organisation, team)
        question = f"*{name}*, whoever holds this is away. {silence}; it can go on sooner."
    buttons = [
        *([_button("Yes", ids.STILL_YES, ref, primary=True)] if holder else []),
        _button("Release", ids.RELEASE, ref),
        _button("Hand off", ids.HANDOFF, ref),
    ]
    aloud = f"{question} ({wording.writer(comment)})"
    return Message(aloud, [section(question), actions(*buttons)])


def freed(case: Case, organisation: Organisation, team: str, holder: str, why: str) -> Message:
    """A claim has ended without its holder's doing: *why* as `StakeReleased` has it."""
    name, who = wording.team(organisation, team), person(holder)
    reason = {
        "silent": f"I have heard nothing from {who}",
        "left": f"{who} is no longer with {name}",
    }.get(why, f"{who} has it no longer")
    return _line(f"{reason}, so #{case.number} is free again. Who takes it for {name}?")


def watched(
    case: Case,
    comment: Comment,
    organisation: Organisation,
    what: str,
    by: str,
    team: str,
    to: str,
) -> Message:
    """News of a case for somebody who follows it; *what* is the name of the event."""
    name, who = wording.team(organisation, team), person(by)
    news = {
        "StakeClaimed": f"{who} claimed it for {name}",
        "StakeHandedOff": f"{who} handed {name}'s part to {wording.team(organisation, to)}",
        "StakeResolved": f"{name}'s part is done",
        "StakeReopened": f"{who} took {name}'s part up again",
        "PriorityChanged": f"{who} set the priority to {case.priority.value}",
        "CaseSettled": "all is done",
        "CaseReopened": "it is open again",
    }.get(what, "there is news")
    told = f"👀 #{case.number}, {wording.writer(comment)}: {news}."
    return Message(told, [section(told, _button("Open", ids.OPEN, StakeRef(case.number, team)))])


def duty(current: Duty | None, following: Duty | None, team: Team, now: datetime) -> Message:
    """Who is on duty for *team*, now and, if it is another, next."""
    return _line(f"On duty: {duty_line(team, current, following, now)}")


def hint_claim(number: int, team: Team) -> Message:
    """What claiming means, said once to each person."""
    return _line(
        f"You now hold {inline(team.name, 60)}'s part of #{number}. Every team sees your name on it"
        " until you resolve it, hand it off or release it."
    )


def conversation(other_case_number: int, team_name: str) -> Message:
    """Another team is in conversation with the same author."""
    told = f"{inline(team_name, 60)} is already talking with this customer in #{other_case_number}."
    ref = StakeRef(other_case_number, "")
    return Message(told, [section(told, _button("Open", ids.OPEN, ref))])


def away(until: datetime, zone: ZoneInfo) -> Message:
    """Somebody is not to be asked for a while."""
    return _line(
        f"You are away until {clock(until, zone, None)}. I ask your team instead of you."
        " Back sooner? `/crosstalk back`"
    )


def back() -> Message:
    """Somebody who was away is there again."""
    return _line("Welcome back. I ask you again about what you hold.")


def _line(markup: str) -> Message:
    return Message(markup, [section(markup)])


def _button(text: str, action: str, ref: StakeRef, *, primary: bool = False) -> Block:
    return button(text, action, ref.pack(), about=f"case {ref.case}", primary=primary)
