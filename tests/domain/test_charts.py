"""The numbers of a picture."""

from datetime import date, timedelta

import pytest

from bot.domain.charts import Volume

MONDAY = date(2026, 3, 2)
TWO_DAYS = (MONDAY, MONDAY + timedelta(days=1))


def volume(**counts: tuple[int, ...]) -> Volume:
    return Volume(days=TWO_DAYS, platforms=tuple(counts), counts=tuple(counts.values()))


def test_the_sums_are_those_of_the_counts() -> None:
    found = volume(x=(1, 2), y=(3, 0))
    assert (found.total, found.by_day, found.by_platform) == (6, (4, 2), (3, 3))


def test_the_largest_come_first_and_the_rest_together() -> None:
    found = volume(a=(1, 0), b=(5, 5), c=(0, 0), d=(2, 2), e=(0, 3)).largest(2)
    assert found.platforms == ("b", "d", "others")
    assert found.counts == ((5, 5), (2, 2), (1, 3))


def test_what_fits_has_no_rest() -> None:
    found = volume(a=(1, 0), b=(1, 0))
    assert found.largest(2) == found


@pytest.mark.parametrize(
    ("days", "counts", "why"),
    [
        (32, ((0,) * 32,), "at most 31 days"),
        (2, (), "its row"),
        (2, ((1,),), "each day"),
        (1, ((-1,),), "negative"),
    ],
)
def test_numbers_that_no_picture_can_be_drawn_of_are_refused(
    days: int, counts: tuple[tuple[int, ...], ...], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        Volume(
            days=tuple(MONDAY + timedelta(days=n) for n in range(days)),
            platforms=("x",),
            counts=counts,
        )
