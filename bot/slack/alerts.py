"""What managers are told when a channel can no longer be posted to."""

from datetime import datetime

from bot.domain.organisation import Organisation
from bot.store.outbox import Owed, Urgency, owe
from bot.store.queue import WORKSPACE_GATE
from bot.store.session import Session
from bot.ui.kit import escape

_MENDS = {
    "is_archived": "unarchive it, or give the team another channel in organisation.toml",
    "is_inactive": "unarchive it, or give the team another channel in organisation.toml",
    "not_in_channel": "invite the app there: /invite @Crosstalk",
    "channel_not_found": "invite the app there if it is private, or correct organisation.toml",
    "missing_scope": "add the scopes that crosstalk doctor names, and reinstall the app",
}
_OTHERWISE = "check the channel's posting permissions"


def mend_for(error: str) -> str:
    """What to do about a channel that answers *error*."""
    return _MENDS.get(error, _OTHERWISE)


def owe_blocked_channel(
    session: Session, organisation: Organisation, channel: str, error: str, *, now: datetime
) -> None:
    """Tell every manager, once for each time that the channel closes."""
    where = _where(organisation, channel)
    text = (
        f"I cannot post in {where} ({error}). To mend it: {mend_for(error)}."
        " Nothing is lost; what waits goes out by itself afterwards."
    )
    _tell_managers(session, organisation, channel, text, now=now)


def owe_refused_token(
    session: Session, organisation: Organisation, error: str, *, now: datetime
) -> None:
    """Tell every manager, once for each time that Slack refuses the token.

    It can only reach them when the token is good again; until then the health page says it.
    """
    text = (
        f"For a while Slack refused my token ({error}), and nothing went out. It works again now;"
        " nothing is lost, and what waited follows."
    )
    _tell_managers(session, organisation, WORKSPACE_GATE, text, now=now)


def _tell_managers(
    session: Session, organisation: Organisation, about: str, text: str, *, now: datetime
) -> None:
    key = f"alert:{about}:{now.isoformat()}"
    owe(
        session,
        [
            Owed(
                key=f"{key}:{manager}",
                kind="alert",
                channel=manager,
                urgency=Urgency.ALERT,
                data={"text": text},
            )
            for manager in organisation.managers
        ],
        now=now,
    )


def _where(organisation: Organisation, channel: str) -> str:
    # Slack shows the conversation with a person, or the person's id, as an unknown channel.
    if not channel.startswith(("C", "G")):
        return "a direct message"
    team = next((team for team in organisation.teams if team.channel == channel), None)
    triage = "the triage channel" if channel == organisation.triage_channel else "the channel"
    return f"{escape(team.name)}'s channel <#{channel}>" if team else f"{triage} <#{channel}>"
