"""A desk for each test: on SQLite, or on both databases where that may make a difference."""

import pytest

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
