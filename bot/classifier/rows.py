"""Many texts as one sparse matrix, and its two products, in numpy alone.

Every text has three segments (words, characters, cues); within a segment every feature counts its
weight times one factor of the segment, so that no value is kept per feature. Rows are kept in
blocks, since the products' temporary arrays would otherwise be the largest thing in the process.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.classifier.features import SIZE, Buckets, Row

Floats = NDArray[np.float64]

SEGMENTS = 3
_WORDS, _CHARS, _CUES = 1.7, 1.0, 0.07
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class _Block:
    buckets: Buckets
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    factors: Floats


class Sparse:
    """Rows of buckets, renumbered so that only those that occur take room."""

    def __init__(self, rows: Sequence[Row], rarity: Floats) -> None:
        self.count = len(rows)
        present = np.zeros(SIZE, dtype=bool)
        for row in rows:
            for segment in (row.words, row.chars, row.cues):
                present[segment] = True
        present[0] = True
        self.known = np.flatnonzero(present)
        places = np.zeros(SIZE, dtype=np.int32)
        places[self.known] = np.arange(len(self.known), dtype=np.int32)
        parts = (rows[at : at + _BLOCK] for at in range(0, len(rows), _BLOCK))
        self._blocks = [_block(part, places, rarity) for part in parts]

    def times(self, weights: Floats) -> Floats:
        """Each row's sum of its features' weights."""
        return np.concatenate([_sums(block, weights) for block in self._blocks])

    def transposed_times(self, values: Floats) -> Floats:
        """Each feature's sum of the values of the rows that have it."""
        total = np.zeros(len(self.known))
        for block, own in zip(self._blocks, self._parts(values), strict=True):
            spread = np.repeat(np.repeat(own, SEGMENTS) * block.factors, block.lengths)
            total += np.bincount(block.buckets, weights=spread, minlength=len(total))
        return total

    def counts(self, values: Floats) -> Floats:
        """The same without the factors: how many of the rows, by their *values*, have a feature."""
        total = np.zeros(len(self.known))
        for block, own in zip(self._blocks, self._parts(values), strict=True):
            spread = np.repeat(np.repeat(own, SEGMENTS), block.lengths)
            total += np.bincount(block.buckets, weights=spread, minlength=len(total))
        return total

    def _parts(self, values: Floats) -> Iterator[Floats]:
        return (values[at : at + _BLOCK] for at in range(0, self.count, _BLOCK))


def _sums(block: _Block, weights: Floats) -> Floats:
    sums = np.add.reduceat(weights[block.buckets], block.starts) * block.factors
    total: Floats = sums.reshape(-1, SEGMENTS).sum(axis=1)
    return total


def _block(rows: Sequence[Row], places: NDArray[np.int32], rarity: Floats) -> _Block:
    nothing = np.zeros(1, dtype=np.int32)
    segments = [one for row in rows for one in (row.words, row.chars, row.cues)]
    parts = [part for one in segments for part in (nothing, one)]
    lengths = np.array([len(one) + 1 for one in segments], dtype=np.int64)
    scales = np.array([factor for row in rows for factor in factors(row, rarity)])
    return _Block(places[np.concatenate(parts)], np.cumsum(lengths) - lengths, lengths, scales)


def factors(row: Row, rarity: NDArray[Any]) -> tuple[float, float, float]:
    """What a feature of each segment counts: longer texts have more of them, each for less."""
    return _WORDS / _norm(row.words, rarity), _CHARS / _norm(row.chars, rarity), _CUES


def _norm(buckets: Buckets, rarity: NDArray[Any]) -> float:
    own = rarity[buckets]
    return max(1e-6, float(np.sqrt(own @ own)))


def rarities(rows: Sequence[Row]) -> Floats:
    """How telling each bucket is: the rarer, the more; nothing for what no row has."""
    seen = np.zeros(SIZE)
    for row in rows:
        for segment in (row.words, row.chars, row.cues):
            seen[segment] += 1.0
    told: Floats = np.where(seen > 0, np.log((1.0 + len(rows)) / (1.0 + seen)) + 1.0, 0.0)
    told[0] = 0.0
    return told
