"""What a person's choice in a menu or a form looks like in Slack's payloads."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.workspace import Payload, walk

_TYPED = {"plain_text_input", "number_input", "email_text_input", "url_text_input"}
_ONE_OF = {"static_select", "radio_buttons", "overflow", "external_select"}
_SEVERAL_OF = {"checkboxes", "multi_static_select", "multi_external_select"}
_PICKED = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
}


def chosen(blocks: list[Payload], action_id: str, value: str | None, option: str | None) -> Payload:
    """The action that using an element sends."""
    elements = [
        (block["block_id"], part) for block in blocks for part in walk(block) if "action_id" in part
    ]
    present = sorted({element["action_id"] for _, element in elements})
    found = [(block, element) for block, element in elements if element["action_id"] == action_id]
    assert found, f"nothing is called {action_id}; there are {present}"
    block, element = next((f for f in found if value in {None, f[1].get("value")}), found[0])
    action = {"type": element["type"], "action_id": action_id, "block_id": block}
    if element["type"] == "button":
        given = element.get("value", "") if value is None else value
        return action | {"text": element["text"], "value": given}
    return action | _answer(element, option)


def filled(blocks: list[Payload], values: Mapping[str, Any]) -> Payload:
    """The state of a form after a person has filled in *values*, by block id."""
    fields = {block["block_id"]: block["element"] for block in blocks if block["type"] == "input"}
    unknown = sorted(set(values) - set(fields))
    assert not unknown, f"no fields {unknown}; there are {sorted(fields)}"
    return {
        block: {element["action_id"]: _answer(element, values.get(block, _initial(element)))}
        for block, element in fields.items()
    }


def _initial(element: Payload) -> Any:
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    return element.get("initial_value", element.get("initial_option", {}).get("value"))


def _answer(element: Payload, value: Any) -> Payload:
    kind = element["type"]
    if kind in _TYPED:
        return {"type": kind, "value": value}
    if kind in _ONE_OF:
        return {"type": kind, "selected_option": None if value is None else _option(element, value)}
    if kind in _SEVERAL_OF:
        options = [_option(element, one) for one in value or []]
        return {"type": kind, "selected_options": options}
    return {"type": kind, _PICKED[kind]: value}


def _option(element: Payload, value: str) -> Payload:
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": value}, "value": value}
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    options: list[Payload] = [*element.get("options", []), *grouped]
    found = [option for option in options if option["value"] == value]
    assert found, f"no option {value}; there are {[option['value'] for option in options]}"
    return found[0]
