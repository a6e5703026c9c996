"""What teams do with a case together: facts, the lead, priority, watching, waiting."""

from datetime import datetime

from bot.domain import escalation, events as e, together, waiting
from bot.domain.case import Case
from bot.domain.organisation import Organisation, Priority
from bot.store import queries
from bot.store.session import Session
from bot.usecases.owning import known_team
from bot.usecases.recording import case_for, record


def add_fact(
    session: Session,
    organisation: Organisation,
    number: int,
    team: str,
    *,
    text: str,
    by: str,
    now: datetime,
) -> Case:
    """Give the lead something to go on."""
    case = case_for(session, number)
    facts = together.add_fact(case, team, text=text)
    return record(session, organisation, case, facts, by=by, now=now)


def keep_note(
    session: Session,
    organisation: Organisation,
    number: int,
    team: str,
    *,
    text: str,
    by: str,
    now: datetime,
) -> Case:
    """Keep a message of the team's talk in the case's history."""
    case = case_for(session, number)
    facts = (e.NoteKept(team=team, text=text[: together.LONGEST_FACT]),)
    return record(session, organisation, case, facts, by=by, now=now)


def move_lead(
    session: Session,
    organisation: Organisation,
    number: int,
    *,
    to: str,
    reason: str,
    by: str,
    now: datetime,
) -> Case:
    """Let another team speak to the customer."""
    case = case_for(session, number)
    facts = together.move_lead(case, known_team(organisation, to), reason=reason)
    return record(session, organisation, case, facts, by=by, now=now)


def change_priority(
    session: Session,
    organisation: Organisation,
    number: int,
    *,
    to: Priority,
    reason: str,
    by: str,
    now: datetime,
) -> Case:
    """Make the case more, or less, pressing."""
    case = case_for(session, number)
    teams = {team.key: team for team in organisation.teams}
    facts = together.change_priority(case, teams, to=to, reason=reason, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def watch(
    session: Session, organisation: Organisation, number: int, *, by: str, now: datetime
) -> Case:
    """Follow the case."""
    case = case_for(session, number)
    return record(session, organisation, case, together.watch(case, by), by=by, now=now)


def unwatch(
    session: Session, organisation: Organisation, number: int, *, by: str, now: datetime
) -> Case:
    """Follow it no longer."""
    case = case_for(session, number)
    return record(session, organisation, case, together.unwatch(case, by), by=by, now=now)


def snooze(
    session: Session,
    organisation: Organisation,
    number: int,
    team: str,
    *,
    until: datetime,
    by: str,
    now: datetime,
) -> Case:
    """Stop the stake's clocks until a time."""
    case = case_for(session, number)
    facts = waiting.snooze(case, known_team(organisation, team), until=until, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def wait_for_customer(
    session: Session, organisation: Organisation, number: int, team: str, *, by: str, now: datetime
) -> Case:
    """Stop the stake's clocks until the customer has answered."""
    case = case_for(session, number)
    facts = waiting.wait_for_customer(case, known_team(organisation, team), by=by, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def wait_for_team(
    session: Session,
    organisation: Organisation,
    number: int,
    team: str,
    *,
    on: str,
    by: str,
    now: datetime,
) -> Case:
    """Stop the stake's clocks until another team's part has ended."""
    case = case_for(session, number)
    own, other = known_team(organisation, team), known_team(organisation, on)
    facts = waiting.wait_for_team(case, own, on=other, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def resume(
    session: Session, organisation: Organisation, number: int, team: str, *, by: str, now: datetime
) -> Case:
    """Let the stake's clocks run on."""
    case = case_for(session, number)
    facts = waiting.resume(case, known_team(organisation, team), now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def confirm(
    session: Session, organisation: Organisation, number: int, team: str, *, by: str, now: datetime
) -> Case:
    """The holder is still on it."""
    case = case_for(session, number)
    facts = escalation.confirm(case, known_team(organisation, team), by=by, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def acknowledge(
    session: Session, organisation: Organisation, number: int, team: str, *, by: str, now: datetime
) -> Case:
    """Somebody has seen the escalation."""
    case = case_for(session, number)
    facts = escalation.acknowledge(case, team)
    return record(session, organisation, case, facts, by=by, now=now)


def snooze_escalation(
    session: Session,
    organisation: Organisation,
    number: int,
    team: str,
    *,
    until: datetime,
    by: str,
    now: datetime,
) -> Case:
    """Let the next step of the escalation wait."""
    case = case_for(session, number)
    facts = escalation.snooze_escalation(case, team, until=until, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def give_back(
    session: Session, organisation: Organisation, person: str, team: str, *, now: datetime
) -> int:
    """Free all that *person* holds for *team*, which they have left; how many stakes it was."""
    own = organisation.team(team)
    if own is None:
        return 0
    numbers = queries.cases_held(session, person, team)
    for number in numbers:
        case = case_for(session, number)
        facts = escalation.left(case, own, person, now=now)
        if facts:
            record(session, organisation, case, facts, by="", now=now)
    return len(numbers)


def calm_down(
    session: Session, organisation: Organisation, number: int, *, by: str, now: datetime
) -> Case:
    """Take back that a case is urgent: it is as pressing again as it was before."""
    before = queries.priority_before_urgent(session, number)
    return change_priority(session, organisation, number, to=before, reason="", by=by, now=now)
