"""What is said beside the cards: in their threads, and to single people."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.case import Case, State
from bot.domain.comment import Comment
from bot.domain.duty import Duty
from bot.domain.organisation import Organisation, Team
from bot.ui import duty as duty_words
from bot.ui import ids, wording
from bot.ui.comment import address
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
    name = wording.team(organisation, team)
    until = clock(answer_by, zone, case.opened_at)
    silence = f"#{case.number} is free again at {until} if I hear nothing."
    if holder:
        told = f"{person(holder)} still on this? {silence}"
    else:
        told = f"{name}, who holds #{case.number} is away. Is anybody on it? {silence}"
    buttons = [
        *([_button("Yes", ids.STILL_YES, ref, primary=True)] if holder else []),
        _button("Release", ids.RELEASE, ref),
        _button("Hand off", ids.HANDOFF, ref),
    ]
    return Message(told, [section(told), actions(*buttons)])
