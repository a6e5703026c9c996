"""A case's journal cut into rounds, as `docs/metrics.md` says, by reading it from the top."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, reduce

from sqlalchemy import select

from bot.domain import events as e
from bot.domain.case import Case, Stake, apply
from bot.domain.comment import Comment
from bot.domain.organisation import Organisation, Team
from bot.store import comments, journal, tables as t
from bot.store.session import Session

BEGINS = (e.StakeOpened, e.StakeReopened)
ENDS = (e.StakeResolved, e.StakeDeclined, e.StakeHandedOff)
TOUCHES = (
    e.StakeClaimed,
    e.StakeReleased,
    *ENDS,
    e.StakePaused,
    e.HolderConfirmed,
    e.EscalationAcknowledged,
    e.EscalationSnoozed,
    e.FactAdded,
    e.NoteKept,
)


@dataclass(frozen=True, eq=False)
class History:
    """A case: what the customer wrote, and everything that happened, oldest first.

    ``joined`` are the comments that others said the same in, by their ids.
    """

    comment: Comment
    journal: tuple[e.Recorded, ...]
    joined: Mapping[int, Comment]

    @cached_property
    def today(self) -> Case:
        """The case that all of its events make."""
        return reduce(apply, self.journal, Case(number=0))

    @cached_property
    def rounds(self) -> "list[Round]":
        """The rounds of all teams in it."""
        return list(_rounds(self))

    @cached_property
    def case_rounds(self) -> "list[CaseRound]":
        """The rounds of the case itself."""
        return list(_case_rounds(self))


def history(session: Session, number: int) -> History:
    """What is known of a case."""
    comment, told = comments.of_case(session, number), tuple(journal.history(session, number))
    assert comment is not None
    ids = [each.event.comment_id for each in told if isinstance(each.event, e.CommentJoined)]
    rows = session.execute(select(t.comments).where(t.comments.c.id.in_(ids))).mappings()
    return History(comment, told, {row["id"]: comments.of_row(row) for row in rows})


@dataclass(slots=True)
class Round:
    """One run of a team's stake: its events, the first of which begins it."""

    history: History = field(repr=False)
    team: str
    events: list[e.Recorded] = field(default_factory=list)

    @property
    def began(self) -> datetime:
        """When the team was asked, or took its part up again."""
        return self.events[0].at

    @property
    def beginning(self) -> e.Event:
        """What began it."""
        return self.events[0].event

    @property
    def end(self) -> e.Recorded | None:
        """What ended it; None while it is live."""
        return self.events[-1] if isinstance(self.events[-1].event, ENDS) else None

    def first(self, *kinds: type) -> e.Recorded | None:
        """Its first event of *kinds*."""
        return next((each for each in self.events if isinstance(each.event, kinds)), None)

    def touch(self) -> e.Recorded | None:
        """The first act of a person of the team in it."""
        acts = (each for each in self.events if each.by and isinstance(each.event, TOUCHES))
        return next(acts, None)

    def missed(self, kind: type) -> e.Recorded | None:
        """Its first miss of that kind, if nobody had claimed it before (for the target to claim)."""
        for each in self.events:
            if kind is e.ClaimTargetMissed and isinstance(each.event, e.StakeClaimed):
                return None
            if isinstance(each.event, kind):
                return each
        return None

    def because(self, *kinds: str) -> bool:
        """Whether the team was asked for a reason of *kinds*."""
        begun = self.beginning
        return isinstance(begun, e.StakeOpened) and any(why.kind in kinds for why in begun.reasons)

    def stake(self) -> Stake | None:
        """How the stake stands now; None when this round is over."""
        return self.history.today.stakes[self.team] if self.end is None else None


@dataclass(frozen=True, slots=True)
class CaseRound:
    """A case from its coming in, or its reopening, until it is settled, if it is.

    ``resolvers`` are the teams whose parts then stand resolved by people.
    """

    history: History = field(repr=False)
    began: datetime
    settled: datetime | None = None
    resolvers: frozenset[str] = frozenset()


def _rounds(history: History) -> Iterator[Round]:
    live: dict[str, Round] = {}
    for recorded in history.journal:
        team = getattr(recorded.event, "team", "")
        if isinstance(recorded.event, BEGINS):
            assert team not in live, "a live stake was begun again"
            live[team] = Round(history, team)
        if team in live:
            live[team].events.append(recorded)
        if isinstance(recorded.event, ENDS):
            yield live.pop(team)
    yield from live.values()


def _case_rounds(history: History) -> Iterator[CaseRound]:
    began: datetime | None = None
    resolvers: set[str] = set()
    for recorded in history.journal:
        match recorded.event:
            case e.CommentReceived() | e.CaseReopened():
                assert began is None, "an unsettled case was reopened"
                began = recorded.at
            case e.StakeOpened(team=team) | e.StakeReopened(team=team):
                resolvers.discard(team)
            case e.StakeResolved(team=team) if recorded.by:
                resolvers.add(team)
            case e.CaseSettled():
                assert began is not None, "a settled case was settled again"
                yield CaseRound(history, began, recorded.at, frozenset(resolvers))
                began = None
            case _:
                pass
    if began is not None:
        yield CaseRound(history, began)


def leading(history: History, organisation: Organisation) -> Team | None:
    """The team that leads the case; None when there is none, or none any more."""
    return organisation.team(history.today.lead)
