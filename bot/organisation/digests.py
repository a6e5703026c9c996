"""The digests of the organisation file: whom each is for, what must agree in it, and its schedule."""

import hashlib
from collections.abc import Iterator

from pydantic_core import PydanticCustomError

from bot.domain.comment import fold
from bot.domain.organisation import Organisation
from bot.domain.schedules import Cadence, Schedule, working_week
from bot.domain.scope import Kind, Scope
from bot.domain.worktime import DAY_NAMES
from bot.organisation import digest_values, values
from bot.organisation.checks import Data, every, places_in_use, tables, texts
from bot.organisation.digest_values import Every
from bot.organisation.findings import Finding, unknown
from bot.organisation.places import Path
from bot.organisation.schema import DigestTable, WholeDigestTable
from bot.organisation.wording import closest, listed, shown

EVERYBODY = str(Kind.ORGANISATION)
_CADENCES = {
    Every.DAY: Cadence.DAILY,
    Every.WEEK: Cadence.WEEKLY,
    Every.MONTH: Cadence.MONTHLY,
}
_WHAT = {
    Kind.TEAM: "the key of a team",
    Kind.DEPARTMENT: "a department that a team has",
    Kind.UNIT: "a unit that a team or source names",
    Kind.REGION: "a region that a team or source names",
    Kind.SOURCE: "the key of a source",
}


def digest_faults(data: Data) -> Iterator[Finding]:
    """Every fault in the digests and policy notes of *data* that is not one of a key by itself."""
    first: dict[tuple[str, ...], Path] = {}
    for path, table in tables(data, "digest"):
        yield from _whom(table, path, data)
        yield from _day(table, path)
        yield from _place(table, path, data)
        yield from _taken_key(table, path, data)
        before = first.setdefault(_likeness(table), path)
        if before != path and not _is_written(table, "key"):
            problem = "is for the same, as often and to the same place as another one"
            yield Finding(path, problem, 'give it a key of its own, like key = "evening"', before)
    yield from _departments(data)


def digests(data: Data, organisation: Organisation) -> tuple[Schedule, ...]:
    """The schedules that checked *data* describes."""
    return tuple(
        _schedule(WholeDigestTable(**table), table, data, organisation)
        for table in data.get("digest", [])
    )


def _schedule(table: DigestTable, raw: Data, data: Data, organisation: Organisation) -> Schedule:
    scope = _scope(raw["for"], data)
    team = organisation.team(scope.key) if scope.kind is Kind.TEAM else None
    on_working_days = table.every is Every.DAY if table.working_days is None else table.working_days
    return Schedule(
        key=table.key or _derived_key(raw, scope),
        scope=scope,
        cadence=_CADENCES[table.every],
        at=table.at,
        zone=table.timezone or (team.zone if team else organisation.zone),
        weekday=DAY_NAMES.index(str(table.on or "Mon")) if table.every is Every.WEEK else None,
        day=int(table.on or 1) if table.every is Every.MONTH else None,
        working=working_week(scope, organisation) if on_working_days else None,
        place=table.to or (team.channel if team else scope.person),
        from_file=True,
    )


def _derived_key(raw: Data, scope: Scope) -> str:
    """A key that stays as long as whom it is for, how often and where to do; no team has such."""
    likeness = "\n".join(_likeness(raw)).encode()
    return f"{raw['every']}.{scope.kind}.{hashlib.sha256(likeness).hexdigest()[:12]}"


def _likeness(table: Data) -> tuple[str, ...]:
    """What tells a digest without a key from another; unlike all others when it has one."""
    return tuple(str(table.get(name, "")) for name in ("for", "every", "to", "key"))


def _scope(written: str, data: Data) -> Scope:
    """Whom a digest is for; ``source:x`` names a kind, and a plain word is looked up.

    Raises:
        ValueError: it has the form of nothing there is.
    """
    kind, colon, key = (part.strip() for part in written.partition(":"))
    if colon:
        return Scope.parse(f"{kind}:{_as_known(Kind(kind), key, data)}")
    if written == EVERYBODY:
        return Scope()
    for found in (Kind.TEAM, Kind.DEPARTMENT):
        if written in _known(found, data):
            return Scope(found, written)
    return Scope(Kind.PERSON, _person(written))


def _person(written: str) -> str:
    try:
        return values.person(written)
    except PydanticCustomError as error:
        raise ValueError(written) from error


