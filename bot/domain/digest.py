"""What a digest says; `schedules` knows when it does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# A digest that is later than this has been overtaken by the next one.
CATCH_UP = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Another team that holds up our part of some cases, of which ``first`` waits longest."""

    team: str
    cases: int
    oldest: datetime
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From *since* up to, not including, *until*."""

    since: datetime
    until: datetime
