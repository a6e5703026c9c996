"""The strict reader of everything that we send: what Slack would refuse, and what must not ping.

Slack answers a message over its limits with one bare error code, and the comment on it would be
lost from sight; so each message is checked before it is sent, and each renderer in its tests.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal

from bot.ui import shapes
from bot.ui.chart_limits import MOST_CHARTS, chart_faults
from bot.ui.shapes import Shape
from bot.ui.text import size

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS = 50
# Slack's own limit is not documented; messages of some 11,300 characters have been refused.
MOST_TEXT = 11_000
LONGEST_TOP_TEXT = 4_000

_FORMS = re.compile(r"<@[UW][A-Z0-9]+>|<#[CG][A-Z0-9]+>|<https?://[^\s<>|]+\|[^<>|\n]+>", re.ASCII)
_QUOTE_MARK = re.compile(r"^> ?", re.MULTILINE)
CHART = "data_visualization"
_STYLES = {"primary", "danger"}


def check_message(text: Any, blocks: Any) -> list[str]:
    """What is wrong with a message; empty when Slack will take it."""
    reader = _Reader()
    if not isinstance(text, str) or not text.strip():
        reader.say("text", "is missing; screen readers and notifications read it")
    else:
        reader.longest("text", text, LONGEST_TOP_TEXT)
        reader.markup("text", text)
    if blocks is None:
        return reader.problems
    if not isinstance(blocks, list):
        reader.say("blocks", "is not a list")
        return reader.problems
    if len(blocks) > MOST_BLOCKS:
        reader.say("blocks", f"has {len(blocks)} entries, at most {MOST_BLOCKS}")
    reader.blocks(blocks)
    if reader.total > MOST_TEXT:
        reader.say("blocks", f"hold {reader.total} characters, at most {MOST_TEXT}")
    return reader.problems


def check_view(view: Any, surface: Surface) -> list[str]:
    """What is wrong with a modal or a home tab; empty when Slack will take it."""
    reader = _Reader()
    if not isinstance(view, Mapping) or view.get("type") != surface:
        reader.say("view", f"is not of type {surface}")
        return reader.problems
    reader.shape("view", view, shapes.MODAL if surface == "modal" else shapes.HOME)
    blocks = view.get("blocks")
    reader.blocks(blocks if isinstance(blocks, list) else [])
    has_input = any(isinstance(b, Mapping) and b.get("type") == "input" for b in blocks or [])
    if surface == "modal" and any(
        isinstance(b, Mapping) and b.get("type") == CHART for b in blocks or []
    ):
        reader.say("view", "cannot hold a chart")
    if surface == "modal" and has_input and "submit" not in view:
        reader.say("view", "has inputs but no submit")
    return reader.problems


class _Reader:
    """Walks a payload and collects what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.total = 0
        self._block_ids: set[str] = set()

    def say(self, place: str, problem: str) -> None:
        self.problems.append(f"{place}: {problem}")

    def longest(self, place: str, text: str, most: int) -> None:
        if size(text) > most:
            self.say(place, f"has {size(text)} characters, at most {most}")

    def markup(self, place: str, text: str) -> None:
        """Only people, channels and our own links may stand in angle brackets; nothing rings a channel."""
        rest = _QUOTE_MARK.sub("", _FORMS.sub("", text))
        if "<" in rest or ">" in rest:
            self.say(place, "has an angle bracket that is not escaped")

    def shape(self, place: str, value: Mapping[str, Any], shape: Shape) -> None:
        for name in sorted(set(shape.required.split()) - set(value)):
            self.say(place, f"lacks {name}")
        for name in sorted(set(value) - shape.allowed):
            self.say(place, f"has the unknown field {name}")
        for name, (kind, most) in shape.texts.items():
            if name in value:
                self.text(f"{place}.{name}", value[name], kind, most)
        for name, most in shape.strings.items():
            if name in value:
                self.string(f"{place}.{name}", value[name], most)
        for name, (least, most) in shape.lists.items():
            if name in value:
                self.count(f"{place}.{name}", value[name], least, most)

    def string(self, place: str, value: Any, most: int) -> None:
        if not isinstance(value, str):
            self.say(place, "is not text")
        else:
            self.longest(place, value, most)

    def count(self, place: str, value: Any, least: int, most: int) -> None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            self.say(place, f"must be a list of {least} to {most}")

    def text(self, place: str, value: Any, kind: str, most: int) -> None:
        if not isinstance(value, Mapping) or not isinstance(value.get("text"), str):
            self.say(place, "is not a text object")
            return
        found = value.get("type")
        self._text_fields(place, value, found)
        if kind == shapes.PLAIN and found != shapes.PLAIN:
            self.say(place, "must be plain_text")
        if not value["text"].strip():
            self.say(place, "is empty")
        self.longest(place, value["text"], most)
        self.total += size(value["text"])
        if found == "mrkdwn":
            self.markup(place, value["text"])

    def _text_fields(self, place: str, value: Mapping[str, Any], kind: Any) -> None:
        allowed = {"mrkdwn": {"verbatim"}, "plain_text": {"emoji"}}.get(kind)
        if allowed is None:
            self.say(place, f"has the unknown type {kind}")
        elif set(value) - {"type", "text"} - allowed:
            self.say(place, "has an unknown field")

    def blocks(self, blocks: list[Any]) -> None:
        for index, block in enumerate(blocks):
            self._block(f"blocks[{index}]", block)
        charts = [b for b in blocks if isinstance(b, Mapping) and b.get("type") == CHART]
        if len(charts) > MOST_CHARTS:
            self.say("blocks", f"hold {len(charts)} charts, at most {MOST_CHARTS}")

    def _block(self, place: str, block: Any) -> None:
        kind = block.get("type") if isinstance(block, Mapping) else None
        if not isinstance(kind, str) or kind not in shapes.BLOCKS:
            self.say(place, f"is of the unknown type {kind}")
            return
        place = f"{place} {kind}"
        self.shape(place, block, shapes.BLOCKS[kind])
        self._unique(place, block.get("block_id"), self._block_ids, "block_id")
        self._inside(place, kind, block)

    def _unique(self, place: str, found: Any, seen: set[str], name: str) -> None:
        if isinstance(found, str):
            if found in seen:
                self.say(place, f"repeats the {name} {found}")
            seen.add(found)

    def _inside(self, place: str, kind: str, block: Mapping[str, Any]) -> None:
        if kind == "section":
            self._section(place, block)
        elif kind == "context":
            for index, element in enumerate(_list(block, "elements")):
                self._context_element(f"{place}[{index}]", element)
        elif kind == "actions":
            seen: set[str] = set()
            for index, element in enumerate(_list(block, "elements")):
                where = f"{place}[{index}]"
                self._element(where, element, shapes.IN_ACTIONS)
                if isinstance(element, Mapping):
                    self._unique(where, element.get("action_id"), seen, "action_id")
        elif kind == CHART:
            for fault in chart_faults(block.get("chart")):
                self.say(place, fault)
        elif kind == "input" and "element" in block:
            self._element(f"{place}.element", block["element"], shapes.IN_INPUT)

    def _section(self, place: str, block: Mapping[str, Any]) -> None:
        if "text" not in block and "fields" not in block:
            self.say(place, "has neither text nor fields")
        for index, text in enumerate(_list(block, "fields")):
            self.text(f"{place}.fields[{index}]", text, shapes.ANY, 2000)
        if "accessory" in block:
            self._element(f"{place}.accessory", block["accessory"], shapes.IN_SECTION)

    def _context_element(self, place: str, element: Any) -> None:
        if isinstance(element, Mapping) and element.get("type") == "image":
            self.shape(place, element, Shape(required="type image_url alt_text"))
        else:
            self.text(place, element, shapes.ANY, 3000)

    def _element(self, place: str, element: Any, allowed: frozenset[str]) -> None:
        kind = element.get("type") if isinstance(element, Mapping) else None
        if not isinstance(kind, str) or kind not in allowed:
            self.say(place, f"cannot hold a {kind}")
            return
        place = f"{place} {kind}"
        self.shape(place, element, shapes.ELEMENTS[kind])
        if element.get("style", "primary") not in _STYLES:
            self.say(place, "has an unknown style")
        if kind in {"static_select", "multi_static_select"}:
            self._one_source(place, element)
        self._options(place, _list(element, "options"))
        for index, group in enumerate(_list(element, "option_groups")):
            self.shape(f"{place}.option_groups[{index}]", group, shapes.GROUP)
            self._options(f"{place}.option_groups[{index}]", _list(group, "options"))

    def _one_source(self, place: str, element: Mapping[str, Any]) -> None:
        if ("options" in element) == ("option_groups" in element):
            self.say(place, "needs either options or option_groups")

    def _options(self, place: str, options: list[Any]) -> None:
        seen: set[str] = set()
        for index, option in enumerate(options):
            where = f"{place}.options[{index}]"
            if not isinstance(option, Mapping):
                self.say(where, "is not an option")
                continue
            self.shape(where, option, shapes.OPTION)
            self._unique(where, option.get("value"), seen, "value")


def _list(value: Mapping[str, Any], name: str) -> list[Any]:
    found = value.get(name, [])
    return found if isinstance(found, list) else []
