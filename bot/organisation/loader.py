"""From the file to an `Organisation`, or to every fault in it at once."""

import re
import tomllib
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.domain.organisation import Organisation
from bot.errors import Fault, Misconfigured
from bot.intake.connector import CONNECTORS
from bot.organisation.agreements import agreements
from bot.organisation.build import organisation
from bot.organisation.checks import across, tables
from bot.organisation.digests import digest_faults
from bot.organisation.findings import Finding, of_table
from bot.organisation.places import Places
from bot.organisation.routing_faults import routing_faults
from bot.organisation.schema import SECTIONS, TopTable
from bot.organisation.wording import kind_of

_EXAMPLE = "copy organisation.example.toml to it and change what differs"
_UTF_8 = "save it as UTF-8"
_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
# What `tomllib` says, by a part of it, and what people have usually done.
_SYNTAX = {
    "Cannot overwrite": ("the same key stands here twice", "take one out"),
    "Cannot mutate": ("the same key stands here twice", "take one out"),
    "Cannot declare": ("this table was begun before", "write [[team]] with two brackets each time"),
    "Unescaped '\\'": ("a backslash in double quotes", "use single quotes: '\\d+'"),
    "Invalid value": ("the value cannot be read", 'write it in straight quotes, like "HK"'),
    "Expected newline": ("more follows after the value", "put the whole value in quotes"),
    "Illegal character '\\n'": ("quotes are opened and not closed", "close them on the same line"),
    "Unterminated": ("quotes are opened and not closed", "close them"),
    "Expected \"'": ("quotes are opened and not closed", "close them"),
    "Unclosed": ("a bracket is opened and not closed", "close it, with commas between the values"),
    "Expected '='": ("a key without a value", 'write it like region = "HK"'),
    "Expected ']": ("a bracket is opened and not closed", "close it"),
    "Invalid statement": ("this is neither a key nor a table", 'write it like region = "HK"'),
}


def load(
    path: Path, connectors: Collection[str] = CONNECTORS, *, today: date | None = None
) -> Organisation:
    """Read the organisation file at *path*, with the public holidays of the years around *today*.

    Raises:
        Misconfigured: it cannot be read, or with every fault that is in it.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _one(f"{path.name}:{line}", "is not UTF-8 text", _UTF_8) from error
    except FileNotFoundError as error:
        mend = f"{_EXAMPLE}, or set CROSSTALK_ORG to where it is"
        raise _one(str(path), "there is no such file", mend) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _one(str(path), f"cannot be read: {reason}", "give a file we may read") from error
    return parse(text, path.name, connectors, today=today)


def parse(
    text: str,
    name: str = "organisation.toml",
    connectors: Collection[str] = CONNECTORS,
    *,
    today: date | None = None,
) -> Organisation:
    """Read *text*, which faults call *name*; *connectors* are the ones that sources may use.

    Public holidays are those of last year to five years ahead of *today*, the real date if None.

    Raises:
        Misconfigured: with every fault found, in the order of their lines.
    """
    text = text.removeprefix("\ufeff")
    data, places = _toml(text, name)
    if not data:
        raise _one(name, "is empty", _EXAMPLE)
    found = [
        *_shape(data),
        *across(data, connectors),
        *agreements(data),
        *digest_faults(data),
        *routing_faults(data),
    ]
    if found:
        found.sort(key=lambda finding: places.line(finding.path))
        raise Misconfigured([finding.fault(places) for finding in found])
    return organisation(data, today or datetime.now(UTC).date())


def _toml(text: str, name: str) -> tuple[dict[str, Any], Places]:
    try:
        text.encode()
        data = tomllib.loads(text)
        return data, Places(name, text, data)
    except UnicodeEncodeError as error:
        line = text[: error.start].count("\n") + 1
        raise _one(f"{name}:{line}", "is not UTF-8 text", _UTF_8) from error
    except RecursionError as error:
        raise _one(name, "brackets are nested too deeply", "use fewer brackets") from error
    except ValueError as error:
        raise Misconfigured([_syntax(str(error), text, name)]) from error


def _syntax(message: str, text: str, name: str) -> Fault:
    position = _POSITION.search(message)
    if not position:
        return Fault(name, "a number is too long", "write a shorter number")
    line = position[1] or str(text.rstrip("\n").count("\n") + 1)
    said = message[: position.start()]
    for part, (problem, mend) in _SYNTAX.items():
        if said.startswith(part):
            return Fault(f"{name}:{line}", f"is not TOML: {problem}", mend)
    column = f" at column {position[2]}" if position[2] else ""
    mend = "compare it with the same line in organisation.example.toml"
    return Fault(f"{name}:{line}", f"is not TOML: {said}{column}", mend)


def _shape(data: dict[str, Any]) -> Iterator[Finding]:
    """Faults in the keys and values of the tables, each table by itself."""
    top = {key: value for key, value in data.items() if key not in SECTIONS}
    yield from of_table(TopTable, top, ())
    for section, model in SECTIONS.items():
        yield from _brackets(data, section)
        for path, table in tables(data, section):
            yield from of_table(model, table, path)


def _brackets(data: dict[str, Any], section: str) -> Iterator[Finding]:
    found = data.get(section, [])
    mend = f"begin each with a line [[{section}]], with two brackets"
    if not isinstance(found, list):
        yield Finding((section,), f"is {kind_of(found)}, not a list of tables", mend)
        return
    for index, row in enumerate(found):
        if not isinstance(row, dict):
            yield Finding((section, index), f"is {kind_of(row)}, not a table", mend)


def _one(place: str, problem: str, mend: str) -> Misconfigured:
    return Misconfigured([Fault(place, problem, mend)])
