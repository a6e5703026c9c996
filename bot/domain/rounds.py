"""What each event marks on a round: one run of a team's stake, or of a whole case.

A round is what numbers are counted by: it begins, is touched and claimed for the first time, may
miss a target, and ends. `docs/metrics.md` has the meaning of each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args

from bot.domain import events as e
from bot.domain.case import Case, State

CASE = ""
"""Instead of a team's key: the round of the whole case."""

RECEIVED = "received"
REOPENED = "reopened"
RESOLVED = "resolved"
NOT_NEEDED = "not_needed"
DECLINED = "declined"
HANDED_OFF = "handed_off"
SETTLED = "settled"

# What shows that somebody of the team has looked at it.
_Act = (
    e.StakeClaimed
    | e.StakeReleased
    | e.StakeResolved
    | e.StakeHandedOff
    | e.StakeDeclined
    | e.StakePaused
    | e.HolderConfirmed
    | e.EscalationAcknowledged
    | e.EscalationSnoozed
    | e.FactAdded
    | e.NoteKept
)
_ACTS = get_args(_Act)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What one event does to the round of *team* that runs; nothing, when none does.

    Attributes:
        begins: how a new round begins, "" when it does not.
        first: what is kept unless the round has it already.
        unclaimed: whether that is so only while nobody has claimed.
        ends: how the round ends, "" when it runs on.
        resolvers: the teams that people had finished their part for when a case was settled.
    """

    team: str
    at: datetime
    by: str = ""
    begins: str = ""
    first: Mapping[str, datetime | str] = field(default_factory=dict)
    unclaimed: bool = False
    ends: str = ""
    resolvers: tuple[str, ...] = ()


def marks(recorded: e.Recorded, after: Case) -> tuple[Mark, ...]:
    """What one event marks; *after* is the case as the event left it."""
    event, at, by = recorded.event, recorded.at, recorded.by
    match event:
        case e.CommentReceived():
            return (Mark(team=CASE, at=at, begins=RECEIVED),)
        case e.CaseReopened():
            return (Mark(team=CASE, at=at, begins=REOPENED),)
        case e.CaseSettled():
            return (Mark(team=CASE, at=at, ends=SETTLED, resolvers=_resolvers(after)),)
        case e.StakeOpened():
            how = event.reasons[0].kind if event.reasons else "rule"
            routed = Mark(team=CASE, at=at, first={"claimed_at": at, "claimed_by": by})
            return (Mark(team=event.team, at=at, begins=how), routed)
        case e.StakeReopened():
            return (Mark(team=event.team, at=at, begins=REOPENED),)
        case e.ClaimTargetMissed():
            missed: Mapping[str, datetime | str] = {"claim_missed_at": at}
            return (Mark(team=event.team, at=at, first=missed, unclaimed=True),)
        case e.ResolveTargetMissed():
            return (Mark(team=event.team, at=at, first={"resolve_missed_at": at}),)
        case _:
            return (_act(event, at, by),) if isinstance(event, _ACTS) else ()


def _act(event: _Act, at: datetime, by: str) -> Mark:
    first: dict[str, datetime | str] = {"touched_at": at, "touched_by": by} if by else {}
    if isinstance(event, e.StakeClaimed):
        first |= {"claimed_at": at, "claimed_by": event.holder}
    return Mark(team=event.team, at=at, by=by, first=first, ends=_end(event, by))


def _end(event: _Act, by: str) -> str:
    match event:
        case e.StakeResolved():
            return RESOLVED if by else NOT_NEEDED
        case e.StakeDeclined():
            return DECLINED
        case e.StakeHandedOff():
            return HANDED_OFF
        case _:
            return ""


def _resolvers(case: Case) -> tuple[str, ...]:
    done = (s for s in case.stakes.values() if s.state is State.RESOLVED and s.ended_by)
    return tuple(stake.team for stake in done)
