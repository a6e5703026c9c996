"""Reading what people filled in about what teams do with a case together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from bot.domain.organisation import Priority
from bot.domain.together import LONGEST_FACT
from bot.ui import fields, ids
from bot.ui.fields import PRIORITY, REASON, TEAM, TEXT, UNTIL, FormIncomplete
from bot.ui.ids import StakeRef

LONGEST_TOLD = 2000


class FactForm(NamedTuple):
    """What a team knows."""

    ref: StakeRef
    text: str


class LeadForm(NamedTuple):
    """The team of that key is to speak to the customer."""

    ref: StakeRef
    team: str
    reason: str


class PriorityForm(NamedTuple):
    """How pressing the case is to be."""

    ref: StakeRef
    priority: Priority
    reason: str


class SnoozeForm(NamedTuple):
    """Until when the stake's clocks are to stand still."""

    ref: StakeRef
    until: datetime


class WaitForm(NamedTuple):
    """The team of that key is waited for."""

    ref: StakeRef
    team: str


class TellForm(NamedTuple):
    """What the other teams are to read in their threads."""

    ref: StakeRef
    text: str


def read_fact(view: Mapping[str, Any]) -> FactForm:
    """What `modals.fact_form` brought back.

    Raises:
        FormIncomplete: nothing was written, or too much.
        Refused: the form is not one of ours.
    """
    return FactForm(fields.ref(view), _words(view, LONGEST_FACT))


def read_lead(view: Mapping[str, Any]) -> LeadForm:
    """What `modals.lead_form` brought back.

    Raises:
        FormIncomplete: the team or the reason is missing.
        Refused: the form is not one of ours.
    """
    team, reason = fields.chosen(view, TEAM), fields.written(view, REASON)
    fields.require({TEAM: team, REASON: reason})
    return LeadForm(fields.ref(view), team, reason)


def read_priority(view: Mapping[str, Any]) -> PriorityForm:
    """What `modals.priority_form` brought back.

    Raises:
        FormIncomplete: the priority or the reason is missing.
        Refused: the form is not one of ours.
    """
    chosen, reason = fields.chosen(view, PRIORITY), fields.written(view, REASON)
    known = chosen if chosen in set(Priority) else ""
    fields.require({PRIORITY: known, REASON: reason})
    return PriorityForm(fields.ref(view), Priority(known), reason)


def read_snooze(view: Mapping[str, Any]) -> SnoozeForm:
    """What `modals.snooze_form` brought back.

    Raises:
        FormIncomplete: no time was chosen.
        Refused: the form is not one of ours.
    """
    chosen = fields.chosen(view, UNTIL)
    fields.require({UNTIL: chosen})
    return SnoozeForm(fields.ref(view), ids.unpack_instant(chosen))


def read_wait(view: Mapping[str, Any]) -> WaitForm:
    """What `modals.wait_form` brought back.

    Raises:
        FormIncomplete: no team was chosen.
        Refused: the form is not one of ours.
    """
    team = fields.chosen(view, TEAM)
    fields.require({TEAM: team})
    return WaitForm(fields.ref(view), team)


def read_tell(view: Mapping[str, Any]) -> TellForm:
    """What `modals.tell_form` brought back.

    Raises:
        FormIncomplete: nothing was written, or too much.
        Refused: the form is not one of ours.
    """
    return TellForm(fields.ref(view), _words(view, LONGEST_TOLD))


class MoreForm(NamedTuple):
    """Something else that somebody wants to do; ``act`` is an id of `bot.ui.ids`."""

    ref: StakeRef
    act: str


_ACTS = {
    ids.RESUME,
    ids.SNOOZE,
    ids.WAIT_CUSTOMER,
    ids.WAIT_TEAM,
    ids.RELEASE,
    ids.DECLINE,
    ids.ADD_FACT,
    ids.LEAD,
    ids.PRIORITY,
    ids.WATCH,
    ids.UNWATCH,
}


def read_more(view: Mapping[str, Any]) -> MoreForm:
    """What `buttons.more_form` brought back.

    Raises:
        FormIncomplete: nothing was chosen.
        Refused: the form is not one of ours.
    """
    act = fields.chosen(view, fields.ACT)
    fields.require({fields.ACT: act if act in _ACTS else ""})
    return MoreForm(fields.ref(view), act)


def read_escalation_snooze(value: object) -> tuple[StakeRef, datetime]:
    """The stake, and until when, that an entry of an escalation's *Snooze* menu stands for.

    Raises:
        Refused: *value* is not of that menu.
    """
    ref, until = ids.SnoozeRef.unpack(value)
    return ref, until


def _words(view: Mapping[str, Any], most: int) -> str:
    text = fields.written(view, TEXT)
    fields.require({TEXT: text})
    if len(text) > most:
        raise FormIncomplete({TEXT: f"Please keep it under {most} characters."})
    return text