def _known(kind: Kind, data: Data) -> list[str]:
    """What can be named of a kind; nothing where anything can."""
    match kind:
        case Kind.TEAM:
            return list(every(data, "team", "key"))
        case Kind.DEPARTMENT:
            return list(every(data, "team", "department"))
        case Kind.SOURCE:
            return list(every(data, "source", "key"))
        case Kind.UNIT | Kind.REGION:
            return list(places_in_use(data, str(kind)))
        case _:
            return []


def _as_known(kind: Kind, key: str, data: Data) -> str:
    """*key* as teams and sources write it: capitals do not matter in a unit or region."""
    if kind not in {Kind.UNIT, Kind.REGION}:
        return key
    return next((name for name in _known(kind, data) if fold(name) == fold(key)), key)


def _whom(table: Data, path: Path, data: Data) -> Iterator[Finding]:
    where = (*path, "for")
    for _, written in texts(table, "for"):
        try:
            scope = _scope(written, data)
        except ValueError:
            yield Finding(where, *_nobody(written, data))
            return
        known = _known(scope.kind, data)
        if known and scope.key not in known:
            yield Finding(where, *unknown(scope.key, sorted(known), _WHAT[scope.kind]))
        if scope.kind is Kind.PERSON and not _is_person(scope.key):
            yield Finding(where, *_no_person(scope.key))


def _is_person(key: str) -> bool:
    try:
        return bool(_person(key))
    except ValueError:
        return False


def _no_person(key: str) -> tuple[str, str]:
    mend = "use the ID that begins with U or W: in Slack, open the profile, ⋮, Copy member ID"
    return f"{shown(key)} is not a Slack member ID", mend


def _nobody(written: str, data: Data) -> tuple[str, str]:
    kinds = [str(kind) for kind in Kind if kind is not Kind.ORGANISATION]
    kind, colon, key = (part.strip() for part in written.partition(":"))
    if colon and kind in kinds and not key:
        return f"{shown(written)} names none", f"write one after the colon, like “{kind}:…”"
    if colon:
        near = closest(kind, kinds)
        mend = f"did you mean “{near}:{key}”?" if near else f"before the colon: {listed(kinds)}"
        return f"{shown(written)} is for nobody that we know", mend
    known = [EVERYBODY, *_known(Kind.TEAM, data), *_known(Kind.DEPARTMENT, data)]
    return unknown(written, list(dict.fromkeys(known)), "a team, a department or the organisation")


def _day(table: Data, path: Path) -> Iterator[Finding]:
    how_often, where = table.get("every"), (*path, "on")
    try:
        day = digest_values.on(table["on"])
    except (KeyError, PydanticCustomError):
        return
    if how_often == Every.DAY:
        yield Finding(where, 'counts only with every = "week" or "month"', "take it out")
    if how_often == Every.WEEK and isinstance(day, int):
        yield Finding(where, "is a day of the month, and this comes weekly", 'write on = "Mon"')
    if how_often == Every.MONTH and isinstance(day, str):
        yield Finding(where, "is a day of the week, and this comes monthly", "write on = 1")


def _place(table: Data, path: Path, data: Data) -> Iterator[Finding]:
    if _is_written(table, "to") or any(closest(name, ["to"], likeness=0.75) for name in table):
        return
    for _, written in texts(table, "for"):
        try:
            scope = _scope(written, data)
        except ValueError:
            return
        if scope.kind not in {Kind.TEAM, Kind.PERSON}:
            mend = 'add to = "#channel", or somebody\'s member ID'
            yield Finding((*path, "to"), "does not say where to post it", mend)


def _is_written(table: Data, key: str) -> bool:
    return bool(table.get(key, "") != "")


def _taken_key(table: Data, path: Path, data: Data) -> Iterator[Finding]:
    teams = every(data, "team", "key")
    for place, key in texts(table, "key"):
        if key in teams:
            yield Finding(path + place, "a team has this key", "choose another one", teams[key])


def _departments(data: Data) -> Iterator[Finding]:
    known = [*every(data, "team", "department"), *(name for _, name in texts(data, "departments"))]
    for path, note in tables(data, "policy"):
        for place, name in texts(note, "departments") if known else []:
            if name not in known:
                problem, mend = unknown(name, sorted(set(known)), "a department that a team has")
                yield Finding(path + place, problem, mend)
