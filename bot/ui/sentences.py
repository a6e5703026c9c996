"""Every event as a plain sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain import events as e
from bot.domain.comment import Comment
from bot.domain.consequences import NOT_NEEDED
from bot.domain.organisation import Organisation, Phase, Priority
from bot.domain.stake import StakeEvent
from bot.domain.stake_clock import ClockEvent
from bot.ui import wording
from bot.ui.kit import inline, listed, moment, person

_MOST_TOLD = 8

_CommentEvent = (
    e.CommentReceived | e.CommentJoined | e.CommentEdited | e.CommentDeleted | e.CommentForgotten
)
_RoutingEvent = (
    e.CaseRouted
    | e.CaseSentToTriage
    | e.CaseTriaged
    | e.SuggestionsRefused
    | e.CaseDismissed
    | e.CaseSettled
    | e.CaseReopened
)
_SharedEvent = (
    e.FactAdded | e.NoteKept | e.LeadMoved | e.PriorityChanged | e.CaseWatched | e.CaseUnwatched
)
_HolderEvent = e.HolderAsked | e.HolderConfirmed
_TimeEvent = e.StakePaused | e.StakeResumed | e.StakeRetargeted
_EscalationEvent = e.StakeEscalated | e.EscalationAcknowledged | e.EscalationSnoozed


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells what happened to the case of *comment*, in times of *zone*."""

    comment: Comment
    organisation: Organisation
    zone: ZoneInfo

    def tell(self, event: e.Event, by: str) -> str:
        """One event as a sentence; *by* is "" for Crosstalk itself."""
        if isinstance(event, _CommentEvent):
            return self._comment(event)
        if isinstance(event, _RoutingEvent):
            return self._routing(event, person(by))
        if isinstance(event, _SharedEvent):
            return self._shared(event, person(by))
        if isinstance(event, ClockEvent):
            return self._clock(event, by)
        return self._stake(event, by)

    def _comment(self, event: _CommentEvent) -> str:
        author = inline(self.comment.author.shown, 80)
        match event:
            case e.CommentReceived():
                return f"{author}'s comment came in from {wording.platform(self.comment.platform)}."
            case e.CommentJoined():
                return "Somebody else said the same; that comment is answered here too."
            case e.CommentEdited(comment_id=joined):
                return f"{_author(joined)} changed the comment."
            case e.CommentDeleted(comment_id=joined):
                return f"{_author(joined)} deleted the comment."
            case e.CommentForgotten(why=why):
                return wording.forgotten_by(why)
            case _:
                assert_never(event)

    def _routing(self, event: _RoutingEvent, who: str) -> str:
        match event:
            case e.CaseRouted():
                return self._routed(event)
            case e.CaseSentToTriage() if event.suggested:
                names = self._any([each.team for each in event.suggested])
                return f"Asked in triage whether it is for {names}: {inline(event.why, 200)}."
            case e.CaseSentToTriage():
                return f"Sent to triage: {inline(event.why, 200)}."
            case e.SuggestionsRefused():
                return f"{who} said that it is not for {self._any(event.teams)}."
            case e.CaseTriaged():
                teams = listed([self._name(key) for key in event.teams[:10]])
                return f"{who} chose {teams} in triage{wording.said_why(event.note)}."
            case e.CaseDismissed():
                return f"{who} decided that nobody needs to act{wording.said_why(event.reason)}."
            case e.CaseSettled():
                return "The case is settled."
            case e.CaseReopened():
                return "The case is open again."
            case _:
                assert_never(event)

    def _shared(self, event: _SharedEvent, who: str) -> str:
        match event:
            case e.FactAdded():
                return f"💡 {who} of {self._name(event.team)} added: “{inline(event.text, 500)}”."
            case e.NoteKept():
                return f"📝 {who} kept from {self._name(event.team)}'s talk: “{inline(event.text, 500)}”."
            case e.LeadMoved():
                return self._lead(event, who)
            case e.PriorityChanged():
                why = wording.said_why(event.reason)
                return f"{who} set the priority to {event.priority.value}{why}."
            case e.CaseWatched():
                return f"{person(event.person)} follows the case."
            case e.CaseUnwatched():
                return f"{person(event.person)} no longer follows the case."
            case _:
                assert_never(event)

    def _stake(self, event: e.StakeOpened | StakeEvent, by: str) -> str:
        team = self._name(event.team)
        who = person(by)
        match event:
            case e.StakeOpened() | e.StakeExplained():
                return self._asked(event, team)
            case e.StakeClaimed():
                return f"{person(event.holder)} claimed it for {team}."
            case e.StakeReleased():
                return _released(event, team, by)
            case e.StakeResolved():
                return _resolved(event, team, who)
            case e.StakeHandedOff() | e.StakeDeclined():
                return self._given_up(event, team, who)
            case e.StakeReopened():
                return f"{who} took {team}'s part up again."
            case _:
                assert_never(event)

    def _clock(self, event: ClockEvent, by: str) -> str:
        team = self._name(event.team)
        if isinstance(event, _HolderEvent):
            return _holder(event, team, by)
        if isinstance(event, _TimeEvent):
            return self._time(event, team, by)
        if isinstance(event, _EscalationEvent):
            return self._escalation(event, team, by)
        return _reached(event, team)

    def _time(self, event: _TimeEvent, team: str, by: str) -> str:
        match event:
            case e.StakePaused():
                return self._paused(event, team, person(by))
            case e.StakeResumed():
                let = f"{person(by)} let {team}'s clocks run" if by else f"{team}'s clocks run"
                return f"{let} again."
            case e.StakeRetargeted():
                return f"{team} is now to resolve it by {self._at(event.resolve_due)}."
            case _:
                assert_never(event)

    def _paused(self, event: e.StakePaused, team: str, who: str) -> str:
        match event.why:
            case e.Pause.SNOOZED:
                until = f" until {self._at(event.until)}" if event.until else ""
                return f"{who} snoozed {team}'s part{until}."
            case e.Pause.CUSTOMER:
                return f"{who} lets {team}'s part wait for the customer."
            case e.Pause.TEAM:
                return f"{who} lets {team}'s part wait for {self._name(event.on)}."

    def _escalation(self, event: _EscalationEvent, team: str, by: str) -> str:
        match event:
            case e.StakeEscalated():
                told = listed([person(one) for one in event.told[:_MOST_TOLD]]) or f"all of {team}"
                late = "nearly late" if event.phase is Phase.WARNING else "late"
                return f"Told {told} that {team}'s part is {late}."
            case e.EscalationAcknowledged():
                seen = f"{person(by)} has seen it" if by else "Everybody has been told"
                return f"{seen}: nobody further is told that {team}'s part is late."
            case e.EscalationSnoozed():
                at = self._at(event.until)
                return f"{person(by)} lets the next reminder about {team}'s part wait until {at}."
            case _:
                assert_never(event)

    def _name(self, key: str) -> str:
        return wording.team(self.organisation, key)

    def _any(self, keys: Sequence[str]) -> str:
        return listed([self._name(key) for key in keys[:10]], "or")

    def _at(self, instant: datetime) -> str:
        return moment(instant, self.zone, None)

    def _routed(self, event: e.CaseRouted) -> str:
        lead = [f"{self._name(event.lead)} has the lead"] if event.lead else []
        urgent = event.priority is not Priority.NORMAL
        priority = [f"priority {event.priority.value}"] if urgent else []
        why = "".join(f" — {wording.raised(each)}" for each in event.pressing[:1])
        return f"Routed{': ' if lead or priority else ''}{', '.join([*lead, *priority])}{why}."

    def _lead(self, event: e.LeadMoved, who: str) -> str:
        # A lead that follows from another act has no reason of its own, and nobody moved it.
        if not event.reason.strip():
            return f"The lead went to {self._name(event.to)}."
        return f"{who} gave the lead to {self._name(event.to)}{wording.said_why(event.reason)}."

    def _asked(self, event: e.StakeOpened | e.StakeExplained, team: str) -> str:
        asked_by = event.asked_by if isinstance(event, e.StakeOpened) else ""
        why = wording.reasons(
            event.reasons, asked_by, self.organisation, team=event.team, to_them=True
        )
        again = "was asked" if isinstance(event, e.StakeOpened) else "has one more reason"
        return f"{team} {again}{f': {why}' if why else ''}."

    def _given_up(self, event: e.StakeHandedOff | e.StakeDeclined, team: str, who: str) -> str:
        why = wording.said_why(event.reason)
        if isinstance(event, e.StakeHandedOff):
            return f"{who} handed {team}'s part to {self._name(event.to)}{why}."
        passed = f", but {self._name(event.instead)}'s" if event.instead else ""
        return f"{who} said that it is not {team}'s{passed}{why}."


