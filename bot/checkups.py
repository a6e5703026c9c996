"""Looking at the whole installation for somebody in Slack, so that the answer is never lost.

That takes up to some minutes. That somebody waits for it is stored with their command: where the
process ends meanwhile, a clock looks in its place, and where there is none either, they hear so.
"""

from datetime import datetime, timedelta
from time import sleep

import structlog

from bot.errors import CrosstalkError, DatabaseAway, Misconfigured
from bot.services import Services
from bot.usecases import posting

log = structlog.get_logger()

# Longer than a look may take, so that nobody looks beside a process that is still at it.
PATIENCE = timedelta(minutes=7)
_UNTIL_IT_IS_BACK = 30.0


def ask(services: Services, person: str) -> str:
    """Note that *person* waits for a look at everything; what names it."""
    now = services.now()
    with services.database.transaction() as session:
        return posting.ask_for_checkup(session, person, cut_off_at=now + 2 * PATIENCE, now=now)


def answer(services: Services, key: str, person: str) -> None:
    """Look at everything, and owe *person* what was found."""
    found = _found(services)
    try:
        _owe(services, found, key, person)
    except DatabaseAway:
        # It took minutes to find; a restart of the database takes seconds.
        log.warning("checkup_not_owed")
        sleep(_UNTIL_IT_IS_BACK)
        _owe(services, found, key, person)


def take_up(services: Services) -> None:
    """Look where whoever was asked has not answered in time, each once more."""
    now = services.now()
    for key, person in _left(services, now):
        log.info("checkup_taken_up")
        answer(services, key, person)


def _left(services: Services, now: datetime) -> list[tuple[str, str]]:
    # They are marked before the first look, so that another clock does not look as well.
    with services.database.transaction() as session:
        return posting.left_checkups(
            session, before=now - PATIENCE, cut_off_at=now + PATIENCE, now=now
        )


def _found(services: Services) -> list[tuple[str, str]]:
    try:
        return services.checkup()
    except DatabaseAway:
        return [("The database does not answer", "see that it runs and that DATABASE_URL is right")]
    except Misconfigured as wrong:
        return [(f"{fault.place}: {fault.problem}", fault.mend) for fault in wrong.faults]
    except CrosstalkError:
        log.exception("checkup_failed")
        return [("I could not look at everything", "run crosstalk doctor where it is installed")]


def _owe(services: Services, found: list[tuple[str, str]], key: str, person: str) -> None:
    with services.database.transaction() as session:
        posting.owe_checkup(session, found, key=key, person=person, now=services.now())
