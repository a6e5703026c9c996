"""What tells that two texts are the same, slightly changed.

MinHash finds texts that may be alike without comparing all of them, and an exact Jaccard
comparison of their pieces decides.
"""

from dataclasses import dataclass
from random import Random
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.classifier.text import read

_HASHES = 64
# Each band is a row of a table, and so is each wrong candidate that has to be read: few bands, and
# long ones. With one hash fewer in each, a busy day's comments have sixty times as many candidates.
BANDS, _ROWS = 12, 4
# Of the bits of two sketches: of texts with six tenths in common, thirteen differ; with two, 26.
_BITS = (1 << _HASHES) - 1
_DIFFERENT = 21
_PIECE = 3
_SHORTEST = 12
_MOST_PIECES = 2_000


def _family(rows: int, columns: int) -> NDArray[np.uint64]:
    """Odd numbers for the hash functions; the same in every process."""
    dice = Random(20_240_607)  # noqa: S311 - nobody has to be unable to guess them
    odd = [dice.getrandbits(63) | 1 for _ in range(rows * columns)]
    return np.array(odd, np.uint64).reshape(rows, columns)


_FACTORS, _SHIFTS = _family(2, _HASHES)
_MIX = _family(BANDS, _ROWS)
_PLACES = np.arange(BANDS, dtype=np.uint64) << np.uint64(56)
_HALF = np.uint64(32)


def pieces(text: str) -> frozenset[int]:
    """The overlapping pieces of a text; empty for one too short to be recognised by."""
    plain = " ".join(word.text for word in read(text) if word.kind != "sign")
    if plain.isascii():
        return _of_ascii(plain.encode())
    weight = sum(2 if ord(char) > 0x2E7F else 1 for char in plain)
    if weight < _SHORTEST:
        return frozenset()
    piece = 2 if weight > 1.5 * len(plain) else _PIECE
    found = {plain[at : at + piece] for at in range(len(plain) - piece + 1)}
    few = sorted(found)[:_MOST_PIECES] if len(found) > _MOST_PIECES else found
    return frozenset(crc32(piece.encode()) for piece in few)


def _of_ascii(plain: bytes) -> frozenset[int]:
    """The same for a text whose letters are bytes, which need not be made of each piece."""
    if len(plain) < _SHORTEST:
        return frozenset()
    found = {plain[at : at + _PIECE] for at in range(len(plain) - _PIECE + 1)}
    few = sorted(found)[:_MOST_PIECES] if len(found) > _MOST_PIECES else found
    return frozenset(map(crc32, few))


def alike(one: frozenset[int], other: frozenset[int]) -> float:
    """How much of both texts is in common: 0 for nothing, 1 for all of it."""
    both = len(one | other)
    return len(one & other) / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Print:
    """What a text is found by in a table: small, and the same in every process.

    Of two texts with seven tenths in common, 96 in 100 have one of their ``bands`` in common; of
    those with one tenth, one in 800. ``sketch`` then tells most of the others apart. All numbers
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


def may_be_alike(one: int, other: int) -> bool:
    """Whether texts of these sketches, with a band in common, are worth comparing."""
    return ((one ^ other) & _BITS).bit_count() <= _DIFFERENT


def _least(own: frozenset[int]) -> NDArray[np.uint64]:
    numbers = np.fromiter(own, dtype=np.uint64, count=len(own))
    # What does not fit 64 bits falls away, and the upper half is what is well mixed.
    hashed: NDArray[np.uint64] = numbers[:, None] * _FACTORS
    hashed += _SHIFTS
    least: NDArray[np.uint64] = hashed.min(axis=0) >> _HALF
    return least
