"""Where a process may die: before or after a function, by sort of process.

The functions are production's own, wrapped by their names. A name that is gone stops a process at
its start, and one that nobody goes through any more is a finding of the run: a failpoint that is
never passed proves nothing.
"""

import functools
import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot import jobs, web
from bot.reception import Reception
from bot.slack import delivery
from bot.slack.delivery import Delivery
from bot.slack.gateway import Gateway
from bot.store import journal, outcomes, queue
from bot.usecases import escalating, receiving, scheduling

When = Literal["before", "after"]
PASSED = "passed "
KILLED = "killed "


class NameGone(Exception):
    """What the chaos run wraps by its name is not there any more."""


@dataclass(frozen=True, slots=True)
class Failpoint:
    """A place where a process may die; *inside* a transaction that is not committed yet.

    Attributes:
        idle: what the function returns when there was nothing to do, and so nothing to lose.
    """

    owner: Any
    name: str
    when: When
    inside: bool = False
    idle: object = ...

    def __str__(self) -> str:
        place = f"{self.owner.__name__.removeprefix('bot.')}.{self.name}"
        return f"{self.when} {place}{', inside its transaction' if self.inside else ''}"


FAILPOINTS: dict[str, tuple[Failpoint, ...]] = {
    "worker": (
        Failpoint(queue, "take_all", "after", inside=True, idle=[]),
        Failpoint(Delivery, "deliver", "before"),
        Failpoint(Gateway, "post", "before"),
        Failpoint(Gateway, "post", "after"),
        Failpoint(Gateway, "find", "after"),
        Failpoint(Gateway, "update", "after"),
        Failpoint(outcomes, "sent_all", "after", inside=True),
        Failpoint(Delivery, "_note_sent", "after"),
        Failpoint(delivery, "settle", "after", inside=True),
    ),
    "web": (
        Failpoint(receiving, "receive", "after", inside=True),
        Failpoint(Reception, "_stored", "after"),
        Failpoint(journal, "record", "after", inside=True),
        Failpoint(web, "_answered", "before"),
    ),
    "clock": (
        Failpoint(scheduling, "owe_due_digests", "after", inside=True),
        Failpoint(escalating, "tick", "after", inside=True),
        Failpoint(jobs, "_tick", "after"),
    ),
}


def named(owner: Any, name: str) -> Any:
    """What *owner* has under *name*.

    Raises:
        NameGone: nothing.
    """
    if not hasattr(owner, name):
        raise NameGone(
            f"{owner.__name__} has no {name} any more; the chaos run wraps it, so name what has"
            " taken its place in chaos/failpoints.py or chaos/child.py"
        )
    return getattr(owner, name)


def be_mortal(process: str, dice: random.Random, deadly: float, only: str = "") -> None:
    """Have this process die at one of its failpoints, or *only* at that one, sooner or later."""
    for point in FAILPOINTS[process]:
        function = named(point.owner, point.name)
        may = deadly if only in {"", str(point)} else 0.0
        wrapped = _mortal(function, point, lambda may=may: dice.random() < may)  # type: ignore[misc]
        setattr(point.owner, point.name, wrapped)


def _mortal(
    function: Callable[..., Any], point: Failpoint, now: Callable[[], bool]
) -> Callable[..., Any]:
    known = threading.Event()

    def perhaps() -> None:
        if not known.is_set():
            known.set()
            _say(f"{PASSED}{point}")
        if now():
            _say(f"{KILLED}{point}")
            os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(function)
    def wrapped(*args: Any, **given: Any) -> Any:
        if point.when == "before":
            perhaps()
        result = function(*args, **given)
        if point.when == "after" and result is not point.idle:
            perhaps()
        return result

    return wrapped


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
