"""An office on each kind of database."""

import pytest

from bot.store.database import Database
from tests.fakes.clock import Clock
from tests.store.post_room import PostRoom
from tests.usecases.office import Office


@pytest.fixture
def office(database: Database, clock: Clock) -> Office:
    """An organisation at work on an empty database."""
    return Office(database=database, clock=clock)


@pytest.fixture
def room(database: Database, clock: Clock) -> PostRoom:
    """An empty outbox."""
    return PostRoom(database, clock)
