"""A fault before its line is known, and what pydantic's errors are called by us."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.errors import Fault
from bot.organisation.places import Path, Places
from bot.organisation.schema import (
    SECTIONS,
    ConditionTable,
    OutcomeTable,
    PromiseTable,
    RoutingTable,
    RuleTable,
    Table,
    TopTable,
)
from bot.organisation.wording import closest, kind_of, listed, shown

_INSIDE: dict[str, type[Table]] = {
    "when": ConditionTable,
    "unless": ConditionTable,
    "then": OutcomeTable,
    "urgent": PromiseTable,
    "high": PromiseTable,
    "low": PromiseTable,
    "routing": RoutingTable,
}


_TABLES = ("routing", "lexicon")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at *path*; *other* is the place that it collides with, if it does."""

    path: Path
    problem: str
    mend: str
    other: Path | None = None

    def fault(self, places: Places) -> Fault:
        """The fault as people read it."""
        seen = f" (line {places.line(self.other)})" if self.other is not None else ""
        return Fault(places.describe(self.path), self.problem + seen, self.mend)


def of_table(model: type[Table], data: dict[str, Any], path: Path) -> Iterator[Finding]:
    """What is wrong with the keys and values of one table that stands at *path*."""
    try:
        model.model_validate(data, context=data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        meant = {_meant(model, data, detail) for detail in details if _is_unknown(detail)}
        for detail in details:
            # A misspelt key is one fault, not two.
            if detail["type"] != "missing" or not _named(detail) & meant:
                yield _finding(model, data, detail, path)


def _is_unknown(detail: ErrorDetails) -> bool:
    return detail["type"] == "extra_forbidden"


def _named(detail: ErrorDetails) -> set[str]:
    key = _dotted(detail)
    return {key, *(f"{key}.{inner}" for inner in _INSIDE.get(key, Table).model_fields)}


def _keys(detail: ErrorDetails) -> list[str]:
    return [key for key in detail["loc"] if isinstance(key, str)]


def _dotted(detail: ErrorDetails) -> str:
    return ".".join(_keys(detail))


def _finding(model: type[Table], data: dict[str, Any], detail: ErrorDetails, path: Path) -> Finding:
    place = path + detail["loc"]
    if _is_unknown(detail):
        return Finding(place, "is not a key that belongs here", _advice(model, data, detail))
    example = f"{_dotted(detail)} = {_example(model, detail)}"
    match detail["type"]:
        case "missing":
            return Finding(place, "is missing", f"add {example}")
        case "value":
            mend = detail["ctx"]["mend"] or f"write it like {example}"
            return Finding(place, detail["ctx"]["problem"], mend)
        case _:
            problem = f"is {kind_of(detail['input'])}, not a table"
            return Finding(place, problem, f"write it like {example}")


def _around(model: type[Table], detail: ErrorDetails) -> type[Table]:
    """The model of the table that the fault's key stands in."""
    parents = _keys(detail)[:-1]
    return _INSIDE[parents[-1]] if parents else model


def _example(model: type[Table], detail: ErrorDetails) -> str:
    """How to write the key of a fault; below a table of anybody's keys, one of its values."""
    keys = _keys(detail)
    while len(keys) > 1 and keys[0] in _INSIDE:
        model = _INSIDE[keys.pop(0)]
    examples = model.model_fields[keys[0]].examples or [""]
    return str(examples[-1 if len(keys) > 1 else 0])


def _meant(model: type[Table], data: dict[str, Any], detail: ErrorDetails) -> str:
    """The key, with those around it, that an unknown one was probably meant to be; "" if none."""
    *parents, key = _keys(detail)
    if model is RuleTable and not parents and (parent := _parent_in_a_rule(key)):
        return f"{parent}.{key}"
    near = closest(key, _free(model, data, detail))
    return ".".join([*parents, near]) if near else ""


def _free(model: type[Table], data: dict[str, Any], detail: ErrorDetails) -> list[str]:
    """The keys that could still be written where the unknown one stands."""
    known = [*_around(model, detail).model_fields, *(SECTIONS if model is TopTable else ())]
    for key in detail["loc"][:-1]:
        data = data[str(key)]
    return [key for key in known if key not in data]


def _parent_in_a_rule(key: str) -> str:
    return next((p for p in ("when", "then") if key in _INSIDE[p].model_fields), "")


def _advice(model: type[Table], data: dict[str, Any], detail: ErrorDetails) -> str:
    key = _keys(detail)[-1]
    if model is not TopTable and key in TopTable.model_fields:
        return "move it to the top of the file, above the first [[…]]"
    meant = _meant(model, data, detail)
    if meant in SECTIONS and model is TopTable:
        return f"did you mean [[{meant}]]?"
    if meant in _TABLES and model is TopTable:
        return f"did you mean [{meant}]?"
    if meant:
        return f"did you mean {meant}?"
    sections = SECTIONS if model is TopTable and len(_keys(detail)) == 1 else ()
    known = [*_around(model, detail).model_fields, *sections]
    return f"take it out; known here: {', '.join(known)}"


def unknown(value: str, known: Collection[str], what: str) -> tuple[str, str]:
    """Problem and mend for a *value* that should be one of *known*."""
    near = closest(value, known)
    mend = f"did you mean “{near}”?" if near else f"use {listed(known)}"
    return f"{shown(value)} is not {what}", mend
