"""The blocks that we use, built within Slack's limits, and the words that may stand in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.comment import clean
from bot.ui import limits
from bot.ui.clock import age, clock, day, moment
from bot.ui.limits import Surface
from bot.ui.text import cut, escape, fit, inert, inline, person, quote, said, size

__all__ = [
    "Block",
    "Message",
    "actions",
    "age",
    "button",
    "check",
    "checkboxes",
    "clock",
    "context",
    "cut",
    "day",
    "divider",
    "escape",
    "fit",
    "header",
    "home_view",
    "inert",
    "inline",
    "input_field",
    "listed",
    "modal",
    "moment",
    "mrkdwn",
    "option",
    "overflow",
    "person",
    "plain",
    "plain_message",
    "plain_text_input",
    "quote",
    "radio_buttons",
    "said",
    "section",
    "sections",
    "size",
    "static_select",
]

Block = dict[str, Any]
_SECTION = 3000


@dataclass(frozen=True, slots=True)
class Message:
    """A message: ``text`` says it all in a sentence, ``blocks`` show it."""

    text: str
    blocks: list[Block] = field(default_factory=list)


def check(thing: Message | Mapping[str, Any], surface: Surface) -> list[str]:
    """What Slack would refuse in *thing*, and any markup that is not ours; empty when it is good."""
    if isinstance(thing, Message):
        if surface == "message":
            return limits.check_message(thing.text, thing.blocks)
        return [f"a message is no {surface}"]
    if surface == "message":
        return limits.check_message(thing.get("text"), thing.get("blocks", []))
    return limits.check_view(thing, surface)


def without_charts(message: Message) -> Message | None:
    """*message* without Slack's own charts, which not every workspace takes; None if it has none."""
    left = [block for block in message.blocks if block["type"] != "data_visualization"]
    return Message(message.text, left) if len(left) < len(message.blocks) else None


def plain_message(text: str) -> Message:
    """*text*, which is markup already, with nothing around it: for when blocks cannot be shown."""
    return Message(fit(text, limits.LONGEST_TOP_TEXT - 100))


def plain(text: str, limit: int = 75) -> Block:
    """A plain text object: Slack formats nothing in it, so it needs no escapes."""
    return {"type": "plain_text", "text": cut(clean(text).strip(), limit) or "–", "emoji": True}


def mrkdwn(markup: str, limit: int = _SECTION) -> Block:
    """A markup text object in which Slack looks for no links or names by itself."""
    text = fit(markup, limit) if markup.strip() else "–"
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(text, 150)}


def section(markup: str, accessory: Block | None = None) -> Block:
    """A paragraph, with a button or menu beside it if given."""
    block: Block = {"type": "section", "text": mrkdwn(markup)}
    return block if accessory is None else block | {"accessory": accessory}


def sections(lines: Iterable[str], room: int = 2800) -> list[Block]:
    """*lines* as paragraphs, as few as hold them."""
    chunks: list[list[str]] = []
    used = room
    for line in lines:
        length = size(line) + 1
        if used + length > room:
            chunks.append([])
            used = 0
        chunks[-1].append(line)
        used += length
    return [section("\n".join(chunk)) for chunk in chunks]


def context(*markups: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [mrkdwn(markup) for markup in markups]}


def actions(*elements: Block) -> Block:
    """A row of buttons and menus."""
    return {"type": "actions", "elements": list(elements)}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def button(
    text: str, action: str, value: str, *, about: str = "", primary: bool = False, url: str = ""
) -> Block:
    """A button; *about* tells screen readers which of many it is ("case 1042").

    With a *url* it opens that page, and Slack tells us of the click all the same.
    """
    block: Block = {
        "type": "button",
        "text": plain(text),
        "action_id": action,
        "value": value,
    }
    if primary:
        block["style"] = "primary"
    if about:
        block["accessibility_label"] = cut(f"{text} {about}", 75)
    if url:
        block["url"] = url
    return block


def option(label: str, value: str) -> Block:
    """One entry of a menu."""
    return {"text": plain(label), "value": value}


def overflow(action: str, entries: Sequence[tuple[str, str]]) -> Block:
    """The ⋯ menu: labels with their values."""
    options = [option(label, value) for label, value in entries]
    return {"type": "overflow", "action_id": action, "options": options}


def static_select(
    options: Sequence[Block],
    placeholder: str,
    action: str = "value",
    *,
    initial: Block | None = None,
) -> Block:
    """A menu to choose one entry from; *initial*, one of the entries, is chosen already."""
    block: Block = {
        "type": "static_select",
        "action_id": action,
        "placeholder": plain(placeholder, 150),
        "options": list(options),
    }
    return block if initial is None else block | {"initial_option": initial}


def radio_buttons(options: Sequence[Block]) -> Block:
    """A choice of one, all in view."""
    return {"type": "radio_buttons", "action_id": "value", "options": list(options)}


def checkboxes(options: Sequence[Block]) -> Block:
    """A choice of several, all in view."""
    return {"type": "checkboxes", "action_id": "value", "options": list(options)}


def plain_text_input(
    placeholder: str = "", *, lines: bool = False, most: int = 3000, initial: str = ""
) -> Block:
    """A field to write in; *lines* for more than one."""
    element: Block = {"type": "plain_text_input", "action_id": "value", "max_length": most}
    if lines:
        element["multiline"] = True
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    if initial.strip():
        element["initial_value"] = cut(clean(initial).strip(), most)
    return element


def input_field(
    name: str, label: str, element: Block, *, optional: bool = False, hint: str = ""
) -> Block:
    """A field of a form; *name* is the block id that its reader asks for."""
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, 150),
        "element": element,
    }
    if optional:
        block["optional"] = True
    if hint:
        block["hint"] = plain(hint, 300)
    return block


def modal(
    title: str, blocks: Sequence[Block], *, callback: str = "", submit: str = "", about: str = ""
) -> Block:
    """A modal; *about* goes into its private metadata, which clients can read."""
    view: Block = {
        "type": "modal",
        "title": plain(title, 24),
        "close": plain("Cancel" if submit else "Close", 24),
        "blocks": list(blocks),
    }
    if callback:
        view["callback_id"] = callback
    if submit:
        view["submit"] = plain(submit, 24)
    if about:
        view["private_metadata"] = about
    return view


def home_view(blocks: Sequence[Block], *, about: str = "") -> Block:
    """A home tab; *about* goes into its private metadata, which clients can read."""
    view: Block = {"type": "home", "blocks": list(blocks)}
    return view | {"private_metadata": about} if about else view


def listed(names: Sequence[str], last: str = "and") -> str:
    """``A``, ``A and B``, ``A, B and C``; *last* stands before the last."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"
