"""What people's corrections teach, and how much each of them counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What somebody did that makes an example."""

    TRIAGED = "triaged"
    DECLINED = "declined"
    INVITED = "invited"
    HANDED_OFF = "handed_off"
    CONFIRMED = "confirmed"


_WEIGHTS = {
    Kind.TRIAGED: 1.0,
    Kind.DECLINED: 1.0,
    Kind.INVITED: 1.0,
    Kind.HANDED_OFF: 1.0,
    Kind.CONFIRMED: 0.7,
}
_HALF_LIFE = timedelta(days=240)
_LEAST = 0.05
_A_DAY = 30.0
"""The most that one person's examples of one day count together."""

_APART = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One comment and the departments that it turned out to concern.

    Attributes:
        key: what it is undone by; a later example of the same key replaces it.
        labels: the departments, none for a comment that concerns nobody.
        by: who taught it; "" when that does not matter.
        at: when; None for now and always.
    """

    key: str
    text: str
    labels: frozenset[str]
    lang: str = ""
    kind: Kind = Kind.TRIAGED
    by: str = ""
    at: datetime | None = None


def weights(examples: Sequence[Example], now: datetime) -> list[float]:
    """How much each example counts: by its kind and age, and capped by person and day."""
    own = [_WEIGHTS[one.kind] * _faded(one.at, now) for one in examples]
    total: dict[tuple[str, object], float] = defaultdict(float)
    for one, weight in zip(examples, own, strict=True):
        total[_day(one)] += weight if one.by else 0.0
    return [
        weight * min(1.0, _A_DAY / total[_day(one)]) if one.by else weight
        for one, weight in zip(examples, own, strict=True)
    ]


def _faded(at: datetime | None, now: datetime) -> float:
    if at is None or at >= now:
        return 1.0
    return max(_LEAST, float(0.5 ** ((now - at) / _HALF_LIFE)))


def _day(example: Example) -> tuple[str, object]:
    return example.by, example.at.astimezone(UTC).date() if example.at else None


def several(examples: Sequence[Example]) -> bool:
    """Whether they are more than one person's view, or one day's: of three people or on three days.

    No day of one person's makes up more than half of them. Who taught may not matter; then each
    example stands for itself.
    """
    parts: dict[object, float] = defaultdict(float)
    for one in examples:
        parts[_day(one) if one.by else one.key] += _WEIGHTS[one.kind]
    shares = [min(_A_DAY, part) for part in parts.values()]
    people = {one.by or one.key for one in examples}
    days = {_day(one)[1] for one in examples}
    return max(len(people), len(days)) >= _APART and max(shares) <= sum(shares) / 2


def renamed(examples: Iterable[Example], names: Mapping[str, str]) -> list[Example]:
    """The examples with departments under new *names*; what is not named stays as it is."""
    return [
        replace(one, labels=frozenset(names.get(label, label) for label in one.labels))
        for one in examples
    ]
