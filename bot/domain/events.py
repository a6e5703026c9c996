"""Facts about a case, past tense, as the journal keeps them."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.clock_events import (
    ClaimTargetMissed as ClaimTargetMissed,
    ClaimTargetNear as ClaimTargetNear,
    EscalationAcknowledged as EscalationAcknowledged,
    EscalationSnoozed as EscalationSnoozed,
    HolderAsked as HolderAsked,
    HolderConfirmed as HolderConfirmed,
    Pause as Pause,
    ResolveTargetMissed as ResolveTargetMissed,
    ResolveTargetNear as ResolveTargetNear,
    StakeEscalated as StakeEscalated,
    StakePaused as StakePaused,
    StakeResumed as StakeResumed,
    StakeRetargeted as StakeRetargeted,
    TargetReached as TargetReached,
)
from bot.domain.comment_events import (
    CommentDeleted as CommentDeleted,
    CommentEdited as CommentEdited,
    CommentForgotten as CommentForgotten,
    CommentJoined as CommentJoined,
    CommentReceived as CommentReceived,
)
from bot.domain.organisation import Priority
from bot.domain.together_events import (
    CaseUnwatched as CaseUnwatched,
    CaseWatched as CaseWatched,
    FactAdded as FactAdded,
    LeadMoved as LeadMoved,
    NoteKept as NoteKept,
    PriorityChanged as PriorityChanged,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a team has a stake.

    Attributes:
        kind: ``rule``, ``suggestion`` (what people's corrections have taught), ``person`` (a person
            picked the team), ``hand-off``, ``decline``, ``invitation`` or, of its priority, ``urgency``.
        name: the rule's name, or what the person wrote.
        words: the words of the comment, or the fields, that decided.
        team: the team that handed off, declined or invited, "" where none did.
        like: earlier cases that a suggestion is learned from.
    """

    kind: str
    name: str = ""
    words: tuple[str, ...] = ()
    team: str = ""
    like: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A team that a comment may concern, for a person to confirm; ``likely`` is from 0 to 1."""

    team: str
    likely: float
    words: tuple[str, ...] = ()
    like: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRouted:
    """What was decided about the whole case, with why it is ``pressing``; the stakes follow."""

    lead: str = ""
    units: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    pressing: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSentToTriage:
    """A person must choose, or confirm what is suggested."""

    why: str
    suggested: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTriaged:
    """A person chose the teams that the rules had not found; their stakes follow."""

    teams: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionsRefused:
    """A person in triage said that none of the suggested teams is concerned."""

    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDismissed:
    """A person in triage decided that no further team needs to act."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSettled:
    """Every stake is in an end state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened:
    """A settled case has a live stake again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeOpened:
    """A team was asked; its clock starts.

    ``asked_by`` is the team that asked (a hand-off, an invitation), "" for the rules or triage.
    """

    team: str
    reasons: tuple[Reason, ...]
    claim_due: datetime
    resolve_due: datetime
    claim_warn: datetime | None = None
    resolve_warn: datetime | None = None
    asked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeExplained:
    """A team that has a stake already was given further reasons for it."""

    team: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeClaimed:
    """A person took the stake; if they then do nothing, they are asked at ``expires_at``."""

    team: str
    holder: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeReleased:
    """The holder gave the stake back; the clock to claim starts afresh.

    ``why`` is "" for a person's own wish, else ``silent`` (they did not answer), ``left`` (they are
    no longer in the team).
    """

    team: str
    holder: str
    claim_due: datetime
    claim_warn: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeResolved:
    """The team's part is done."""

    team: str
    outcome: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeHandedOff:
    """The team passed its stake on; the other team's `StakeOpened` follows."""

    team: str
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeDeclined:
    """The team said "not ours"."""

    team: str
    reason: str
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeReopened:
    """The team's part is taken up again; both clocks start afresh."""

    team: str
    claim_due: datetime
    resolve_due: datetime
    claim_warn: datetime | None = None
    resolve_warn: datetime | None = None


Event = (
    CommentReceived
    | CommentEdited
    | CommentDeleted
    | CaseRouted
    | CaseSentToTriage
    | CaseTriaged
    | SuggestionsRefused
    | CaseDismissed
    | CaseSettled
    | CaseReopened
    | StakeOpened
    | StakeExplained
    | StakeClaimed
    | StakeReleased
    | StakeResolved
    | StakeHandedOff
    | StakeDeclined
    | StakeReopened
    | StakePaused
    | StakeResumed
    | StakeRetargeted
    | HolderAsked
    | HolderConfirmed
    | FactAdded
    | NoteKept
    | LeadMoved
    | PriorityChanged
    | CaseWatched
    | CaseUnwatched
    | ClaimTargetNear
    | ClaimTargetMissed
    | ResolveTargetNear
    | ResolveTargetMissed
    | StakeEscalated
    | EscalationAcknowledged
    | EscalationSnoozed
    | CommentJoined
    | CommentForgotten
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event with when it happened and who did it; ``by`` is "" for Crosstalk itself."""

    event: Event
    at: datetime
    by: str = ""
