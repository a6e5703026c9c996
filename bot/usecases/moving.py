"""What an edit of the organisation file moves: a team's channel, triage's, or a team's cases."""

from datetime import datetime

from bot.domain import events as e
from bot.domain.escalation import GONE
from bot.domain.organisation import Organisation
from bot.store import outbox, queries
from bot.store.session import Session
from bot.usecases.recording import case_for, record


def follow_channels(session: Session, organisation: Organisation, *, now: datetime) -> int:
    """Owe to the present channels what was never shown in earlier ones; how much it was.

    Triage's cards follow its channel as a team's follow the team's. What was shown stays where it is: its thread is there.
    """
    moved = 0
    for notice in outbox.never_shown(session):
        channel = _channel_of(notice.team, organisation)
        if channel in {"", notice.channel}:
            continue
        outbox.redirect(session, notice, channel, now=now)
        moved += 1
    return moved


def _channel_of(team: str, organisation: Organisation) -> str:
    """Where *team* ("" for triage) is shown its cases; "" when there is no such team."""
    if not team:
        return organisation.triage_channel
    found = organisation.team(team)
    return found.channel if found else ""


def retire_teams(session: Session, organisation: Organisation, *, now: datetime) -> int:
    """Send what teams hold that are no longer in the file to triage; how many cases it was.

    Their part ends, and stays in the history under the key that it had.
    """
    numbers = queries.cases_of_others(session, [team.key for team in organisation.teams])
    for number in numbers:
        case = case_for(session, number)
        gone = [s.team for s in case.live_stakes if organisation.team(s.team) is None]
        facts: tuple[e.Event, ...] = tuple(e.StakeDeclined(team=team, reason=GONE) for team in gone)
        why = f"{', '.join(gone)}: {GONE}"
        triage = () if case.triage else (e.CaseSentToTriage(why=why),)
        record(session, organisation, case, facts + triage, by="", now=now)
    return len(numbers)
