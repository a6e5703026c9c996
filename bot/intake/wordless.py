"""Rows of a file without any words: stars or a photo may say enough, a column by another name does not."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.comment import ChangeKind
from bot.errors import IntakeRejected
from bot.intake.files import Row

_FIELD = "text"
_MOST_NAMES = 12
_LONGEST_NAME = 40


def is_wordless(row: Row) -> bool:
    """Whether *row* is a new comment that says nothing in words."""
    told = row.change
    if told is None or told.kind is not ChangeKind.CREATED:
        return False
    return not told.facts.get("text", "").strip()


def require_words(rows: Iterable[Row]) -> None:
    """Refuse a file in which nobody says anything; reads on only until somebody does.

    Stars and photos alone are comments too, where the field for the words is there and empty.

    Raises:
        IntakeRejected: 422; it names the field, and those that the first row has instead.
    """
    first: Row | None = None
    for row in rows:
        if row.change is None or row.change.kind is not ChangeKind.CREATED:
            continue
        if not is_wordless(row) or _is_meant(row):
            return
        first = first or row
    if first is not None:
        names = ", ".join(name[:_LONGEST_NAME] for name in list(_fields(first))[:_MOST_NAMES])
        raise IntakeRejected(
            422,
            f"No comment in it has any words. Call the column with them “{_FIELD}”; there are: {names}.",
            _FIELD,
        )


def _is_meant(row: Row) -> bool:
    facts = row.change.facts if row.change else {}
    return _FIELD in _fields(row) and bool(facts.get("media") or facts.get("rating") is not None)


def _fields(row: Row) -> Mapping[str, Any]:
    told = row.original if isinstance(row.original, Mapping) else {}
    data = told.get("data")
    return data if isinstance(data, Mapping) else told
