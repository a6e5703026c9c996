"""A case and its stakes, and how each event changes them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from bot.domain import events as e
from bot.domain.organisation import Priority


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
    """One team's part in one case."""

    team: str
    state: State = State.OPEN
    reasons: tuple[e.Reason, ...] = ()
    asked_by: str = ""
    opened_at: datetime
    claim_due: datetime
    resolve_due: datetime
    holder: str = ""
    claimed_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    outcome: str = ""
    note: str = ""
    moved_to: str = ""
    claim_missed: bool = False
    resolve_missed: bool = False

    @property
    def past_target(self) -> bool:
        """Whether the stake is live and has missed a target that still matters."""
        unclaimed = self.state is State.OPEN and self.claim_missed
        return self.state.live and (unclaimed or self.resolve_missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A comment together with its stakes; ``number`` is what people call it by."""

    number: int
    comment_id: int = 0
    opened_at: datetime | None = None
    lead: str = ""
    units: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    triage: str = ""
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    settled_at: datetime | None = None
    dismissed: str = ""
    stakes: MappingProxyType[str, Stake] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def live_stakes(self) -> tuple[Stake, ...]:
        """The stakes that still need somebody, in the order they were opened."""
        return tuple(stake for stake in self.stakes.values() if stake.state.live)

    @property
    def all_given_up(self) -> bool:
        """Whether there were stakes and no team kept or finished one."""
        gone = {State.DECLINED, State.HANDED_OFF}
        return bool(self.stakes) and all(s.state in gone for s in self.stakes.values())


def apply(case: Case, recorded: e.Recorded) -> Case:
    """*case* after one event; replaying a journal through this gives today's state."""
    event, at = recorded.event, recorded.at
    if isinstance(event, e.StakeOpened):
        return _with(case, _opened(event, at))
    if isinstance(event, _StakeEvent):
        return _with(case, _stake_after(case.stakes[event.team], event, at, recorded.by))
    return _case_after(case, event, at)


_StakeEvent = (
    e.StakeExplained
    | e.StakeClaimed
    | e.StakeReleased
    | e.StakeResolved
    | e.StakeHandedOff
    | e.StakeDeclined
    | e.StakeReopened
    | e.ClaimTargetMissed
    | e.ResolveTargetMissed
)

_CaseEvent = (
    e.CommentReceived
    | e.CommentEdited
    | e.CommentDeleted
    | e.CaseRouted
    | e.CaseSentToTriage
    | e.CaseTriaged
    | e.CaseDismissed
    | e.CaseSettled
    | e.CaseReopened
)


def _case_after(case: Case, event: _CaseEvent, at: datetime) -> Case:
    match event:
        case e.CommentReceived():
            return replace(case, comment_id=event.comment_id, opened_at=at)
        case e.CommentEdited():
            return replace(case, edited_at=event.edited_at)
        case e.CommentDeleted():
            return replace(case, deleted_at=event.deleted_at)
        case e.CaseRouted():
            return replace(
                case,
                lead=event.lead,
                units=event.units,
                regions=event.regions,
                priority=event.priority,
                tags=event.tags,
            )
        case e.CaseSentToTriage():
            return replace(case, triage=event.why)
        case e.CaseTriaged():
            return replace(case, triage="")
        case e.CaseDismissed():
            # While a team is still at it, only triage's question is answered, not the case.
            return replace(case, triage="", dismissed="" if case.live_stakes else event.reason)
        case e.CaseSettled():
            return replace(case, settled_at=at, triage="")
        case e.CaseReopened():
            return replace(case, settled_at=None, dismissed="")
        case _:
            assert_never(event)


def _opened(event: e.StakeOpened, at: datetime) -> Stake:
    return Stake(
        team=event.team,
        reasons=event.reasons,
        asked_by=event.asked_by,
        opened_at=at,
        claim_due=event.claim_due,
        resolve_due=event.resolve_due,
    )


def _stake_after(stake: Stake, event: _StakeEvent, at: datetime, by: str) -> Stake:
    match event:
        case e.StakeExplained():
            return replace(stake, reasons=stake.reasons + event.reasons)
        case e.StakeClaimed():
            return replace(stake, state=State.CLAIMED, holder=event.holder, claimed_at=at)
        case e.StakeReleased():
            return replace(
                stake,
                state=State.OPEN,
                holder="",
                claimed_at=None,
                claim_due=event.claim_due,
                claim_missed=False,
            )
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
            return Stake(
                team=stake.team,
                reasons=stake.reasons,
                asked_by=stake.asked_by,
                opened_at=at,
                claim_due=event.claim_due,
                resolve_due=event.resolve_due,
            )
        case e.ClaimTargetMissed():
            return replace(stake, claim_missed=True)
        case e.ResolveTargetMissed():
            return replace(stake, resolve_missed=True)
        case _:
            assert_never(event)


def _ended(stake: Stake, state: State, at: datetime, by: str) -> Stake:
    return replace(stake, state=state, ended_at=at, ended_by=by)


def _with(case: Case, stake: Stake) -> Case:
    return replace(case, stakes=MappingProxyType({**case.stakes, stake.team: stake}))
