"""A team that was given another channel in the organisation file takes what waits along."""

from datetime import datetime

from bot.domain.organisation import Organisation
from bot.store import outbox
from bot.store.session import Session


def follow_channels(session: Session, organisation: Organisation, *, now: datetime) -> int:
    """Owe to each team's present channel what was never shown in an earlier one; how much it was.

    What was shown stays where it is: its thread is there.
    """
    moved = 0
    for notice in outbox.never_shown(session):
        team = organisation.team(notice.team)
        if team is None or notice.channel == team.channel:
            continue
        outbox.redirect(session, notice, team.channel, now=now)
        moved += 1
    return moved
