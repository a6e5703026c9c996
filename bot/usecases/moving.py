"""What an edit of the organisation file moves: a team's channel, triage's, or a team's cases."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.escalation import dropped
from bot.domain.organisation import Organisation
from bot.store import outbox, queries
from bot.store.outbox import Owed
from bot.store.session import Session
from bot.usecases.recording import case_for, record


def misplaced(session: Session, organisation: Organisation) -> list[tuple[Owed, str]]:
    """What was never shown and is owed to an earlier channel, each with the present one.

    Triage's cards follow its channel as a team's follow the team's. What was shown stays where it
    is: its thread is there.
    """
    found = [(each, _channel_of(each.team, organisation)) for each in outbox.never_shown(session)]
    return [(notice, channel) for notice, channel in found if channel not in {"", notice.channel}]


def redirect(session: Session, notice: Owed, channel: str, *, now: datetime) -> bool:
    """Show *notice* in *channel* instead; False when it has been shown, or moved, meanwhile."""
    return outbox.redirect(session, notice, channel, now=now)


def _channel_of(team: str, organisation: Organisation) -> str:
    """Where *team* ("" for triage) is shown its cases; "" when there is no such team."""
    if not team:
        return organisation.triage_channel
    found = organisation.team(team)
    return found.channel if found else ""


def cases_of_gone_teams(session: Session, organisation: Organisation) -> Sequence[int]:
    """The cases in which a team has something to do that is no longer in the file."""
    return queries.cases_of_others(session, [team.key for team in organisation.teams])


def retire(session: Session, organisation: Organisation, number: int, *, now: datetime) -> bool:
    """Send to triage what is left of such teams in one case; False when somebody else just did.

    Their part ends, and stays in the history under the key that it had.
    """
    case = case_for(session, number)
    facts = dropped(case, organisation)
    if facts:
        record(session, organisation, case, facts, by="", now=now)
    return bool(facts)
