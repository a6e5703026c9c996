"""What a case teaches about routing: what people have done with it, as one labelled example.

Nobody labels anything. *Not ours*, an invitation, a hand-off to another department, a choice in
triage say what was wrong; a part that was finished without any of these was right. The example
follows from the whole history of the case, so that an act that is undone leaves nothing behind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain import events as e
from bot.domain.case import Case, Stake, State


class Taught(StrEnum):
    """What somebody did that teaches; the names are the classifier's."""

    TRIAGED = "triaged"
    DECLINED = "declined"
    INVITED = "invited"
    HANDED_OFF = "handed_off"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One case as an example: the departments that it turned out to concern.

    Attributes:
        departments: by name, () for a comment that concerns nobody.
        kind: the last of people's acts that taught, a correction before a confirmation.
        by: who that was; ``at``, when.
    """

    departments: tuple[str, ...]
    kind: Taught
    by: str
    at: datetime


TEACHING = (
    e.StakeOpened,
    e.StakeResolved,
    e.StakeHandedOff,
    e.StakeDeclined,
    e.StakeReopened,
    e.CaseTriaged,
    e.SuggestionsRefused,
    e.CaseDismissed,
)
"""The events after which a case may teach something else than before."""


def lesson(
    case: Case, history: Iterable[e.Recorded], departments: Mapping[str, str]
) -> Lesson | None:
    """What *case* teaches, None while nobody has said anything.

    *departments* are those of the teams, by key; a team that is gone teaches nothing.
    """
    acts = [act for recorded in history if (act := _act(recorded, departments))]
    if not acts:
        return None
    corrections = [act for act in acts if act[0] is not Taught.CONFIRMED]
    kind, told = (corrections or acts)[-1]
    concerned = {departments[s.team] for s in case.stakes.values() if _stays(s, departments)}
    return Lesson(departments=tuple(sorted(concerned)), kind=kind, by=told.by, at=told.at)


def _stays(stake: Stake, departments: Mapping[str, str]) -> bool:
    given_away = {State.DECLINED, State.HANDED_OFF}
    return stake.team in departments and stake.state not in given_away


def _act(recorded: e.Recorded, departments: Mapping[str, str]) -> tuple[Taught, e.Recorded] | None:
    kind = _kind(recorded.event, departments) if recorded.by else None
    return (kind, recorded) if kind else None


def _kind(event: e.Event, departments: Mapping[str, str]) -> Taught | None:
    match event:
        case e.StakeResolved():
            return Taught.CONFIRMED
        case e.StakeDeclined():
            return Taught.DECLINED
        case e.StakeHandedOff():
            other = departments.get(event.to) != departments.get(event.team)
            return Taught.HANDED_OFF if other else None
        case e.StakeOpened():
            invited = any(reason.kind == "invitation" for reason in event.reasons)
            return Taught.INVITED if invited else None
        case e.CaseTriaged() | e.SuggestionsRefused() | e.CaseDismissed():
            return Taught.TRIAGED
        case _:
            return None
