"""Following the organisation file, at a start: what an edit of it moves, a thing a transaction.

Everybody else goes on working meanwhile, and whoever locked all of it at once would be in their way.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog

from bot.domain.organisation import Organisation
from bot.errors import DatabaseAway
from bot.store.database import Database
from bot.store.session import Session
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
    return sum(
        _alone(
            database,
            partial(moving.retire, organisation=organisation, number=number, now=now),
            fault="case_not_retired",
            case=number,
        )
        for number in numbers
    )


def follow_channels(database: Database, organisation: Organisation, *, now: datetime) -> int:
    """Owe to the present channels what was never shown in earlier ones; how much it was."""
    with database.reading() as session:
        found = moving.misplaced(session, organisation)
    return sum(
        _alone(
            database,
            partial(moving.redirect, notice=notice, channel=channel, now=now),
            fault="notice_not_moved",
            notice=notice.key,
        )
        for notice, channel in found
    )


def _alone(
    database: Database, change: Callable[[Session], bool], *, fault: str, **about: int | str
) -> bool:
    """What *change* answers, in a transaction of its own: one faulty thing keeps no other.

    *about* says in the log which one it is.
    """
    try:
        with database.transaction() as session:
            return change(session)
    except DatabaseAway:
        raise
    except Exception:
        log.exception(fault, **about)
        return False
