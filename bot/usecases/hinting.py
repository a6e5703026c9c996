"""What people are told once, and the absences that keep them from being asked."""

from datetime import datetime

from bot.domain.organisation import Organisation
from bot.store import absences, queries
from bot.store.session import Session as Session
from bot.usecases import sharing

CLAIM = "claim"
"""What a claim means, to whoever claims for the first time."""


def told(session: Session, person: str, hint: str, *, now: datetime) -> None:
    """*person* is being told *hint*, and need not be told again."""
    absences.hinted_at(session, person, hint, now=now)


def is_new(session: Session, event_id: str, *, now: datetime) -> bool:
    """Whether an event of Slack's was not acted upon yet; "" always is new."""
    return not event_id or absences.hear_once(session, event_id, now=now)


def go_away(
    session: Session, person: str, *, until: datetime, now: datetime, by_status: bool = False
) -> None:
    """*person* is away until then, and is not asked meanwhile."""
    absences.set_away(session, person, until=until, now=now, by_status=by_status)


def come_back(session: Session, person: str, *, by_status: bool = False) -> None:
    """*person* is here again; *by_status* takes back only what a status had said."""
    absences.set_back(session, person, by_status=by_status)


def is_away_by_status(session: Session, person: str) -> bool:
    """Whether a status of *person* has said that they are away, and none since that they are back."""
    return absences.by_status(session, person)


def holds_anything(session: Session, person: str) -> bool:
    """Whether *person* has anything to give back."""
    return queries.holds_anything(session, person)


def leave(session: Session, organisation: Organisation, person: str, *, now: datetime) -> int:
    """*person* is no longer here at all: all that they hold is free again; how much it was."""
    return sum(
        sharing.give_back(session, organisation, person, team.key, now=now)
        for team in organisation.teams
    )
