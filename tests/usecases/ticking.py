"""A clock that ticks for the tests of scheduled digests."""

from datetime import UTC, datetime

from bot.usecases import scheduling
from tests.usecases.office import Office

TUESDAY = "2026-11-24"
NINE_IN_LONDON = datetime(2026, 11, 24, 9, tzinfo=UTC)
NINE_IN_HONG_KONG = datetime(2026, 11, 24, 1, tzinfo=UTC)


def tick(office: Office) -> list[str]:
    with office.database.transaction() as session:
        return scheduling.owe_due_digests(session, office.organisation, now=office.clock.now())
