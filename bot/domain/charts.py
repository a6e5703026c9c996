"""What the pictures of a digest show, as plain numbers."""

from dataclasses import dataclass
from datetime import date, timedelta

OTHERS = "others"
MOST_DAYS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How many comments came in, by day and platform.

    Attributes:
        days: one after the other, at most 31.
        platforms: their names as people read them.
        counts: for each platform, one number for each day.
        cut: whether it is about a longer time, of which these are only the last days.
    """

    days: tuple[date, ...]
    platforms: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    cut: bool = False

    def __post_init__(self) -> None:
        """Refuse what no picture can be drawn of.

        Raises:
            ValueError: the numbers do not fit the days and platforms, or one is negative.
        """
        if len(self.days) > MOST_DAYS:
            raise ValueError(f"a picture has at most {MOST_DAYS} days")
        if len(self.counts) != len(self.platforms):
            raise ValueError("each platform needs its row of counts")
        if any(len(row) != len(self.days) for row in self.counts):
            raise ValueError("each platform needs a count for each day")
        if any(count < 0 for row in self.counts for count in row):
            raise ValueError("a count cannot be negative")

    @property
    def total(self) -> int:
        """All that came in."""
        return sum(map(sum, self.counts))

    @property
    def by_day(self) -> tuple[int, ...]:
        """What came in on each day, all platforms together."""
        return tuple(sum(row[place] for row in self.counts) for place in range(len(self.days)))

    @property
    def by_platform(self) -> tuple[int, ...]:
        """What came in from each platform, all days together."""
        return tuple(map(sum, self.counts))

    def largest(self, most: int) -> "Volume":
        """The platforms with the most first, the rest of more than *most* as "others".

        Platforms that nothing came from are left out.
        """
        rows = sorted(
            (row for row in zip(self.platforms, self.counts, strict=True) if sum(row[1])),
            key=lambda row: (-sum(row[1]), row[0]),
        )
        rest = [counts for _, counts in rows[most:]]
        if rest:
            rows[most:] = [(OTHERS, tuple(map(sum, zip(*rest, strict=True))))]
        return Volume(
            days=self.days,
            platforms=tuple(name for name, _ in rows),
            counts=tuple(counts for _, counts in rows),
            cut=self.cut,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamTime:
    """How long one team took to claim.

    Attributes:
        name: the team's name.
        median: within which half of what it claimed was claimed; None when it claimed nothing.
        p90: within which nine of ten were.
        count: how many it claimed.
        unanswered: how many nobody has claimed yet.
    """

    name: str
    median: timedelta | None = None
    p90: timedelta | None = None
    count: int = 0
    unanswered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTimes:
    """How long each team took to claim, in the order in which they are shown."""

    rows: tuple[TeamTime, ...]

    @property
    def measured(self) -> tuple[TeamTime, ...]:
        """The teams that have claimed something."""
        return tuple(row for row in self.rows if row.median is not None)
