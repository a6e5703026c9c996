"""What the classifier sees of a text: numbers of hash buckets, one set of words, one of characters.

Words and pairs of neighbouring words say what is meant; pieces of words find it again in other
endings, compounds and misspellings. A run without spaces gives its characters and pairs as words,
and its longer pieces as characters. Buckets instead of a dictionary keep the memory the same
however many words customers know, and ``crc32`` is the same in every process.
"""

import itertools
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.classifier.text import LONGEST_WORD, Word

Buckets = NDArray[np.int32]
Parts = tuple["array[int]", "array[int]"]

WORD_BUCKETS = 1 << 16
CHAR_BUCKETS = 1 << 17
SIZE = 1 + WORD_BUCKETS + CHAR_BUCKETS
"""Of all weights of one department; bucket 0 stands for nothing."""

_SHORTEST, _LONGEST = 2, 5
_MOST = 1_500


@dataclass(frozen=True, slots=True)
class Row:
    """The buckets of one text; each set without repetitions and in order."""

    words: Buckets
    chars: Buckets
    cues: Buckets


def word_bucket(feature: str) -> int:
    """Where a word, a pair or a cue has its weight."""
    return 1 + crc32(feature.encode("utf-8", "replace")) % WORD_BUCKETS


def _char_bucket(piece: str) -> int:
    return 1 + WORD_BUCKETS + crc32(piece.encode("utf-8", "replace")) % CHAR_BUCKETS


def row(found: Sequence[Word], cues: Iterable[str] = ()) -> Row:
    """The features of a text's words, and of the *cues* that were found in it."""
    plain: set[int] = set()
    pieces: set[int] = set()
    for word in found[:_MOST]:
        own, parts = of_word(word.text, word.kind)
        plain.update(own)
        pieces.update(parts)
    plain.update(map(word_bucket, pairs(found[:_MOST])))
    return Row(_buckets(plain), _buckets(pieces), _buckets({word_bucket(cue) for cue in cues}))


def _buckets(found: set[int]) -> Buckets:
    buckets = np.fromiter(found, dtype=np.int32, count=len(found))
    buckets.sort()
    return buckets


def pairs(found: Sequence[Word]) -> Iterator[str]:
    """Neighbouring words, in scripts with spaces."""
    for left, right in itertools.pairwise(found):
        if left.kind == "word" and right.kind == "word":
            yield f"{left.text} {right.text}"


def of_word(text: str, kind: str) -> Parts:
    """The word buckets and the character buckets of one word, run or sign."""
    return _known(text, kind) if len(text) <= LONGEST_WORD else _of_word(text, kind)


def _of_word(text: str, kind: str) -> Parts:
    if kind == "run":
        short = [text[i : i + n] for n in (1, 2) for i in range(len(text) - n + 1)]
        long = [text[i : i + n] for n in (2, 3) for i in range(len(text) - n + 1)]
        return array("i", map(word_bucket, short)), array("i", map(_char_bucket, long))
    if kind == "sign":
        return array("i", [word_bucket(text)]), array("i")
    edged = f"<{text[:40]}>"
    pieces = {
        edged[i : i + n] for n in range(_SHORTEST, _LONGEST + 1) for i in range(len(edged) - n + 1)
    }
    return array("i", [word_bucket(text)]), array("i", map(_char_bucket, sorted(pieces)))


_known = lru_cache(maxsize=8_192)(_of_word)
forget = _known.cache_clear
"""Remember nothing of the words that were looked at."""


NOTHING = row(())
"""The features of a text that was not looked at for any."""
