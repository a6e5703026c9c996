"""What routing would decide about a text, for who asks before anything is stored."""

from bot.domain.organisation import Organisation
from bot.domain.routing import Decision
from bot.domain.suggesting import MORE
from bot.ui import suggested, wording
from bot.ui.kit import Message, fit, inline, listed, section


def decision_message(decision: Decision, organisation: Organisation) -> Message:
    """Which teams would have it, and why."""
    lines = [
        f"• *{wording.team(organisation, key)}* — "
        f"{wording.reasons(reasons, '', organisation, team=key, to_them=True)}"
        for key, reasons in decision.teams
    ]
    lines += [
        f"• Perhaps {each}" for each in suggested.suggestions(decision.suggested, organisation)
    ]
    names = [wording.team(organisation, key) for key, _ in decision.teams[:20]]
    if decision.triage and decision.triage != MORE:
        names.append("triage")
    told = f"This would go to {listed(names)}.{_why(decision)}"
    return Message(told, [section(fit("\n".join([told, *lines]), 2900))])


def _why(decision: Decision) -> str:
    if decision.triage == MORE:
        return " Triage would be asked whether it is for another team too."
    return f" In triage, since {inline(decision.triage, 200)}." if decision.triage else ""
