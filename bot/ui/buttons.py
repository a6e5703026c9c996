"""What a team can do with a case: the row on its card, its ⋯ menu, and the form behind *More*."""

from collections.abc import Iterator

from bot.domain.case import Case, Stake, State
from bot.domain.comment import Comment
from bot.ui import fields, ids, wording
from bot.ui.comment import address
from bot.ui.ids import Choice, StakeRef
from bot.ui.kit import Block, button, input_field, modal, option, overflow, static_select

# What the menu on a card offers, as `ids.Choice` names it; Slack draws five entries at most.
_MENU = (
    ("invite", "Invite a team"),
    ("tell", "Tell the other teams"),
    ("why", "Why you?"),
    ("timeline", "Timeline"),
    ("more", "More…"),
)
_TRIAGE_MENU = (_MENU[0], _MENU[3])

Act = tuple[str, str]


def team_row(case: Case, comment: Comment, ref: StakeRef) -> list[Block]:
    """At most five controls: what is pressed every day; the rest is behind the last."""
    stake = case.stakes.get(ref.team)
    match stake.state if stake else None:
        case State.OPEN:
            row = [
                _button("Claim", ids.CLAIM, ref, primary=True),
                _button("Resolve", ids.RESOLVE, ref),
                _button("Hand off", ids.HANDOFF, ref),
                _button("Not ours", ids.DECLINE, ref),
            ]
        case State.CLAIMED if stake:
            row = _claimed_row(case, comment, ref, stake)
        case State.RESOLVED:
            row = [_button("Reopen", ids.REOPEN, ref)]
        case _:
            row = []
    return [*row, _menu(_MENU, ref)]


def _claimed_row(case: Case, comment: Comment, ref: StakeRef, stake: Stake) -> list[Block]:
    """The lead answers the customer, and the others give it facts to answer with."""
    speak = _answer(case, comment, ref) or [_button("Add a fact", ids.ADD_FACT, ref)]
    back = (
        _button("Go on", ids.RESUME, ref) if stake.paused else _button("Release", ids.RELEASE, ref)
    )
    resolve = _button("Resolve", ids.RESOLVE, ref, primary=True)
    return [resolve, *speak, back, _button("Hand off", ids.HANDOFF, ref)]


def _answer(case: Case, comment: Comment, ref: StakeRef) -> list[Block]:
    url = address(comment.url)
    if not url or case.lead != ref.team or case.deleted_at is not None:
        return []
    label = f"Answer on {wording.platform_label(comment.platform)}"
    return [button(label, ids.ANSWER, ref.pack(), about=f"case {ref.case}", url=url)]


def triage_row(case: Case, *, asked: int = 0) -> list[Block]:
    """What triage can do, beside the buttons of so many suggestions that it is *asked* about."""
    ref = StakeRef(case.number, "")
    menu = _menu(_TRIAGE_MENU, ref)
    if not case.triage:
        return [menu]
    # While a team is at it, the row above says that it stays with that one; and a card has five
    # buttons at most, a wave's among them, so that many suggestions want their answer first.
    full = asked + bool(case.joined) >= len(ids.TAKES)
    spare = not asked or not (full or case.live_stakes)
    return [
        _button("Choose teams", ids.ROUTE, ref, primary=not asked),
        *([_button("Nobody needs to act", ids.DISMISS, ref)] if spare else []),
        menu,
    ]


def more_form(case: Case, ref: StakeRef, person: str) -> Block:
    """Everything else that the side of *ref* can do with the case, as *person* sees it."""
    stake = case.stakes.get(ref.team)
    acts = [*_part(case, stake, ref), *_together(case, stake), *_about(case, person)]
    menu = static_select([option(label, act) for label, act in acts], "Choose one")
    return modal(
        f"More for #{case.number}",
        [input_field(fields.ACT, "What would you like to do?", menu)],
        callback=ids.ACTIONS_FORM,
        submit="Go on",
        about=ref.pack(),
    )


def _part(case: Case, stake: Stake | None, ref: StakeRef) -> Iterator[Act]:
    if stake is None or not stake.state.live:
        return
    if stake.paused is not None:
        yield "Go on: let the clock run", ids.RESUME
    yield "Snooze it", ids.SNOOZE
    yield "Wait for the customer", ids.WAIT_CUSTOMER
    if any(other.team != ref.team for other in case.live_stakes):
        yield "Wait for another team", ids.WAIT_TEAM
    if stake.state is State.CLAIMED:
        yield "Release it", ids.RELEASE
    yield "Say that it is not ours", ids.DECLINE


def _together(case: Case, stake: Stake | None) -> Iterator[Act]:
    if stake is not None:
        leads = stake.team == case.lead
        yield "Add a fact for the others" if leads else "Add a fact for the lead", ids.ADD_FACT
    if any(other.team != case.lead for other in case.live_stakes):
        yield "Move the lead", ids.LEAD


def _about(case: Case, person: str) -> Iterator[Act]:
    if case.settled_at is None:
        yield "Change the priority", ids.PRIORITY
    if person in case.watchers:
        yield "Stop watching the case", ids.UNWATCH
    else:
        yield "Watch the case", ids.WATCH


def _menu(entries: tuple[tuple[str, str], ...], ref: StakeRef) -> Block:
    return overflow(ids.MORE, [(label, Choice(act, ref).pack()) for act, label in entries])


def _button(text: str, action: str, ref: StakeRef, *, primary: bool = False) -> Block:
    return button(text, action, ref.pack(), about=f"case {ref.case}", primary=primary)
