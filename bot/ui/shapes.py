"""Slack's limits, as one table: the blocks, elements and objects that we use.

Anything that is not in the table is a mistake of ours: Slack refuses unknown properties, and
newer blocks are not drawn everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

PLAIN, ANY = "plain_text", "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What one kind of object may hold.

    Attributes:
        required: fields that must be there, separated by spaces.
        optional: fields that may be there.
        texts: fields that hold a text object, with the kind of text and the greatest length.
        strings: fields that hold a string, with the greatest length.
        lists: fields that hold a list, with the least and greatest count.
    """

    required: str = ""
    optional: str = ""
    texts: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    strings: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def allowed(self) -> set[str]:
        """Every field that may be there."""
        return {*self.required.split(), *self.optional.split()}


_BLOCK = {"block_id": 255}
_ACTION = {"action_id": 255}
_PLACEHOLDER = {"placeholder": (PLAIN, 150)}

BLOCKS: Mapping[str, Shape] = {
    "header": Shape(
        required="type text",
        optional="block_id",
        texts={"text": (PLAIN, 150)},
        strings=_BLOCK,
    ),
    "section": Shape(
        required="type",
        optional="text fields accessory expand block_id",
        texts={"text": (ANY, 3000)},
        strings=_BLOCK,
        lists={"fields": (1, 10)},
    ),
    "context": Shape(
        required="type elements",
        optional="block_id",
        strings=_BLOCK,
        lists={"elements": (1, 10)},
    ),
    "actions": Shape(
        required="type elements",
        optional="block_id",
        strings=_BLOCK,
        lists={"elements": (1, 25)},
    ),
    "divider": Shape(required="type", optional="block_id", strings=_BLOCK),
    "image": Shape(
        required="type image_url alt_text",
        optional="title block_id",
        texts={"title": (PLAIN, 2000)},
        strings={**_BLOCK, "image_url": 3000, "alt_text": 2000},
    ),
    "data_visualization": Shape(
        required="type title chart",
        optional="block_id",
        strings={**_BLOCK, "title": 50},
    ),
    "input": Shape(
        required="type label element",
        optional="hint optional dispatch_action block_id",
        texts={"label": (PLAIN, 2000), "hint": (PLAIN, 2000)},
        strings=_BLOCK,
    ),
}

_SELECT = "action_id placeholder focus_on_load"
_STATIC = Shape(
    required="type",
    optional=f"{_SELECT} options option_groups initial_option",
    texts=_PLACEHOLDER,
    strings=_ACTION,
    lists={"options": (1, 100), "option_groups": (1, 100)},
)
_PICKS = Shape(
    required="type options",
    optional="action_id focus_on_load",
    strings=_ACTION,
    lists={"options": (1, 10)},
)

ELEMENTS: Mapping[str, Shape] = {
    "button": Shape(
        required="type text action_id",
        optional="value url style accessibility_label",
        texts={"text": (PLAIN, 75)},
        strings={**_ACTION, "value": 2000, "url": 3000, "accessibility_label": 75},
    ),
    "overflow": Shape(
        required="type action_id options",
        strings=_ACTION,
        lists={"options": (1, 5)},
    ),
    "static_select": _STATIC,
    "multi_static_select": _STATIC,
    "external_select": Shape(
        required="type action_id",
        optional="placeholder focus_on_load min_query_length",
        texts=_PLACEHOLDER,
        strings=_ACTION,
    ),
    "multi_external_select": Shape(
        required="type action_id",
        optional="placeholder focus_on_load min_query_length",
        texts=_PLACEHOLDER,
        strings=_ACTION,
    ),
    "checkboxes": _PICKS,
    "radio_buttons": _PICKS,
    "plain_text_input": Shape(
        required="type",
        optional="action_id initial_value multiline min_length max_length placeholder focus_on_load",
        texts=_PLACEHOLDER,
        strings={**_ACTION, "initial_value": 3000},
    ),
}

OPTION = Shape(
    required="text value",
    optional="description",
    texts={"text": (ANY, 75), "description": (ANY, 75)},
    strings={"value": 150},
)
GROUP = Shape(
    required="label options",
    texts={"label": (PLAIN, 75)},
    lists={"options": (1, 100)},
)
MODAL = Shape(
    required="type title blocks",
    optional="submit close callback_id private_metadata external_id clear_on_close notify_on_close",
    texts={"title": (PLAIN, 24), "submit": (PLAIN, 24), "close": (PLAIN, 24)},
    strings={"callback_id": 255, "private_metadata": 3000, "external_id": 255},
    lists={"blocks": (1, 100)},
)
HOME = Shape(
    required="type blocks",
    optional="callback_id private_metadata external_id",
    strings={"callback_id": 255, "private_metadata": 3000, "external_id": 255},
    lists={"blocks": (1, 100)},
)

IN_ACTIONS = frozenset(ELEMENTS) - {"plain_text_input"}
IN_INPUT = frozenset(ELEMENTS) - {"button", "overflow"}
IN_SECTION = IN_ACTIONS
