"""What crosses from one team's thread to the others': people and links kept, calls made words."""

import re

import pytest
from hypothesis import given, settings, strategies as st

from bot.ui import kit
from bot.ui.kit import Message
from bot.ui.relayed import kept, relayed
from tests.domain import factories as make
from tests.ui.looking import HOSTILE, hostile_organisation, shown, words

ORGANISATION = make.organisation()
FILE = "https://files.slack.example/F1?a=1&b=2"
_RINGS = re.compile(r"<!|(?<!<)@(?:here|channel|everyone)\b")


def crossed(text: str, *files: str) -> Message:
    message = relayed(ORGANISATION, "service-hk", "U0ANNA", text, files)
    assert kit.check(message, "message") == []
    return message


def test_a_message_is_marked_with_its_team_and_its_writer() -> None:
    message = crossed("The *lab* has it :tada:")
    assert message.text == "*Service HK*, <@U0ANNA>: The *lab* has it :tada:"
    assert [block["type"] for block in message.blocks] == ["section"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ask <@U0BEN> or <@W1|ben>", "ask <@U0BEN> or <@W1>"),
        ("see <https://x.example/a?b=1&amp;c=2|the page>",
         "see <https://x.example/a?b=1&amp;c=2|the page>"),
        ("see <https://x.example/a>", "see <https://x.example/a|https://x.example/a>"),
        ("in <#C0HK|service-hk> and <#C0UK>", "in <#C0HK> and <#C0UK>"),
        ("<!here> <!channel> <!everyone>", "@\u2060here @\u2060channel @\u2060everyone"),
        ("<!subteam^S0ABC|@service> <!subteam^S0ABC>", "@\u2060service @\u2060subteam"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<mailto:a@b.example|a@b.example>", "a@\u2060b.example"),
        ("<javascript:alert(1)|press>", "press"),
        ("@here #general", "@\u2060here #\u2060general"),
        ("a &lt; b &amp;&amp; c &gt; d", "a &lt; b &amp;&amp; c &gt; d"),
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("&lt;!channel&gt;", "&lt;!channel&gt;"),
        ("&amp;lt;!here&amp;gt;", "&amp;lt;!here&amp;gt;"),
        ("two\nlines", "two\nlines"),
    ],
)  # fmt: skip
def test_people_and_links_are_kept_and_calls_become_words(text: str, expected: str) -> None:
    assert kept(text) == expected
    crossed(text)


def test_files_come_along_as_links() -> None:
    message = crossed("look", FILE, "javascript:alert(1)", "https://files.slack.example/F2")
    assert list(shown(message))[-1] == (
        "📎 <https://files.slack.example/F1?a=1&amp;b=2|File 1>"
        " · 📎 <https://files.slack.example/F2|File 2>"
    )


def test_a_file_without_words_is_enough() -> None:
    assert crossed("", FILE).text == "*Service HK*, <@U0ANNA>:"


def test_a_long_message_is_cut_between_its_parts() -> None:
    for tail in ("<@U0BENBENBEN>", "<https://x.example/abcdefgh|label>", "&amp;&amp;&amp;&amp;"):
        for length in range(2380, 2402):
            told = kept("x" * length + tail + "y" * 3000)
            assert told.endswith(("…", "y"))
            assert "<" not in re.sub(
                r"<@U0BENBENBEN>|<https://x.example/abcdefgh\|label>", "", told
            )


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        words,
        st.text(alphabet="<>!@#^|&;:/ahtpsUCS0.\n", max_size=80),
        st.lists(st.sampled_from(HOSTILE), max_size=4).map("".join),
    )
)
def test_nothing_that_crosses_rings_a_channel(text: str) -> None:
    message = relayed(hostile_organisation(text), "service-hk", text, text, [text] * 12)
    assert kit.check(message, "message") == []
    for markup in shown(message):
        assert not _RINGS.search(markup)
