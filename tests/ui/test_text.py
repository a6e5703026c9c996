"""Other people's words, made harmless."""

import pytest
from hypothesis import given, strategies as st

from bot.ui import kit
from bot.ui.text import fit, inert, inline, person, quote, said, size
from tests.ui.looking import HOSTILE, words

J = "\u2060"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U0MANAGER>", f"&lt;@{J}U0MANAGER&gt;"),
        ("*bold* ~gone~ `code`", "∗bold∗ ∼gone∼ ˋcodeˋ"),
        ("_it_ but snake_case stays", "ˍitˍ but snake_case stays"),
        (":smile:", f":{J}smile:"),
        ("http://evil.example", f"http:{J}//evil.{J}example"),
        ("www.evil.com", f"www.{J}evil.{J}com"),
        ("@here #general", f"@{J}here #{J}general"),
        ("It costs 3.50. Really!", "It costs 3.50. Really!"),
        ("R&D", "R&amp;D"),
        ("5 > 3", "5 &gt; 3"),
    ],
)
def test_what_would_format_link_or_ping_becomes_harmless(written: str, expected: str) -> None:
    assert inert(written) == expected


def test_a_quotation_marks_every_line_and_closes_gaps() -> None:
    assert quote("one\n\n\n\ntwo\n> three\n", 600) == "> one\n> \n> two\n> &gt; three"


def test_a_quotation_has_a_bounded_height() -> None:
    assert quote("a\n" * 300, 600).count("\n") == 11


def test_a_quotation_of_escapes_stays_within_its_room_and_keeps_them_whole() -> None:
    quoted = quote("&" * 5000, 600)
    assert size(quoted) <= 1800
    assert quoted.startswith("> &amp;&amp;")
    assert quoted.endswith("&amp;…")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("one two three four", 12, "one two…"),
        ("新手機好正但客服", 5, "新手機好…"),
        ("ab👩‍👩‍👧‍👦c", 8, "ab…"),
        ("a🇭🇰🇬🇧", 7, "a🇭🇰…"),
        ("cafe\u0301s are open", 5, "caf…"),
        ("👍🏽👍🏽", 7, "👍🏽…"),
    ],
)
def test_cutting_leaves_whole_characters(text: str, limit: int, expected: str) -> None:
    assert kit.cut(text, limit) == expected


@given(words, st.integers(min_value=1, max_value=300))
def test_cutting_never_exceeds_the_limit(text: str, limit: int) -> None:
    assert size(kit.cut(text, limit)) <= limit


@given(words, st.integers(min_value=5, max_value=50))
def test_markup_is_never_cut_inside_an_escape_or_a_form(text: str, limit: int) -> None:
    markup = f"<@U0ANNA> {inert(text)} <@U0BEN>" * 3
    cut = fit(markup, limit)
    assert size(cut) <= limit
    left = cut.replace("<@U0ANNA>", "").replace("<@U0BEN>", "")
    for whole in ("&lt;", "&gt;", "&amp;"):
        left = left.replace(whole, "")
    assert not set(left) & set("<>&")


@given(words)
def test_one_line_is_one_line(text: str) -> None:
    assert "\n" not in inline(text, 60)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_sent_can_be_encoded_and_holds_no_controls(text: str) -> None:
    told = kit.escape(text).encode().decode()
    assert not set(told) & {"\x00", "\x07", "\u202e", "\u2066"}


def test_right_to_left_names_keep_their_direction_to_themselves() -> None:
    assert inline("שלום", 20) == "\u2068שלום\u2069"
    assert inline("Mei", 20) == "Mei"


@pytest.mark.parametrize(
    ("user", "expected"),
    [("U0ANNA", "<@U0ANNA>"), ("W12", "<@W12>"), ("", "Crosstalk"), ("!channel", "!channel"),
     ("U1> <!here", "U1&gt; &lt;!here"), ("u0anna", "u0anna")],
)  # fmt: skip
def test_only_user_ids_become_mentions(user: str, expected: str) -> None:
    assert person(user) == expected


def test_our_own_sentences_keep_their_people_and_emphasis_and_nothing_else() -> None:
    told = said("<@U0ANNA> has #1042. *Release* it. <!channel> <https://evil|x>")
    assert told == "<@U0ANNA> has #1042. *Release* it. &lt;!channel&gt; &lt;https://evil|x&gt;"


def test_a_text_only_message_is_short_enough_for_an_edit() -> None:
    assert kit.check(kit.plain_message("&amp;" * 3000), "message") == []
