"""Rows that an import could not use, with the reason, in a file to mend and import again."""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

from bot.domain.cells import SIGNS, UNSEEN

REASON = "rejected_because"
NUMBER = "rejected_at_line"
LINE = "rejected_line"
OURS = frozenset({REASON, NUMBER, LINE})
"""The columns that are not the sender's: why, on which line, and that line where no cells were read."""

# What spreadsheets would run as a formula; they look past blanks and marks that nobody sees.
_FORMULA = re.compile(rf"{UNSEEN}*{SIGNS}|[\t\r]")


def guarded(cell: str) -> str:
    """*cell* as a spreadsheet shows it, whatever a customer wrote; `unguarded` undoes it."""
    return f"'{cell}" if cell.startswith("'") or _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell.removeprefix("'")


class RejectedWriter:
    """Writes ``name.rejected.csv`` or ``name.rejected.jsonl`` beside the file that is imported.

    The file appears with the first rejected row; one that an earlier import left goes away.

    Attributes:
        path: where the rows go.
        count: how many have gone there.
    """

    def __init__(self, imported: Path, columns: Sequence[str] = ()) -> None:
        suffix = ".csv" if columns else ".jsonl"
        self.path = imported.with_name(f"{imported.stem}.rejected{suffix}")
        self.count = 0
        self._columns = tuple(columns)
        self._file: IO[str] | None = None
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()

    def write(self, number: int, original: str | Mapping[str, Any], reason: str) -> None:
        """Keep the row that began on line *number*, as it came, with why it was rejected."""
        if self._file is None:
            self._file = self._begin()
        self.count += 1
        row = {LINE: original} if isinstance(original, str) else dict(original)
        if self._columns:
            self._write_cells([*(str(row.get(c, "")) for c in self._columns), reason,
                               str(number), str(row.get(LINE, ""))])  # fmt: skip
        else:
            self._file.write(json.dumps({**row, REASON: reason, NUMBER: number}) + "\n")

    def _begin(self) -> IO[str]:
        # Spreadsheets take UTF-8 for what it is only behind a byte order mark.
        encoding = "utf-8-sig" if self._columns else "utf-8"
        self._file = self.path.open("w", encoding=encoding, errors="surrogateescape", newline="")
        if self._columns:
            self._write_cells([*self._columns, REASON, NUMBER, LINE])
        return self._file

    def _write_cells(self, cells: Sequence[str]) -> None:
        csv.writer(self._file).writerow([guarded(cell) for cell in cells])  # type: ignore[arg-type]
