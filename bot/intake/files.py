"""Comments from files: CSV and JSON Lines of any size, read as they stream by.

A row that cannot be used is handed out with its reason, and never stops the next one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from bot.domain.comment import Change, ChangeKind
from bot.domain.organisation import Source
from bot.errors import IntakeRejected
from bot.intake import cells
from bot.intake.connector import refuse_future
from bot.intake.lines import Line, Lines, Record, records
from bot.intake.payload import read_object, storable
from bot.intake.rejects import OURS, RejectedWriter
from bot.intake.webhook import KINDS, change

__all__ = ["Reader", "RejectedWriter", "Row", "read", "size"]

_JSON_LINES = {".jsonl", ".ndjson"}
_CSV = {".csv", ".tsv", ".txt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a file, and what became of it.

    Attributes:
        number: the line it begins on, from 1.
        original: cells by column, or the JSON object; the text itself where it is neither.
        change: what it tells, None when it was rejected.
        rejected: why it was, "" when it was not.
    """

    number: int
    original: str | Mapping[str, Any]
    change: Change | None = None
    rejected: str = ""


def size(path: Path) -> int:
    """The length of the file in bytes, which `Reader.consumed` grows to."""
    return path.stat().st_size


def read(path: Path, *, source: Source, now: datetime) -> "Reader":
    """The rows of *path*, one by one; nothing in it may claim to come after *now*.

    A row without a time of its own counts from when the file was last changed, so that the same
    file says the same thing when it is imported again.

    Raises:
        IntakeRejected: 422, when the file as a whole is of no use.
        OSError: it cannot be opened.
    """
    return Reader(path, source=source, now=now)


class Reader(Iterator[Row]):
    """The rows of one file; closes it after the last.

    Attributes:
        columns: of a CSV file, () for JSON Lines.
    """

    def __init__(self, path: Path, *, source: Source, now: datetime) -> None:
        kind = path.suffix.lower()
        if kind not in _JSON_LINES | _CSV:
            raise IntakeRejected(422, "Name the file .csv, .tsv, .jsonl or .ndjson.")
        self._source = source
        self._now = now
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        self._undated = min(changed, now).isoformat()
        self._file = path.open("rb")
        self._lines = Lines(self._file)
        self.columns: tuple[str, ...] = ()
        try:
            self._rows = self._json_rows() if kind in _JSON_LINES else self._csv_rows()
        except BaseException:
            self.close()
            raise

    def __next__(self) -> Row:
        try:
            return next(self._rows)
        except StopIteration:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def consumed(self) -> int:
        """Bytes read so far."""
        return self._lines.consumed

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _json_rows(self) -> Iterator[Row]:
        return (self._from_json(line) for line in self._lines if line.text.strip())

    def _csv_rows(self) -> Iterator[Row]:
        found = records(self._lines, cells.delimiter(self._lines))
        head = cells.header(next(found, None))
        self.columns = head.columns
        return (self._from_cells(head, each) for each in found if each.text.strip())

    def _from_json(self, line: Line) -> Row:
        original: str | Mapping[str, Any] = line.text.rstrip("\r\n")
        try:
            original = _object(line)
            return Row(number=line.number, original=original, change=self._change(original))
        except IntakeRejected as why:
            return Row(number=line.number, original=original, rejected=_reason(why))

    def _from_cells(self, head: cells.Header, record: Record) -> Row:
        original: str | Mapping[str, Any] = record.text.rstrip("\r\n")
        try:
            original = cells.row(head, record)
            told = storable(cells.nested(original))
            found = replace(self._change(told), raw=storable(original))
            return Row(number=record.number, original=original, change=found)
        except IntakeRejected as why:
            return Row(number=record.number, original=original, rejected=_reason(why))

    def _change(self, told: Mapping[str, Any]) -> Change:
        kind, payload = _delivery(told, self._source, self._undated)
        found = change(kind, payload, self._source)
        undated = told.get("timestamp") is None and kind is ChangeKind.CREATED
        at = found.facts.get("created_at", found.at) if undated else found.at
        found = replace(found, raw=told, at=at)
        refuse_future((found,), self._now)
        return found


def _delivery(
    told: Mapping[str, Any], source: Source, undated: str
) -> tuple[ChangeKind, dict[str, Any]]:
    """A row in the shape of the webhook's body: it may be the whole body, or its ``data`` alone."""
    type_ = told.get("type")
    whole = isinstance(type_, str) and isinstance(told.get("data"), dict)
    data: Mapping[str, Any] = told["data"] if whole else told
    if not whole and not str(type_).startswith("comment."):
        type_ = "comment.created"
    kind = KINDS.get(str(type_))
    if kind is None:
        raise IntakeRejected(422, "Must be comment.created, .updated or .deleted.", "type")
    at = told.get("timestamp")
    if data.get("platform") is None and source.platform:
        data = {**data, "platform": source.platform}
    return kind, {"timestamp": undated if at is None else at, "data": data}


def _object(line: Line) -> dict[str, Any]:
    if not line.whole:
        raise IntakeRejected(422, "Longer than 1 MiB.")
    if not line.is_utf8:
        raise IntakeRejected(422, "Not UTF-8.")
    told = read_object(line.text.strip())
    return {name: value for name, value in told.items() if name not in OURS}


def _reason(why: IntakeRejected) -> str:
    field = why.field.removeprefix("data.")
    return f"{field}: {why.detail}" if field else why.detail