def _author(joined: int) -> str:
    return "The author of one that joined" if joined else "The author"


def _reached(event: e.TargetReached, team: str) -> str:
    match event:
        case e.ClaimTargetNear():
            return f"Three quarters of {team}'s time to claim it had gone."
        case e.ClaimTargetMissed():
            return f"🔴 Nobody at {team} had claimed it in time."
        case e.ResolveTargetNear():
            return f"Three quarters of {team}'s time to resolve it had gone."
        case e.ResolveTargetMissed():
            return f"🔴 {team}'s part was not resolved in time."
        case _:
            assert_never(event)


def _holder(event: _HolderEvent, team: str, by: str) -> str:
    match event:
        case e.HolderAsked() if event.holder:
            return f"Asked {person(event.holder)} whether they are still on it for {team}."
        case e.HolderAsked():
            return f"Asked {team} who is on it, as the holder is away."
        case e.HolderConfirmed():
            return _confirmed(team, by)
        case _:
            assert_never(event)


def _confirmed(team: str, by: str) -> str:
    # Without a person's word, what the holder has done meanwhile said so.
    return f"{person(by)} is still on it for {team}." if by else f"{team} is still at work on it."


def _released(event: e.StakeReleased, team: str, by: str) -> str:
    holder = person(event.holder)
    if event.why == "left":
        return f"{holder} is no longer with {team}, so their part is free again."
    if by == event.holder:
        return f"{holder} released it."
    if not by:
        return f"{holder}'s claim for {team} ran out."
    return f"{person(by)} released {holder}'s claim for {team}."


def _resolved(event: e.StakeResolved, team: str, who: str) -> str:
    if event.outcome == NOT_NEEDED:
        return f"{team}'s part is not needed any more."
    return f"{who} finished {team}'s part, {wording.outcome(event.outcome)}{wording.said_why(event.note)}."
