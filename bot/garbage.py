"""The garbage collector, and what a process keeps for good.

Modules, the organisation, the lexicon and the first model are some hundred thousand objects, nearly all
of which stay. To look through all of them again and again stops every thread of the process for an
eighth of a second each time, and whoever is being answered just then waits.

A model goes when another version is learned, and with it what it had kept of customers' texts. It has
no cycle, so that it needs no collector to go: one that is frozen in a cycle would stay for good.
"""

import gc
from collections.abc import Iterable
from threading import Thread

_LONGEST_SECONDS = 120.0


def settle(after: Iterable[Thread] = ()) -> None:
    """Leave what is here now out of all later looks, once *after* have ended."""
    for thread in after:
        thread.join(_LONGEST_SECONDS)
    gc.collect()
    gc.freeze()
