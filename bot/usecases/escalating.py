"""Targets that pass are noticed, once each."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain import targets
from bot.domain.organisation import Organisation
from bot.store import queries
from bot.store.session import Session
from bot.usecases.recording import case_for, record

# A tick takes what it can and leaves the rest to the next; all of it is in the database.
AT_ONCE = 500


def cases_past_target(session: Session, *, now: datetime) -> Sequence[int]:
    """The cases with a target that has passed and that nobody has noticed."""
    return queries.cases_past_target(session, now=now, limit=AT_ONCE)


def notice_missed_targets(
    session: Session, organisation: Organisation, number: int, *, now: datetime
) -> None:
    """Write down which targets of the case have passed; a second call finds nothing."""
    case = case_for(session, number)
    facts = tuple(f for stake in case.live_stakes for f in targets.missed(stake, now=now))
    if facts:
        record(session, organisation, case, facts, by="", now=now)
