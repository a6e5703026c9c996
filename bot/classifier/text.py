"""A comment's text as the classifier reads it: folded once, and cut into words without a segmenter.

Addresses, mentions and numbers become one token each, since which one it is says nothing about
whose work it is. Scripts that put no spaces between words come out as whole runs, which
`bot.classifier.features` cuts into short pieces.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from bot.domain.comment import clean, fold

LONGEST = 2_000
"""How many characters are read; what follows in a longer text adds time and no meaning."""
LONGEST_WORD = 40
"""Of how long a word anything is remembered: hardly one that many use is longer."""
_SHORT = 500

# Letters of scripts that are written without spaces: kana, Han, Thai, Lao, Myanmar, Khmer.
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3"
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
)


def _marks() -> str:
    r"""The combining marks as a part of a character class; ``\w`` leaves them out."""
    codes = [code for code in range(0x300, 0xFE30) if unicodedata.category(chr(code))[0] == "M"]
    known = set(codes)
    starts = [code for code in codes if code - 1 not in known]
    ends = [code for code in codes if code + 1 not in known]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True))


_LETTERS = rf"\w{_marks()}\u200c\u200d"
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_MENTION = re.compile(r"(?<!\w)@[\w.\-]+")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_DRAWN_OUT = re.compile(r"(.)\1{2,}", re.DOTALL)
_PLAIN_WORDS = re.compile(r"(?P<word>\w+(?:'\w+)*)|(?P<sign>[!?]|[^\w\s!-~\x1c-\x1f])", re.ASCII)
_WORDS = re.compile(
    rf"(?P<run>[{_UNSPACED}]+)"
    rf"|(?P<word>(?:(?![{_UNSPACED}])[{_LETTERS}])+(?:['’](?:(?![{_UNSPACED}])[{_LETTERS}])+)*)"
    r"|(?P<sign>[!?]|[^\w\s!-~\u2010-\u205e\u3000-\u303f])"
)


class Word(NamedTuple):
    """A word, a run of letters of an unspaced script, or an emoji or mark."""

    text: str
    kind: str


def normalise(text: str) -> str:
    """*text* folded, with addresses, mentions and numbers made alike; at most `LONGEST` long."""
    folded = fold(clean(text[: 2 * LONGEST]))[:LONGEST]
    if "@" in folded or "://" in folded or "www." in folded:
        folded = _MENTION.sub(" ", _ADDRESS.sub(" ⓤ ", folded))
    return _DRAWN_OUT.sub(r"\1\1", _NUMBER.sub("0", folded))


def read(text: str) -> tuple[Word, ...]:
    """The words of *text*, which are asked for by several who look for something else in them."""
    return _read(text) if len(text) <= _SHORT else tuple(words(normalise(text)))


# As many as may be taken in together, and a few more.
@lru_cache(maxsize=128)
def _read(text: str) -> tuple[Word, ...]:
    return tuple(words(normalise(text)))


def folded(text: str) -> str:
    """*text* folded, however many look for something in it."""
    return _folded(text) if len(text) <= _SHORT else fold(text)


_folded = lru_cache(maxsize=32)(fold)


def forget() -> None:
    """Remember nothing of the texts that were read."""
    _read.cache_clear()
    _folded.cache_clear()


def words(normal: str) -> list[Word]:
    """The words, runs and signs of a text that `normalise` gave, in their order."""
    # What is said of other scripts need not be asked of each letter where there is none of them.
    every = _PLAIN_WORDS if normal.isascii() else _WORDS
    return [Word(found[0], found.lastgroup or "") for found in every.finditer(normal)]
