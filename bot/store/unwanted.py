"""Rules that keep giving a team what it then declines."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.case import State
from bot.domain.learned import Unwanted
from bot.store import tables as t

_s = t.stakes.c

_FEWEST, _SHARE = 5, 0.5
_MOST = 5


def unwanted(session: Connection, *, since: datetime) -> tuple[Unwanted, ...]:
    """Of each rule and team, at least half of all stakes since then, the most declined first."""
    declined = _by_rule(session, since, state=State.DECLINED.value)
    often = {which for which, cases in declined.items() if len(cases) >= _FEWEST}
    every = _by_rule(session, since, teams=[team for _, team in often]) if often else {}
    found = [
        Unwanted(rule=rule, team=team, declined=tuple(declined[rule, team]), of=len(sent))
        for (rule, team), sent in every.items()
        if (rule, team) in often and len(declined[rule, team]) >= _SHARE * len(sent)
    ]
    found.sort(key=lambda each: (-len(each.declined), each.rule, each.team))
    return tuple(found[:_MOST])


def _by_rule(
    session: Connection, since: datetime, *, state: str = "", teams: list[str] | None = None
) -> dict[tuple[str, str], list[int]]:
    """The cases that each rule has given each team, the newest first."""
    query = select(_s.case_number, _s.team, _s.reasons).where(_s.opened_at >= since)
    if state:
        query = query.where(_s.state == state)
    if teams is not None:
        query = query.where(_s.team.in_(teams))
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in session.execute(query.order_by(_s.case_number.desc())):
        for name in {why["name"] for why in row.reasons if why["kind"] == "rule"}:
            found[name, row.team].append(row.case_number)
    return found
