"""Following the organisation file, at a start: what an edit of it moves, a thing a transaction.

Everybody else goes on working meanwhile, and whoever locked all of it at once would be in their way.
"""

from datetime import datetime

import structlog

from bot.domain.organisation import Organisation
from bot.errors import DatabaseAway
from bot.store.database import Database
from bot.usecases import moving

log = structlog.get_logger()


def follow(database: Database, organisation: Organisation, *, now: datetime) -> None:
    """Bring the cases and the outbox in line with the file, and log how much it was."""
    cases = retire_teams(database, organisation, now=now)
    notices = follow_channels(database, organisation, now=now)
    if cases or notices:
        log.info("followed_the_file", notices=notices, cases=cases)


def retire_teams(database: Database, organisation: Organisation, *, now: datetime) -> int:
    """Send to triage what teams hold that are no longer in the file; how many cases it was."""
    with database.reading() as session:
        numbers = moving.cases_of_gone_teams(session, organisation)
    retired = 0
    for number in numbers:
        try:
            with database.transaction() as session:
                retired += moving.retire(session, organisation, number, now=now)
        except DatabaseAway:
            raise
        except Exception:
            # One faulty case must not keep a worker from starting.
            log.exception("case_not_retired", case=number)
    return retired


def follow_channels(database: Database, organisation: Organisation, *, now: datetime) -> int:
    """Owe to the present channels what was never shown in earlier ones; how much it was."""
    with database.reading() as session:
        found = moving.misplaced(session, organisation)
    moved = 0
    for notice, channel in found:
        try:
            with database.transaction() as session:
                moved += moving.redirect(session, notice, channel, now=now)
        except DatabaseAway:
            raise
        except Exception:
            # As above: it is one of many, and the others are waited for.
            log.exception("notice_not_moved", notice=notice.key)
    return moved
