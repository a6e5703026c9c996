"""Waves: which texts count as the same, however somebody has changed them a little."""

from itertools import combinations
from random import Random
from zlib import crc32

import pytest
from hypothesis import given, strategies as st

from bot.classifier.text import read
from bot.classifier.waves import alike, pieces, printed
from bot.domain.waves import LIKENESS

TEXT = "Everyone please report this shop, they sell fake tickets for the concert"
SAME = {
    "english": (
        TEXT,
        "everyone PLEASE report this shop!!! they sell fake tickets for the concert 😡",
        "Everyone please report that shop, they sell fake tickets for the concert https://x.example",
        "@friend Everyone please report this shop they sell fake tickets for the concert",
    ),
    "chinese": (
        "大家一起舉報呢間店，賣假飛",
        "大家一起舉報呢間店賣假飛！",
    ),
}


@pytest.mark.parametrize("texts", SAME.values(), ids=list(SAME))
def test_small_changes_do_not_hide_it(texts: tuple[str, ...]) -> None:
    for one, other in combinations(texts, 2):
        assert alike(pieces(one), pieces(other)) >= LIKENESS, (one, other)


def test_different_comments_about_the_same_thing_are_not_the_same() -> None:
    texts = ("the battery dies by noon", "my battery lasted until noon", "noon and it is empty")
    for one, other in combinations(texts, 2):
        assert alike(pieces(one), pieces(other)) < LIKENESS


@pytest.mark.parametrize("text", ["love it!", "", "👍👍👍", "好正"])
def test_short_praise_is_recognised_by_nothing(text: str) -> None:
    assert pieces(text) == frozenset()


@given(st.text(), st.text())
def test_likeness_is_the_same_both_ways_and_whole_with_itself(one: str, other: str) -> None:
    first, second = pieces(one), pieces(other)
    assert alike(first, second) == alike(second, first)
    assert alike(first, first) in {0.0, 1.0}


@given(st.text(st.characters(max_codepoint=127), max_size=80))
def test_the_pieces_of_plain_texts_are_found_as_those_of_all_others(text: str) -> None:
    """What is recognised is kept for days: releases must agree about it."""
    plain = " ".join(word.text for word in read(text) if word.kind != "sign")
    expected = {crc32(plain[at : at + 3].encode()) for at in range(len(plain) - 2)}
    assert pieces(text) == (expected if len(plain) >= 12 else set())


def test_texts_that_say_the_same_share_a_band_and_others_hardly_ever_do() -> None:
    dice = Random(5)  # noqa: S311 - the same in every run
    letters = "abcdefghijklmnopqrstuvw"
    words = ["".join(dice.choices(letters, k=dice.randint(3, 9))) for _ in range(2_000)]
    texts = [dice.choices(words, k=14) for _ in range(400)]
    changed = [[*own[:4], dice.choice(words), *own[5:]] for own in texts]
    same = [
        (one, other) for one, other in zip(texts, changed, strict=True) if _both(one, other) >= 0.7
    ]
    others = [(texts[at], texts[at - 1]) for at in range(400)]
    others += [(texts[at], texts[at - 2]) for at in range(400)]
    assert len(same) > 200
    assert sum(_share_a_band(*pair) for pair in same) >= 0.96 * len(same)
    assert sum(_share_a_band(*pair) for pair in others) <= 1


def _both(one: list[str], other: list[str]) -> float:
    return alike(pieces(" ".join(one)), pieces(" ".join(other)))


def _share_a_band(one: list[str], other: list[str]) -> bool:
    first, second = (printed(pieces(" ".join(words))).bands for words in (one, other))
    return bool({*first} & {*second})
