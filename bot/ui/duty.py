"""Who is on duty, in words."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.duty import Duty
from bot.domain.organisation import Team
from bot.ui.kit import clock, inline, person


def duty_line(team: Team, current: Duty | None, following: Duty | None, now: datetime) -> str:
    """Who is on duty for *team* and who comes next, if anybody else does, in the team's time."""
    on = _who(current, team) if current else "nobody at the moment"
    after = f" · next {_next(following, team, team.zone, now)}" if following else ""
    return f"*{_name(team)}* — {on}{after}"


def _next(following: Duty, team: Team, zone: ZoneInfo, now: datetime) -> str:
    return f"{_who(following, team)} from {clock(following.since, zone, now)}"


def _who(duty: Duty, team: Team) -> str:
    where = f" of {_name(duty.team)}" if duty.team.key != team.key else ""
    return f"{person(duty.person)}{where}" if duty.person else f"all of {_name(duty.team)}"


def _name(team: Team) -> str:
    return inline(team.name, 60)
