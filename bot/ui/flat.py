"""A digest as rows for a spreadsheet: a row for each of several teams, then one for all of it.

It begins with a byte order mark, by which spreadsheets know that names in any script are UTF-8.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.cells import SIGNS, UNSEEN
from bot.domain.organisation import Organisation
from bot.domain.report import Report
from bot.domain.scope import Kind, Scope
from bot.ui.plain import measures, standing
from bot.ui.wording import named

MARK = "\ufeff"
# How evenly the work is shared says nothing of one team, nor in a digest of one department.
_SHARED: Mapping[str, Any] = {"concentration": None, "carried_by": None}
_FORMULA = re.compile(rf"((?:^|[,;|\t\r\n\"']){UNSEEN}*)({SIGNS})")


def flat(report: Report, organisation: Organisation) -> str:
    """*report* as CSV, with the names of `docs/metrics.md` and times in seconds."""
    rows = [*_rows(report, organisation)]
    written = io.StringIO()
    written.write(MARK)
    sheet = csv.DictWriter(written, list(rows[0]))
    sheet.writeheader()
    sheet.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return written.getvalue()


def _rows(report: Report, organisation: Organisation) -> Iterator[dict[str, Any]]:
    for row in report.teams:
        scope = Scope(Kind.TEAM, row.team.key)
        numbers = measures(row.measures, whole=False)
        # Empty cells under the same columns as in the row of all.
        empty = dict.fromkeys(_flattened(measures(row.measures)))
        known = {name: value for name, value in numbers.items() if value is not None}
        now = standing(row.measures.standing)
        about = _about(report, scope, organisation)
        yield {**about, **empty, **_flattened(known), **now, **_SHARED}
    found = report.measures
    yield {
        **_about(report, report.scope, organisation),
        **_flattened(measures(found)),
        **standing(found.standing),
        **_shared(report),
    }


def _shared(report: Report) -> dict[str, Any]:
    if report.shared is None:
        return dict(_SHARED)
    return {name: getattr(report.shared, name) for name in _SHARED}


def _about(report: Report, scope: Scope, organisation: Organisation) -> dict[str, Any]:
    return {
        "scope": str(scope),
        "name": named(scope, organisation),
        "since": report.period.since.isoformat(),
        "until": report.period.until.isoformat(),
    }


def _flattened(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= {f"{name}_{part}": each for part, each in value.items()}
        else:
            found[name] = value
    return found


def _cell(value: Any) -> Any:
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """*text* on one line, which no spreadsheet takes for a formula.

    Where it begins like one, and behind whatever another country's spreadsheet cuts cells at, an
    apostrophe goes first.
    """
    return _FORMULA.sub(r"\1'\2", " ".join(text.split("\n")))
