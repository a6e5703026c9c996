"""Forgetting a person on request, and whatever is older than its source keeps it.

A case is one transaction: a run that ends early has forgotten some of it wholly, and the next goes
on where it ended.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog

from bot.domain.forgetting import Gone, Why
from bot.domain.organisation import MANUAL_SOURCE, Organisation
from bot.errors import DatabaseAway, Refused
from bot.store import forgetting as store, lessons
from bot.store.database import Database
from bot.usecases import fitting, forgetting
from bot.usecases.forgetting import Erased, Person

log = structlog.get_logger()

BATCH = 100
"""How many comments the clock looks at in one go."""

# A delivery may have been on its way while its author was being forgotten.
_MOST_PASSES = 5

# A forgetting says when it began; to forget a great deal takes some minutes.
_STILL_AT_IT = timedelta(minutes=10)


def forget_person(
    database: Database,
    org: Organisation,
    person: Person,
    *,
    again: Callable[[], list[Person]],
    now: datetime,
) -> tuple[Erased, list[int]]:
    """Forget *person*, and where anybody of ours has named them; what was erased, and there.

    *again* looks for them once more, until nothing is found.
    """
    total, gone = Erased(), Gone((), ())
    left = [person]
    for _ in range(_MOST_PASSES):
        held = [each for who in left for each in who.comments]
        each, erased = erase(database, org, held, why=Why.REQUEST, now=now)
        gone = _both(gone, each)
        _add(total, erased)
        left = [other for other in again() if _is(other, person)]
        if not left:
            break
    with database.reading() as session:
        mentioned = list(forgetting.mentions(session, gone, frozenset(total.cases)))
    for number in mentioned:
        with database.transaction() as session:
            forgetting.unmention(session, org, number, gone, now=now)
    if total.taught:
        fitting.learn_anew(database, org, now=now)
    database.sweep(whole=True)
    return total, mentioned


def erase(
    database: Database,
    org: Organisation,
    found: Iterable[store.Held],
    *,
    why: Why,
    now: datetime,
) -> tuple[Gone, Erased]:
    """Erase comments, a case at a time, each in a transaction of its own."""
    total, gone = Erased(), Gone((), ())
    for number, ids in forgetting.by_case(found).items():
        try:
            with database.transaction() as session:
                each, erased = forgetting.forget_in_case(
                    session, org, number, ids, why=why, now=now
                )
        except Refused:
            # Somebody acted on the case in this very moment; the next pass finds it again.
            continue
        except DatabaseAway:
            raise
        except Exception:
            if why is Why.REQUEST:
                # Whoever waits for it has to hear that it was not done.
                raise
            # One faulty case must not keep all others beyond their time.
            log.exception("case_not_forgotten", case=number)
            continue
        gone = _both(gone, each)
        _add(total, erased)
    return gone, total


def retain(database: Database, org: Organisation, *, now: datetime, batches: int = 20) -> Erased:
    """Forget what is older than the organisation keeps it, a bounded number of batches at a time.

    Whatever falls due on one day does so together, so that the rest of the day there is nothing.
    """
    total = Erased()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for source, kept in _kept(org):
        due: list[store.Held] = []
        for _ in range(batches):
            last = due[-1] if due else None
            with database.reading() as session:
                due = store.older(session, source, before=today - kept, limit=BATCH, after=last)
            if not due:
                break
            _, erased = erase(database, org, due, why=Why.RETENTION, now=now)
            _add(total, erased)
    if total.taught:
        fitting.learn_anew(database, org, now=now)
    if total.comments:
        log.info("forgotten", comments=total.comments, cases=len(total.cases))
        _sweep(database)
    return total


def finish(database: Database, org: Organisation, *, now: datetime) -> bool:
    """Learn anew where whoever forgot somebody has ended before they did; whether they had."""
    with database.reading() as session:
        since = lessons.forgetting_since(session)
    if since is None or now - since < _STILL_AT_IT:
        return False
    fitting.learn_anew(database, org, now=now)
    log.info("forgetting_finished")
    _sweep(database)
    return True


def _sweep(database: Database) -> None:
    try:
        database.sweep(whole=False)
    except DatabaseAway as away:
        # What is gone is gone; only the log may hold it until it is written over.
        log.warning("not_swept", error=str(away))


def _kept(org: Organisation) -> list[tuple[str, timedelta]]:
    sources = [*org.sources, org.source(MANUAL_SOURCE)]
    return [(each.key, each.retention) for each in sources if each and each.retention]


def _is(person: Person, other: Person) -> bool:
    one, two = person.author, other.author
    return (person.platform, one.id or one.handle or one.name) == (
        other.platform,
        two.id or two.handle or two.name,
    )


def _add(total: Erased, erased: Erased) -> None:
    total.comments += erased.comments
    total.cases |= erased.cases
    total.messages += erased.messages
    total.taught = total.taught or erased.taught


def _both(one: Gone, two: Gone) -> Gone:
    names = tuple(sorted({*one.names, *two.names}))
    return Gone(texts=tuple(dict.fromkeys((*one.texts, *two.texts))), names=names)
