"""One case as a line of a list, seen from one team: in searches, the home tab and digests."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.case import State
from bot.domain.events import Pause
from bot.domain.organisation import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a list needs to know. ``team`` is "" for a case that no team has (triage).

    ``paused``, ``paused_until`` and ``paused_on`` are those of the stake.
    """

    number: int
    platform: str
    author: str
    text: str
    team: str = ""
    state: State | None = None
    holder: str = ""
    opened_at: datetime
    due: datetime | None = None
    past_target: bool = False
    priority: Priority = Priority.NORMAL
    deleted: bool = False
    paused: Pause | None = None
    paused_until: datetime | None = None
    paused_on: str = ""
