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
    """Look at everything, and owe what was found to *person* and to all who wait for it by now.

    Looks are made one after the other: without that, the last of several people would wait for
    longer than a clock, or they themselves, have patience.
    """
    waiting = _waiting(services, key, person)
    if waiting:
        _tell(services, waiting)


def take_up(services: Services) -> None:
    """Look once, where whoever was asked has not answered in time."""
    now = services.now()
    left = _left(services, before=now - PATIENCE, now=now)
    if left:
        log.info("checkup_taken_up", people=len(left))
        _tell(services, left)


def _waiting(services: Services, key: str, person: str) -> dict[str, str]:
    """Who is answered by a look that begins now; nobody, where *person* has been answered."""
    now = services.now()
    try:
        with services.database.reading() as session:
            if not posting.awaits_checkup(session, key):
                return {}
        return _left(services, before=now, now=now) | {key: person}
    except DatabaseAway:
        # That is what they wait to hear.
        return {key: person}


def _left(services: Services, *, before: datetime, now: datetime) -> dict[str, str]:
    # Their time counts from the look. They are marked before it, so that no clock looks as well.
    with services.database.transaction() as session:
        left = posting.left_checkups(session, before=before, cut_off_at=now + 2 * PATIENCE, now=now)
    return dict(left)


def _tell(services: Services, waiting: dict[str, str]) -> None:
    found = _found(services)
    try:
        _owe(services, found, waiting)
    except DatabaseAway:
        # It took minutes to find; a restart of the database takes seconds.
        log.warning("checkup_not_owed")
        sleep(_UNTIL_IT_IS_BACK)
        _owe(services, found, waiting)


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


def _owe(services: Services, found: list[tuple[str, str]], waiting: dict[str, str]) -> None:
    with services.database.transaction() as session:
        for key, person in waiting.items():
            posting.owe_checkup(session, found, key=key, person=person, now=services.now())
