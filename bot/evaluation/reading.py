"""Labelled comments, from a file with one JSON object per line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import Fault, Misconfigured

_FORM = 'write lines like {"text": "…", "labels": ["service"], "split": "train"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One labelled comment; *split* is ``train``, ``test`` or ""."""

    text: str
    labels: frozenset[str]
    lang: str = ""
    split: str = ""


def read(path: Path) -> list[Line]:
    """The comments of the file.

    Raises:
        Misconfigured: it cannot be read, or with every line that is not of the form.
    """
    try:
        rows = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured([Fault(str(path), f"cannot be read: {error}", _FORM)]) from error
    faults: list[Fault] = []
    lines = list(_lines(path, rows, faults))
    if faults:
        raise Misconfigured(faults[:20])
    if not lines:
        raise Misconfigured([Fault(str(path), "has no comments", _FORM)])
    return lines


def _lines(path: Path, rows: list[str], faults: list[Fault]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        try:
            yield _line(json.loads(row))
        except (ValueError, TypeError, KeyError) as error:
            what = f"cannot be used: {type(error).__name__} {error}"
            faults.append(Fault(f"{path.name}:{number}", what, _FORM))


def _line(row: dict[str, Any]) -> Line:
    text, labels, split = row["text"], row["labels"], row.get("split") or ""
    if not isinstance(text, str) or not isinstance(labels, list):
        raise TypeError("text is not text, or labels are no list")
    if split not in {"", "train", "test"}:
        raise ValueError("split is neither train nor test")
    return Line(
        text=text, labels=frozenset(map(str, labels)), lang=row.get("lang") or "", split=split
    )


def parted(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """What to learn from and what to ask; without a split, every fourth is asked."""
    if any(line.split for line in lines):
        train = [line for line in lines if line.split == "train"]
        return train, [line for line in lines if line.split != "train"]
    train = [line for at, line in enumerate(lines) if at % 4]
    return train, lines[::4]
