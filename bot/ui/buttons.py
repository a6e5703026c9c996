"""What a team can do with a case: the row on its card, and the window behind its last button."""

from collections.abc import Iterator

from bot.domain.case import Case, Stake, State
from bot.domain.comment import Comment
from bot.domain.organisation import Organisation
from bot.ui import ids, wording
from bot.ui.comment import address
from bot.ui.ids import StakeRef
from bot.ui.kit import Block, actions, button, modal, section


def team_row(case: Case, comment: Comment, ref: StakeRef) -> list[Block]:
    """At most five buttons: what is pressed every day; the rest is behind the last."""
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
    return [*row, _more(ref)]


def _claimed_row(case: Case, comment: Comment, ref: StakeRef, stake: Stake) -> list[Block]:
    speak = _speak(case, comment, ref)
    back = (
        _button("Go on", ids.RESUME, ref) if stake.paused else _button("Release", ids.RELEASE, ref)
    )
    return [
        _button("Resolve", ids.RESOLVE, ref, primary=True),
        *(speak[:1]),
        back,
        _button("Hand off", ids.HANDOFF, ref),
        *([] if speak else [_button("Not ours", ids.DECLINE, ref)]),
    ]


def triage_row(case: Case) -> list[Block]:
    """What triage can do."""
    ref = StakeRef(case.number, "")
    if not case.triage:
        return [_more(ref)]
    return [
        _button("Choose teams", ids.ROUTE, ref, primary=True),
        _button("Nobody needs to act", ids.DISMISS, ref),
        _more(ref),
    ]


def more_window(
    case: Case, comment: Comment, organisation: Organisation, ref: StakeRef, person: str
) -> Block:
    """Everything that the side of *ref* can do with the case, as *person* sees it."""
    stake = case.stakes.get(ref.team)
    team = wording.team(organisation, ref.team) if ref.team else "Triage"
    groups = {
        f"*{team}'s part*": [*_part(stake, ref), *_clock(case, stake, ref)],
        "*With the others*": [*_others(case, stake, ref), *_answer(case, comment, ref)],
        "*The case*": list(_about(case, stake, ref, person)),
    }
    blocks = [
        block
        for heading, buttons in groups.items()
        if buttons
        for block in (section(heading), actions(*buttons))
    ]
    return modal(f"More for #{case.number}", blocks)


def _speak(case: Case, comment: Comment, ref: StakeRef) -> list[Block]:
    """How the team helps the customer to an answer: the lead gives it, the others add to it."""
    if case.lead == ref.team:
        return _answer(case, comment, ref)
    return [_button("Add a fact", ids.ADD_FACT, ref)]


def _answer(case: Case, comment: Comment, ref: StakeRef) -> list[Block]:
    url = address(comment.url)
    if not url or case.lead != ref.team or case.deleted_at is not None or not ref.team:
        return []
    label = f"Answer on {wording.platform_label(comment.platform)}"
    return [button(label, ids.ANSWER, ref.pack(), about=f"case {ref.case}", url=url)]


def _part(stake: Stake | None, ref: StakeRef) -> Iterator[Block]:
    if stake is None:
        return
    if stake.state is State.CLAIMED:
        yield _button("Release", ids.RELEASE, ref)
    if stake.state.live:
        yield _button("Not ours", ids.DECLINE, ref)


def _clock(case: Case, stake: Stake | None, ref: StakeRef) -> Iterator[Block]:
    if stake is None or not stake.state.live:
        return
    if stake.paused is not None:
        yield _button("Go on", ids.RESUME, ref)
    yield _button("Snooze", ids.SNOOZE, ref)
    yield _button("Wait for the customer", ids.WAIT_CUSTOMER, ref)
    if any(other.team != ref.team for other in case.live_stakes):
        yield _button("Wait for another team", ids.WAIT_TEAM, ref)


def _others(case: Case, stake: Stake | None, ref: StakeRef) -> Iterator[Block]:
    if ref.team or case.settled_at is None:
        yield _button("Invite a team", ids.INVITE, ref)
    if stake is not None:
        yield _button("Add a fact", ids.ADD_FACT, ref)
        if len(case.stakes) > 1:
            yield _button("Tell the other teams", ids.TELL, ref)
    if any(other.team != case.lead for other in case.live_stakes):
        yield _button("Move the lead", ids.LEAD, ref)


def _about(case: Case, stake: Stake | None, ref: StakeRef, person: str) -> Iterator[Block]:
    if case.settled_at is None:
        yield _button("Priority", ids.PRIORITY, ref)
    if person in case.watchers:
        yield _button("Stop watching", ids.UNWATCH, ref)
    else:
        yield _button("Watch", ids.WATCH, ref)
    if stake is not None:
        yield _button("Why you?", ids.WHY, ref)
    yield _button("Timeline", ids.TIMELINE, ref)


def _more(ref: StakeRef) -> Block:
    return _button("More…", ids.MORE_ACTIONS, ref)


def _button(text: str, action: str, ref: StakeRef, *, primary: bool = False) -> Block:
    return button(text, action, ref.pack(), about=f"case {ref.case}", primary=primary)
