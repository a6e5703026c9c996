"""Labelled comments, from a file with one JSON object per line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import Fault, Misconfigured

_FORM = 'write lines like {"text": "…", "labels": ["service"], "split": "train"}'

_MOST_FAULTS = 20


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
        # Not by splitlines(): texts may have other ends of lines in them than a file has.
        rows = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        fault = Fault(
            str(path),
            f"cannot be read: {error.strerror}",
            "check its path, and that you may read it",
        )
        raise Misconfigured([fault]) from error
    except UnicodeDecodeError as error:
        raise Misconfigured([Fault(str(path), "is not UTF-8", _FORM)]) from error
    faults: list[Fault] = []
    lines = list(_lines(path, rows, faults))
    if faults:
        raise Misconfigured(_few(path, faults))
    if not lines:
        raise Misconfigured([Fault(str(path), "has no comments", _FORM)])
    if all(line.split == "train" for line in lines):
        mend = 'give some lines "split": "test", or take the split out of all'
        raise Misconfigured([Fault(str(path), "has comments to learn from and none to ask", mend)])
    return lines


def _few(path: Path, faults: list[Fault]) -> list[Fault]:
    """The first faults; a file of another kind has one in every line."""
    if len(faults) <= _MOST_FAULTS:
        return faults
    rest = f"has {len(faults) - _MOST_FAULTS:,} more lines that cannot be used"
    return [*faults[:_MOST_FAULTS], Fault(path.name, rest, _FORM)]


def _lines(path: Path, rows: list[str], faults: list[Fault]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        try:
            yield _line(json.loads(row))
        except json.JSONDecodeError as error:
            what = f"is not JSON: {error.msg} at column {error.colno}"
            faults.append(Fault(f"{path.name}:{number}", what, _FORM))
        except ValueError as error:
            faults.append(Fault(f"{path.name}:{number}", str(error), _FORM))


def _line(row: Any) -> Line:
    wrong = _wrong(row)
    if wrong:
        raise ValueError(wrong)
    return Line(
        text=row["text"],
        labels=frozenset(row["labels"]),
        lang=row.get("lang") or "",
        split=row.get("split") or "",
    )


def _wrong(row: Any) -> str:
    """What is wrong with an object; "" when it can be used."""
    if not isinstance(row, dict):
        return "is not an object in braces"
    labels = row.get("labels")
    checks = {
        "has no text": "text" in row,
        "has no labels": "labels" in row,
        "its text is not a text in quotes": isinstance(row.get("text"), str),
        "its labels are not a list of texts": isinstance(labels, list)
        and all(isinstance(one, str) for one in labels),
        "its lang is not a text in quotes": isinstance(row.get("lang") or "", str),
        "its split is neither train nor test": (row.get("split") or "") in ("", "train", "test"),
    }
    return next((problem for problem, well in checks.items() if not well), "")


def parted(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """What to learn from and what to ask; without a split, every fourth is asked."""
    if any(line.split for line in lines):
        train = [line for line in lines if line.split == "train"]
        return train, [line for line in lines if line.split != "train"]
    train = [line for at, line in enumerate(lines) if at % 4]
    return train, lines[::4]
