"""The card: one case as one team's channel shows it, or as triage does."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.case import Case, Stake
from bot.domain.comment import Comment, fold
from bot.domain.events import Reason
from bot.domain.organisation import Organisation, Team
from bot.domain.suggesting import MORE
from bot.ui import suggested, wave, wording
from bot.ui.buttons import team_row, triage_row
from bot.ui.comment import body, foot, origin
from bot.ui.ids import StakeRef
from bot.ui.kit import Block, Message, actions, context, fit, inline, listed, section
from bot.ui.strip import View, status, strip

_SPOKEN = 140
_LONGEST_SPOKEN = 3000
_LONGEST_WHY = 1000
_MOST_OTHERS = 3


def team_card(case: Case, comment: Comment, organisation: Organisation, team: str) -> Message:
    """*case* for the channel of *team*: what was said, who owns it, what this team can do."""
    view = _view(case, organisation, team)
    stake = case.stakes.get(team)
    blocks = _top(case, comment, view)
    blocks += _owners(case, view)
    blocks.append(actions(*team_row(case, comment, StakeRef(case.number, team))))
    if stake is not None and stake.state.live and stake.reasons:
        why = wording.reasons(stake.reasons, stake.asked_by, organisation, team=team)
        gone = case.edited_at is not None and not _still_says(comment, stake.reasons)
        when = " (before the edit)" if gone else ""
        blocks.append(context(fit(f"Why you{when}: {why}", _LONGEST_WHY)))
    aloud = replace(view, aloud=True)
    situation = _team_status(stake, aloud).replace(" · ", ", ")
    return Message(_spoken(case, comment, aloud, situation), blocks)


def acting_for(
    shown: Message, case: Case, organisation: Organisation, side: str, teams: Sequence[Team]
) -> Message:
    """The card *shown* to one person of *teams*, with whom its buttons act for where that is a question.

    *side* is the team that it is shown from; "" is triage.
    """
    own = [team.key for team in teams]
    if own == [side]:
        return shown
    whom = f"*{wording.team(organisation, side)}*" if side else "triage"
    told = f"The buttons here act for {whom}."
    if teams and not any(key in case.stakes for key in own):
        told = f"None of your teams has a part in it. {told}"
    live = {stake.team for stake in case.live_stakes} - {side}
    other = [
        f"*{inline(t.name, 60)}* in {wording.channel(t.channel)}" for t in teams if t.key in live
    ]
    if other:
        told += f" For {listed(other[:_MOST_OTHERS], 'or')}, use the card there."
    below = _after_buttons(shown.blocks)
    blocks = [*shown.blocks[:below], context(told), *shown.blocks[below:]]
    return Message(fit(f"{shown.text} {told}", _LONGEST_SPOKEN), blocks)


def _after_buttons(blocks: Sequence[Block]) -> int:
    return max(place for place, block in enumerate(blocks, 1) if block["type"] == "actions")


def _still_says(comment: Comment, reasons: Sequence[Reason]) -> bool:
    """Whether the words that decided are in the text as it is now; an edit may have taken them out."""
    text = fold(comment.text)
    return all(fold(word) in text for reason in reasons for word in reason.words)


def triage_card(case: Case, comment: Comment, organisation: Organisation) -> Message:
    """*case* for the triage channel: nobody has it, or what became of it."""
    view = _view(case, organisation, "")
    blocks = _top(case, comment, view)
    asked = suggested.offered(case, organisation)
    # The question that stands above the buttons is enough.
    situation = "" if asked and case.triage == MORE else _triage_status(case)
    if situation:
        blocks.append(section(situation))
    blocks += _owners(case, view)
    blocks += suggested.question(asked, case, organisation)
    blocks.append(actions(*triage_row(case, asked=len(asked))))
    aloud = replace(view, aloud=True)
    perhaps = suggested.aloud(asked, case, organisation)
    told = ". ".join(filter(None, (situation.replace("*", ""), perhaps)))
    return Message(_spoken(case, comment, aloud, told), blocks)


def _view(case: Case, organisation: Organisation, team: str) -> View:
    known = organisation.team(team)
    zone = known.zone if known else organisation.zone
    return View(organisation, team, zone, case.opened_at)


def _top(case: Case, comment: Comment, view: View) -> list[Block]:
    below = foot(case, comment, view)
    top = [context(origin(case, comment, view)), section(body(case, comment, view))]
    if below:
        top.append(context(below))
    return [*top, *wave.blocks(case, view)]


def _owners(case: Case, view: View) -> list[Block]:
    """Who owns it, and under that what anybody has found out."""
    shown = (strip(case, view), wording.facts(case.facts, view.organisation))
    return [section(markup) for markup in shown if markup]


def _triage_status(case: Case) -> str:
    if case.triage == MORE:
        return "⚪ *Is it for another team too?*"
    if case.triage:
        needs = "one more team" if any(s.state.live for s in case.stakes.values()) else "a team"
        return f"⚪ *Needs {needs}* — {inline(case.triage, 200)}"
    if case.dismissed:
        return f"⚫ *Nobody needs to act*{wording.said_why(case.dismissed)}"
    if not case.stakes and case.deleted_at is None:
        return "⚪ *Needs a team*"
    return ""


def _team_status(stake: Stake | None, view: View) -> str:
    if stake is None:
        return f"{view.name(view.team)} has no part in it"
    return f"{view.name(view.team)}: {status(stake, view)}"


def _spoken(case: Case, comment: Comment, view: View, situation: str) -> str:
    """The card in one breath, for notifications and screen readers."""
    who = wording.writer(comment)
    if comment.forgotten:
        what = f"{who}: {wording.forgotten(comment.forgotten)}"
    elif case.deleted_at is not None:
        what = f"{who} deleted their comment"
    elif comment.text.strip():
        what = f"{who}: “{inline(comment.text, _SPOKEN)}”"
    else:
        what = f"{who}: no text"
    urgency = wording.priority(case.priority).replace(" · ", ", ").lower()
    settled = "All done. " if case.settled_at is not None else ""
    others = _others(case, view)
    parts = (f"#{case.number}{urgency}. {what}. {wave.aloud(case)}{settled}", situation, others)
    return fit(
        f"{parts[0]}{'. '.join(part for part in parts[1:] if part)}".strip(), _LONGEST_SPOKEN
    )


def _others(case: Case, view: View) -> str:
    rest = [stake for stake in case.stakes.values() if stake.team != view.team]
    shown = [f"{view.name(s.team)} {wording.standing(s)[1]}" for s in rest[:6]]
    more = f" and {len(rest) - 6} more" if len(rest) > 6 else ""
    return f"Also {', '.join(shown)}{more}" if shown else ""
