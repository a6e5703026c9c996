"""The font of the pictures, and the numbers on their scale."""

import pytest

from bot.ui.charts import font
from bot.ui.charts.volume import short, tick


@pytest.mark.parametrize(
    "name", [*"小红书微博抖音臺灣灣仔嘅香港ありがとうカ카카오톡뷁한國語ÀéñøŁșěğőÝỳΩήЯї€—…·「」"]
)
def test_the_font_has_the_characters_of_everyday_names(name: str) -> None:
    drawn = font.sized(40)
    assert bytes(drawn.getmask(name)) != bytes(drawn.getmask("\U0001f600"))


def test_what_the_font_lacks_is_a_box_and_what_has_no_shape_is_nothing() -> None:
    assert font.width("\U0001f600", 10) > 0
    assert font.drawable("a\u200d\ufe0f\u202eb\nc  d\x00") == "ab c d"
    assert font.drawable("e\u0301") == "é"


def test_a_name_is_cut_to_the_room_it_has() -> None:
    for name in ("Service", "市场部" * 40, "W" * 500):
        cut = font.fitted(name, 11.5, 100)
        assert font.width(cut, 11.5) <= 100
        assert cut == name or cut.endswith("…")
    assert font.fitted(" \n", 11.5, 100) == "–"


@pytest.mark.parametrize(
    ("highest", "step"),
    [(0, 1), (5, 1), (6, 2), (11, 5), (25, 5), (26, 10), (101, 50), (9999, 2000)],
)
def test_the_scale_has_round_numbers_and_few_of_them(highest: int, step: int) -> None:
    assert tick(highest) == step


@pytest.mark.parametrize(
    ("number", "told"), [(9999, "9999"), (12_345, "12.3k"), (2 * 10**6, "2m"), (5 * 10**9, "5bn")]
)
def test_large_numbers_take_little_room(number: int, told: str) -> None:
    assert short(number) == told
