"""Text as Slack sends it, and what somebody typed or reads there."""

import pytest

from bot.usecases.by_hand import slack_text


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("AT&amp;T &lt;3", "AT&T <3"),
        ("&amp;lt;", "&lt;"),
        ("ask <@U0WING|wing> or <@U0BEN>", "ask @wing or @U0BEN"),
        ("in <#C0ONE|general>, <#C0TWO|>", "in #general, #C0TWO"),
        ("<!channel> and <!subteam^S0ONE|@audio>", "@channel and @audio"),
        ("<https://a.example/?b=1&amp;c=2>", "https://a.example/?b=1&c=2"),
        ("<http://a.example|a.example> <mailto:b@c.example|b@c.example>", "a.example b@c.example"),
        ("1 < 2 > 0, <unfinished", "1 < 2 > 0, <unfinished"),
        ("", ""),
    ],
)
def test_what_slack_sends_is_read_as_it_was_typed(sent: str, typed: str) -> None:
    assert slack_text(sent) == typed
