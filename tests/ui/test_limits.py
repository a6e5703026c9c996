"""The checker of outgoing messages: each of Slack's limits has a payload that breaks it."""

from typing import Any

import pytest

from bot.ui import kit
from bot.ui.kit import Block, Message

OPTION = kit.option("A", "a")


def message(*blocks: Any) -> Message:
    return Message("A sentence.", list(blocks))


def text(kind: str = "mrkdwn", words: str = "x") -> Block:
    return {"type": kind, "text": words}


def element(kind: str, **fields: Any) -> Block:
    return {"type": "actions", "elements": [{"type": kind, "action_id": "a"} | fields]}


def field(name: str = "f", **over: Any) -> Block:
    return kit.input_field(name, "Label", kit.plain_text_input()) | over


def chart(series: Any = None, categories: Any = ("Mon",), **more: Any) -> Block:
    """A native chart, with one series of one bar unless told otherwise."""
    one = [{"name": "X", "data": [{"label": "Mon", "value": 1}]}]
    inside = {"type": "bar", "series": one if series is None else series}
    inside["axis_config"] = {"categories": list(categories)}
    return {"type": "data_visualization", "title": "T", "chart": inside | more}


def bars(count: int, points: int = 1) -> list[Block]:
    data = [{"label": f"Day {place}", "value": 1.5} for place in range(points)]
    return [{"name": f"Platform {place}", "data": data} for place in range(count)]


GOOD = (
    message(),
    message(chart(), chart(bars(6, 20), [f"Day {place}" for place in range(20)])),
    message(kit.header("H"), kit.section("s"), kit.divider(), kit.context("c")),
    message(kit.actions(kit.button("B", "b", "v"), kit.overflow("o", [("A", "a")]))),
    message(kit.section("> quoted\n<@U0ANNA> and <https://x.example/a?b=1&amp;c|Open on X>")),
    message({"type": "image", "image_url": "https://x.example/i.png", "alt_text": "A chart"}),
    message(
        kit.section("a", kit.button("B", "same", "1")),
        kit.section("b", kit.button("B", "same", "2")),
    ),
    message({"type": "section", "fields": [text(), text("plain_text")]}),
)

BAD: tuple[tuple[Message, str], ...] = (
    (message(chart(), chart(), chart()), "hold 3 charts, at most 2"),
    (message(chart() | {"title": "x" * 51}), "at most 50"),
    (message(chart() | {"chart": None}), "no bar, line or area"),
    (message(chart(type="pie")), "no bar, line or area"),
    (message(chart(bars(7), ["Day 0"])), "1 to 6 series"),
    (message(chart([])), "1 to 6 series"),
    (message(chart(bars(1, 21), [f"Day {place}" for place in range(21)])), "1 to 20 categories"),
    (message(chart(bars(1, 2), ["Day 0"])), "not the categories"),
    (message(chart(bars(1) * 2, ["Day 0"])), "series repeat a name"),
    (message(chart([{"name": "x" * 21, "data": [{"label": "Mon", "value": 1}]}])), "need names"),
    (message(chart([{"name": "X", "data": [{"label": "Mon", "value": "1"}]}])), "is no number"),
    (message(chart(stacked=True)), "unknown field stacked"),
    (message(chart(axis_config={"categories": ["Mon"], "y_label": "x" * 51})), "longer than 50"),
    (message(chart(axis_config={})), "lacks its categories"),
    (Message("", []), "text: is missing"),
    (Message(" \n", []), "text: is missing"),
    (Message("x" * 4001, []), "text: has 4001"),
    (Message("see <https://evil>", []), "angle bracket"),
    (Message("<!channel>", []), "angle bracket"),
    (message(*[kit.divider()] * 51), "has 51 entries"),
    (message(*[kit.section("x" * 2800)] * 4), "hold 11200 characters"),
    (message(None), "unknown type None"),
    (message({"type": "rich_text", "elements": []}), "unknown type rich_text"),
    (message({"type": "section"}), "neither text nor fields"),
    (message({"type": "section", "text": "x"}), "not a text object"),
    (message({"type": "section", "text": text(words="")}), "is empty"),
    (message({"type": "section", "text": text(words="x" * 3001)}), "at most 3000"),
    (message({"type": "section", "text": text("markdown")}), "unknown type markdown"),
    (message({"type": "section", "text": text() | {"emoji": True}}), "unknown field"),
    (message({"type": "section", "text": text(), "colour": "red"}), "unknown field colour"),
    (message({"type": "section", "fields": [text()] * 11}), "list of 1 to 10"),
    (message({"type": "section", "fields": [text(words="x" * 2001)]}), "at most 2000"),
    (message({"type": "section", "text": text(words="<!here>")}), "angle bracket"),
    (message({"type": "section", "text": text(words="<!subteam^S1>")}), "angle bracket"),
    (message({"type": "section", "text": text(words="<javascript:x|y>")}), "angle bracket"),
    (message({"type": "section", "text": text(), "accessory": field()["element"]}), "cannot hold"),
    (message({"type": "header", "text": text()}), "must be plain_text"),
    (message({"type": "header", "text": text("plain_text", "x" * 151)}), "at most 150"),
    (message({"type": "header"}), "lacks text"),
    (message({"type": "context", "elements": []}), "list of 1 to 10"),
    (message({"type": "context", "elements": [text()] * 11}), "list of 1 to 10"),
    (message({"type": "image", "image_url": "https://x.example"}), "lacks alt_text"),
    (message({"type": "actions", "elements": []}), "list of 1 to 25"),
    (message(kit.actions(kit.button("B", "a", "1"), kit.button("C", "a", "2"))), "repeats the action_id"),
    (message(kit.divider() | {"block_id": "b"}, kit.divider() | {"block_id": "b"}), "repeats the block_id"),
    (message(kit.divider() | {"block_id": "b" * 256}), "at most 255"),
    (message(element("button", value="v")), "lacks text"),
    (message(element("button", text=text("plain_text", "x" * 76))), "at most 75"),
    (message(element("button", text=text("plain_text"), value="v" * 2001)), "at most 2000"),
    (message(element("button", text=text("plain_text"), value=1)), "is not text"),
    (message(element("button", text=text("plain_text"), style="loud")), "unknown style"),
    (message(element("button", text=text("plain_text"), disabled=True)), "unknown field disabled"),
    (message(element("button", text=text("plain_text"), accessibility_label="x" * 76)), "at most 75"),
    (message(element("overflow", options=[OPTION] * 6)), "list of 1 to 5"),
    (message(element("overflow", options=[OPTION, OPTION])), "repeats the value"),
    (message(element("overflow", options=[kit.option("A", "v" * 151)])), "at most 150"),
    (message(element("overflow", options=["a"])), "not an option"),
    (message(element("static_select")), "either options or option_groups"),
    (message(element("static_select", options=[OPTION] * 101)), "list of 1 to 100"),
    (message(element("checkboxes", options=[kit.option("A", str(n)) for n in range(11)])), "1 to 10"),
    (message(element("plain_text_input")), "cannot hold a plain_text_input"),
    (message(element("timepicker")), "cannot hold a timepicker"),
    (message(field(label=text())), "must be plain_text"),
    (message({"type": "input", "label": text("plain_text")}), "lacks element"),
    (message(field(element=kit.button("B", "b", "v"))), "cannot hold a button"),
)  # fmt: skip


