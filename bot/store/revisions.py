"""Which releases a database serves, told by the name of its state alone.

A state is named by a number, ``0007``: everything that releases since `FIRST` use is there still.
One that has taken something away says from which on it serves, ``0009_0006``, and so does every
state after it. Code that is older than the state can so tell whether it may go on, though it knows
nothing of the migrations that came after it.
"""

import re
from dataclasses import dataclass

FIRST = 4
_NAME = re.compile(r"(\d{4})(?:_(\d{4}))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A state of the database; releases written for ``serves`` up to ``number`` run on it."""

    number: int
    serves: int = FIRST

    @property
    def oldest(self) -> str:
        """The name of the oldest state whose release is served."""
        return f"{self.serves:04}"


def parse(name: str | None) -> Revision | None:
    """The state of that *name*; None for a name that is not made by the rule."""
    found = _NAME.fullmatch(name or "")
    if found is None:
        return None
    number = int(found[1])
    return Revision(number=number, serves=int(found[2] or min(FIRST, number)))


def fits(found: str | None, wanted: str) -> bool:
    """Whether a release that was written for the state *wanted* runs on the state *found*."""
    if found == wanted:
        return True
    there, ours = parse(found), parse(wanted)
    if there is None or ours is None:
        return False
    return there.serves <= ours.number <= there.number


def is_newer(found: str | None, wanted: str) -> bool:
    """Whether the state *found* was made by a later release than the one that wants *wanted*."""
    there, ours = parse(found), parse(wanted)
    return there is not None and ours is not None and there.number > ours.number
