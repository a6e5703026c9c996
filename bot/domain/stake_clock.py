"""How the clocks of a stake change with each event: running, standing still, escalating."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain import events as e
from bot.domain.organisation import Phase
from bot.domain.stake import Stake, State, calm

ClockEvent = (
    e.StakePaused
    | e.StakeResumed
    | e.StakeRetargeted
    | e.HolderAsked
    | e.HolderConfirmed
    | e.TargetReached
    | e.StakeEscalated
    | e.EscalationAcknowledged
    | e.EscalationSnoozed
)


def clock_after(stake: Stake, event: ClockEvent, at: datetime) -> Stake:
    """*stake* after one event of its clocks."""
    match event:
        case e.StakePaused() | e.StakeResumed() | e.StakeRetargeted():
            return _time_after(stake, event, at)
        case e.HolderAsked():
            return replace(stake, expires_at=event.answer_by, asked=True)
        case e.HolderConfirmed():
            return replace(stake, expires_at=event.expires_at, asked=False)
        case e.ClaimTargetNear():
            return _escalating(replace(stake, claim_near=True), Phase.WARNING, event.escalate_at)
        case e.ResolveTargetNear():
            return _escalating(replace(stake, resolve_near=True), Phase.WARNING, event.escalate_at)
        case e.ClaimTargetMissed():
            return _escalating(replace(stake, claim_missed=True), Phase.BREACH, event.escalate_at)
        case e.ResolveTargetMissed():
            return _escalating(replace(stake, resolve_missed=True), Phase.BREACH, event.escalate_at)
        case e.StakeEscalated():
            return replace(stake, step=event.step + 1, escalate_at=event.next_at)
        case e.EscalationAcknowledged():
            return replace(stake, escalate_at=None)
        case e.EscalationSnoozed():
            return replace(stake, escalate_at=event.until)
        case _:
            assert_never(event)


def _time_after(
    stake: Stake, event: e.StakePaused | e.StakeResumed | e.StakeRetargeted, at: datetime
) -> Stake:
    match event:
        case e.StakePaused():
            return replace(
                stake,
                paused=event.why,
                paused_until=event.until,
                paused_on=event.on,
                claim_used=event.claim_used,
                resolve_used=event.resolve_used,
                claim_since=None,
                resolve_since=None,
                expires_at=None,
                asked=False,
            )
        case e.StakeResumed():
            running = replace(stake, paused=None, paused_until=None, paused_on="")
            return replace(_due(running, event, at), expires_at=event.expires_at, asked=False)
        case e.StakeRetargeted():
            again = replace(
                _due(stake, event, at),
                claim_used=event.claim_used,
                resolve_used=event.resolve_used,
            )
            return again if _still_escalated(again) else calm(again)
        case _:
            assert_never(event)


def _still_escalated(stake: Stake) -> bool:
    # Another promise takes an escalation back only if the target that it is about lies ahead again.
    if stake.phase is Phase.BREACH:
        return stake.past_target
    return stake.resolve_near or (stake.state is State.OPEN and stake.claim_near)


def _due(stake: Stake, event: e.StakeResumed | e.StakeRetargeted, at: datetime) -> Stake:
    # A target that lies ahead again can be near, and be missed, once more.
    return replace(
        stake,
        claim_near=stake.claim_near and _past(event.claim_warn, at),
        claim_missed=stake.claim_missed and event.claim_due <= at,
        resolve_near=stake.resolve_near and _past(event.resolve_warn, at),
        resolve_missed=stake.resolve_missed and event.resolve_due <= at,
        claim_due=event.claim_due,
        resolve_due=event.resolve_due,
        claim_warn=event.claim_warn,
        resolve_warn=event.resolve_warn,
        claim_since=at,
        resolve_since=at,
    )


def _past(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment <= at


def _escalating(stake: Stake, phase: Phase, at: datetime | None) -> Stake:
    # A warning of the other target does not take back a breach that is being escalated.
    if phase is Phase.WARNING and stake.phase is Phase.BREACH:
        return stake
    return replace(calm(stake), phase=phase if at else None, escalate_at=at)
