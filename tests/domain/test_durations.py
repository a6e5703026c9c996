"""Lengths of time as people write and read them."""

from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.domain.durations import parse, words


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1m", 1),
        ("90m", 90),
        ("4h", 240),
        ("1h 30m", 90),
        ("1h30m", 90),
        ("  2 h  ", 120),
        ("1d", 24 * 60),
        ("1d 1h 1m", 25 * 60 + 1),
        ("0h 5m", 5),
        ("99999d", 99999 * 24 * 60),
    ],
)
def test_a_length_is_read(text: str, minutes: int) -> None:
    assert parse(text) == timedelta(minutes=minutes)


def test_a_day_is_worth_what_the_caller_says() -> None:
    assert parse("2d 1h", day=timedelta(hours=9)) == timedelta(hours=19)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "h", "5", "1.5h", "-1h", "1w", "1 hour", "1h,30m", "h1", "1H", "１h", "1h x"),
        *("100000d", "1" * 5000 + "h", "99999d " * 10),
    ],
)
def test_what_is_not_a_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a length of time"):
        parse(text)


@pytest.mark.parametrize("text", ["0m", "0d 0h", "00m"])
def test_a_length_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be more than nothing"):
        parse(text)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (0.9, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (48 * 3600 - 1, "47 h"),
        (48 * 3600, "2 d"),
        (30 * 86400, "30 d"),
    ],
)
def test_a_length_is_said_in_one_unit(seconds: float, said: str) -> None:
    assert words(timedelta(seconds=seconds)) == said


@given(st.integers(0, 999), st.integers(0, 999), st.integers(1, 999))
def test_parts_add_up(days: int, hours: int, minutes: int) -> None:
    expected = timedelta(days=days, hours=hours, minutes=minutes)
    assert parse(f"{days}d {hours}h {minutes}m") == expected


@given(st.text(max_size=20))
def test_any_text_is_a_length_or_a_clear_refusal(text: str) -> None:
    try:
        length = parse(text)
    except ValueError:
        return
    assert length > timedelta()
