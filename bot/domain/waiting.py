"""A stake whose clocks stand still: snoozed, or waiting for the customer or for another team."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain import events as e, targets
from bot.domain.case import Case, Stake, State
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


def wait_for_customer(case: Case, team: Team, *, by: str, now: datetime) -> Facts:
    """Stop the clocks until somebody lets them run on, or the customer changes the comment.

    Nothing else would bring it back, so somebody must hold it: from an open stake, *by* claims it.
    """
    stake = _live(case, team)
    if stake.paused is e.Pause.CUSTOMER:
        return ()
    why = e.Pause.CUSTOMER
    stopped = targets.paused(team, stake, why=why, until=None, on="", now=now)
    if stake.state is State.OPEN:
        return (targets.claimed(team, by=by, now=now), stopped)
    return (stopped,)


def heard_of_customer(case: Case, teams: Mapping[str, Team], *, now: datetime) -> Facts:
    """The customer has changed the comment, or taken it away: who waited for that goes on."""
    return tuple(
        targets.resumed(teams[stake.team], stake, priority=case.priority, now=now)
        for stake in case.live_stakes
        if stake.paused is e.Pause.CUSTOMER and stake.team in teams
    )


def wait_for_team(case: Case, team: Team, *, on: Team, now: datetime) -> Facts:
    """Stop the clocks until the part of *on* has ended."""
    stake = _live(case, team)
    other = case.stakes.get(on.key)
    if on.key == team.key:
        raise Refused("That is your own team. Choose the team you are waiting for.")
    if other is None or not other.state.live:
        raise Refused(f"{on.name} has nothing open in #{case.number}. *Invite a team* asks them.")
    if _waits_for(case, on.key, team.key):
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


def _waits_for(case: Case, team: str, other: str) -> bool:
    """Whether *team* waits for *other*, also through teams that wait in between."""
    for _ in case.stakes:
        stake = case.stakes.get(team)
        if stake is None or not stake.state.live or stake.paused is not e.Pause.TEAM:
            return False
        team = stake.paused_on
        if team == other:
            return True
    return False


def _live(case: Case, team: Team) -> Stake:
    stake = stake_of(case, team.key)
    if not stake.state.live:
        raise Refused(f"Your team's part in #{case.number} has ended; nothing is running.")
    return stake
