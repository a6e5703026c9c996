"""The cells of a CSV file, as the object that a webhook's ``data`` would be."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.errors import IntakeRejected
from bot.intake.lines import Lines, Record
from bot.intake.rejects import OURS, REASON, unguarded

_DELIMITERS = (",", ";", "\t")
_PARTS = ("author", "post")
_SEPARATORS = {"tags": ",;", "media": " \n"}


def delimiter(lines: Lines) -> str:
    """The one that stands most often in the first line, which stays to be read."""
    first = next(lines, None)
    if first is None:
        raise IntakeRejected(422, "The file is empty.")
    lines.put_back([first])
    return max(_DELIMITERS, key=first.text.count)


@dataclass(frozen=True, slots=True)
class Header:
    """The names over the cells; ``mended`` marks a file of rejected rows that we wrote."""

    names: tuple[str, ...]

    @property
    def mended(self) -> bool:
        """Whether its cells are guarded against spreadsheets."""
        return REASON in self.names

    @property
    def columns(self) -> tuple[str, ...]:
        """The names that a comment's fields stand under."""
        return tuple(name for name in self.names if name and name not in OURS)


def header(first: Record | None) -> Header:
    """The first record of a file.

    Raises:
        IntakeRejected: 422, when no comment can be made of such columns.
    """
    if first is None or first.problem or "\0" in first.text:
        raise IntakeRejected(422, "The first line cannot be read. Save the file as CSV in UTF-8.")
    head = Header(tuple(name.strip() for name in first.cells))
    if "id" not in head.names:
        raise IntakeRejected(422, "The first line must name the columns, one of them id.", "id")
    if len(set(head.columns)) < len(head.columns):
        raise IntakeRejected(422, "The first line names a column twice.")
    return head


def row(head: Header, record: Record) -> dict[str, str]:
    """The cells of *record* by column.

    Raises:
        IntakeRejected: 422, when it is broken, or longer than the first line.
    """
    if record.problem:
        raise IntakeRejected(422, record.problem)
    if any(record.cells[len(head.names) :]):
        raise IntakeRejected(422, "Has more cells than the first line has columns.")
    cells = dict(zip(head.names, record.cells, strict=False))
    found = {name: cells[name] for name in head.columns if name in cells}
    return {n: unguarded(cell) for n, cell in found.items()} if head.mended else found


def nested(original: Mapping[str, str]) -> dict[str, Any]:
    """*original* as an object: ``author.name`` inside ``author``, numbers and lists as such.

    An empty cell says nothing.
    """
    told: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {}
    for name, cell in original.items():
        if not cell.strip():
            continue
        part, dot, inner = name.partition(".")
        if dot and part in _PARTS:
            parts.setdefault(part, {})[inner] = _value(name, cell)
        else:
            told[name] = _value(name, cell)
    return told | parts


def _value(name: str, cell: str) -> Any:
    if name in _SEPARATORS:
        return _list(cell, _SEPARATORS[name])
    if name in _NUMBERS:
        # What is not a number stays text, which is reported with the field's name.
        with suppress(ValueError):
            return _NUMBERS[name](cell)
    return cell


def _list(cell: str, separators: str) -> Any:
    if cell.lstrip().startswith("["):
        with suppress(ValueError, RecursionError):
            return json.loads(cell)
    for separator in separators + "|":
        cell = cell.replace(separator, "\t")
    return [item.strip() for item in cell.split("\t") if item.strip()]


_NUMBERS: dict[str, Callable[[str], object]] = {"rating": float, "author.followers": int}
