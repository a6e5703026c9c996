"""What a case teaches about routing: what people have done with it, as one labelled example.

Nobody labels anything. *Not ours*, an invitation, a hand-off to another department, a choice in
triage say what was wrong; a part that was finished without any of these was right. The example
follows from the whole history of the case, so that an act that is undone leaves nothing behind.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain import events as e
from bot.domain.case import Case, Stake, State
from bot.domain.organisation import Priority


class Taught(StrEnum):
    """What somebody did that teaches; the names are the classifier's."""

    TRIAGED = "triaged"
    DECLINED = "declined"
    INVITED = "invited"
    HANDED_OFF = "handed_off"
    CONFIRMED = "confirmed"
    PRIORITISED = "prioritised"
    """About nothing but how pressing it is; the classifier of departments has no such name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One case as an example: the departments that it turned out to concern.

    Attributes:
        departments: by name, () for a comment that concerns nobody.
        teams: whose these are, by key; they tell the unit and the region.
        kind: the last of people's acts that taught, a correction before a confirmation.
        by: who that was; ``at``, when.
    """

    departments: tuple[str, ...]
    teams: tuple[str, ...] = ()
    kind: Taught
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Prioritised:
    """How pressing people found a case that was routed as more, or less, pressing."""

    priority: Priority
    by: str
    at: datetime

    @property
    def pressing(self) -> bool:
        """Whether they found it more pressing than most."""
        return self.priority.rank < Priority.NORMAL.rank


TEACHING = (
    e.StakeOpened,
    e.StakeResolved,
    e.StakeHandedOff,
    e.StakeDeclined,
    e.StakeReopened,
    e.CaseSentToTriage,
    e.CaseTriaged,
    e.SuggestionsRefused,
    e.CaseDismissed,
    e.PriorityChanged,
)
"""The events after which a case may teach something else than before."""


@dataclass(frozen=True, slots=True)
class _Act:
    kind: Taught
    told: e.Recorded
    order: int


_GIVEN_AWAY = {Taught.DECLINED, Taught.HANDED_OFF}


@dataclass(slots=True)
class _Standing:
    """People's acts that stand: those about each team, newest last, and those about the case."""

    departments: Mapping[str, str]
    teams: dict[str, list[_Act]] = field(default_factory=lambda: defaultdict(list))
    others: list[_Act] = field(default_factory=list)

    def take(self, order: int, told: e.Recorded, following: e.Event | None) -> None:
        match told.event:
            case e.StakeResolved(team=team):
                self._push(team, _Act(Taught.CONFIRMED, told, order))
            case e.StakeReopened(team=team):
                self._pop(team, {Taught.CONFIRMED})
            case e.StakeDeclined(team=team):
                self._push(team, _Act(Taught.DECLINED, told, order))
            case e.StakeHandedOff(team=team, to=to):
                self._hand_off(team, to, _Act(Taught.HANDED_OFF, told, order))
            case e.StakeOpened(team=team):
                self._opened(team, told, order)
            # An invitation that answers triage's question is told as an invitation, which follows.
            case e.CaseTriaged(teams=teams) if not _asked_by(following, "invitation"):
                for team in teams:
                    self._push(team, _Act(Taught.TRIAGED, told, order))
            case e.SuggestionsRefused() | e.CaseDismissed():
                self.others.append(_Act(Taught.TRIAGED, told, order))

    def acts(self) -> list[_Act]:
        """All that stand, in the order in which they were done."""
        every = [act for acts in self.teams.values() for act in acts] + self.others
        return sorted(every, key=lambda act: act.order)

    def _opened(self, team: str, told: e.Recorded, order: int) -> None:
        if _asked_by(told.event, "invitation") and not self._pop(team, _GIVEN_AWAY):
            self._push(team, _Act(Taught.INVITED, told, order))
        elif _asked_by(told.event, "person") and not self._chosen(team, told):
            self._push(team, _Act(Taught.TRIAGED, told, order))

    def _chosen(self, team: str, told: e.Recorded) -> bool:
        acts = self.teams[team]
        return bool(acts) and acts[-1].kind is Taught.TRIAGED and acts[-1].told.at == told.at

    def _hand_off(self, team: str, to: str, act: _Act) -> None:
        if self.departments.get(to) == self.departments.get(team):
            return
        last = self.teams[to][-1].told.event if self.teams[to] else None
        # Handed back: what was handed off is as it was.
        if isinstance(last, e.StakeHandedOff) and last.to == team:
            self.teams[to].pop()
        else:
            self._push(team, act)

    def _push(self, team: str, act: _Act) -> None:
        self.teams[team].append(act)

    def _pop(self, team: str, kinds: Iterable[Taught]) -> bool:
        acts = self.teams[team]
        undone = bool(acts) and acts[-1].kind in kinds
        if undone:
            acts.pop()
        return undone


def _asked_by(event: e.Event | None, kind: str) -> bool:
    return isinstance(event, e.StakeOpened) and any(why.kind == kind for why in event.reasons)


def lesson(
    case: Case, history: Iterable[e.Recorded], departments: Mapping[str, str]
) -> Lesson | None:
    """What *case* teaches, None while nobody has said anything.

    *departments* are those of the teams, by key; a team that is gone teaches nothing.
    """
    told = tuple(history)
    return _of_departments(case, told, departments) or _of_priority(told)


def prioritised(history: Iterable[e.Recorded]) -> Prioritised | None:
    """How pressing people have found a case; None where it is as it was routed."""
    routed = now = Priority.NORMAL
    last: e.Recorded | None = None
    for told in history:
        match told.event:
            case e.CaseRouted(priority=priority) if priority is not now:
                routed = now = priority
            case e.PriorityChanged(priority=priority) if told.by:
                now, last = priority, told
    if last is None or now is routed:
        return None
    return Prioritised(priority=now, by=last.by, at=last.at)


def _of_priority(history: Sequence[e.Recorded]) -> Lesson | None:
    found = prioritised(history)
    return (
        Lesson(departments=(), kind=Taught.PRIORITISED, by=found.by, at=found.at) if found else None
    )


def _of_departments(
    case: Case, history: Sequence[e.Recorded], departments: Mapping[str, str]
) -> Lesson | None:
    acts = _standing(history, departments)
    teams = tuple(sorted(s.team for s in case.stakes.values() if _stays(s, departments)))
    # Whom it concerns instead is what triage is still asked.
    if not acts or (case.triage and not teams):
        return None
    corrections = [act for act in acts if act.kind is not Taught.CONFIRMED]
    last = (corrections or acts)[-1]
    return Lesson(
        departments=tuple(sorted({departments[team] for team in teams})),
        teams=teams,
        kind=last.kind,
        by=last.told.by,
        at=last.told.at,
    )


def _standing(history: Sequence[e.Recorded], departments: Mapping[str, str]) -> list[_Act]:
    standing = _Standing(departments)
    for order, told in enumerate(history):
        following = history[order + 1].event if order + 1 < len(history) else None
        if told.by:
            standing.take(order, told, following)
    return standing.acts()


def _stays(stake: Stake, departments: Mapping[str, str]) -> bool:
    given_away = {State.DECLINED, State.HANDED_OFF}
    return stake.team in departments and stake.state not in given_away
