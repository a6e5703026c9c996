"""The page of a digest by day and by night: every word stands out from its ground."""

import re

import pytest

from bot.ui.page_style import STYLE


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):(#[0-9a-f]+)", css))


def brightness(colour: str) -> float:
    full = colour if len(colour) == 7 else "#" + "".join(2 * c for c in colour[1:])
    parts = (int(full[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(brightness, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_by_day_and_by_night(scheme: str) -> None:
    day, _, night = STYLE.partition("prefers-color-scheme:dark")
    found = colours(day if scheme == "light" else night)
    assert set(found) == set(colours(day))
    for ground in ("ground", "card"):
        for word in ("text", "quiet", "accent"):
            assert contrast(found[word], found[ground]) >= 4.5
    for tone in ("late", "warned"):
        assert contrast(found[tone], found[f"{tone}-soft"]) >= 4.5
        assert contrast(found["quiet"], found[f"{tone}-soft"]) >= 4.5
    assert contrast(found["text"], found["soft"]) >= 4.5


def test_paper_is_white_also_at_night() -> None:
    assert "@media screen and (prefers-color-scheme:dark)" in STYLE
    assert STYLE.count("prefers-color-scheme") == 1
    assert ":root{color-scheme:light}" in STYLE.partition("@media print")[2]
