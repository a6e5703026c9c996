"""How a text is read: folded once, cut into words of any script."""

import pytest
from hypothesis import given, strategies as st

from bot.classifier.lexicon import Index, parse, shipped
from bot.classifier.text import LONGEST, normalise, words


def cut(text: str) -> list[str]:
    return [word.text for word in words(normalise(text))]


def test_width_case_and_drawn_out_letters_are_alike() -> None:
    assert normalise("ＳＯＯＯＯＯ Good") == normalise("soo good")


def test_addresses_mentions_and_numbers_say_only_that_they_are_there() -> None:
    assert cut("@brand see https://shop.example/1?x=2 for 12.50") == cut(
        "see www.other.example for 7"
    )


def test_hindi_words_keep_their_vowel_signs() -> None:
    assert cut("बैटरी खराब है") == ["बैटरी", "खराब", "है"]


def test_thai_and_chinese_come_as_runs_beside_latin_words() -> None:
    assert cut("จอแตก iPhone手機壞了") == ["จอแตก", "iphone", "手機壞了"]


def test_emoji_and_question_marks_are_signs() -> None:
    assert cut("why? 😡") == ["why", "?", "😡"]


def test_an_apostrophe_stays_within_its_word() -> None:
    assert cut("don't 'quote'") == ["don't", "quote"]


@given(st.text(max_size=400))
def test_normalising_twice_changes_little_and_never_fails(text: str) -> None:
    normal = normalise(text)
    assert len(normal) <= 2 * LONGEST
    words(normal)


def test_the_lexicon_has_every_language_in_every_group() -> None:
    groups = shipped()
    assert len(groups) > 50
    assert len({group.name for group in groups}) == len(groups)
    assert sum(len(group.terms) for group in groups) > 4_000
    assert {name for group in groups for name in group.lean} == {"service", "marketing", "product"}


def test_a_lexicon_is_read_as_it_is_written() -> None:
    (group,) = parse("About it.\n\n# wait service=.5\nen: queue, in line\nzh: 排队\n")
    assert group.name == "wait"
    assert group.lean == {"service": 0.5}
    assert group.terms == ("queue", "in line", "排队")


@pytest.mark.parametrize(
    ("text", "exact"),
    [("a queue", True), ("they queued", False), ("stand in line now", True), ("要排队吗", True)],
)
def test_terms_are_found_as_words_phrases_runs_and_by_their_stem(text: str, exact: bool) -> None:
    index = Index.of([("queue", "wait"), ("in line", "wait"), ("排队", "wait")])
    assert [(name, whole) for name, _, whole in index.find(words(text))] == [("wait", exact)]


def test_what_a_word_says_is_the_same_however_many_were_read_before() -> None:
    index = Index.of([("refund", "money"), ("battery life", "power")])
    seen = "refund me, the refunded battery life"
    first = index.find(words(seen))
    for number in range(9_000):
        index.find(words(f"word{number}"))
    assert index.find(words(seen)) == first
    assert ("power", "battery life", True) in first


@given(st.text(st.characters(max_codepoint=127), max_size=80))
def test_plain_texts_are_cut_as_all_others_are(text: str) -> None:
    """A letter of another script at the end makes no difference to what stands before it."""
    assert words(f"{text} é")[:-1] == words(text)
