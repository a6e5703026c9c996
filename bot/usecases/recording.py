"""Facts into the journal, and every card of the case owed its new state, in one transaction."""

from datetime import datetime

from bot.domain.case import Case
from bot.domain.events import Event
from bot.domain.organisation import Organisation
from bot.errors import Refused
from bot.store import journal, outbox
from bot.store.session import Session
from bot.usecases import learning, telling


def case_for(session: Session, number: int) -> Case:
    """The case, locked until the transaction ends.

    Raises:
        Refused: there is no such case.
    """
    case = journal.load(session, number)
    if case is None:
        raise Refused(f"There is no case #{number}.")
    return case


def bring_up_to_date(
    session: Session, organisation: Organisation, number: int, *, now: datetime
) -> None:
    """Show every card of the case anew: somebody pressed a button that it no longer offers."""
    case = journal.load(session, number)
    if case is not None:
        outbox.owe_cards(session, case, organisation, acted=True, now=now)


def record(
    session: Session,
    organisation: Organisation,
    case: Case,
    facts: tuple[Event, ...],
    *,
    by: str,
    now: datetime,
) -> Case:
    """Write *facts* down and owe the cards; without facts, only the cards are brought up to date."""
    new = not case.comment_id
    if facts:
        case, written = journal.record(
            session, case, facts, by=by, at=now, organisation=organisation
        )
        learning.note(session, organisation, case, written)
        telling.owe(session, organisation, case, written, by=by, now=now)
    outbox.owe_cards(session, case, organisation, acted=bool(by), now=now, new=new)
    return case
