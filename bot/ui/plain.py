"""A digest as plain values for other programs: names as in `docs/metrics.md`, times in seconds."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from bot.domain.digest import Period, Waiting
from bot.domain.lines import Line
from bot.domain.measures import COUNTS, Kept, Measures, Spread, Standing, Times
from bot.domain.organisation import Organisation
from bot.domain.report import Compared, Report, Shared, TeamRow
from bot.ui.wording import named

Values = dict[str, Any]

TIMES = (
    "time_to_route",
    "time_to_claim",
    "time_to_touch",
    "time_to_resolve",
    "time_to_settle",
    "handoff_lag",
)
TARGETS = ("claim_target", "resolve_target")
OF_CASES = frozenset(
    {"received", "routed", "settled", "joint", "resolved_cases", "joint_rate"}
    | {"time_to_route", "time_to_settle"}
)
"""What is counted by whole cases, and so not for each of several teams."""


def plain(report: Report, organisation: Organisation, *, now: datetime) -> Values:
    """Everything that *report* tells, in values that JSON has; *now* is when it was asked for."""
    scope = report.scope
    return {
        "scope": {
            "kind": str(scope.kind),
            "key": scope.key,
            "name": named(scope, organisation),
        },
        "period": _period(report.period),
        "zone": report.zone.key,
        "at": now.isoformat(),
        "measures": measures(report.measures),
        "standing": standing(report.measures.standing),
        "compared": _compared(report.compared),
        "teams": [_team(row) for row in report.teams],
        "lines": [_line(line) for line in report.lines],
        "we_wait": [_waiting(each) for each in report.we_wait],
        "they_wait": [_waiting(each) for each in report.they_wait],
        "themes": [
            {
                "term": theme.topic.term,
                "count": theme.topic.count,
                "about": theme.topic.about,
                "usual": theme.topic.usual,
                "cases": list(theme.cases),
            }
            for theme in report.themes
        ],
        "thanks": [asdict(each) for each in report.thanks],
        "policy": [
            {"on": note.on.isoformat(), "text": note.text, "url": note.url}
            for note in report.policy
        ],
        **_shared(report.shared),
    }


def measures(found: Measures, *, whole: bool = True) -> Values:
    """What happened; without *whole* cases, what is counted by them is None."""
    values: Values = {name: getattr(found, name) for name in COUNTS}
    values |= {"bounce": found.bounce, "joint_rate": found.joint_rate}
    values |= {name: _times(getattr(found, name)) for name in TIMES}
    values |= {name: _kept(getattr(found, name)) for name in TARGETS}
    return {name: None if name in OF_CASES and not whole else v for name, v in values.items()}


def standing(found: Standing) -> Values:
    """How it stands at this moment."""
    return {
        "open": found.open,
        "unclaimed": found.unclaimed,
        "oldest_unclaimed": _instant(found.oldest_unclaimed),
        "warned": found.warned,
        "past_target": found.past_target,
        "oldest_past_target": _instant(found.oldest_past_target),
    }


def _times(times: Times) -> Values:
    return {
        "count": times.count,
        **_spread(times.clock),
        **_spread(times.working, "_working"),
        "unanswered": times.unanswered,
    }


def _spread(found: Spread, ending: str = "") -> Values:
    return {f"median{ending}": _seconds(found.median), f"p90{ending}": _seconds(found.p90)}


def _seconds(length: timedelta | None) -> float | None:
    if length is None:
        return None
    seconds = length.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _kept(kept: Kept) -> Values:
    return {"met": kept.met, "missed": kept.missed, "compliance": kept.compliance}


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _period(period: Period) -> Mapping[str, str]:
    return {"since": period.since.isoformat(), "until": period.until.isoformat()}


def _compared(compared: Compared | None) -> Values | None:
    if compared is None:
        return None
    return {
        "with": "usual" if compared.weeks else "before",
        "weeks": compared.weeks,
        "period": _period(compared.period) if compared.period else None,
        "counts": dict(compared.counts),
        "measures": measures(compared.before) if compared.before else None,
    }


def _team(row: TeamRow) -> Values:
    return {
        "team": row.team.key,
        "name": row.team.name,
        "department": row.team.department,
        "measures": measures(row.measures, whole=False),
        "standing": standing(row.measures.standing),
    }


def _line(line: Line) -> Values:
    return {
        "case": line.number,
        "team": line.team,
        "state": str(line.state) if line.state else None,
        "holder": line.holder,
        "platform": line.platform,
        "author": line.author,
        "text": line.text,
        "deleted": line.deleted,
        "forgotten": bool(line.forgotten),
        "priority": str(line.priority),
        "opened_at": line.opened_at.isoformat(),
        "due": _instant(line.due),
        "past_target": line.past_target,
        "paused": str(line.paused) if line.paused else None,
        "paused_until": _instant(line.paused_until),
        "paused_on": line.paused_on,
    }


def _waiting(waiting: Waiting) -> Values:
    return {
        "team": waiting.team,
        "cases": waiting.cases,
        "since": waiting.oldest.isoformat(),
    }


def _shared(shared: Shared | None) -> Values:
    if shared is None:
        return {"shares": None, "concentration": None, "carried_by": "", "waits": []}
    return {
        "shares": {"departments": dict(shared.departments), "teams": dict(shared.teams)},
        "concentration": shared.concentration,
        "carried_by": shared.carried_by,
        "waits": [
            {"waiting": w.waiting, "on": w.on, "cases": w.cases, "since": w.oldest.isoformat()}
            for w in shared.waits
        ],
    }
