"""When a team's promises fall due, in its own working hours, and what happens as they do.

A stake has two targets, to be claimed and to be resolved. Each counts the working time used so
far; a pause stops both, a change of priority keeps what is used and changes what is promised.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import events as e
from bot.domain.case import Stake, State
from bot.domain.organisation import Priority, Team
from bot.domain.worktime import add, between

WARN_AT = 0.75


@dataclass(frozen=True, slots=True)
class Due:
    """When to warn of a target, and when it passes."""

    warn: datetime
    at: datetime


def due(team: Team, within: timedelta, *, used: timedelta, now: datetime) -> Due:
    """A target of *within*, of which *used* is gone, that runs from *now* on.

    One that is used up passes now: there is nothing left to wait for.
    """
    return Due(warn=_after(team, WARN_AT * within - used, now), at=_after(team, within - used, now))


def _after(team: Team, left: timedelta, now: datetime) -> datetime:
    return add(now, left, team.hours, team.zone) if left > timedelta() else now


def opened(
    team: Team,
    reasons: tuple[e.Reason, ...],
    *,
    now: datetime,
    by: str = "",
    priority: Priority = Priority.NORMAL,
) -> e.StakeOpened:
    """Ask *team*; its clocks start. *by* is the team that asked, if one did."""
    return e.StakeOpened(team=team.key, reasons=reasons, asked_by=by, **_fresh(team, priority, now))


def reopened(team: Team, *, now: datetime, priority: Priority = Priority.NORMAL) -> e.StakeReopened:
    """Take a finished stake up again; its clocks start afresh."""
    return e.StakeReopened(team=team.key, **_fresh(team, priority, now))


def released(
    team: Team, stake: Stake, *, now: datetime, priority: Priority, why: str = ""
) -> e.StakeReleased:
    """Free the stake again; the clock to claim it starts afresh. *why* as `StakeReleased` has it."""
    promise = team.promise(priority)
    claim = due(team, promise.claim_within, used=timedelta(), now=now)
    return e.StakeReleased(
        team=team.key,
        holder=stake.holder,
        claim_due=claim.at,
        claim_warn=claim.warn,
        why=why,
    )


def claimed(team: Team, *, by: str, now: datetime) -> e.StakeClaimed:
    """*by* takes the stake, and is asked about it if they then do nothing."""
    return e.StakeClaimed(team=team.key, holder=by, expires_at=expires_at(team, now))


def expires_at(team: Team, now: datetime) -> datetime | None:
    """When a holder who does nothing from *now* on is asked."""
    if team.expires_after is None:
        return None
    return add(now, team.expires_after, team.hours, team.zone)


def used(team: Team, stake: Stake, now: datetime) -> tuple[timedelta, timedelta]:
    """The working time, in whole seconds, that *stake* has used of its two targets by *now*."""
    if stake.paused:
        return stake.claim_used, stake.resolve_used
    return (
        stake.claim_used + _worked(team, stake.claim_since or now, now),
        stake.resolve_used + _worked(team, stake.resolve_since or now, now),
    )


def _worked(team: Team, since: datetime, now: datetime) -> timedelta:
    # Whole seconds: that is what the database keeps, and the journal must say the same.
    worked = between(since, now, team.hours, team.zone)
    return timedelta(seconds=int(worked.total_seconds()))


def paused(
    team: Team, stake: Stake, *, why: e.Pause, until: datetime | None, on: str, now: datetime
) -> e.StakePaused:
    """Stop the stake's clocks; *on* is the team that is waited for."""
    claim_used, resolve_used = used(team, stake, now)
    return e.StakePaused(
        team=stake.team,
        why=why,
        until=until,
        on=on,
        claim_used=claim_used,
        resolve_used=resolve_used,
    )


def resumed(team: Team, stake: Stake, *, priority: Priority, now: datetime) -> e.StakeResumed:
    """Let the stake's clocks run on."""
    asked_at = expires_at(team, now) if stake.state is State.CLAIMED else None
    dues = _running(team, stake, priority, now)
    return e.StakeResumed(team=stake.team, expires_at=asked_at, **dues)


def retargeted(team: Team, stake: Stake, *, priority: Priority, now: datetime) -> e.StakeRetargeted:
    """Promise something else, for what is left of the time."""
    claim_used, resolve_used = used(team, stake, now)
    dues = _running(team, stake, priority, now)
    return e.StakeRetargeted(
        team=stake.team, claim_used=claim_used, resolve_used=resolve_used, **dues
    )


def _fresh(team: Team, priority: Priority, now: datetime) -> dict[str, datetime]:
    promise = team.promise(priority)
    return _dues(
        due(team, promise.claim_within, used=timedelta(), now=now),
        due(team, promise.resolve_within, used=timedelta(), now=now),
    )


def _running(team: Team, stake: Stake, priority: Priority, now: datetime) -> dict[str, datetime]:
    promise = team.promise(priority)
    claim_used, resolve_used = used(team, stake, now)
    dues = _dues(
        due(team, promise.claim_within, used=claim_used, now=now),
        due(team, promise.resolve_within, used=resolve_used, now=now),
    )
    # What was missed stays missed since then, unless the new promise lies ahead again.
    if stake.claim_missed and dues["claim_due"] <= now:
        dues["claim_due"] = min(stake.claim_due, now)
    if stake.resolve_missed and dues["resolve_due"] <= now:
        dues["resolve_due"] = min(stake.resolve_due, now)
    return dues


def _dues(claim: Due, resolve: Due) -> dict[str, datetime]:
    return {
        "claim_warn": claim.warn,
        "claim_due": claim.at,
        "resolve_warn": resolve.warn,
        "resolve_due": resolve.at,
    }


def reached(stake: Stake, *, now: datetime) -> tuple[e.TargetReached, ...]:
    """The warnings and breaches of *stake* by *now* that were not known; each comes once.

    A breach that was never warned of says so by itself: nobody needs the warning any more.
    """
    if not stake.running:
        return ()
    facts: list[e.TargetReached] = []
    if stake.state is State.OPEN and not stake.claim_missed:
        if stake.claim_due <= now:
            facts.append(e.ClaimTargetMissed(team=stake.team))
        elif not stake.claim_near and stake.claim_warn and stake.claim_warn <= now:
            facts.append(e.ClaimTargetNear(team=stake.team))
    if not stake.resolve_missed:
        if stake.resolve_due <= now:
            facts.append(e.ResolveTargetMissed(team=stake.team))
        elif not stake.resolve_near and stake.resolve_warn and stake.resolve_warn <= now:
            facts.append(e.ResolveTargetNear(team=stake.team))
    return tuple(facts)
