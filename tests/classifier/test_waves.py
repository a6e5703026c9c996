"""Waves: the same text from several authors within hours."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.classifier.waves import Said, Waves, alike, find, pieces

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
TEXT = "Everyone please report this shop, they sell fake tickets for the concert"


def said(at: int, text: str = TEXT, *, author: str = "", hours: float = 0) -> Said:
    then = START + timedelta(hours=hours, minutes=at)
    return Said(key=f"c{at}", author=author or f"author {at}", text=text, at=then)


def test_the_same_text_from_three_authors_is_a_wave() -> None:
    waves = Waves()
    assert waves.add(said(1)) is None
    assert waves.add(said(2)) is None
    wave = waves.add(said(3))
    assert wave is not None
    assert wave.first == "c1"
    assert wave.keys == ("c1", "c2", "c3")
    assert wave.authors == ("author 1", "author 2", "author 3")


def test_small_changes_do_not_hide_it() -> None:
    texts = (
        TEXT,
        "everyone PLEASE report this shop!!! they sell fake tickets for the concert 😡",
        "Everyone please report that shop, they sell fake tickets for the concert https://x.example",
        "@friend Everyone please report this shop they sell fake ticket for the concert",
    )
    (wave,) = find(said(at, text) for at, text in enumerate(texts))
    assert len(wave.keys) == 4


def test_chinese_without_spaces_is_compared_too() -> None:
    texts = (
        "大家一起舉報呢間店，賣假飛",
        "大家一起舉報呢間店賣假飛！",
        "大家一齊舉報呢間店，賣假飛",
    )
    assert len(find(said(at, text) for at, text in enumerate(texts))) == 1


def test_one_author_who_repeats_themselves_is_no_wave() -> None:
    assert find(said(at, author="same") for at in range(10)) == ()


def test_different_comments_about_the_same_thing_are_no_wave() -> None:
    texts = ("the battery dies by noon", "my battery lasted until noon", "noon and it is empty")
    assert find(said(at, text) for at, text in enumerate(texts)) == ()


def test_short_praise_is_no_wave() -> None:
    assert find(said(at, "love it!") for at in range(20)) == ()


def test_what_was_said_long_ago_is_another_wave() -> None:
    waves = Waves()
    for at in range(3):
        waves.add(said(at))
    late = [waves.add(said(at, hours=100)) for at in range(10, 13)]
    assert late[0] is None
    assert late[2] is not None
    assert late[2].first == "c10"


def test_a_comment_that_comes_twice_counts_once() -> None:
    waves = Waves()
    waves.add(said(1))
    waves.add(said(1))
    assert waves.add(said(2)) is None


def test_what_is_forgotten_is_found_no_more() -> None:
    waves = Waves()
    for at in range(4):
        waves.add(said(at, hours=at))
    waves.forget(START + timedelta(hours=1, minutes=30))
    assert waves.wave("c0") is None
    assert waves.add(said(9, hours=4)) is not None


@given(st.lists(st.text(max_size=60), max_size=8), st.randoms())
@settings(deadline=None, max_examples=60)
def test_the_order_of_arrival_does_not_matter(texts: list[str], dice: random.Random) -> None:
    comments = [said(at, text + TEXT * (at % 2)) for at, text in enumerate(texts)]
    shuffled = list(comments)
    dice.shuffle(shuffled)
    waves = Waves()
    for one in shuffled:
        waves.add(one)
    assert waves.all() == find(comments)


@given(st.text(), st.text())
def test_likeness_is_the_same_both_ways_and_whole_with_itself(one: str, other: str) -> None:
    first, second = pieces(one), pieces(other)
    assert alike(first, second) == alike(second, first)
    assert alike(first, first) in {0.0, 1.0}
