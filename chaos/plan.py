"""What one run does: for how long, on which database, with how many processes, by which seed."""

import os
import random
from dataclasses import dataclass
from typing import Literal

Kind = Literal["PostgreSQL", "SQLite"]

# The processes of one run; several of each only where several machines could be.
_CREWS: dict[Kind, dict[str, int]] = {
    "PostgreSQL": {"web": 2, "worker": 2, "clock": 2},
    "SQLite": {"web": 1, "worker": 1, "clock": 1},
}
_LONG_ENOUGH = 60.0
# Below those that systems give to outgoing connections.
_LOWEST_PORT, _RUNS, _PORTS = 20_000, 500, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run.

    Attributes:
        seconds: how long things go wrong; longer where a slow machine has not tried everything yet.
        naive: whether workers post again after an unknown outcome without looking first.
        deadly: how likely a process dies each time that it passes a failpoint.
        faulty: how likely Slack fails a call.
    """

    seed: int
    kind: Kind
    seconds: float
    naive: bool = False
    deadly: float = 0.008
    faulty: float = 0.12

    @property
    def first_port(self) -> int:
        """Where to begin looking for ports: runs at the same time must not find the same.

        A dead process's port is free for a moment, so it has to be one that nobody else looks at.
        """
        return _LOWEST_PORT + os.getpid() % _RUNS * _PORTS + _PORTS // 2 * (self.kind == "SQLite")

    @property
    def complete(self) -> bool:
        """Whether it is long enough for every failpoint to be passed; naive workers never look."""
        return self.seconds >= _LONG_ENOUGH and not self.naive

    @property
    def crew(self) -> dict[str, int]:
        """How many processes of each sort there are."""
        return _CREWS[self.kind]

    def dice(self, who: str) -> random.Random:
        """What *who* draws from: the same in every run with this seed."""
        return random.Random(f"{self.seed}:{who}")
