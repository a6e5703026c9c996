"""A process of Crosstalk, mortal and in a hurry; ``python -m chaos.child web|worker|clock`` is one.

The code is the one that runs in production; only its waiting times are shortened here, each about
tenfold, and functions at which a death hurts most are wrapped to kill the process at random. So
production has no failpoints, and a minute here has as many of them as hours there.
"""

import functools
import json
import multiprocessing
import multiprocessing.connection
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import cli, jobs, main as main_module, serving
from bot.slack import aftermath, delivery, directory, gateway, worker
from bot.slack.delivery import Delivery
from bot.slack.shown import Shown
from bot.store import doubts, queue
from bot.store.queue import Taken
from chaos.failpoints import be_mortal, named
from handlers import listener

REFUSED = "chaos_refused"
AT_WORK = "at work"
# What a process does first when it has started.
STARTED: dict[str, tuple[Any, str]] = {
    "worker": (Delivery, "step"),
    "web": (serving, "serve"),
    "clock": (jobs, "_tick"),
}
_SECOND = timedelta(seconds=1)
# A post starts and times out well within its lease, also where everything takes a second longer.
SHORTER: tuple[tuple[Any, str, Any], ...] = (
    (queue, "LEASE", 8 * _SECOND),
    (delivery, "_POST_STARTS_WITHIN", 3.5),
    (delivery, "_UPLOAD_STARTS_WITHIN", 1.0),
    (worker, "_AWAY_SECONDS", 0.5),
    (worker, "_LOOK_SECONDS", 0.5),
    (gateway, "TIMEOUT_SECONDS", 1),
    (aftermath, "GRACE", 4 * _SECOND),
    (aftermath, "BLOCKED_RETRY", 3 * _SECOND),
    (aftermath, "TOKEN_RETRY", 2 * _SECOND),
    (aftermath, "_LONGEST_WAIT", 8 * _SECOND),
    (doubts, "LOOKS", (8 * _SECOND, 20 * _SECOND)),
    (directory, "REFRESH_EVERY", 30 * _SECOND),
)
_TICK_SECONDS = 1


def hurry() -> None:
    """Shorten every wait."""
    for module, name, value in SHORTER:
        named(module, name)
        setattr(module, name, value)
    jobs.JOBS = tuple(replace(job, seconds=min(job.seconds, _TICK_SECONDS)) for job in jobs.JOBS)


def be_naive() -> None:
    """Deliver at least once: what may have been posted is posted again, without a look."""

    def never_looked(worker: Delivery, taken: Taken, shown: Shown) -> Taken:
        del worker, shown
        return replace(taken, sending_since=None)

    named(Delivery, "_looked_for")
    setattr(Delivery, "_looked_for", never_looked)  # noqa: B010 - as the failpoints are set


def be_wrong_about_the_time(skew: timedelta) -> None:
    """Have this machine's clock differ; the database's is right."""
    right: Callable[[], Any] = named(main_module, "utc_now")
    main_module.utc_now = lambda: right() + skew


def note_refusals() -> None:
    """Write down who was refused what: whether Slack can tell them is another question."""
    reply = named(listener, "_reply")

    def noted(args: Any, text: str, **how: Any) -> None:
        person = str((args.body.get("user") or {}).get("id", ""))
        said = {"event": REFUSED, "person": person, "at": time.time(), "text": text}
        sys.stderr.write(f"{json.dumps(said)}\n")
        sys.stderr.flush()
        reply(args, text, **how)

    setattr(listener, "_reply", noted)  # noqa: B010 - as the failpoints are set


def announce(process: str) -> None:
    """Write down when this process has started and begins to work."""
    owner, name = STARTED[process]
    first = named(owner, name)
    known = threading.Event()

    def begun(*args: Any, **how: Any) -> Any:
        if not known.is_set():
            known.set()
            sys.stderr.write(f"{AT_WORK}\n")
            sys.stderr.flush()
        return first(*args, **how)

    setattr(owner, name, functools.wraps(first)(begun))


def prepare(process: str, environ: dict[str, str]) -> None:
    """Make this process what the environment says.

    Raises:
        NameGone: something that is wrapped here is called otherwise now.
    """
    if not environ.get("CHAOS_REAL"):
        hurry()
    dice, deadly = random.Random(environ["CHAOS_SEED"]), float(environ["CHAOS_DEADLY"])
    be_mortal(process, dice, deadly, environ.get("CHAOS_ONLY_AT", ""))
    be_wrong_about_the_time(float(environ["CHAOS_SKEW"]) * _SECOND)
    note_refusals()
    announce(process)
    if environ.get("CHAOS_NAIVE"):
        be_naive()


def live(process: str, environ: dict[str, str], log: str) -> None:
    """Be one process of a run; called in a child that has imported everything already."""
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.environ.update(environ)
    run = multiprocessing.parent_process()
    if run is not None:
        threading.Thread(target=_end_with, args=(run.sentinel,), daemon=True).start()
    prepare(process, environ)
    sys.exit(cli.main([process]))


def _end_with(sentinel: int) -> None:
    """End as soon as the run has, so that no process is left over."""
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def _end_with_the_input() -> None:
    # Not through sys.stdin: Python aborts when it ends while a thread holds that one's lock.
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def main() -> int:
    """Run one process; what is to happen to it stands in the environment."""
    (process,) = sys.argv[1:]
    threading.Thread(target=_end_with_the_input, daemon=True).start()
    prepare(process, dict(os.environ))
    return cli.main([process])


if __name__ == "__main__":
    sys.exit(main())
