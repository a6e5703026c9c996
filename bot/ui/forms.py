"""Reading what people filled in; every field may come back as nothing at all.

Some clients send no state for a field that was not touched, so absence means empty, never a crash.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bot.domain.comment import clean
from bot.errors import Refused
from bot.ui.comment import safe_url
from bot.ui.ids import StakeRef
from bot.ui.wording import OUTCOMES

OUTCOME, NOTE, TEAM, TEAMS, REASON = "outcome", "note", "team", "teams", "reason"
TEXT, AUTHOR, LINK, PLATFORM, REGION, UNIT = "text", "author", "link", "platform", "region", "unit"

LONGEST_NOTE = 1000


class FormIncomplete(Refused):
    """A form that needs one more look; ``errors`` tells each field what is missing."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


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
    chosen = _chosen(view, OUTCOME)
    if chosen not in dict(OUTCOMES):
        raise FormIncomplete({OUTCOME: "Please choose how it ended."})
    return Resolution(_ref(view), chosen, _written(view, NOTE))


def read_handoff(view: Mapping[str, Any]) -> HandOff:
    """What `modals.handoff_form` brought back.

    Raises:
        FormIncomplete: the team or the reason is missing.
        Refused: the form is not one of ours.
    """
    team, reason = _chosen(view, TEAM), _written(view, REASON)
    _require({TEAM: team, REASON: reason})
    return HandOff(_ref(view), team, reason)


def read_decline(view: Mapping[str, Any]) -> Declined:
    """What `modals.decline_form` brought back.

    Raises:
        FormIncomplete: the reason is missing.
        Refused: the form is not one of ours.
    """
    reason = _written(view, REASON)
    _require({REASON: reason})
    return Declined(_ref(view), reason, _chosen(view, TEAM))


def read_invite(view: Mapping[str, Any]) -> Invitation:
    """What `modals.invite_form` brought back.

    Raises:
        FormIncomplete: no team was chosen.
        Refused: the form is not one of ours.
    """
    team = _chosen(view, TEAM)
    _require({TEAM: team})
    return Invitation(_ref(view), team, _written(view, NOTE))


def read_route(view: Mapping[str, Any]) -> Routing:
    """What `modals.route_form` brought back.

    Raises:
        FormIncomplete: no team was chosen.
        Refused: the form is not one of ours.
    """
    teams = _several(view, TEAMS)
    if not teams:
        raise FormIncomplete({TEAMS: "Please choose at least one team."})
    return Routing(_ref(view), teams, _written(view, NOTE))


def read_dismiss(view: Mapping[str, Any]) -> Dismissal:
    """What `modals.dismiss_form` brought back.

    Raises:
        FormIncomplete: the reason is missing.
        Refused: the form is not one of ours.
    """
    reason = _written(view, REASON)
    _require({REASON: reason})
    return Dismissal(_ref(view), reason)


def read_record(view: Mapping[str, Any]) -> ByHand:
    """What `modals.record_form` brought back.

    Raises:
        FormIncomplete: the text is missing, or the link is no web address.
    """
    text, link = _written(view, TEXT), _written(view, LINK)
    _require({TEXT: text})
    if link and not safe_url(link):
        raise FormIncomplete({LINK: "Please paste the whole address, beginning with https://."})
    return ByHand(
        text,
        _written(view, AUTHOR),
        link,
        _chosen(view, PLATFORM),
        _chosen(view, REGION),
        _chosen(view, UNIT),
    )


_MISSING = {
    TEAM: "Please choose a team.",
    REASON: "Please give a reason; the others will read it.",
    TEXT: "Please paste what the customer wrote.",
}


def _require(fields: Mapping[str, str]) -> None:
    errors = {name: _MISSING[name] for name, value in fields.items() if not value}
    if errors:
        raise FormIncomplete(errors)


def _ref(view: Mapping[str, Any]) -> StakeRef:
    return StakeRef.unpack(view.get("private_metadata"))


def _field(view: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    values = _mapping(_mapping(view.get("state")).get("values"))
    # A block of ours holds one element, and which kind decides how it is called.
    return next((_mapping(element) for element in _mapping(values.get(name)).values()), {})


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return clean(value).strip() if isinstance(value, str) else ""


def _written(view: Mapping[str, Any], name: str) -> str:
    return _text(_field(view, name).get("value"))


def _chosen(view: Mapping[str, Any], name: str) -> str:
    return _text(_mapping(_field(view, name).get("selected_option")).get("value"))


def _several(view: Mapping[str, Any], name: str) -> tuple[str, ...]:
    chosen = _field(view, name).get("selected_options")
    options: Sequence[Any] = chosen if isinstance(chosen, list) else []
    values = (_text(_mapping(option).get("value")) for option in options)
    return tuple(dict.fromkeys(value for value in values if value))
