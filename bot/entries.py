"""Modules that only some commands need, each by its name until one of these commands runs.

A process pays in memory and in time for everything that it imports, and the worker has no use for
what draws a page in the terminal.
"""

import gc
from importlib import import_module
from types import ModuleType
from typing import Any


class Entry:
    """A module that is imported when something of it is asked for."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, member: str) -> Any:
        return getattr(_imported(self.name), member)


def _imported(name: str) -> ModuleType:
    """The module called *name*; a fifth of the time went into looking for garbage in new modules."""
    looked = gc.isenabled()
    gc.disable()
    try:
        return import_module(name)
    finally:
        if looked:
            gc.enable()
