"""An office on each kind of database."""

from collections.abc import Iterator

import pytest

from bot.store.database import Database
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.slack.office import Office, furnish, organisation


def _office(slack: FakeSlack, database: Database, clock: Clock) -> Iterator[Office]:
    org = organisation()
    furnish(slack, org)
    slack.pace = True
    yield Office(slack, database, clock, org)
    assert slack.violations == [], "two posts came within a second in one channel"


@pytest.fixture
def office(slack: FakeSlack, database: Database, clock: Clock) -> Iterator[Office]:
    """A bot at work, on SQLite and on PostgreSQL; it may never post faster than Slack allows."""
    yield from _office(slack, database, clock)


@pytest.fixture
def small_office(slack: FakeSlack, sqlite_database: Database, clock: Clock) -> Iterator[Office]:
    """The same on SQLite only, where the database makes no difference."""
    yield from _office(slack, sqlite_database, clock)
