"""What everybody did and was told, in the order it happened."""

import threading
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A change that a sender told the intake of, until it was taken.

    Attributes:
        at: the platform's time of the change, as sent.
        status: of the last answer; 0 when there was none.
        case: the number that the answer named.
    """

    external_id: str
    kind: str
    at: str
    delivery: str
    began: float
    ended: float
    status: int
    case: int | None = None
    tries: int = 1

    @property
    def taken(self) -> bool:
        """Whether the intake has promised to keep it."""
        return 200 <= self.status < 300

    def __str__(self) -> str:
        answer = f"{self.status} after {self.tries} tries"
        return f"told {self.kind} of {self.external_id} ({self.delivery}): {answer}, #{self.case}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A click, or a form that was sent; ``said`` is whether the answer itself held words."""

    person: str
    action: str
    case: int
    team: str
    began: float
    ended: float
    status: int
    said: bool = False

    def __str__(self) -> str:
        what = f"{self.person} pressed {self.action} for {self.team}, #{self.case}"
        return f"{what}: {self.status}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What somebody had recorded and sent again: it may be carried out if it never was."""

    of: Pressed
    began: float
    ended: float

    def __str__(self) -> str:
        return f"played again: {self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What a process answered somebody who pressed something, whether or not they heard it."""

    person: str
    at: float
    text: str

    def __str__(self) -> str:
        return f"{self.person} was refused: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that was done to the processes, the database or the workspace."""

    what: str
    began: float

    def __str__(self) -> str:
        return self.what


@dataclass(slots=True)
class History:
    """The record of a run; any thread may add to it."""

    told: list[Told] = field(default_factory=list)
    pressed: list[Pressed] = field(default_factory=list)
    replays: list[Replay] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, happening: Told | Pressed | Replay) -> None:
        """Keep *happening*."""
        with self._lock:
            if isinstance(happening, Told):
                self.told.append(happening)
            elif isinstance(happening, Pressed):
                self.pressed.append(happening)
            else:
                self.replays.append(happening)

    def trouble(self, what: str) -> None:
        """Keep that *what* was done just now."""
        with self._lock:
            self.troubles.append(Trouble(what=what, began=time.time()))

    def count(self, begins: str) -> int:
        """How many troubles begin so."""
        return sum(each.what.startswith(begins) for each in self.troubles)
