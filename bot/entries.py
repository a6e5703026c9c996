"""Modules that only some commands need, each by its name until one of these commands runs.

A process pays in memory and in time for everything that it imports, and the worker has no use for
what draws a page in the terminal.
"""

from importlib import import_module
from typing import Any


class Entry:
    """A module that is imported when something of it is asked for."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, member: str) -> Any:
        return getattr(import_module(self.name), member)
