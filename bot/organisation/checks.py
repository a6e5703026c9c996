"""What can only be seen across tables: things that are named twice, or never.

The checks read the raw data and pass over what has the wrong shape, so that a fault in one table
does not hide those in the others.
"""

from collections.abc import Collection, Iterator
from typing import Any

from bot.domain.comment import fold
from bot.domain.organisation import MANUAL_SOURCE
from bot.organisation.findings import Finding, unknown
from bot.organisation.places import Path
from bot.organisation.wording import closest

Data = dict[str, Any]
# The word that stands for every team in `/digest all`.
_ALL_TEAMS = "all"
_NONE = {
    "source": "there is no [[source]], so no comment may come in",
    "team": "there is no [[team]], so nobody can own a comment",
}


def across(data: Data, connectors: Collection[str]) -> Iterator[Finding]:
    """Every fault that lies between the tables of *data*."""
    yield from _absent(data)
    for section, key in (
        ("source", "key"),
        ("team", "key"),
        ("team", "name"),
        ("rule", "name"),
        ("digest", "key"),
    ):
        yield from _repeated(data, section, key)
    yield from _channels(data)
    yield from _reserved(data)
    yield from _connectors(data, connectors)
    yield from _departments(data)
    for path, rule in tables(data, "rule"):
        yield from _hollow(rule, path)
        yield from _references(rule, path, data)


def tables(data: Data, section: str) -> list[tuple[Path, Data]]:
    """The tables of a section with their places; ``[team]`` for ``[[team]]`` counts as one."""
    found = data.get(section)
    if isinstance(found, dict):
        return [((section,), found)]
    rows = found if isinstance(found, list) else []
    return [((section, n), row) for n, row in enumerate(rows) if isinstance(row, dict)]


def texts(table: Data, key: str) -> list[tuple[Path, str]]:
    """The texts of a key that holds one or a list of them, with their places in the table."""
    value = table.get(key)
    rows = list(enumerate(value)) if isinstance(value, list) else []
    pairs = [((key,), value), *(((key, index), row) for index, row in rows)]
    return [(path, row.strip()) for path, row in pairs if isinstance(row, str) and row.strip()]


def every(data: Data, section: str, *keys: str) -> dict[str, Path]:
    """The texts of *keys* over a whole section, each with its first place."""
    found: dict[str, Path] = {}
    for path, table in tables(data, section):
        for key in keys:
            for place, text in texts(table, key):
                found.setdefault(text, path + place)
    return found


def _absent(data: Data) -> Iterator[Finding]:
    for section, problem in _NONE.items():
        misspelt = any(closest(key, [section]) for key in data if key != section)
        if data.get(section, []) == [] and not misspelt:
            mend = f"add one that begins with a line [[{section}]], as in organisation.example.toml"
            yield Finding((section,), problem, mend)


def _repeated(data: Data, section: str, key: str) -> Iterator[Finding]:
    first = every(data, section, key)
    for path, table in tables(data, section):
        for place, text in texts(table, key):
            if path + place != first[text]:
                problem = f"another {section} has this {key}"
                yield Finding(path + place, problem, "choose another one", first[text])


def _channels(data: Data) -> Iterator[Finding]:
    first = every(data, "team", "channel")
    triage = data.get("triage_channel")
    for path, team in tables(data, "team"):
        for place, channel in texts(team, "channel"):
            where = path + place
            if channel == triage:
                mend = "give the team a channel of its own"
                yield Finding(where, "this is the triage channel", mend, ("triage_channel",))
            if where != first[channel]:
                mend = "give each team its own: a case has one card in each channel"
                yield Finding(where, "another team has this channel", mend, first[channel])


def _reserved(data: Data) -> Iterator[Finding]:
    for section, word, use in (
        ("source", MANUAL_SOURCE, "comments that people record by hand"),
        ("team", _ALL_TEAMS, "all teams together"),
    ):
        for path, table in tables(data, section):
            if table.get("key") == word:
                yield Finding((*path, "key"), f"“{word}” stands for {use}", "choose another one")


def _connectors(data: Data, connectors: Collection[str]) -> Iterator[Finding]:
    for path, source in tables(data, "source"):
        for place, name in texts(source, "connector"):
            if name not in connectors:
                yield Finding(path + place, *unknown(name, sorted(connectors), "a connector"))


def _departments(data: Data) -> Iterator[Finding]:
    order = [name for _, name in texts(data, "departments")]
    for index, (place, name) in enumerate(texts(data, "departments")):
        if index != order.index(name):
            yield Finding(place, f"“{name}” stands in the list twice", "take one out")
    for path, team in tables(data, "team") if order else []:
        for place, name in texts(team, "department"):
            if name not in order:
                problem, mend = unknown(name, order, "in the list of departments")
                mend = f"add it there, or {mend}"
                yield Finding(path + place, problem, mend, ("departments",))


def _hollow(rule: Data, path: Path) -> Iterator[Finding]:
    if rule.get("when") == {}:
        mend = 'say what it looks for, like when.text = ["refund"]'
        yield Finding((*path, "when"), "is empty, so the rule would match every comment", mend)
    if rule.get("unless") == {}:
        yield Finding((*path, "unless"), "is empty", "take it out, or say what must not be there")
    then = rule.get("then")
    if isinstance(then, dict) and all(value in ("", []) for value in then.values()):
        mend = 'say who gets it, like then.departments = ["service"]'
        yield Finding((*path, "then"), "gives nothing", mend)


def _references(rule: Data, path: Path, data: Data) -> Iterator[Finding]:
    then = rule.get("then")
    if not isinstance(then, dict):
        return
    for key, known, what in (
        ("departments", every(data, "team", "department"), "a department that a team has"),
        ("lead", every(data, "team", "department"), "a department that a team has"),
        ("teams", every(data, "team", "key"), "the key of a team"),
        ("unit", places_in_use(data, "unit"), "a unit that a team or source names"),
        ("region", places_in_use(data, "region"), "a region that a team or source names"),
    ):
        named = {fold(name) for name in known} if key in {"unit", "region"} else set(known)
        for place, text in texts(then, key) if known else []:
            if (fold(text) if key in {"unit", "region"} else text) not in named:
                yield Finding((*path, "then", *place), *unknown(text, sorted(known), what))


def places_in_use(data: Data, key: str) -> dict[str, Path]:
    """The units or regions that are in use; none when no team limits itself to any."""
    of_teams = every(data, "team", f"{key}s")
    return of_teams | every(data, "source", key) if of_teams else {}
