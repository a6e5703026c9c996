"""The tables of a digest's page."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain import durations
from bot.domain.measures import Measures
from bot.domain.organisation import Organisation
from bot.domain.report import Report, Wait
from bot.ui import spoken
from bot.ui.digest_words import arrived
from bot.ui.html import Html, el
from bot.ui.page_parts import section
from bot.ui.wording import named

_MOST_WAITS = 10
_FEWEST_IN_MATRIX, _LARGEST_MATRIX = 5, 8
_LESS_TELLING = frozenset({5, 7})
"""The columns of all teams that a phone has no room for."""


def teams(report: Report, organisation: Organisation, now: datetime) -> Html:
    """Several teams side by side, the one in most need first, and all of them together."""
    if not report.teams:
        return Html()
    ordered = sorted(report.teams, key=lambda row: _need(row.measures, now))
    columns = (
        *("Team", "Past target", "Unclaimed", "Open"),
        *(arrived(report.scope).capitalize(), "Claimed", "Resolved"),
        "Half of claims within",
    )
    head = el("tr", *(_heading(name, place) for place, name in enumerate(columns)))
    rows = [_team(row.team.name, row.measures, now) for row in ordered]
    total = _team(named(report.scope, organisation), report.measures, now)
    parts = (el("thead", head), el("tbody", *rows), el("tfoot", total))
    return section("teams", "Teams", _table("teams", *parts))


def _heading(name: str, place: int) -> Html:
    wide = {"class_": "wide"} if place in _LESS_TELLING else {}
    return el("th", name, scope="col", **wide)


def _need(m: Measures, now: datetime) -> tuple[int, int, float, int]:
    since = m.standing.oldest_unclaimed or now
    waited = (since - now).total_seconds()
    return -m.standing.past_target, -m.standing.unclaimed, waited, -m.standing.open


def _team(name: str, m: Measures, now: datetime) -> Html:
    standing = m.standing
    since = standing.oldest_unclaimed
    oldest = el("small", f"oldest {durations.words(now - since)}") if since else ""
    late = {"class_": "late"} if standing.past_target else {}
    return el(
        "tr",
        el("th", el("bdi", name), scope="row"),
        el("td", f"{standing.past_target:,}", **late),
        el("td", f"{standing.unclaimed:,}", oldest),
        el("td", f"{standing.open:,}"),
        el("td", f"{m.came_in:,}"),
        el("td", f"{m.claimed:,}", class_="wide"),
        el("td", f"{m.resolved:,}"),
        el("td", spoken.length(m.time_to_claim.clock.median), class_="wide"),
    )


def speeds(report: Report) -> Html:
    """How long things took, by the clock and in working time."""
    every = spoken.speeds(report.measures)
    found = [each for each in every if each.count or each.unanswered]
    if not found:
        return Html()
    columns = ("Time", "Half within", "9 in 10 within", "Count", "Unanswered")
    table = _table(
        "speeds",
        el("caption", "Small: in the working time of the team. Unanswered: still waited for."),
        el("thead", el("tr", *(el("th", name, scope="col") for name in columns))),
        el("tbody", *(_speed(each) for each in found)),
    )
    return section("speeds", "How long it took", table)


def _speed(speed: spoken.Speed) -> Html:
    return el(
        "tr",
        el("th", speed.name[:1].upper() + speed.name[1:], scope="row"),
        el("td", speed.half, _working(speed.half_working)),
        el("td", speed.most, _working(speed.most_working)),
        el("td", f"{speed.count:,}"),
        el("td", f"{speed.unanswered:,}"),
    )


def _working(length: str) -> Html:
    return el("small", el("span", "working time: ", class_="aloud"), length)


def waits(report: Report, organisation: Organisation, now: datetime) -> Html:
    """Which team waits for which: as a matrix where it is a small one, else the longest waits."""
    found = report.shared.waits if report.shared else ()
    if not found:
        return Html()
    parts = _matrix(found, organisation, now) or _listed(found, organisation, now)
    return section("waits", "Who waits for whom", _table("waits", *parts))


def _matrix(found: Sequence[Wait], organisation: Organisation, now: datetime) -> list[Html]:
    rows, columns = (list(dict.fromkeys(keys)) for keys in zip(*map(_pair, found), strict=True))
    if len(found) < _FEWEST_IN_MATRIX or max(len(rows), len(columns)) > _LARGEST_MATRIX:
        return []
    cells = {_pair(wait): wait for wait in found}
    head = (el("th", _name(on, organisation), scope="col") for on in columns)
    lines = (
        el(
            "tr",
            el("th", _name(team, organisation), scope="row"),
            *(_cell(cells.get((team, on)), now) for on in columns),
        )
        for team in rows
    )
    told = "Each row: in how many cases that team waits for the others, and for how long."
    corner = el("th", "Waiting", scope="col")
    return [el("caption", told), el("thead", el("tr", corner, *head)), el("tbody", *lines)]


def _pair(wait: Wait) -> tuple[str, str]:
    return wait.waiting, wait.on


def _cell(wait: Wait | None, now: datetime) -> Html:
    if wait is None:
        return el("td")
    return el("td", f"{wait.cases:,}", el("small", durations.words(now - wait.oldest)))


def _listed(found: Sequence[Wait], organisation: Organisation, now: datetime) -> list[Html]:
    rows = [
        el(
            "tr",
            el("th", _name(w.waiting, organisation), scope="row"),
            el("td", _name(w.on, organisation), class_="text"),
            el("td", f"{w.cases:,}"),
            el("td", durations.words(now - w.oldest)),
        )
        for w in found[:_MOST_WAITS]
    ]
    names = (("This team", ""), ("waits for", "text"), ("in cases", ""), ("for", ""))
    head = (el("th", name, scope="col", **({"class_": c} if c else {})) for name, c in names)
    more = _more(len(found) - _MOST_WAITS)
    return [*more, el("thead", el("tr", *head)), el("tbody", *rows)]


def _name(key: str, organisation: Organisation) -> Html:
    return el("bdi", spoken.team(key, organisation))


def _more(count: int) -> list[Html]:
    return [el("caption", f"and {count} more")] if count > 0 else []


def _table(name: str, *parts: Html) -> Html:
    """A table that scrolls by itself, also with a keyboard, where the page is too narrow."""
    about: dict[str, str] = {"role": "group", "tabindex": "0", "aria_labelledby": name}
    return el("div", el("table", *_inside(parts)), class_="scroll", **about)


def _inside(parts: Iterable[Html]) -> list[Html]:
    return [part for part in parts if part]
