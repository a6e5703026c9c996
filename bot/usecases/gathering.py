"""What comments that are taken in together need of the database, asked for all of them at once.

Each question is a journey to PostgreSQL; asked for each comment, they take longer than all else.
What is found holds for each comment's first turn: after that, its rows are no longer as they were.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from bot.domain.comment import Change, ChangeKind, Comment
from bot.domain.organisation import Source
from bot.store import comments, deliveries, journal
from bot.store.comments import Locked, Name
from bot.store.session import Session
from bot.usecases import waving
from bot.usecases.waving import Glanced


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a source has told at once; ``id`` is the same when it tells it again, "" for none."""

    source: Source
    changes: Sequence[Change]
    id: str = ""

    @property
    def order(self) -> list[Name]:
        """Sorts deliveries so that no two processes wait for each other's comments."""
        return [_name(change) for change in self.changes]

    @property
    def key(self) -> deliveries.Id:
        """What it is known by."""
        return self.source.key, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What was found for a group of deliveries; each finding is taken once."""

    opened: set[deliveries.Id] = field(default_factory=set)
    locked: dict[Name, Locked] = field(default_factory=dict)
    glanced: Glanced = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, session: Session, group: Collection[Delivery], *, now: datetime) -> Self:
        """Open *group*, lock its comments, and look for what may say the same."""
        opened = deliveries.open_all(session, {each.key for each in group if each.id}, now=now)
        told = [each for each in group if not each.id or each.key in opened]
        first = _first_changes(told)
        locked = comments.lock(session, first, now=now)
        fresh = [
            (known.id, comment)
            for name, (source, change) in first.items()
            if (known := locked[name]).new and (comment := _written(change, source))
        ]
        glanced = waving.glance(session, fresh, now=now)
        # Whoever is like others may join them, and then needs no number.
        numbers = journal.numbers(session, sum(not likely for likely in glanced.values()))
        return cls(opened=opened, locked=locked, glanced=glanced, numbers=numbers)

    def opened_now(self, delivery: Delivery) -> bool:
        """Whether nobody has answered *delivery* before; that holds once."""
        if delivery.key not in self.opened:
            return False
        self.opened.remove(delivery.key)
        return True

    def lock(self, session: Session, change: Change, *, now: datetime) -> Locked:
        """The comment of *change*, which nobody else changes meanwhile."""
        name = _name(change)
        return self.locked.pop(name, None) or comments.lock(session, [name], now=now)[name]

    def number(self) -> int | None:
        """The number of the next case; None when the database has to be asked."""
        return self.numbers.pop(0) if self.numbers else None


def _name(change: Change) -> Name:
    return change.source, change.external_id


def _first_changes(told: Collection[Delivery]) -> Mapping[Name, tuple[Source, Change]]:
    first: dict[Name, tuple[Source, Change]] = {}
    for delivery in told:
        for change in delivery.changes:
            first.setdefault(_name(change), (delivery.source, change))
    return first


def _written(change: Change, source: Source) -> Comment | None:
    """The comment as *change* alone has it; None for a deletion."""
    if change.kind is ChangeKind.DELETED:
        return None
    (comment,) = comments.versions([change], source)
    return comment
