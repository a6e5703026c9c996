"""Statements that are compiled once for all the databases that a test run opens."""

from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

_KEPT = 5_000


class Statements(LRUCache[Any, Any]):
    """What is compiled for one engine serves all others of that kind.

    A process at work has one engine for weeks; a test has its own, and would spend more time on
    compiling what the test before it compiled than on what it is about.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        """The statement that was compiled for an engine of this kind."""
        return super().get(_for_any(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_for_any(key), value)


def _for_any(key: Any) -> Any:
    # SQLAlchemy's key begins with the dialect of one engine. All are made alike, but for the pooler's.
    dialect, *statement = key
    return dialect.name, *statement


_STATEMENTS = Statements(_KEPT)


def remembering_engine(*args: Any, **named: Any) -> Engine:
    """An engine that knows what others have compiled."""
    options = {"compiled_cache": _STATEMENTS}
    return create_engine(*args, execution_options=options, **named)
