"""What another organisation file would have done with the comments of the last while.

What was learned is the same on both sides, and a comment moves only if the files' rules decide
differently about it: what has been learned since it came moves nothing by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.comment import Comment
from bot.domain.organisation import Organisation, Priority
from bot.domain.routing import Decision, lacked, lacking, route
from bot.domain.suggesting import Adviser, advised
from bot.store import arrivals
from bot.store.arrivals import Arrival
from bot.store.database import Database

MOST = 20_000
"""How many comments are compared: the newest."""

_BATCH = 250
_EXAMPLES = 3


@dataclass(slots=True)
class Moved:
    """What changes for one team; the examples are cases, the newest first."""

    then: int = 0
    now: int = 0
    gains: int = 0
    losses: int = 0
    gained: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Comparison:
    """What changes in all.

    Attributes:
        comments: how many were compared; ``changed`` of these would go elsewhere.
        to_triage: would newly be put to triage; ``from_triage``, no longer.
        more_urgent, less_urgent: would have another priority.
        teams: by key, also teams that only one of the files has.
    """

    comments: int = 0
    changed: int = 0
    to_triage: int = 0
    from_triage: int = 0
    more_urgent: int = 0
    less_urgent: int = 0
    teams: dict[str, Moved] = field(default_factory=dict)

    def count(self, case: int, then: "Fate", now: "Fate") -> None:
        """Count one comment."""
        self.comments += 1
        self.changed += then != now
        self.to_triage += now.triage and not then.triage
        self.from_triage += then.triage and not now.triage
        self.more_urgent += now.priority.rank < then.priority.rank
        self.less_urgent += now.priority.rank > then.priority.rank
        for key in sorted(then.teams | now.teams):
            self._move(key, case, before=key in then.teams, after=key in now.teams)

    def _move(self, key: str, case: int, *, before: bool, after: bool) -> None:
        moved = self.teams.setdefault(key, Moved())
        moved.then += before
        moved.now += after
        moved.gains += after and not before
        moved.losses += before and not after
        examples = moved.gained if after else moved.lost
        if before != after and len(examples) < _EXAMPLES:
            examples.append(case)


@dataclass(frozen=True, slots=True)
class Fate:
    """What one comment gets: teams, whether triage is asked, and how soon it must be seen."""

    teams: frozenset[str]
    triage: bool
    priority: Priority


@dataclass(frozen=True, slots=True)
class Side:
    """An organisation file, with what was learned."""

    organisation: Organisation
    adviser: Adviser

    def fate(self, comment: Comment, decision: Decision) -> Fate:
        """What *comment* gets, of which the rules have decided that."""
        found = advised(decision, comment, self.organisation, self.adviser)
        return Fate(frozenset(k for k, _ in found.teams), bool(found.triage), decision.priority)


def compare(
    database: Database, new: Side, old: Side | None, *, since: datetime
) -> Iterator[Comparison]:
    """Compare batch after batch, the newest first; each time the same, with more in it.

    Args:
        database: where the comments are; nothing is written.
        new: the file that is asked about.
        old: the file to compare with; None for what the comments got when they came.
        since: from when on comments count.
    """
    found, below = Comparison(), None
    while found.comments < MOST:
        with database.reading() as session:
            batch = arrivals.newest(
                session, since=since, below=below, limit=min(_BATCH, MOST - found.comments)
            )
        if not batch:
            return
        for each in batch:
            then, now = _got(each, new) if old is None else _decided(each.comment, old, new)
            found.count(each.case, then, now)
        below = batch[-1].id
        yield found


def _decided(comment: Comment, old: Side, new: Side) -> tuple[Fate, Fate]:
    before, after = route(comment, old.organisation), route(comment, new.organisation)
    then = old.fate(comment, before)
    same = _said(before) == _said(after)
    return then, _now(comment, then, after, new, same=same)


def _got(each: Arrival, new: Side) -> tuple[Fate, Fate]:
    after = route(each.comment, new.organisation)
    then = Fate(each.ruled | each.suggested, bool(each.triage), each.priority)
    same = _ruled_alike(each, after, new.organisation)
    return then, _now(each.comment, then, after, new, same=same)


def _ruled_alike(each: Arrival, after: Decision, organisation: Organisation) -> bool:
    """Whether rules say the same now; a place that was learned may have given some their team."""
    ruled, orphans = _said(after)[0], after.orphans
    known = (organisation.team(key) for key in each.ruled - ruled)
    housed = {team.department if team else "" for team in known}
    left = lacking([name for name in orphans if name not in housed])
    return ruled <= each.ruled and housed <= set(orphans) and left == lacked(each.triage)


def _said(decision: Decision) -> tuple[frozenset[str], str]:
    return frozenset(key for key, _ in decision.teams), lacking(decision.orphans)


def _now(comment: Comment, then: Fate, after: Decision, new: Side, *, same: bool) -> Fate:
    return replace(then, priority=after.priority) if same else new.fate(comment, after)
