"""The card: one case as one team's channel shows it, or as triage does."""

from dataclasses import replace

from bot.domain.case import Case, Stake, State
from bot.domain.comment import Comment
from bot.domain.organisation import Organisation
from bot.ui import ids, wording
from bot.ui.comment import body, foot, origin
from bot.ui.ids import Choice, StakeRef
from bot.ui.kit import Block, Message, actions, button, context, fit, inline, overflow, section
from bot.ui.strip import View, status, strip

_SPOKEN = 140
_LONGEST_SPOKEN = 3000


def team_card(case: Case, comment: Comment, organisation: Organisation, team: str) -> Message:
    """*case* for the channel of *team*: what was said, who owns it, what this team can do."""
    view = _view(case, organisation, team)
    stake = case.stakes.get(team)
    blocks = _top(case, comment, view)
    if owners := strip(case, view):
        blocks.append(section(owners))
    blocks.append(actions(*_buttons(case, team, stake)))
    if stake is not None and stake.state.live and stake.reasons:
        why = wording.reasons(stake.reasons, stake.asked_by, organisation)
        blocks.append(context(f"Why you: {why}"))
    aloud = replace(view, aloud=True)
    situation = _team_status(stake, aloud).replace(" · ", ", ")
    return Message(_spoken(case, comment, aloud, situation), blocks)


def triage_card(case: Case, comment: Comment, organisation: Organisation) -> Message:
    """*case* for the triage channel: nobody has it, or what became of it."""
    view = _view(case, organisation, "")
    blocks = _top(case, comment, view)
    situation = _triage_status(case)
    if situation:
        blocks.append(section(situation))
    if owners := strip(case, view):
        blocks.append(section(owners))
    blocks.append(actions(*_triage_buttons(case)))
    aloud = replace(view, aloud=True)
    return Message(_spoken(case, comment, aloud, situation.replace("*", "")), blocks)


def _view(case: Case, organisation: Organisation, team: str) -> View:
    known = organisation.team(team)
    zone = known.zone if known else organisation.zone
    return View(organisation, team, zone, case.opened_at)


def _top(case: Case, comment: Comment, view: View) -> list[Block]:
    below = foot(case, comment, view)
    top = [context(origin(case, comment, view)), section(body(case, comment, view))]
    return [*top, context(below)] if below else top


def _buttons(case: Case, team: str, stake: Stake | None) -> list[Block]:
    ref = StakeRef(case.number, team)
    state = stake.state if stake else None
    if state is State.OPEN:
        row = [
            _button("Claim", ids.CLAIM, ref, primary=True),
            _button("Resolve", ids.RESOLVE, ref),
        ]
    elif state is State.CLAIMED:
        row = [
            _button("Resolve", ids.RESOLVE, ref, primary=True),
            _button("Release", ids.RELEASE, ref),
        ]
    else:
        again = [_button("Reopen", ids.REOPEN, ref)] if state is State.RESOLVED else []
        return [*again, _more(ref, invite=True)]
    away = [_button("Hand off", ids.HANDOFF, ref), _button("Not ours", ids.DECLINE, ref)]
    return [*row, *away, _more(ref, invite=True)]


def _triage_buttons(case: Case) -> list[Block]:
    ref = StakeRef(case.number, "")
    if not case.triage:
        return [_more(ref, invite=case.settled_at is None)]
    return [
        _button("Choose teams", ids.ROUTE, ref, primary=True),
        _button("Nobody needs to act", ids.DISMISS, ref),
        _more(ref, invite=False),
    ]


def _button(text: str, action: str, ref: StakeRef, *, primary: bool = False) -> Block:
    return button(text, action, ref.pack(), about=f"case {ref.case}", primary=primary)


def _more(ref: StakeRef, *, invite: bool) -> Block:
    timeline = ("Timeline", Choice("timeline", ref).pack())
    inviting = [("Invite a team", Choice("invite", ref).pack())] if invite else []
    return overflow(ids.MORE, [*inviting, timeline])


def _triage_status(case: Case) -> str:
    if case.triage:
        return f"⚪ *Needs a team* — {inline(case.triage, 200)}"
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
    who = f"{inline(comment.author.shown, 80)} on {wording.platform(comment.platform)}"
    if case.deleted_at is not None:
        what = f"{who} deleted their comment"
    elif comment.text.strip():
        what = f"{who}: “{inline(comment.text, _SPOKEN)}”"
    else:
        what = f"{who}: no text"
    urgency = wording.priority(case.priority).replace(" · ", ", ").lower()
    settled = "All done. " if case.settled_at is not None else ""
    others = _others(case, view)
    parts = (f"#{case.number}{urgency}. {what}. {settled}", situation, others)
    return fit(
        f"{parts[0]}{'. '.join(part for part in parts[1:] if part)}".strip(), _LONGEST_SPOKEN
    )


def _others(case: Case, view: View) -> str:
    rest = [stake for stake in case.stakes.values() if stake.team != view.team]
    shown = [
        f"{view.name(s.team)} {wording.state(s.state, late=s.past_target)[1]}" for s in rest[:6]
    ]
    more = f" and {len(rest) - 6} more" if len(rest) > 6 else ""
    return f"Also {', '.join(shown)}{more}" if shown else ""
