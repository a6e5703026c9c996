"""One case as a line of a list: of one team's part, or, in searches, of the case as a whole."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.case import State
from bot.domain.events import Pause
from bot.domain.organisation import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a list needs to know.

    Attributes:
        team: whose part it is; "" for the case as a whole, which has no ``state`` either.
        routed: whether the case as a whole has its teams; otherwise it waits in triage.
        written_at: when its author wrote it, where the platform tells; it arrived at ``opened_at``.
        settled: whether every team has finished with it.
        forgotten: why the comment's text and author are gone, "" while they are there.
        paused: why the stake's clocks stand still; with ``paused_until`` and ``paused_on``.
    """

    number: int
    platform: str
    author: str
    text: str
    team: str = ""
    state: State | None = None
    holder: str = ""
    opened_at: datetime
    written_at: datetime | None = None
    due: datetime | None = None
    past_target: bool = False
    priority: Priority = Priority.NORMAL
    deleted: bool = False
    forgotten: str = ""
    routed: bool = False
    settled: bool = False
    paused: Pause | None = None
    paused_until: datetime | None = None
    paused_on: str = ""
