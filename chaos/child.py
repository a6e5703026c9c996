"""``python -m chaos.child web|worker|clock``: a process of Crosstalk, mortal and in a hurry.

The code is the one that runs in production; only its waiting times are shortened here, each about
tenfold, and functions at which a death hurts most are wrapped to kill the process at random. So
production has no failpoints, and a minute here has as many of them as hours there.
"""

import functools
import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import cli, jobs, web
from bot import main as main_module
from bot.slack import aftermath, delivery, directory, gateway, worker
from bot.slack.delivery import Delivery
from bot.slack.gateway import Gateway
from bot.slack.shown import Shown
from bot.store import doubts, journal, outcomes, queue
from bot.store.queue import Taken
from bot.usecases import escalating, receiving, scheduling

_SECOND = timedelta(seconds=1)
_SHORTER: tuple[tuple[Any, str, Any], ...] = (
    (queue, "LEASE", 6 * _SECOND),
    (delivery, "_POST_STARTS_WITHIN", 3.5),
    (delivery, "_UPLOAD_STARTS_WITHIN", 1.0),
    (worker, "_AWAY_SECONDS", 0.5),
    (worker, "_LOOK_SECONDS", 0.5),
    (gateway, "TIMEOUT_SECONDS", 1),
    (aftermath, "GRACE", 3 * _SECOND),
    (aftermath, "BLOCKED_RETRY", 3 * _SECOND),
    (aftermath, "TOKEN_RETRY", 2 * _SECOND),
    (aftermath, "_LONGEST_WAIT", 8 * _SECOND),
    (doubts, "LOOKS", (8 * _SECOND, 20 * _SECOND)),
    (directory, "REFRESH_EVERY", 30 * _SECOND),
)
_TICK_SECONDS = 1

# Where a process may die: before or after a function, by sort of process. Those marked "inside"
# run in a transaction that has not been committed yet.
_BEFORE, _AFTER = "before", "after"
_TAKE = queue.take_all
_FAILPOINTS: dict[str, tuple[tuple[Any, str, str], ...]] = {
    "worker": (
        (queue, "take_all", _AFTER),  # inside
        (Delivery, "deliver", _BEFORE),
        (Gateway, "post", _BEFORE),
        (Gateway, "post", _AFTER),
        (Gateway, "find", _AFTER),
        (Gateway, "update", _AFTER),
        (outcomes, "sent_all", _AFTER),  # inside
        (Delivery, "_note_sent", _AFTER),
        (delivery, "settle", _AFTER),  # inside
    ),
    "web": (
        (receiving, "receive", _AFTER),  # inside
        (web, "_take", _AFTER),
        (journal, "record", _AFTER),  # inside
        (web, "_answered", _BEFORE),
    ),
    "clock": (
        (scheduling, "owe_due_digests", _AFTER),  # inside
        (escalating, "tick", _AFTER),  # inside
        (jobs, "tick_stakes", _AFTER),
    ),
}


def hurry() -> None:
    """Shorten every wait."""
    for module, name, value in _SHORTER:
        if not hasattr(module, name):
            raise AttributeError(f"{module.__name__} has no {name} any more")
        setattr(module, name, value)
    jobs.JOBS = tuple(replace(job, seconds=min(job.seconds, _TICK_SECONDS)) for job in jobs.JOBS)


def be_mortal(process: str, dice: random.Random, deadly: float) -> None:
    """Have this process die at one of its failpoints, sooner or later."""
    for owner, name, when in _FAILPOINTS[process]:
        function = getattr(owner, name)
        setattr(owner, name, _mortal(function, when, lambda: dice.random() < deadly))


def _mortal(function: Callable[..., Any], when: str, now: Callable[[], bool]) -> Callable[..., Any]:
    def perhaps() -> None:
        if now():
            sys.stderr.write(f"killed {when} {function.__qualname__}\n")
            sys.stderr.flush()
            os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(function)
    def wrapped(*args: Any, **named: Any) -> Any:
        if when == _BEFORE:
            perhaps()
        result = function(*args, **named)
        # A worker that has found nothing to do has nothing to lose.
        if when == _AFTER and not (function is _TAKE and not result):
            perhaps()
        return result

    return wrapped


def be_naive() -> None:
    """Deliver at least once: what may have been posted is posted again, without a look."""

    def never_looked(worker: Delivery, taken: Taken, shown: Shown) -> Taken:
        del worker, shown
        return replace(taken, sending_since=None)

    setattr(Delivery, "_looked_for", never_looked)  # noqa: B010 - as the failpoints are set


def be_wrong_about_the_time(skew: timedelta) -> None:
    """Have this machine's clock differ; the database's is right."""
    right = main_module.utc_now
    main_module.utc_now = lambda: right() + skew


def _end_with_the_run() -> None:
    """End as soon as nobody holds the other end of our input, so that no process is left over."""
    # Not through sys.stdin: Python aborts when it ends while a thread holds that one's lock.
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def main() -> int:
    """Run one process; what is to happen to it stands in the environment."""
    (process,) = sys.argv[1:]
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    hurry()
    deadly = float(os.environ["CHAOS_DEADLY"])
    be_mortal(process, random.Random(os.environ["CHAOS_SEED"]), deadly)
    be_wrong_about_the_time(float(os.environ["CHAOS_SKEW"]) * _SECOND)
    if os.environ.get("CHAOS_NAIVE"):
        be_naive()
    return cli.main([process])


if __name__ == "__main__":
    sys.exit(main())
