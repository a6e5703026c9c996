"""What routing would decide about a text, for who asks before anything is stored."""

from bot.domain.organisation import Organisation
from bot.domain.routing import Decision
from bot.ui import wording
from bot.ui.kit import Message, fit, inline, listed, section


def decision_message(decision: Decision, organisation: Organisation) -> Message:
    """Which teams would have it, and why."""
    lines = [
        f"• *{wording.team(organisation, key)}* — "
        f"{wording.reasons(reasons, '', organisation, to_them=True)}"
        for key, reasons in decision.teams
    ]
    names = [wording.team(organisation, key) for key, _ in decision.teams[:20]]
    if decision.triage:
        names.append("triage")
    why = f" In triage, since {inline(decision.triage, 200)}." if decision.triage else ""
    told = f"This would go to {listed(names)}.{why}"
    return Message(told, [section(fit("\n".join([told, *lines]), 2900))])
