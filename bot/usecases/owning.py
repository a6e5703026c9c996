"""What people do with stakes: load the case, let the domain decide, write it down."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.domain import ownership
from bot.domain.case import Case
from bot.domain.organisation import Organisation, Team
from bot.errors import Refused
from bot.store import absences, journal
from bot.store.ahead import Asked
from bot.store.session import Session
from bot.usecases.recording import case_for, record


class Actor(NamedTuple):
    """A person who acts; ``leads`` lets them act for a holder (a team's lead, a manager)."""

    person: str
    leads: bool = False


def known_team(organisation: Organisation, key: str) -> Team:
    """The team of that key.

    Raises:
        Refused: the organisation has no such team (any more).
    """
    team = organisation.team(key)
    if team is None:
        raise Refused(f"There is no team “{key}” any more. Its cases are in triage or with others.")
    return team


def asked(number: int) -> Sequence[Asked]:
    """What every act on a case is going to ask before all else."""
    return journal.asked(number)


def claim(
    session: Session, organisation: Organisation, number: int, team: str, *, by: str, now: datetime
) -> Case:
    """Take the team's stake."""
    case = case_for(session, number)
    facts = ownership.claim(case, known_team(organisation, team), by=by, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def release(
    session: Session,
    organisation: Organisation,
    number: int,
    team: str,
    *,
    by: Actor,
    now: datetime,
) -> Case:
    """Give the stake back."""
    case = case_for(session, number)
    own = known_team(organisation, team)
    stake = case.stakes.get(team)
    # Somebody who is away cannot give it back themselves, so their team may.
    gone = stake is not None and stake.holder in absences.away(session, now=now)
    facts = ownership.release(case, own, by=by.person, now=now, may_force=by.leads or gone)
    return record(session, organisation, case, facts, by=by.person, now=now)


def resolve(
    session: Session,
    organisation: Organisation,
    number: int,
    team: str,
    *,
    outcome: str,
    note: str,
    by: str,
    now: datetime,
) -> Case:
    """The team's part is done."""
    case = case_for(session, number)
    own = known_team(organisation, team)
    facts = ownership.resolve(case, own, by=by, outcome=outcome, note=note, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def hand_off(
    session: Session,
    organisation: Organisation,
    number: int,
    team: str,
    *,
    to: str,
    reason: str,
    by: str,
    now: datetime,
) -> Case:
    """Pass the stake to another team."""
    case = case_for(session, number)
    target = known_team(organisation, to)
    facts = ownership.hand_off(case, team, to=target, reason=reason, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def decline(
    session: Session,
    organisation: Organisation,
    number: int,
    team: str,
    *,
    reason: str,
    instead: str,
    by: str,
    now: datetime,
) -> Case:
    """Say "not ours"; *instead* names the team whose it is, "" if nobody knows."""
    case = case_for(session, number)
    other = known_team(organisation, instead) if instead else None
    facts = ownership.decline(case, team, reason=reason, instead=other, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def reopen(
    session: Session, organisation: Organisation, number: int, team: str, *, by: str, now: datetime
) -> Case:
    """Take the team's finished part up again."""
    case = case_for(session, number)
    facts = ownership.reopen(case, known_team(organisation, team), now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def invite(
    session: Session,
    organisation: Organisation,
    number: int,
    *,
    team: str,
    by_team: str,
    note: str,
    by: str,
    now: datetime,
) -> Case:
    """Give one more team a stake."""
    case = case_for(session, number)
    invited = known_team(organisation, team)
    facts = ownership.invite(case, invited, by_team=by_team, note=note, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def route_by_hand(
    session: Session,
    organisation: Organisation,
    number: int,
    *,
    teams: Sequence[str],
    note: str,
    by: str,
    now: datetime,
) -> Case:
    """Give the teams that a person picked in triage their stakes."""
    case = case_for(session, number)
    picked = tuple(known_team(organisation, key) for key in teams)
    facts = ownership.route_by_hand(case, picked, note=note, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def take_suggestion(
    session: Session, organisation: Organisation, number: int, team: str, *, by: str, now: datetime
) -> Case:
    """Give a suggested team its stake."""
    case = case_for(session, number)
    taken = known_team(organisation, team)
    siblings = {each.key for each in organisation.teams if each.department == taken.department}
    facts = ownership.take_suggestion(case, taken, siblings=siblings, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def refuse_suggestions(
    session: Session, organisation: Organisation, number: int, *, by: str, now: datetime
) -> Case:
    """None of the teams that are still suggested is concerned."""
    case = case_for(session, number)
    facts = ownership.refuse_suggestions(case)
    return record(session, organisation, case, facts, by=by, now=now)


def dismiss(
    session: Session,
    organisation: Organisation,
    number: int,
    *,
    reason: str,
    by: str,
    now: datetime,
) -> Case:
    """Nobody (else) needs to act."""
    case = case_for(session, number)
    facts = ownership.dismiss(case, reason=reason)
    return record(session, organisation, case, facts, by=by, now=now)
