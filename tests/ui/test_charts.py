"""The pictures of a digest: drawn, in words, as Slack's own charts, and inside of a page."""

import json
from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from bot.domain.charts import MOST_DAYS, ClaimTimes, TeamTime, Volume
from bot.ui import charts, kit
from bot.ui.charts import palette
from bot.ui.text import size

MONDAY = date(2026, 3, 2)
PLATFORMS = ("小红书", "微博", "카카오톡", "LINE公式", "Facebook", "Café Zürich", "X", "Google")
TEAMS = ClaimTimes(
    rows=(
        TeamTime(
            name="Service HK",
            median=timedelta(minutes=42),
            p90=timedelta(hours=3),
            count=14,
            unanswered=2,
        ),
        TeamTime(name="市场部", median=timedelta(minutes=5), p90=timedelta(minutes=50), count=9),
        TeamTime(name="고객 서비스", unanswered=3),
    )
)
SVG = "{http://www.w3.org/2000/svg}"


def volume(days: int = 7, platforms: int = 3, each: int = 9) -> Volume:
    """Each platform has one comment a day less than the one before."""
    return Volume(
        days=tuple(MONDAY + timedelta(days=offset) for offset in range(days)),
        platforms=PLATFORMS[:platforms],
        counts=tuple((max(1, each - place),) * days for place in range(platforms)),
    )


def opened(png: bytes) -> Image.Image:
    image = Image.open(BytesIO(png))
    image.load()
    return image.convert("RGB")


def colours(png: bytes) -> set[str]:
    found = opened(png).getcolors(1_000_000) or []
    return {
        "#{:02x}{:02x}{:02x}".format(*colour) for _, colour in found if isinstance(colour, tuple)
    }


def series(block: kit.Block) -> dict[str, list[float]]:
    rows = block["chart"]["series"]
    return {row["name"]: [point["value"] for point in row["data"]] for row in rows}


def categories(block: kit.Block) -> list[str]:
    return list(block["chart"]["axis_config"]["categories"])


# PNG


def test_the_picture_is_three_times_a_phone_s_width_on_a_ground_of_its_own() -> None:
    for png in (charts.volume_png(volume(), "T"), charts.claim_times_png(TEAMS, "T")):
        image = opened(png)
        assert image.width == 1080
        assert Image.open(BytesIO(png)).mode == "RGB"
        assert image.getpixel((0, 0)) == (255, 255, 255)
        assert len(png) < 200_000


@pytest.mark.parametrize("days", [1, 7, 10, 11, 31])
@pytest.mark.parametrize("platforms", [1, 6, 8])
def test_every_platform_s_colour_is_in_the_picture(days: int, platforms: int) -> None:
    found = colours(charts.volume_png(volume(days, platforms), "T"))
    assert {fill.colour for fill in palette.SERIES[:platforms]} <= found
    assert (palette.OTHERS.colour in found) == (platforms > 6)


def test_each_series_has_a_colour_a_pattern_and_an_ink_of_its_own() -> None:
    fills = (*palette.SERIES, palette.OTHERS)
    for what in ("colour", "pattern", "ink"):
        assert len({getattr(fill, what) for fill in fills}) == len(fills) == 7


