"""A case and its stakes, and how each event changes them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import assert_never

from bot.domain import events as e
from bot.domain.organisation import Priority
from bot.domain.stake import Stake as Stake, StakeEvent, State as State, opened, stake_after
from bot.domain.stake_clock import ClockEvent, clock_after
from bot.domain.waves import Wave


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What somebody knows that the lead may want to use."""

    team: str
    by: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A comment together with its stakes; ``number`` is what people call it by.

    ``joined`` is how many further comments said the same and are answered here too; ``wave`` lists
    them where a card is to show it, and is no part of the case's state.
    """

    number: int
    comment_id: int = 0
    opened_at: datetime | None = None
    lead: str = ""
    units: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    triage: str = ""
    suggested: tuple[e.Suggestion, ...] = ()
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    settled_at: datetime | None = None
    reopened_at: datetime | None = None
    dismissed: str = ""
    facts: tuple[Fact, ...] = ()
    watchers: tuple[str, ...] = ()
    joined: int = 0
    wave: Wave | None = field(default=None, compare=False)
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
    return _touched(_after(case, recorded), recorded)


def _touched(case: Case, recorded: e.Recorded) -> Case:
    """Whatever a holder does in a case shows that they are still on it."""
    for stake in case.stakes.values():
        if stake.holder and stake.holder == recorded.by and stake.touched_at != recorded.at:
            case = _with(case, replace(stake, touched_at=recorded.at))
    return case


def _after(case: Case, recorded: e.Recorded) -> Case:
    event, at = recorded.event, recorded.at
    if isinstance(event, e.StakeOpened):
        return _with(case, opened(event, at, reasons=event.reasons, asked_by=event.asked_by))
    if isinstance(event, e.FactAdded):
        fact = Fact(team=event.team, by=recorded.by, text=event.text, at=at)
        return replace(case, facts=(*case.facts, fact))
    if isinstance(event, e.NoteKept):
        # A note is history and changes nothing.
        return case
    if isinstance(event, ClockEvent):
        return _with(case, clock_after(case.stakes[event.team], event, at))
    if isinstance(event, StakeEvent):
        return _with(case, stake_after(case.stakes[event.team], event, at, recorded.by))
    if isinstance(event, _CommentEvent):
        return _comment_after(case, event, at)
    return _case_after(case, event, at)


_CommentEvent = (
    e.CommentReceived | e.CommentEdited | e.CommentDeleted | e.CommentJoined | e.CommentForgotten
)


def _comment_after(case: Case, event: _CommentEvent, at: datetime) -> Case:
    match event:
        case e.CommentReceived():
            return replace(case, comment_id=event.comment_id, opened_at=at)
        case e.CommentJoined():
            return replace(case, joined=case.joined + 1)
        case e.CommentForgotten():
            # What is left of the comment says so itself; the case stands as it stood.
            return case
        case e.CommentEdited() | e.CommentDeleted() if event.comment_id:
            # What becomes of a comment that has joined is history, and changes nothing here.
            return case
        case e.CommentEdited():
            return replace(case, edited_at=event.edited_at)
        case e.CommentDeleted():
            return replace(case, deleted_at=event.deleted_at)
        case _:
            assert_never(event)


_CaseEvent = (
    e.CaseRouted
    | e.CaseSentToTriage
    | e.CaseTriaged
    | e.SuggestionsRefused
    | e.CaseDismissed
    | e.CaseSettled
    | e.CaseReopened
    | e.LeadMoved
    | e.PriorityChanged
    | e.CaseWatched
    | e.CaseUnwatched
)


def _case_after(case: Case, event: _CaseEvent, at: datetime) -> Case:
    match event:
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
            return replace(case, triage=event.why, suggested=event.suggested)
        case e.CaseTriaged():
            return replace(case, triage="", suggested=())
        case e.SuggestionsRefused():
            # While a team is at it, the question was only whether others are concerned too.
            return replace(case, triage="" if case.stakes else case.triage, suggested=())
        case e.CaseDismissed():
            # While a team is still at it, only triage's question is answered, not the case.
            return replace(
                case, triage="", suggested=(), dismissed="" if case.live_stakes else event.reason
            )
        case e.CaseSettled():
            return replace(case, settled_at=at, triage="", suggested=())
        case e.CaseReopened():
            return replace(case, settled_at=None, reopened_at=at, dismissed="")
        case e.LeadMoved():
            return replace(case, lead=event.to)
        case e.PriorityChanged():
            return replace(case, priority=event.priority)
        case e.CaseWatched():
            return replace(case, watchers=(*case.watchers, event.person))
        case e.CaseUnwatched():
            left = tuple(person for person in case.watchers if person != event.person)
            return replace(case, watchers=left)
        case _:
            assert_never(event)


def _with(case: Case, stake: Stake) -> Case:
    return replace(case, stakes=MappingProxyType({**case.stakes, stake.team: stake}))
