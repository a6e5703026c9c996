"""The fields of our forms: their names, and what came back in them.

Some clients send no state for a field that was not touched, so absence means empty, never a crash.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.comment import clean
from bot.errors import Refused
from bot.ui.ids import StakeRef

OUTCOME, NOTE, TEAM, TEAMS, REASON = "outcome", "note", "team", "teams", "reason"
TEXT, AUTHOR, LINK, PLATFORM, REGION, UNIT = "text", "author", "link", "platform", "region", "unit"
PRIORITY, UNTIL, ACT = "priority", "until", "act"

LONGEST_NOTE = 1000


class FormIncomplete(Refused):
    """A form that needs one more look; ``errors`` tells each field what is missing."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


_MISSING = {
    TEAM: "Please choose a team.",
    REASON: "Please give a reason; the others will read it.",
    TEXT: "Please write a few words.",
    PRIORITY: "Please choose how pressing it is.",
    UNTIL: "Please choose until when.",
    ACT: "Please choose what to do.",
}


def require(values: Mapping[str, str], **instead: str) -> None:
    """Ask again for the fields that were left empty; *instead* words it otherwise for some.

    Raises:
        FormIncomplete: at least one of *values* is "".
    """
    asked = {**_MISSING, **instead}
    errors = {name: asked[name] for name, value in values.items() if not value}
    if errors:
        raise FormIncomplete(errors)


def ref(view: Mapping[str, Any]) -> StakeRef:
    """The stake that the form is about.

    Raises:
        Refused: the form is not one of ours.
    """
    return StakeRef.unpack(view.get("private_metadata"))


def _field(view: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    values = _mapping(_mapping(view.get("state")).get("values"))
    # A block of ours holds one element, and which kind decides how it is called.
    return next((_mapping(element) for element in _mapping(values.get(name)).values()), {})


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return clean(value).strip() if isinstance(value, str) else ""


def written(view: Mapping[str, Any], name: str) -> str:
    """What was written into a field."""
    return _text(_field(view, name).get("value"))


def chosen(view: Mapping[str, Any], name: str) -> str:
    """The value of the entry that was chosen."""
    return _text(_mapping(_field(view, name).get("selected_option")).get("value"))


def several(view: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The values of all entries that were chosen, each once, in order."""
    found = _field(view, name).get("selected_options")
    options: Sequence[Any] = found if isinstance(found, list) else []
    values = (_text(_mapping(option).get("value")) for option in options)
    return tuple(dict.fromkeys(value for value in values if value))
