"""The message of an escalation: who is needed, for what, since when, and what they can do."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.case import Case, Stake, State
from bot.domain.comment import Comment
from bot.domain.organisation import Organisation, Phase, Team, Tell
from bot.ui import ids, wording
from bot.ui.ids import SnoozeRef, StakeRef
from bot.ui.kit import (
    Block,
    Message,
    actions,
    age,
    button,
    clock,
    context,
    fit,
    inline,
    option,
    person,
    section,
    static_select,
)
from bot.ui.presets import snooze_presets

_MOST_PEOPLE = 30
_SNOOZES = 3
_LONGEST = 2_000


def escalation(
    case: Case,
    comment: Comment,
    organisation: Organisation,
    team: str,
    phase: Phase,
    tell: Tell,
    told: Sequence[str],
    now: datetime,
) -> Message:
    """Names everyone needed; *told* are the people, or nobody by name where it is the whole team."""
    stake = case.stakes.get(team)
    name = wording.team(organisation, team)
    known = organisation.team(team)
    zone = known.zone if known else organisation.zone
    late = _late(stake, phase, now, zone) if stake else ""
    if stake is None or not late:
        over = f"*#{case.number}* at {name} has moved on: nobody needs to hurry now."
        return Message(over, [section(over)])
    who = _people(told, known, stake, name)
    why = _why_them(tell, name) if told else ""
    at = f" at {name}" if told else ""
    sentence = fit(f"{who}: *#{case.number}*{_urgency(case)}{at} is {late}{why}", _LONGEST)
    buttons = actions(*_buttons(StakeRef(case.number, team), stake, known, now))
    return Message(sentence, [section(sentence), context(_said(case, comment)), buttons])


def _urgency(case: Case) -> str:
    told = wording.priority(case.priority).removeprefix(" · ").lower()
    return f" ({told})" if told else ""


def _people(told: Sequence[str], team: Team | None, stake: Stake, name: str) -> str:
    named = list(told) or sorted((team.members if team else frozenset()) | {stake.holder} - {""})
    shown = " ".join(person(one) for one in named[:_MOST_PEOPLE])
    return shown if told else f"{name} {shown}".rstrip()


def _why_them(tell: Tell, name: str) -> str:
    match tell:
        case Tell.DUTY:
            return f" You are on duty for {name}."
        case Tell.LEAD:
            return f" You lead {name}."
        case Tell.MANAGERS:
            return " Nobody nearer has answered."
        case Tell.HOLDER | Tell.TEAM:
            return ""


def _late(stake: Stake, phase: Phase, now: datetime, zone: ZoneInfo) -> str:
    """What is late, or nearly, and since when; "" when it no longer is."""
    claiming = stake.state is State.OPEN and not stake.resolve_missed
    claiming = claiming and (stake.claim_missed or not stake.resolve_near)
    due, act = (stake.claim_due, "claimed") if claiming else (stake.resolve_due, "resolved")
    if not stake.running or (due > now and phase is Phase.BREACH):
        return ""
    held = f"{person(stake.holder)} has it" if stake.holder else "nobody has claimed it"
    at = clock(due, zone, now)
    if due > now:
        return f"nearly late: {held}, and it is to be {act} by {at}."
    return f"late: {held}, and it was to be {act} by {at}, {age(due, now)} ago."


def _said(case: Case, comment: Comment) -> str:
    who = wording.writer(comment)
    if case.deleted_at is not None:
        return f"{who} deleted their comment."
    return f"{who}: “{inline(comment.text, 140)}”" if comment.text.strip() else f"{who}: no text"


def _buttons(ref: StakeRef, stake: Stake, team: Team | None, now: datetime) -> list[Block]:
    about = f"case {ref.case}"
    claim = [button("Claim", ids.CLAIM, ref.pack(), about=about, primary=True)]
    return [
        *(claim if stake.state is State.OPEN else []),
        button("Open", ids.OPEN, ref.pack(), about=about),
        button("Seen", ids.ESC_ACK, ref.pack(), about=about),
        *(_snooze(ref, team, now) if team else []),
    ]


def _snooze(ref: StakeRef, team: Team, now: datetime) -> list[Block]:
    presets = snooze_presets(now, team.zone, team.hours)[:_SNOOZES]
    options = [option(label, SnoozeRef(ref, at).pack()) for label, at in presets]
    return [static_select(options, "Snooze", ids.ESC_SNOOZE)]
