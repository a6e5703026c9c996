"""The clock's part: whatever has become due about a stake is noticed, once."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain import escalation, events as e
from bot.domain.organisation import Organisation
from bot.store import absences, people, queries
from bot.store.session import Session
from bot.usecases.recording import case_for, record

# A tick takes what it can and leaves the rest to the next; all of it is in the database.
AT_ONCE = 500
# A stake can have several things due at once after an outage; each round decides one of them:
# a step of the escalation, or one of the few other things that a clock does.
_ROUNDS = 8


def _crew(session: Session, organisation: Organisation, key: str) -> frozenset[str]:
    """The people of a team, as far as they are known."""
    team = organisation.team(key)
    if team is None:
        return frozenset()
    return team.members or people.members(session, team.usergroup or team.channel)


def due_cases(session: Session, *, now: datetime) -> Sequence[int]:
    """The cases with a stake that a clock has something to do about."""
    return queries.due_cases(session, now=now, limit=AT_ONCE)


def tick(
    session: Session, organisation: Organisation, number: int, *, now: datetime
) -> list[e.Event]:
    """Do what is due in one case, and tell it; a second call at the same moment does nothing."""
    case = case_for(session, number)
    noticed = list[e.Event](escalation.dropped(case, organisation))
    if noticed:
        case = record(session, organisation, case, tuple(noticed), by="", now=now)
    away = absences.away(session, now=now)
    for _ in range(_ROUNDS + len(organisation.escalation)):
        facts = tuple(
            fact
            for stake in case.live_stakes
            if stake.next_at is not None and stake.next_at <= now
            for fact in escalation.tick(
                case,
                stake,
                organisation,
                away=away,
                crew=_crew(session, organisation, stake.team),
                now=now,
            )
        )
        if not facts:
            break
        case = record(session, organisation, case, facts, by="", now=now)
        noticed += facts
    return noticed
