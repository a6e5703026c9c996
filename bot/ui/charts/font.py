"""The font of the pictures, which comes along, and how wide words are in it."""

import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from bot.domain.comment import clean

_FILE = Path(__file__).parent / "fonts" / "names.otf"
_MEASURED_AT = 100
_ELLIPSIS = "…"
# Longer than this no name can show, and somebody may call a team by a novel.
_LONGEST = 200


@lru_cache(maxsize=32)
def sized(pixels: int) -> ImageFont.FreeTypeFont:
    """The font at a size.

    The simple layout looks the same on every machine; the other needs a library of the system.
    """
    return ImageFont.truetype(_FILE, pixels, layout_engine=ImageFont.Layout.BASIC)


def width(words: str, size: float) -> float:
    """How wide *words* are at *size*."""
    return sized(_MEASURED_AT).getlength(words) * size / _MEASURED_AT


def drawable(words: str) -> str:
    """*words* on one line, without what has no shape of its own.

    Accents are joined to their letters. What the font lacks is drawn as a box.
    """
    whole = unicodedata.normalize("NFC", clean(words[: 4 * _LONGEST]))
    shown = "".join(char for char in whole if not _shapeless(char))
    return " ".join(shown.split())[:_LONGEST]


def _shapeless(char: str) -> bool:
    selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return selector or unicodedata.category(char) in {"Cf", "Cs", "Co", "Cn"}


def fitted(words: str, size: float, room: float) -> str:
    """*words*, as many as *room* holds at *size*, with … where some are missing."""
    shown = drawable(words) or "–"
    if width(shown, size) <= room:
        return shown
    low, high = 0, len(shown)
    while low < high:
        middle = (low + high + 1) // 2
        if width(shown[:middle].rstrip() + _ELLIPSIS, size) <= room:
            low = middle
        else:
            high = middle - 1
    return shown[:low].rstrip() + _ELLIPSIS
