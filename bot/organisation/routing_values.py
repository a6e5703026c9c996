"""Reading the values of ``[routing]``, ``[lexicon]`` and ``[[urgency]]``."""

import re
from enum import StrEnum
from typing import TypeVar

from bot.organisation.values import one_of, text, wrong
from bot.organisation.wording import closest, kind_of, shown

T = TypeVar("T")

_CODES = (
    "af am an ar as az ba be bg bn br bs ca cs cy da de dz el en eo es et eu fa fi fo fr fy ga gd "
    "gl gu ha he hi hr ht hu hy id ig is it ja jv ka kk km kn ko ku ky la lb lg ln lo lt lv mg mk "
    "ml mn mr ms mt my ne nl nn no oc om or pa pl ps pt qu ro ru rw sa se si sk sl sn so sq sr st "
    "sv sw ta te tg th tk tl tr tt ug uk ur uz vi vo wa xh yo zh-Hans zh-Hant zu"
)
LANGUAGES = frozenset(_CODES.split())
"""What can be told of a comment that does not say its language."""

_SELDOM, _OFTEN = 0.02, 0.5
_MOST_WORDS = 1_000
_IN = re.compile(r"(\d{1,6})\s+in\s+(\d{1,6})", re.ASCII)
_PER_CENT = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*%", re.ASCII)
_CHINESE = {
    **dict.fromkeys(("zh-tw", "zh-hk", "zh-mo", "yue"), "zh-Hant"),
    **dict.fromkeys(("zh-cn", "zh-sg"), "zh-Hans"),
}
_HOW_OFTEN = 'write it like "1 in 10", "10 %" or 0.1'


class Evidence(StrEnum):
    """What may tell a comment's unit and region; the names are `Organisation.outweigh`'s."""

    ACCOUNT = "account"
    POST = "post"
    WORDS = "words"
    LANGUAGE = "language"


evidence = one_of(Evidence, "something that tells the unit and region")


def how_often(value: object) -> float:
    """A share as ``"1 in 10"``, ``"10 %"`` or ``0.1``: seldom enough to trust, often enough to see."""
    share = _share(value)
    if share < _SELDOM:
        raise wrong("is more seldom than corrections can show", 'write "1 in 50" or more often')
    if share > _OFTEN:
        raise wrong("is more often wrong than right", 'write "1 in 2" or more seldom')
    return share


def _share(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not 0 <= value <= 1:
            raise wrong(f"{value} is not a share from 0 to 1", _HOW_OFTEN)
        return float(value)
    found = text(value)
    if match := _PER_CENT.fullmatch(found):
        return float(match[1]) / 100
    match = _IN.fullmatch(found)
    if not match or int(match[2]) == 0:
        raise wrong(f"{shown(found)} does not say how often", _HOW_OFTEN)
    return int(match[1]) / int(match[2])


def language(value: object) -> str:
    """A language that can be told, by its usual short name."""
    found = text(value)
    if found in LANGUAGES:
        return found
    folded = found.replace("_", "-").casefold()
    if folded == "zh":
        mend = "write “zh-Hant” for Traditional or “zh-Hans” for Simplified Chinese, or both"
        raise wrong("“zh” does not say which Chinese", mend)
    near = _CHINESE.get(folded) or folded.partition("-")[0]
    guess = near if near in LANGUAGES else closest(found, LANGUAGES, likeness=0.75)
    mend = f"did you mean “{guess}”?" if guess else "use a short name like “en” or “zh-Hant”"
    raise wrong(f"{shown(found)} is not a language that can be told", mend)


def spoken(value: object) -> str:
    """A language that a source may name, such as ``en`` or ``en-GB``."""
    found = text(value)
    if not re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}", found):
        raise wrong(f"{shown(found)} is not a language", "use a short name like “en” or “zh-Hant”")
    return found


def few_enough(words: list[str]) -> list[str]:
    """*words*, when they are not too many to look for in every comment."""
    if len(words) > _MOST_WORDS:
        raise wrong(f"has more than {_MOST_WORDS:,} words", "keep those that tell most")
    return words


def each_once(values: list[T]) -> list[T]:
    """*values*, when none of them stands there twice."""
    twice = next((value for at, value in enumerate(values) if value in values[:at]), None)
    if twice is not None:
        raise wrong(f"{shown(str(twice))} stands in the list twice", "take one out")
    return values


def a_table(value: object) -> object:
    """*value*, when it is a table."""
    if not isinstance(value, dict):
        raise wrong(f"is {kind_of(value)}, not a table")
    return value
