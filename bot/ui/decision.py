"""What routing would decide about a text, for who asks before anything is stored."""

from collections.abc import Iterator

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
    told = f"This would go to {' and '.join(_places(decision, organisation))}.{_more(decision)}"
    return Message(told, [section(fit("\n".join([told, *lines]), 2900))])


def _places(decision: Decision, organisation: Organisation) -> Iterator[str]:
    if decision.teams:
        yield listed([wording.team(organisation, key) for key, _ in decision.teams[:20]])
    if decision.triage and decision.triage != MORE:
        also = "to " if decision.teams else ""
        yield f"{also}triage, since {inline(decision.triage, 200)}"


def _more(decision: Decision) -> str:
    asked = decision.triage == MORE
    return " Triage would be asked whether it is for another team too." if asked else ""
