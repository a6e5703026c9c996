"""Which case a comment joins, which sizes are told, and what is usual."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bot.domain import waves
from bot.domain.waves import Alike, Wave, joins
from tests.domain.factories import NOW

HOUR = timedelta(hours=1)


def like(number: int, author: str, **over: Any) -> Alike:
    return Alike(**{"comment_id": number, "case": number, "author": author, "at": NOW, **over})


@pytest.mark.parametrize(
    ("author", "alike", "case"),
    [
        ("c", [], 0),
        ("c", [like(1, "a")], 0),
        ("c", [like(1, "a"), like(2, "b")], 1),
        ("c", [like(2, "b"), like(1, "a")], 1),
        ("b", [like(1, "a"), like(2, "b")], 0),
        ("a", [like(number, "a") for number in range(1, 9)], 0),
        ("", [like(1, "a"), like(2, "b")], 0),
        ("c", [like(1, ""), like(2, "")], 0),
        ("", [like(1, "a"), like(2, "b"), like(3, "c")], 1),
        ("c", [like(1, "a", live=False), like(2, "b")], 2),
        ("c", [like(1, "a", live=False), like(2, "b", live=False)], 0),
        ("c", [like(1, "a"), like(2, "b", joined=3)], 2),
        ("a", [like(2, "a", joined=3)], 2),
        ("c", [like(2, "b", joined=3, live=False)], 0),
    ],
)
def test_a_comment_joins_from_the_third_author_on(
    author: str, alike: list[Alike], case: int
) -> None:
    assert joins(author, alike) == case


@given(st.lists(st.sampled_from(["a", "b", ""]), max_size=30))
def test_two_authors_never_make_a_wave(authors: list[str]) -> None:
    alike = [like(number, author) for number, author in enumerate(authors, 1)]
    assert {joins(author, alike) for author in ("a", "b")} == {0}


@given(st.permutations([like(1, "a"), like(2, "b"), like(3, "c"), like(4, "d", live=False)]))
def test_the_order_of_those_alike_does_not_matter(alike: list[Alike]) -> None:
    assert joins("e", alike) == 1


@pytest.mark.parametrize(
    ("before", "after", "size"),
    [(0, 3, 0), (3, 4, 0), (4, 5, 5), (5, 6, 0), (9, 10, 10), (3, 12, 10), (39, 40, 40), (40, 41, 0)],
)  # fmt: skip
def test_each_doubling_is_told(before: int, after: int, size: int) -> None:
    assert waves.reached(before, after) == size


@given(st.lists(st.integers(1, 60), max_size=30))
def test_no_size_is_told_twice_and_none_is_passed_over(steps: list[int]) -> None:
    told, size = [], 0
    for step in steps:
        told.append(waves.reached(size, size + step))
        size += step
    told = [each for each in told if each]
    assert told == sorted(set(told))
    assert (max(told) if told else 0) == waves.reached(0, size)


def test_an_alert_is_overtaken_once_the_next_size_is_reached() -> None:
    assert [waves.overtaken(5, now) for now in (5, 9, 10, 41)] == [False, False, True, True]


def test_what_is_usual_is_counted_over_the_week_before_the_wave() -> None:
    wave = Wave(comments=9, people=9, since=NOW, until=NOW + 12 * HOUR)
    daily = [NOW - timedelta(days=day) for day in range(1, 20)]
    assert waves.usually([*daily, *daily, NOW, NOW + HOUR], wave) == 1
    assert waves.usually([], wave) == 0


def test_of_a_long_wave_one_an_hour_is_enough_to_know_the_next_by() -> None:
    few = [like(number, "a") for number in range(11)]
    many = [like(number, "a") for number in range(12)]
    assert waves.remembered(few, NOW)
    assert not waves.remembered(many, NOW + timedelta(minutes=59))
    assert waves.remembered(many, NOW + HOUR)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("", "en", True),
        ("en", "en-GB", True),
        ("en", "fr", False),
        ("zh-Hant", "zh-Hans", False),
        ("zh_hant", "zh-Hant", True),
        ("pt-BR", "PT", True),
    ],
)
def test_languages_with_teams_of_their_own_are_kept_apart(
    one: str, other: str, *, same: bool
) -> None:
    assert waves.same_language(one, other) is same
