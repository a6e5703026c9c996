"""What must agree in what the teams have promised, who is on duty, and who is told."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

from pydantic_core import PydanticCustomError

from bot.domain import durations
from bot.domain.organisation import Priority, Tell
from bot.organisation import values
from bot.organisation.checks import Data, every, tables, texts
from bot.organisation.findings import Finding, unknown
from bot.organisation.places import Path
from bot.organisation.wording import closest, shown

_TARGETS = ("claim_within", "resolve_within")


def agreements(data: Data) -> Iterator[Finding]:
    """Every fault in *data* of keys that are right by themselves but not together."""
    yield from _quorum(data)
    for path, team in tables(data, "team"):
        yield from _rota(team, path)
        yield from _cover(team, path, data)
        yield from _promises(team, path)
    yield from _equal_steps(data)
    for path, step in tables(data, "escalation"):
        yield from _managers(step, path, data)
        yield from _endless(step, path, data)


def _quorum(data: Data) -> Iterator[Finding]:
    way = data.get("settled_when", values.Settled.ALL)
    wanted = way == values.Settled.QUORUM
    if wanted and not _written(data, "quorum"):
        mend = "add quorum = 2, the number of teams that must be done"
        yield Finding(("settled_when",), "does not say how many teams", mend)
    if "quorum" in data and way in list(values.Settled) and not wanted:
        mend = 'take it out, or write settled_when = "quorum"'
        yield Finding(("quorum",), 'counts only with settled_when = "quorum"', mend)


def _written(table: Data, key: str) -> bool:
    """Whether *key* is there, perhaps misspelt: that is one fault already."""
    return any(closest(name, [key], likeness=0.75) for name in table)


def _rota(team: Data, path: Path) -> Iterator[Finding]:
    rota = team.get("rota")
    missing = team.get("rota_since") == "" or not _written(team, "rota_since")
    if isinstance(rota, list) and len(rota) > 1 and missing:
        problem = "does not say whose week it is"
        mend = "add rota_since = 2026-01-05, the day on which the first person's week begins"
        yield Finding((*path, "rota"), problem, mend)


def _cover(team: Data, path: Path, data: Data) -> Iterator[Finding]:
    known = every(data, "team", "key")
    departments = {row.get("key"): row.get("department") for _, row in _plain_teams(data)}
    own = team.get("department")
    others = [key for key in known if key != team.get("key") and departments.get(key) == own]
    for place, key in texts(team, "cover"):
        if key == team.get("key"):
            yield Finding(path + place, "a team cannot cover for itself", "take it out")
        elif key not in known:
            yield Finding(path + place, *_unknown_team(key, others))
        elif departments.get(key) != own:
            problem = f"{shown(key)} is a team of another department"
            mend = "only a team of the same department can cover"
            yield Finding(path + place, problem, mend, known[key])


def _plain_teams(data: Data) -> list[tuple[Path, Data]]:
    """The teams whose key is a text; another kind cannot be looked up by."""
    return [(path, team) for path, team in tables(data, "team") if isinstance(team.get("key"), str)]


def _unknown_team(key: str, others: list[str]) -> tuple[str, str]:
    if not others:
        return f"{shown(key)} is not the key of a team", "take it out: no other team could cover"
    return unknown(key, sorted(others), "the key of a team")


def _promises(team: Data, path: Path) -> Iterator[Finding]:
    for target in _TARGETS:
        promised = [found for p in Priority if (found := _promise(team, p, target))]
        for (faster, fast, place), (calmer, slow, beside) in pairwise(promised):
            if fast <= slow:
                continue
            # The normal targets are the measure; what differs from them is at fault.
            if faster is Priority.NORMAL:
                problem, mend = f"{calmer} is promised sooner than {faster}", "promise it later"
                yield Finding(path + beside, problem, mend, path + place)
            else:
                problem, mend = f"{faster} is promised later than {calmer}", "promise it sooner"
                yield Finding(path + place, problem, mend, path + beside)


def _promise(
    team: Data, priority: Priority, target: str
) -> tuple[Priority, timedelta, Path] | None:
    """What the team promises for a priority and where; None when it cannot be read."""
    place = (target,) if priority is Priority.NORMAL else (str(priority), target)
    week = values.week_of(team)
    found: Any = team
    for key in place:
        found = found.get(key) if isinstance(found, dict) else None
    try:
        return (priority, durations.parse(found, day=week.working_day), place) if week else None
    except (TypeError, ValueError):
        return None


def _equal_steps(data: Data) -> Iterator[Finding]:
    first: dict[tuple[object, ...], Path] = {}
    for path, step in tables(data, "escalation"):
        after, wait, tell = step.get("after"), _wait(step), step.get("tell")
        if isinstance(after, str) and isinstance(tell, str) and wait is not None:
            before = first.setdefault((after, wait, tell), path)
            if before != path:
                yield Finding(path, "is the same step as another one", "take one out", before)


def _wait(step: Data) -> timedelta | None:
    try:
        return values.wait(step.get("wait", "0m"))
    except PydanticCustomError:
        return None


def _managers(step: Data, path: Path, data: Data) -> Iterator[Finding]:
    missing = data.get("managers") in ("", []) or not _written(data, "managers")
    if step.get("tell") == Tell.MANAGERS and missing:
        mend = 'add managers = ["U0123ABCD"] at the top of the file'
        yield Finding((*path, "tell"), "there are no managers to tell", mend)


def _endless(step: Data, path: Path, data: Data) -> Iterator[Finding]:
    wait = _wait(step)
    for place, team in tables(data, "team"):
        week = values.week_of(team)
        if wait and week and wait > values.working_year(week):
            problem = "is more than a year of a team's working hours"
            yield Finding((*path, "wait"), problem, "wait less", (*place, "hours"))
            return
