"""An office on each kind of database."""

import pytest

from bot.store.database import Database
from tests.fakes.clock import Clock
from tests.usecases.office import Office


@pytest.fixture
def office(database: Database, clock: Clock) -> Office:
    """An organisation at work on an empty database."""
    return Office(database=database, clock=clock)
