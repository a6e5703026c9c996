"""One team's part in one case, and how each event changes it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from bot.domain import events as e
from bot.domain.organisation import Phase


class State(StrEnum):
    """Where a stake stands; `open` and `claimed` are live, the others are ends."""

    OPEN = "open"
    CLAIMED = "claimed"
    RESOLVED = "resolved"
    DECLINED = "declined"
    HANDED_OFF = "handed_off"

    @property
    def live(self) -> bool:
        """Whether somebody still has to act."""
        return self in {State.OPEN, State.CLAIMED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """One team's part in one case.

    Attributes:
        claim_since: from when the working time to claim counts on, beside ``claim_used``; None
            while the clocks stand still. The same for ``resolve_since``.
        paused: why the clocks stand still, None while they run.
        paused_on: the team that is waited for, "" for another reason.
        touched_at: when the holder last did anything in the case.
        expires_at: when the holder is asked whether they are still on it, or, once ``asked``,
            when their silence frees the stake.
        phase: the escalation that is under way; ``step`` is the next of its steps.
        escalate_at: when that step is taken; None when there is none, or somebody has seen it.
    """

    team: str
    state: State = State.OPEN
    reasons: tuple[e.Reason, ...] = ()
    asked_by: str = ""
    opened_at: datetime
    claim_due: datetime
    resolve_due: datetime
    claim_warn: datetime | None = None
    resolve_warn: datetime | None = None
    claim_since: datetime | None = None
    resolve_since: datetime | None = None
    claim_used: timedelta = timedelta()
    resolve_used: timedelta = timedelta()
    holder: str = ""
    claimed_at: datetime | None = None
    touched_at: datetime | None = None
    expires_at: datetime | None = None
    asked: bool = False
    ended_at: datetime | None = None
    ended_by: str = ""
    outcome: str = ""
    note: str = ""
    moved_to: str = ""
    claim_near: bool = False
    claim_missed: bool = False
    resolve_near: bool = False
    resolve_missed: bool = False
    paused: e.Pause | None = None
    paused_until: datetime | None = None
    paused_on: str = ""
    phase: Phase | None = None
    step: int = 0
    escalate_at: datetime | None = None

    @property
    def running(self) -> bool:
        """Whether the stake is live and its clocks run."""
        return self.state.live and self.paused is None

    @property
    def past_target(self) -> bool:
        """Whether the stake is live and has missed a target that still matters."""
        unclaimed = self.state is State.OPEN and self.claim_missed
        return self.state.live and (unclaimed or self.resolve_missed)

    @property
    def next_at(self) -> datetime | None:
        """When a clock has something to do about this stake; None when only people have."""
        if not self.state.live:
            return None
        if self.paused is not None:
            return self.paused_until
        claiming = self.state is State.OPEN
        moments = (
            self.claim_warn if claiming and not self.claim_near and not self.claim_missed else None,
            self.claim_due if claiming and not self.claim_missed else None,
            self.resolve_warn if not self.resolve_near and not self.resolve_missed else None,
            None if self.resolve_missed else self.resolve_due,
            None if claiming else self.expires_at,
            self.escalate_at,
        )
        return min((moment for moment in moments if moment is not None), default=None)


StakeEvent = (
    e.StakeExplained
    | e.StakeClaimed
    | e.StakeReleased
    | e.StakeResolved
    | e.StakeHandedOff
    | e.StakeDeclined
    | e.StakeReopened
)


def opened(
    event: e.StakeOpened | e.StakeReopened,
    at: datetime,
    *,
    reasons: tuple[e.Reason, ...],
    asked_by: str,
) -> Stake:
    """A stake whose clocks start at *at*."""
    return Stake(
        team=event.team,
        reasons=reasons,
        asked_by=asked_by,
        opened_at=at,
        claim_due=event.claim_due,
        resolve_due=event.resolve_due,
        claim_warn=event.claim_warn,
        resolve_warn=event.resolve_warn,
        claim_since=at,
        resolve_since=at,
    )


def stake_after(stake: Stake, event: StakeEvent, at: datetime, by: str) -> Stake:
    """*stake* after one event."""
    match event:
        case e.StakeExplained():
            return replace(stake, reasons=stake.reasons + event.reasons)
        case e.StakeClaimed():
            return replace(
                calm(stake),
                state=State.CLAIMED,
                holder=event.holder,
                claimed_at=at,
                expires_at=event.expires_at,
                asked=False,
            )
        case e.StakeReleased():
            return _freed(stake, event, at)
        case e.StakeResolved():
            ended = _ended(stake, State.RESOLVED, at, by)
            return replace(ended, outcome=event.outcome, note=event.note)
        case e.StakeHandedOff():
            ended = _ended(stake, State.HANDED_OFF, at, by)
            return replace(ended, moved_to=event.to, note=event.reason)
        case e.StakeDeclined():
            ended = _ended(stake, State.DECLINED, at, by)
            return replace(ended, moved_to=event.instead, note=event.reason)
        case e.StakeReopened():
            return opened(event, at, reasons=stake.reasons, asked_by=stake.asked_by)
        case _:
            assert_never(event)


def _freed(stake: Stake, event: e.StakeReleased, at: datetime) -> Stake:
    return replace(
        calm(stake),
        state=State.OPEN,
        holder="",
        claimed_at=None,
        expires_at=None,
        asked=False,
        claim_due=event.claim_due,
        claim_warn=event.claim_warn,
        claim_since=at if stake.paused is None else None,
        claim_used=timedelta(),
        claim_near=False,
        claim_missed=False,
    )


def _ended(stake: Stake, state: State, at: datetime, by: str) -> Stake:
    return replace(
        calm(stake),
        state=state,
        ended_at=at,
        ended_by=by,
        expires_at=None,
        paused=None,
        paused_until=None,
        paused_on="",
    )


def calm(stake: Stake) -> Stake:
    """*stake* with no escalation under way."""
    return replace(stake, phase=None, step=0, escalate_at=None)
