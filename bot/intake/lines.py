"""Lines and CSV records of a file of any size; a broken record costs its first line only."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Self

MAX_LENGTH = 1_048_576


@dataclass(frozen=True, slots=True)
class Line:
    """A line, its number from 1, and whether it was short enough to be read whole.

    Bytes that are not UTF-8 stand in ``text`` as lone surrogates.
    """

    number: int
    text: str
    whole: bool = True

    @property
    def is_utf8(self) -> bool:
        """Whether every byte of it could be read."""
        return self.text.isascii() or self.text.encode("utf-8", "replace").decode() == self.text


@dataclass(frozen=True, slots=True)
class Record:
    """A CSV record: where it begins, the text it was read from, its cells or what is wrong."""

    number: int
    text: str
    cells: tuple[str, ...] = ()
    problem: str = ""


class Lines(Iterator[Line]):
    """The lines of a binary file, which may be put back.

    Attributes:
        consumed: bytes read so far.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._again: deque[Line] = deque()
        self._number = 0
        self.consumed = 0

    def __next__(self) -> Line:
        if self._again:
            return self._again.popleft()
        raw = self._file.readline(MAX_LENGTH)
        if not raw:
            raise StopIteration
        self._number += 1
        self.consumed += len(raw)
        text = raw.decode("utf-8-sig" if self._number == 1 else "utf-8", "surrogateescape")
        return Line(self._number, text, whole=self._ended(raw))

    def put_back(self, lines: Iterable[Line]) -> None:
        """Hand these out again, in this order, before the rest."""
        self._again.extendleft(reversed(list(lines)))

    def _ended(self, raw: bytes) -> bool:
        whole = True
        while len(raw) == MAX_LENGTH and not raw.endswith(b"\n"):
            raw = self._file.readline(MAX_LENGTH)
            self.consumed += len(raw)
            whole = whole and not raw
        return whole


class _Taken(Iterator[str]):
    """Feeds one record to the CSV reader and remembers the lines that it took."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._length = 0
        self.lines: list[Line] = []

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.lines.append(line)
        self._length += len(line.text)
        if self._length > MAX_LENGTH or not line.whole:
            raise csv.Error("longer than 1 MiB, or a quotation mark is missing")
        return line.text


def records(lines: Lines, delimiter: str) -> Iterator[Record]:
    """The records of *lines*; one with a stray quotation mark does not swallow those after it."""
    csv.field_size_limit(MAX_LENGTH)
    while True:
        taken = _Taken(lines)
        try:
            cells = next(csv.reader(taken, delimiter=delimiter, strict=True))
        except StopIteration:
            return
        except csv.Error as error:
            first, *rest = taken.lines
            lines.put_back(rest)
            yield Record(first.number, first.text, problem=f"Not CSV: {error}.")
            continue
        yield _record(taken.lines, cells)


def _record(lines: list[Line], cells: list[str]) -> Record:
    text = "".join(line.text for line in lines)
    problem = "" if all(line.is_utf8 for line in lines) else "Not UTF-8."
    return Record(lines[0].number, text, tuple(cells), problem)
