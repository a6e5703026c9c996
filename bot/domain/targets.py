"""When a team's promises fall due, in its own working hours."""

from datetime import datetime

from bot.domain.case import Stake, State
from bot.domain.events import (
    ClaimTargetMissed,
    Reason,
    ResolveTargetMissed,
    StakeOpened,
    StakeReopened,
)
from bot.domain.organisation import Team
from bot.domain.worktime import add


def claim_due(team: Team, now: datetime) -> datetime:
    """By when somebody must have claimed a stake that opens *now*."""
    return add(now, team.claim_within, team.hours, team.zone)


def resolve_due(team: Team, now: datetime) -> datetime:
    """By when a stake that opens *now* must be done."""
    return add(now, team.resolve_within, team.hours, team.zone)


def opened(team: Team, reasons: tuple[Reason, ...], *, now: datetime, by: str = "") -> StakeOpened:
    """Ask *team*; its clocks start. *by* is the team that asked, if one did."""
    return StakeOpened(
        team=team.key,
        reasons=reasons,
        asked_by=by,
        claim_due=claim_due(team, now),
        resolve_due=resolve_due(team, now),
    )


def reopened(team: Team, *, now: datetime) -> StakeReopened:
    """Take a finished stake up again; its clocks start afresh."""
    return StakeReopened(
        team=team.key, claim_due=claim_due(team, now), resolve_due=resolve_due(team, now)
    )


def missed(stake: Stake, *, now: datetime) -> tuple[ClaimTargetMissed | ResolveTargetMissed, ...]:
    """The targets of *stake* that have passed by *now* and were not known to have."""
    facts: list[ClaimTargetMissed | ResolveTargetMissed] = []
    if stake.state is State.OPEN and not stake.claim_missed and stake.claim_due <= now:
        facts.append(ClaimTargetMissed(team=stake.team))
    if stake.state.live and not stake.resolve_missed and stake.resolve_due <= now:
        facts.append(ResolveTargetMissed(team=stake.team))
    return tuple(facts)
