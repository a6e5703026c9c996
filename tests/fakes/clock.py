"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

# A Monday, in the working hours of London and in the evening of Hong Kong.
START = datetime(2026, 11, 23, 10, tzinfo=UTC)


class Clock:
    """The time of a test: ``clock.now`` is what the code under test is given as ``now``."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """The moment it is, in UTC."""
        return self._now

    def advance(self, by: timedelta | None = None, **parts: float) -> datetime:
        """Move on by a length, or by parts as timedelta names them; answers the new moment."""
        self._now += by if by is not None else timedelta(**parts)
        return self._now

    def set(self, moment: datetime) -> datetime:
        """Make it *moment*, earlier or later."""
        self._now = moment.astimezone(UTC)
        return self._now
