"""Reading what people filled in about their own part, or about a comment as a whole."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.ui import fields
from bot.ui.comment import address
from bot.ui.fields import (
    AUTHOR,
    LINK,
    LONGEST_NOTE,
    NOTE,
    OUTCOME,
    PLATFORM,
    REASON,
    REGION,
    TEAM,
    TEAMS,
    TEXT,
    UNIT,
    FormIncomplete,
)
from bot.ui.ids import StakeRef
from bot.ui.sharing_forms import (
    read_fact,
    read_lead,
    read_more,
    read_priority,
    read_snooze,
    read_tell,
    read_wait,
)
from bot.ui.wording import OUTCOMES

__all__ = [
    "AUTHOR",
    "LINK",
    "LONGEST_NOTE",
    "NOTE",
    "OUTCOME",
    "PLATFORM",
    "REASON",
    "REGION",
    "TEAM",
    "TEAMS",
    "TEXT",
    "UNIT",
    "ByHand",
    "Declined",
    "Dismissal",
    "FormIncomplete",
    "HandOff",
    "Invitation",
    "Resolution",
    "Routing",
    "read_decline",
    "read_dismiss",
    "read_fact",
    "read_handoff",
    "read_invite",
    "read_lead",
    "read_more",
    "read_priority",
    "read_record",
    "read_resolve",
    "read_route",
    "read_snooze",
    "read_tell",
    "read_wait",
]


class Resolution(NamedTuple):
    """A team's part is done."""

    ref: StakeRef
    outcome: str
    note: str


class HandOff(NamedTuple):
    """A stake is to go to the team of that key."""

    ref: StakeRef
    team: str
    reason: str


class Declined(NamedTuple):
    """The team says "not ours"; ``instead`` is whose it is, "" when nobody knows."""

    ref: StakeRef
    reason: str
    instead: str


class Invitation(NamedTuple):
    """One more team is to have a part."""

    ref: StakeRef
    team: str
    note: str


class Routing(NamedTuple):
    """The teams that a person in triage chose."""

    ref: StakeRef
    teams: tuple[str, ...]
    note: str


class Dismissal(NamedTuple):
    """Nobody needs to act, and why."""

    ref: StakeRef
    reason: str


class ByHand(NamedTuple):
    """A comment that a person recorded; "" where they left a field empty."""

    text: str
    author: str
    url: str
    platform: str
    region: str
    unit: str


def read_resolve(view: Mapping[str, Any]) -> Resolution:
    """What `modals.resolve_form` brought back.

    Raises:
        FormIncomplete: no outcome was chosen.
        Refused: the form is not one of ours.
    """
    chosen = fields.chosen(view, OUTCOME)
    if chosen not in dict(OUTCOMES):
        raise FormIncomplete({OUTCOME: "Please choose how it ended."})
    return Resolution(fields.ref(view), chosen, fields.written(view, NOTE))


def read_handoff(view: Mapping[str, Any]) -> HandOff:
    """What `modals.handoff_form` brought back.

    Raises:
        FormIncomplete: the team or the reason is missing.
        Refused: the form is not one of ours.
    """
    team, reason = fields.chosen(view, TEAM), fields.written(view, REASON)
    fields.require({TEAM: team, REASON: reason})
    return HandOff(fields.ref(view), team, reason)


def read_decline(view: Mapping[str, Any]) -> Declined:
    """What `modals.decline_form` brought back.

    Raises:
        FormIncomplete: the reason is missing.
        Refused: the form is not one of ours.
    """
    reason = fields.written(view, REASON)
    fields.require({REASON: reason})
    return Declined(fields.ref(view), reason, fields.chosen(view, TEAM))


def read_invite(view: Mapping[str, Any]) -> Invitation:
    """What `modals.invite_form` brought back.

    Raises:
        FormIncomplete: no team was chosen.
        Refused: the form is not one of ours.
    """
    team = fields.chosen(view, TEAM)
    fields.require({TEAM: team})
    return Invitation(fields.ref(view), team, fields.written(view, NOTE))


def read_route(view: Mapping[str, Any]) -> Routing:
    """What `modals.route_form` brought back.

    Raises:
        FormIncomplete: no team was chosen.
        Refused: the form is not one of ours.
    """
    teams = fields.several(view, TEAMS)
    if not teams:
        raise FormIncomplete({TEAMS: "Please choose at least one team."})
    return Routing(fields.ref(view), teams, fields.written(view, NOTE))


def read_dismiss(view: Mapping[str, Any]) -> Dismissal:
    """What `modals.dismiss_form` brought back.

    Raises:
        FormIncomplete: the reason is missing.
        Refused: the form is not one of ours.
    """
    reason = fields.written(view, REASON)
    fields.require({REASON: reason})
    return Dismissal(fields.ref(view), reason)


def read_record(view: Mapping[str, Any]) -> ByHand:
    """What `modals.record_form` brought back.

    Raises:
        FormIncomplete: the text is missing, or the link is no web address.
    """
    text, link = fields.written(view, TEXT), fields.written(view, LINK)
    fields.require({TEXT: text}, text="Please paste what the customer wrote.")
    if link and not address(link):
        raise FormIncomplete({LINK: "Please paste the whole address, beginning with https://."})
    return ByHand(
        text,
        fields.written(view, AUTHOR),
        link,
        fields.chosen(view, PLATFORM),
        fields.chosen(view, REGION),
        fields.chosen(view, UNIT),
    )