@pytest.mark.parametrize("good", GOOD)
def test_a_good_message_has_no_faults(good: Message) -> None:
    assert kit.check(good, "message") == []


@pytest.mark.parametrize(("bad", "fault"), BAD)
def test_each_limit_is_noticed(bad: Message, fault: str) -> None:
    found = kit.check(bad, "message")
    assert any(fault in problem for problem in found), found


def test_a_message_may_be_checked_as_the_call_that_carries_it() -> None:
    assert kit.check({"text": "x", "blocks": [kit.divider()]}, "message") == []
    assert kit.check({"text": "x"}, "message") == []
    assert kit.check({"text": "x", "blocks": "[]"}, "message") == ["blocks: is not a list"]


def test_faults_are_told_without_the_words_they_were_found_in() -> None:
    (fault,) = kit.check(message({"type": "section", "text": text(words="secret <b>")}), "message")
    assert "secret" not in fault


MODALS: tuple[tuple[Block, str], ...] = (
    (kit.home_view([kit.divider()]), "is not of type modal"),
    (kit.modal("T", [field()]), "inputs but no submit"),
    (kit.modal("T", []), "list of 1 to 100"),
    (kit.modal("T", [chart()]), "cannot hold a chart"),
    (kit.modal("T", [kit.divider()] * 101), "list of 1 to 100"),
    (kit.modal("T", [kit.divider()]) | {"title": text("plain_text", "x" * 25)}, "at most 24"),
    (kit.modal("T", [kit.divider()], about="x" * 3001), "at most 3000"),
    (kit.modal("T", [kit.divider()]) | {"hash": "x"}, "unknown field hash"),
    (kit.modal("T", [field("a"), field("a")], submit="Go"), "repeats the block_id"),
)


@pytest.mark.parametrize(("view", "fault"), MODALS)
def test_each_limit_of_a_modal_is_noticed(view: Block, fault: str) -> None:
    found = kit.check(view, "modal")
    assert any(fault in problem for problem in found), found


def test_a_home_tab_takes_a_hundred_blocks_and_no_title() -> None:
    assert kit.check(kit.home_view([kit.divider()] * 100), "home") == []
    assert kit.check(kit.home_view([kit.divider()] * 101), "home")
    assert kit.check(kit.modal("T", [kit.divider()]), "home") == ["view: is not of type home"]


def test_a_message_is_no_modal() -> None:
    assert kit.check(message(), "modal") == ["a message is no modal"]
