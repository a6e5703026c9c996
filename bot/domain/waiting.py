"""A stake whose clocks stand still: snoozed, or waiting for the customer or for another team."""

from datetime import datetime

from bot.domain import events as e
from bot.domain import targets
from bot.domain.case import Case, Stake
from bot.domain.organisation import Team
from bot.domain.ownership import stake_of
from bot.errors import Refused

Facts = tuple[e.Event, ...]


def snooze(case: Case, team: Team, *, until: datetime, now: datetime) -> Facts:
    """Stop the clocks until a time."""
    stake = _live(case, team)
    if until <= now:
        raise Refused("That time has passed already. Choose a later one.")
    if stake.paused is e.Pause.SNOOZED and stake.paused_until == until:
        return ()
    why = e.Pause.SNOOZED
    return (targets.paused(team, stake, why=why, until=until, on="", now=now),)


def wait_for_customer(case: Case, team: Team, *, now: datetime) -> Facts:
    """Stop the clocks until somebody lets them run on, or the customer edits the comment."""
    stake = _live(case, team)
    if stake.paused is e.Pause.CUSTOMER:
        return ()
    why = e.Pause.CUSTOMER
    return (targets.paused(team, stake, why=why, until=None, on="", now=now),)


def wait_for_team(case: Case, team: Team, *, on: Team, now: datetime) -> Facts:
    """Stop the clocks until the part of *on* has ended."""
    stake = _live(case, team)
    other = case.stakes.get(on.key)
    if on.key == team.key:
        raise Refused("That is your own team. Choose the team you are waiting for.")
    if other is None or not other.state.live:
        raise Refused(f"{on.name} has nothing open in #{case.number}. *Invite a team* asks them.")
    if other.paused is e.Pause.TEAM and other.paused_on == team.key:
        raise Refused(f"{on.name} is waiting for your team. One of you has to go on.")
    if stake.paused is e.Pause.TEAM and stake.paused_on == on.key:
        return ()
    why = e.Pause.TEAM
    return (targets.paused(team, stake, why=why, until=None, on=on.key, now=now),)


def resume(case: Case, team: Team, *, now: datetime) -> Facts:
    """Let the clocks run on."""
    stake = _live(case, team)
    if stake.paused is None:
        return ()
    return (targets.resumed(team, stake, priority=case.priority, now=now),)


def _live(case: Case, team: Team) -> Stake:
    stake = stake_of(case, team.key)
    if not stake.state.live:
        raise Refused(f"Your team's part in #{case.number} has ended; nothing is running.")
    return stake
