"""The timeline of a case: every event as a plain sentence, newest last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain import events as e
from bot.domain.case import Case
from bot.domain.comment import Comment
from bot.domain.organisation import Organisation, Priority
from bot.ui import wording
from bot.ui.kit import Block, context, day, fit, inline, listed, modal, person, sections, size

# Slack gives no figure for windows; this is what it has been seen to take in messages.
_ROOM = 9_000
_LONGEST_SENTENCE = 500
# Were each on a day of its own, they would still leave room in a window's hundred blocks.
_MOST_EVENTS = 90

_CommentEvent = e.CommentReceived | e.CommentEdited | e.CommentDeleted
_StakeEvent = (
    e.StakeOpened
    | e.StakeExplained
    | e.StakeClaimed
    | e.StakeReleased
    | e.StakeResolved
    | e.StakeHandedOff
    | e.StakeDeclined
    | e.StakeReopened
    | e.ClaimTargetMissed
    | e.ResolveTargetMissed
)


def timeline(
    case: Case,
    comment: Comment,
    recorded: Sequence[e.Recorded],
    organisation: Organisation,
    zone: ZoneInfo,
) -> Block:
    """A window with what happened to *case*; of a very long story, its first and newest events."""
    teller = _Teller(comment, organisation)
    told = [(item, _sentence(item, teller, zone)) for item in recorded]
    head, tail = _fitting(told)
    left_out = len(told) - len(head) - len(tail)
    blocks = _days(head, zone)
    if left_out:
        blocks.append(context(f"… {left_out} events in between are not shown"))
    blocks += _days(tail, zone)
    foot = f"Times in {zone.key}" if told else "Nothing has happened yet."
    return modal(f"Timeline of #{case.number}", [*blocks, context(foot)])


_Told = tuple[e.Recorded, str]


def _fitting(told: Sequence[_Told]) -> tuple[Sequence[_Told], Sequence[_Told]]:
    room, start = _ROOM, len(told)
    while start > 0 and len(told) - start < _MOST_EVENTS:
        room -= size(told[start - 1][1]) + 1
        if room < 0:
            break
        start -= 1
    return told[: min(1, start)], told[start:]


def _days(told: Sequence[_Told], zone: ZoneInfo) -> list[Block]:
    def local_date(item: _Told) -> date:
        return item[0].at.astimezone(zone).date()

    blocks: list[Block] = []
    for _, items in groupby(told, local_date):
        of_day = list(items)
        local = of_day[0][0].at.astimezone(zone)
        heading = f"*{day(local)} {local.year}*"
        blocks += sections([heading, *(sentence for _, sentence in of_day)])
    return blocks


def _sentence(recorded: e.Recorded, teller: "_Teller", zone: ZoneInfo) -> str:
    told = teller.tell(recorded.event, recorded.by)
    return fit(f"{recorded.at.astimezone(zone):%H:%M}  {told}", _LONGEST_SENTENCE)


@dataclass(frozen=True, slots=True)
class _Teller:
    comment: Comment
    organisation: Organisation

    def tell(self, event: e.Event, by: str) -> str:
        match event:
            case e.CommentReceived() | e.CommentEdited() | e.CommentDeleted():
                return self._comment(event)
            case (
                e.CaseRouted()
                | e.CaseSentToTriage()
                | e.CaseTriaged()
                | e.CaseDismissed()
                | e.CaseSettled()
                | e.CaseReopened()
            ):
                return self._case(event, person(by))
            case _:
                return self._stake(event, by)

    def _comment(self, event: _CommentEvent) -> str:
        author = inline(self.comment.author.shown, 80)
        match event:
            case e.CommentReceived():
                return f"{author} wrote on {wording.platform(self.comment.platform)}."
            case e.CommentEdited():
                return "The author changed the comment."
            case e.CommentDeleted():
                return "The author deleted the comment."
            case _:
                assert_never(event)

    def _case(
        self,
        event: (
            e.CaseRouted
            | e.CaseSentToTriage
            | e.CaseTriaged
            | e.CaseDismissed
            | e.CaseSettled
            | e.CaseReopened
        ),
        who: str,
    ) -> str:
        match event:
            case e.CaseRouted():
                return self._routed(event)
            case e.CaseSentToTriage():
                return f"Sent to triage: {inline(event.why, 160)}."
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

    def _stake(self, event: _StakeEvent, by: str) -> str:
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
                outcome = wording.outcome(event.outcome)
                return f"{who} finished {team}'s part, {outcome}{wording.said_why(event.note)}."
            case e.StakeHandedOff() | e.StakeDeclined():
                return self._given_up(event, team, who)
            case e.StakeReopened():
                return f"{who} took {team}'s part up again."
            case e.ClaimTargetMissed():
                return f"🔴 Nobody at {team} had claimed it in time."
            case e.ResolveTargetMissed():
                return f"🔴 {team}'s part was not resolved in time."
            case _:
                assert_never(event)

    def _name(self, key: str) -> str:
        return wording.team(self.organisation, key)

    def _routed(self, event: e.CaseRouted) -> str:
        lead = [f"{self._name(event.lead)} has the lead"] if event.lead else []
        urgent = event.priority is not Priority.NORMAL
        priority = [f"priority {event.priority.value}"] if urgent else []
        return f"Routed{': ' if lead or priority else ''}{', '.join([*lead, *priority])}."

    def _asked(self, event: e.StakeOpened | e.StakeExplained, team: str) -> str:
        asked_by = event.asked_by if isinstance(event, e.StakeOpened) else ""
        why = wording.reasons(event.reasons, asked_by, self.organisation, to_them=True)
        again = "was asked" if isinstance(event, e.StakeOpened) else "has one more reason"
        return f"{team} {again}{f': {why}' if why else ''}."

    def _given_up(self, event: e.StakeHandedOff | e.StakeDeclined, team: str, who: str) -> str:
        why = wording.said_why(event.reason)
        if isinstance(event, e.StakeHandedOff):
            return f"{who} handed {team}'s part to {self._name(event.to)}{why}."
        passed = f", but {self._name(event.instead)}'s" if event.instead else ""
        return f"{who} said that it is not {team}'s{passed}{why}."


def _released(event: e.StakeReleased, team: str, by: str) -> str:
    holder = person(event.holder)
    if by == event.holder:
        return f"{holder} released it."
    if not by:
        return f"{holder}'s claim for {team} ran out."
    return f"{person(by)} released {holder}'s claim for {team}."
