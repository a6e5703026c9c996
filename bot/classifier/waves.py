"""Waves: the same text, slightly changed, from several authors within hours.

MinHash finds texts that may be alike without comparing all of them, and an exact Jaccard
comparison of their pieces decides. What makes a wave is at least so many authors; five are
evidence of a campaign, never proof of one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.classifier.text import read

_HASHES, _BANDS = 64, 32
# What a table keeps has longer bands, and fewer: each is a row, and a wrong candidate costs more.
BANDS, _ROWS = 10, 3
# Of the bits of two sketches: of texts with six tenths in common, thirteen differ; with two, 26.
_BITS = (1 << _HASHES) - 1
_DIFFERENT, _DIFFERENT_AT_ONE = 21, 16
_PIECE = 3
_SHORTEST = 12
_MOST_PIECES = 2_000
_MOST_COMPARED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A comment, as far as waves need it."""

    key: str
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Comments that say the same.

    Attributes:
        first: the key of the earliest comment, which names the wave.
        keys: of all its comments, in the order of time.
        authors: who wrote them, each once.
    """

    first: str
    keys: tuple[str, ...]
    authors: tuple[str, ...]


def _family(*shape: int) -> NDArray[np.uint64]:
    """Odd numbers for the hash functions; the same in every process."""
    dice = np.random.default_rng(20_240_607)
    return dice.integers(1, 1 << 63, shape, dtype=np.uint64) | np.uint64(1)


_FACTORS, _SHIFTS = _family(2, _HASHES)
_MIX = _family(BANDS, _ROWS)
_PLACES = np.arange(BANDS, dtype=np.uint64) << np.uint64(56)
_HALF = np.uint64(32)


def pieces(text: str) -> frozenset[int]:
    """The overlapping pieces of a text; empty for one too short to be recognised by."""
    plain = " ".join(word.text for word in read(text) if word.kind != "sign")
    weight = sum(2 if ord(char) > 0x2E7F else 1 for char in plain)
    if weight < _SHORTEST:
        return frozenset()
    piece = 2 if weight > 1.5 * len(plain) else _PIECE
    found = {plain[at : at + piece] for at in range(len(plain) - piece + 1)}
    few = sorted(found)[:_MOST_PIECES] if len(found) > _MOST_PIECES else found
    return frozenset(crc32(piece.encode()) for piece in few)


def alike(one: frozenset[int], other: frozenset[int]) -> float:
    """How much of both texts is in common: 0 for nothing, 1 for all of it."""
    both = len(one | other)
    return len(one & other) / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Print:
    """What a text is found by in a table: small, and the same in every process.

    Of two texts with seven tenths in common, 98 in 100 have one of their ``bands`` in common; of
    those with one tenth, one in 100. ``sketch`` then tells most of the others apart. All numbers
    fit a signed column of 64 bits; without any, a text is too short to be recognised by.
    """

    bands: tuple[int, ...] = ()
    sketch: int = 0


def printed(own: frozenset[int]) -> Print:
    """The print of a text of these pieces."""
    if not own:
        return Print()
    least = _least(own)
    rows = least[: BANDS * _ROWS].reshape(BANDS, _ROWS)
    bands = ((rows * _MIX).sum(axis=1, dtype=np.uint64) + _PLACES).view(np.int64)
    bits = np.packbits((least & np.uint64(1)).astype(np.uint8))
    return Print(tuple(bands.tolist()), int.from_bytes(bits.tobytes(), signed=True))


def may_be_alike(one: int, other: int, shared: int) -> bool:
    """Whether texts of these sketches, with so many bands in common, are worth comparing."""
    most = _DIFFERENT_AT_ONE if shared == 1 else _DIFFERENT
    return ((one ^ other) & _BITS).bit_count() <= most


def _least(own: frozenset[int]) -> NDArray[np.uint64]:
    numbers = np.fromiter(own, dtype=np.uint64, count=len(own))
    # What does not fit 64 bits falls away, and the upper half is what is well mixed.
    hashed: NDArray[np.uint64] = (numbers[:, None] * _FACTORS + _SHIFTS) >> _HALF
    least: NDArray[np.uint64] = hashed.min(axis=0)
    return least


def _bands(own: frozenset[int]) -> list[bytes]:
    return [band.tobytes() for band in np.split(_least(own), _BANDS)]


@dataclass
class Waves:
    """Finds, for each comment as it comes, which earlier ones say the same.

    Attributes:
        within: how long a wave may pause.
        likeness: how much of two texts must be in common.
        fewest: how many authors make a wave.
    """

    within: timedelta = timedelta(hours=24)
    likeness: float = 0.6
    fewest: int = 3
    _said: dict[str, tuple[Said, frozenset[int]]] = field(default_factory=dict)
    _root: dict[str, str] = field(default_factory=dict)
    _members: dict[str, list[str]] = field(default_factory=dict)
    _bands: dict[tuple[int, bytes], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, said: Said) -> Wave | None:
        """Take in a comment; the wave that it is part of, or None."""
        if said.key in self._said:
            return self.wave(said.key)
        own = pieces(said.text)
        self._said[said.key] = (said, own)
        self._root[said.key] = said.key
        self._members[said.key] = [said.key]
        if not own:
            return None
        bands = _bands(own)
        for key in self._candidates(bands):
            other, others = self._said[key]
            if abs(said.at - other.at) <= self.within and alike(own, others) >= self.likeness:
                self._join(key, said.key)
        for at, band in enumerate(bands):
            self._bands[at, band].append(said.key)
        return self.wave(said.key)

    def _candidates(self, bands: list[bytes]) -> Iterator[str]:
        seen: dict[str, None] = {}
        for at, band in enumerate(bands):
            seen.update(dict.fromkeys(self._bands.get((at, band), ())[-_MOST_COMPARED:]))
        yield from seen

    def _join(self, one: str, other: str) -> None:
        more, fewer = self._root[one], self._root[other]
        if more == fewer:
            return
        if len(self._members[more]) < len(self._members[fewer]):
            more, fewer = fewer, more
        moved = self._members.pop(fewer)
        self._members[more] += moved
        self._root.update(dict.fromkeys(moved, more))

    def wave(self, key: str) -> Wave | None:
        """The wave that a comment is part of; None while too few authors say the same."""
        if key not in self._said:
            return None
        members = self._members[self._root[key]]
        if len(members) < self.fewest:
            return None
        mine = sorted((self._said[one][0] for one in members), key=lambda own: (own.at, own.key))
        authors = tuple(dict.fromkeys(said.author for said in mine))
        if len(authors) < self.fewest:
            return None
        keys = tuple(said.key for said in mine)
        return Wave(first=keys[0], keys=keys, authors=authors)

    def all(self) -> tuple[Wave, ...]:
        """Every wave, the earliest first."""
        found = [wave for root in self._members if (wave := self.wave(root))]
        return tuple(sorted(found, key=lambda wave: self._said[wave.first][0].at))

    def forget(self, before: datetime) -> None:
        """Drop what is older; a wave that goes on is known by its later comments."""
        kept = [said for said, _ in self._said.values() if said.at >= before]
        self._said, self._root, self._members, self._bands = {}, {}, {}, defaultdict(list)
        for said in sorted(kept, key=lambda one: (one.at, one.key)):
            self.add(said)


def find(comments: Iterable[Said], fewest: int = 3) -> tuple[Wave, ...]:
    """All waves of at least so many authors among these comments."""
    waves = Waves(fewest=fewest)
    for said in sorted(comments, key=lambda one: (one.at, one.key)):
        waves.add(said)
    return waves.all()
