"""A desk for each test: on SQLite, or on both databases where that may make a difference."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bot.store.database import Database
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.handlers.desk import Desk


@pytest.fixture
def desk(sqlite_database: Database, slack: FakeSlack, clock: Clock) -> Desk:
    """A bot on SQLite."""
    return Desk(sqlite_database, slack, clock)


@pytest.fixture
def any_desk(database: Database, slack: FakeSlack, clock: Clock) -> Desk:
    """A bot on each kind of database in turn."""
    return Desk(database, slack, clock)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Tracebacks are drawn with every variable in them, which takes longer than the test."""
    with capture_logs():
        yield
