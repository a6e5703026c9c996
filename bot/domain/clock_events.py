"""Facts about the clocks of a stake: time that runs, stands still, passes, and is told of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.organisation import Phase, Tell


class Pause(StrEnum):
    """Why a stake's clocks stand still."""

    SNOOZED = "snoozed"
    CUSTOMER = "customer"
    TEAM = "team"


@dataclass(frozen=True, slots=True, kw_only=True)
class StakePaused:
    """The stake's clocks stand still, with what they had used; ``on`` is a team waited for."""

    team: str
    why: Pause
    claim_used: timedelta
    resolve_used: timedelta
    until: datetime | None = None
    on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeResumed:
    """The stake's clocks run on; a holder who then does nothing is asked at ``expires_at``."""

    team: str
    claim_due: datetime
    resolve_due: datetime
    claim_warn: datetime | None = None
    resolve_warn: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeRetargeted:
    """Something else is promised for the time that is left."""

    team: str
    claim_used: timedelta
    resolve_used: timedelta
    claim_due: datetime
    resolve_due: datetime
    claim_warn: datetime | None = None
    resolve_warn: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderAsked:
    """The holder has done nothing for long: "still on this?"; silence until then frees it.

    ``holder`` is "" when they are away and their team is asked instead.
    """

    team: str
    holder: str
    answer_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderConfirmed:
    """The holder is still on it."""

    team: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTargetNear:
    """Three quarters of the time to claim are gone, and nobody has."""

    team: str
    escalate_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTargetMissed:
    """Nobody had claimed the stake when its target passed."""

    team: str
    escalate_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveTargetNear:
    """Three quarters of the time to resolve are gone, and the stake is live."""

    team: str
    escalate_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveTargetMissed:
    """The stake was still live when its target passed."""

    team: str
    escalate_at: datetime | None = None


TargetReached = ClaimTargetNear | ClaimTargetMissed | ResolveTargetNear | ResolveTargetMissed


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeEscalated:
    """One step of the escalation was taken; ``told`` are the people and teams who were told."""

    team: str
    phase: Phase
    step: int
    tell: Tell
    told: tuple[str, ...]
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationAcknowledged:
    """Somebody has seen it: no further step until the next target."""

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationSnoozed:
    """The next step waits."""

    team: str
    until: datetime
