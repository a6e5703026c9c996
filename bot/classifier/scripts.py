"""Which script a text is written in, and whether its Chinese is Traditional or Simplified.

The character sets of the national standards tell the two apart, and come with Python: what GB 2312
has and Big5 lacks is Simplified, and the other way round.
"""

import re
from collections import Counter
from functools import lru_cache

_LATIN = "latin"
# First and last code point of the letters that tell a script; what is not here tells nothing.
_RANGES = (
    (0x41, 0x24F, _LATIN),
    (0x1E00, 0x1EFF, _LATIN),
    (0x370, 0x3FF, "greek"),
    (0x400, 0x52F, "cyrillic"),
    (0x530, 0x58F, "armenian"),
    (0x590, 0x5FF, "hebrew"),
    (0x600, 0x6FF, "arabic"),
    (0x750, 0x77F, "arabic"),
    (0x900, 0x97F, "devanagari"),
    (0x980, 0x9FF, "bengali"),
    (0xA00, 0xA7F, "gurmukhi"),
    (0xA80, 0xAFF, "gujarati"),
    (0xB00, 0xB7F, "odia"),
    (0xB80, 0xBFF, "tamil"),
    (0xC00, 0xC7F, "telugu"),
    (0xC80, 0xCFF, "kannada"),
    (0xD00, 0xD7F, "malayalam"),
    (0xD80, 0xDFF, "sinhala"),
    (0xE00, 0xE7F, "thai"),
    (0xE80, 0xEFF, "lao"),
    (0x1000, 0x109F, "myanmar"),
    (0x10A0, 0x10FF, "georgian"),
    (0x1200, 0x137F, "ethiopic"),
    (0x1780, 0x17FF, "khmer"),
    (0x3040, 0x30FF, "kana"),
    (0x31F0, 0x31FF, "kana"),
    (0xFF66, 0xFF9F, "kana"),
    (0x1100, 0x11FF, "hangul"),
    (0x3130, 0x318F, "hangul"),
    (0xAC00, 0xD7AF, "hangul"),
    (0x3400, 0x4DBF, "han"),
    (0x4E00, 0x9FFF, "han"),
    (0xF900, 0xFAFF, "han"),
    (0x20000, 0x3FFFD, "han"),
)
# Written Cantonese; most of these are in neither standard.
_CANTONESE = re.compile("[嘅咗喺啲嚟冇唔佢哋咁嗰嘢噉乜瞓攞揾咩囉喎嘥嬲諗啱]")


@lru_cache(maxsize=8192)
def _script(char: str) -> str:
    code = ord(char)
    return next((name for first, last, name in _RANGES if first <= code <= last), "")


def counts(text: str) -> Counter[str]:
    """How many letters of each script *text* has."""
    found = Counter(_script(char) for char in text if char.isalpha() or ord(char) > 0x2FF)
    del found[""]
    return found


def _in(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


# Traditional writing has these as well, but as other characters, which hardly anybody uses.
_SIMPLER = frozenset("价优体党厂圣岭怀怜惊机极构洁确离种网胜适触坏听么虫")


@lru_cache(maxsize=8192)
def _writing(char: str) -> str:
    """Who writes a Han character: only some standards have it, and Python knows them."""
    simplified, traditional = _in(char, "gb2312"), _in(char, "big5")
    if simplified != traditional:
        return "zh-Hans" if simplified else "zh-Hant"
    if not simplified and _in(char, "shift_jis"):
        return "ja"
    return ""


def han(text: str) -> Counter[str]:
    """How many characters of *text* only Simplified, Traditional or Japanese writing has."""
    found = Counter(_writing(char) for char in text if _script(char) == "han")
    found["zh-Hant"] += len(_CANTONESE.findall(text))
    del found[""]
    return +found


def chinese(text: str, default: str) -> str:
    """``zh-Hans`` or ``zh-Hant``, by the characters that only one of them has; else *default*."""
    found = han(text)
    if found["zh-Hans"] == found["zh-Hant"]:
        return "zh-Hans" if _SIMPLER & set(text) else default
    return "zh-Hans" if found["zh-Hans"] > found["zh-Hant"] else "zh-Hant"