def brightness(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(brightness, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_words_and_edges_stand_out_from_the_ground() -> None:
    assert min(contrast(c, palette.GROUND) for c in (palette.TEXT, palette.QUIET)) >= 4.5
    inks = [fill.ink for fill in (*palette.SERIES, palette.OTHERS)]
    assert min(contrast(ink, palette.GROUND) for ink in (*inks, palette.MARK_EDGE)) >= 3
    assert contrast(palette.REACH, palette.GROUND) >= 3


def test_neighbours_differ_in_brightness_as_well() -> None:
    fills = palette.SERIES
    pairs = pairwise(fills)
    assert min(contrast(one.colour, other.colour) for one, other in pairs) >= 1.4


def test_equal_numbers_give_equal_bytes() -> None:
    assert charts.volume_png(volume(), "T") == charts.volume_png(volume(), "T")
    assert charts.volume_png(volume(), "T") != charts.volume_png(volume(each=8), "T")
    assert charts.claim_times_png(TEAMS, "T") == charts.claim_times_png(TEAMS, "T")


# Words


def test_the_words_give_every_number() -> None:
    told = charts.volume_alt(volume(2, 2))
    assert told == (
        "34 came in, 2 to 3 Mar. By platform: 小红书 18, 微博 16. By day: Mon 2 Mar 17, Tue 3 Mar 17."
    )
    assert charts.claim_times_alt(TEAMS) == (
        "Time to claim by team. "
        "Service HK: half within 42 min, 9 of 10 within 3 h; 14 claimed, 2 unclaimed. "
        "市场部: half within 5 min, 9 of 10 within 50 min; 9 claimed. "
        "고객 서비스: none claimed, 3 unclaimed."
    )


def test_the_words_name_the_highest_day_and_both_months() -> None:
    days = tuple(date(2026, 3, 31) + timedelta(days=n) for n in range(3))
    found = Volume(days=days, platforms=("X",), counts=((1, 5, 2),))
    assert charts.volume_alt(found).startswith("8 came in, 31 Mar to 2 Apr; most on Wed 1: 5.")


def test_the_words_stay_within_what_slack_takes_with_a_file() -> None:
    many = ClaimTimes(rows=TEAMS.rows * 20)
    assert charts.claim_times_alt(many).endswith(" more teams.")
    assert size(charts.claim_times_alt(many)) <= charts.LONGEST_ALT
    assert size(charts.volume_alt(volume(31, 8, 99_999))) <= charts.LONGEST_ALT
    assert "Wed 1 Apr" in charts.volume_alt(volume(31, 8, 99_999))


def test_nothing_is_said_to_be_nothing() -> None:
    nothing = Volume(days=(MONDAY,), platforms=("X",), counts=((0,),))
    assert charts.volume_alt(nothing) == "Nothing came in, Mon 2 Mar."
    assert charts.claim_times_alt(ClaimTimes(rows=())) == "No team has claimed anything."
    assert series(charts.volume_block(nothing)) == {"none": [0]}
    unclaimed = charts.claim_times_block(ClaimTimes(rows=TEAMS.rows[2:]))
    assert categories(unclaimed) == ["고객 서비스: none"]
    opened(charts.volume_png(Volume(days=(), platforms=(), counts=()), ""))
    opened(charts.claim_times_png(ClaimTimes(rows=()), ""))


# Slack's own charts


def test_six_platforms_are_six_series_and_more_are_five_and_others() -> None:
    assert list(series(charts.volume_block(volume(2, 6)))) == list(PLATFORMS[:6])
    more = series(charts.volume_block(volume(2, 8)))
    assert list(more) == [*PLATFORMS[:5], "others"]
    assert more["others"] == [4 + 3 + 2] * 2


def test_a_month_is_shown_by_weeks() -> None:
    block = charts.volume_block(volume(31, 1, 1))
    weeks = ["Mon 2 Mar", "Mon 9 Mar", "Mon 16 Mar", "Mon 23 Mar", "Mon 30 Mar"]
    assert (categories(block), series(block)) == (weeks, {"小红书": [7, 7, 7, 7, 3]})


def test_teams_have_two_bars_and_those_without_a_claim_say_so() -> None:
    block = charts.claim_times_block(TEAMS)
    assert categories(block) == ["Service HK", "市场部", "고객 서비스: none"]
    assert series(block) == {"half within": [42, 5, 0], "9 of 10 within": [180, 50, 0]}
    assert block["chart"]["axis_config"]["y_label"] == "minutes"


def test_names_that_are_cut_alike_stay_apart() -> None:
    rows = tuple(
        TeamTime(name="Customer service, department " + letter, median=timedelta(1), count=1)
        for letter in "ABC"
    )
    found = categories(charts.claim_times_block(ClaimTimes(rows=rows)))
    assert len(set(found)) == 3


# Any names, any numbers

NAMES = st.text(max_size=60) | st.sampled_from(
    [
        "خدمة العملاء",
        "שירות",
        "👩‍👩‍👧 家族",
        "z̷̡̛a̶",
        "W" * 5000,
        "<script>&\"'",
        "\ud800",
        "others",
        "]]>",
    ]
)


@st.composite
def volumes(draw: st.DrawFn) -> Volume:
    days = draw(st.integers(1, MOST_DAYS))
    names = draw(st.lists(NAMES, max_size=9))
    counts = st.lists(st.integers(0, 10**7), min_size=days, max_size=days).map(tuple)
    return Volume(
        days=tuple(MONDAY + timedelta(days=n) for n in range(days)),
        platforms=tuple(names),
        counts=tuple(draw(counts) for _ in names),
    )


@st.composite
def team_times(draw: st.DrawFn) -> TeamTime:
    lengths = sorted(
        draw(st.lists(st.timedeltas(timedelta(), timedelta(400)), min_size=2, max_size=2))
    )
    claimed = draw(st.booleans())
    return TeamTime(
        name=draw(NAMES),
        median=lengths[0] if claimed else None,
        p90=lengths[1] if claimed else None,
        count=draw(st.integers(1, 10**6)) if claimed else 0,
        unanswered=draw(st.integers(0, 10**6)),
    )


def well(png: bytes, alt: str, block: kit.Block, svg: str) -> None:
    assert opened(png).width == 1080
    assert 0 < size(alt) <= charts.LONGEST_ALT
    assert kit.check({"text": "A digest", "blocks": [block]}, "message") == []
    json.dumps(block)
    root = ET.fromstring(svg)  # noqa: S314 (it is ours)
    assert {part.tag.removeprefix(SVG) for part in root.iter()} <= {
        "svg", "rect", "line", "path", "text", "defs", "pattern",
    }  # fmt: skip
    assert not [key for part in root.iter() for key in part.attrib if key.startswith("on")]


@settings(max_examples=25, deadline=None)
@given(volumes(), NAMES)
def test_any_volume_can_be_shown(found: Volume, title: str) -> None:
    block = charts.volume_block(found, title)
    well(
        charts.volume_png(found, title),
        charts.volume_alt(found),
        block,
        charts.volume_svg(found, title),
    )
    assert sum(sum(values) for values in series(block).values()) == found.total


@settings(max_examples=25, deadline=None)
@given(st.lists(team_times(), max_size=25), NAMES)
def test_any_claim_times_can_be_shown(rows: list[TeamTime], title: str) -> None:
    times = ClaimTimes(rows=tuple(rows))
    block = charts.claim_times_block(times, title)
    png, svg = charts.claim_times_png(times, title), charts.claim_times_svg(times, title)
    well(png, charts.claim_times_alt(times), block, svg)
