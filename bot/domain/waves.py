"""Waves: the same text, slightly changed, from several authors within hours is one case.

Three authors make a wave, so that two customers with the same short complaint never lose a case of
their own. Who wrote a comment has to be known for it to make a wave; it may join one without.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WITHIN = timedelta(hours=24)
"""How long a wave may pause: a comment is compared with those up to so much older or newer."""

LIKENESS = 0.6
"""How much of two texts must be in common."""

FEWEST = 3
"""How many authors make a wave."""

USUAL_OVER = timedelta(days=7)
"""How far back it is looked for how many such comments are usual."""

_FIRST_ALERT = 5
# Of a long wave, so many comments, and then one an hour, are enough to recognise the next by.
_REMEMBERED = 12
_REMEMBERED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """An earlier comment that says the same.

    Attributes:
        case: the case that it is answered in, its own or that of its wave.
        author: who wrote it, "" where the source does not tell.
        joined: how many comments have joined the case.
        live: whether the case still needs somebody.
    """

    comment_id: int
    case: int
    author: str
    at: datetime
    joined: int = 0
    live: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One comment of a wave, as it is listed; ``case`` is its own, 0 for one that has none."""

    comment_id: int
    author: str
    name: str
    url: str
    platform: str
    text: str
    at: datetime
    case: int = 0
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """All comments of one wave: how many there are, by how many people, from when to when.

    ``newest`` lists some, also what was deleted since, and ``unlisted`` is how many it leaves out.
    """

    comments: int
    people: int
    since: datetime
    until: datetime
    newest: tuple[Member, ...] = ()

    unlisted: int = 0

    @property
    def lasted(self) -> timedelta:
        """From its first comment to its newest."""
        return self.until - self.since


def joins(author: str, alike: Sequence[Alike]) -> int:
    """The case that a comment by *author* joins, 0 when it gets one of its own.

    A wave that has begun goes on; else the earliest of the cases, which by then all stand, is
    joined. One that is settled is left as it is: nobody would look there.
    """
    there = [each for each in alike if each.live]
    first = min(there, key=lambda each: (not each.joined, each.case), default=None)
    authors = {each.author for each in alike} | {author}
    if first is None or (not first.joined and len(authors - {""}) < FEWEST):
        return 0
    return first.case


def remembered(alike: Sequence[Alike], at: datetime) -> bool:
    """Whether later comments are to be compared with one from *at* too, beside those *alike*."""
    lately = [each for each in alike if abs(at - each.at) < _REMEMBERED_EVERY]
    return len(alike) < _REMEMBERED or not lately


def reached(before: int, after: int) -> int:
    """The size of which a wave that grew from *before* to *after* comments is told: 5, 10, 20 …"""
    size, passed = _FIRST_ALERT, 0
    while size <= after:
        passed = size if size > before else 0
        size *= 2
    return passed


def overtaken(size: int, now: int) -> bool:
    """Whether a wave of *now* comments has an alert after the one for *size*."""
    return reached(size, now) > size


def usually(moments: Iterable[datetime], wave: Wave, *, past: timedelta = USUAL_OVER) -> int:
    """How many such comments come in a time as long as the wave has lasted, before it began."""
    earlier = sum(wave.since - past <= at < wave.since for at in moments)
    return round(earlier * (wave.lasted / past))


def same_language(one: str, other: str) -> bool:
    """Whether two comments may be one wave; not when their languages have teams of their own."""
    tags = [tag.replace("_", "-").casefold() for tag in (one, other)]
    mine, its = (tag.split("-", maxsplit=1)[0] for tag in tags)
    return not mine or not its or (tags[0] == tags[1] if mine == "zh" else mine == its)
