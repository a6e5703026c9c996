"""What follows by itself from the state that an act has led to."""

from datetime import datetime

from bot.domain import events as e, targets
from bot.domain.case import Case, Stake, State
from bot.domain.organisation import Organisation

Facts = tuple[e.Event, ...]

NOT_NEEDED = "not_needed"
"""How a part ends that nobody has to do any more, since the case is settled without it."""


def consequences(case: Case, organisation: Organisation, *, now: datetime) -> Facts:
    """The next facts, () when nothing follows; to be asked again after they are applied."""
    return (
        _waited_long_enough(case, organisation, now)
        or _reopened(case)
        or _done_without_the_rest(case, organisation)
        or _new_lead(case, organisation)
        or _over(case)
    )


def _waited_long_enough(case: Case, organisation: Organisation, now: datetime) -> Facts:
    """Whoever waited for a team goes on when that team's part has ended.

    So does a part that waited for the customer and that nobody holds any more.
    """
    return tuple(
        targets.resumed(team, stake, priority=case.priority, now=now)
        for stake in case.live_stakes
        if _in_vain(case, stake) and (team := organisation.team(stake.team))
    )


def _in_vain(case: Case, stake: Stake) -> bool:
    if stake.paused is e.Pause.TEAM:
        return not _is_live(case, stake.paused_on)
    return stake.paused is e.Pause.CUSTOMER and stake.state is State.OPEN


def _is_live(case: Case, team: str) -> bool:
    stake = case.stakes.get(team)
    return stake is not None and stake.state.live


def _reopened(case: Case) -> Facts:
    return (e.CaseReopened(),) if case.live_stakes and case.settled_at is not None else ()


def _done_without_the_rest(case: Case, organisation: Organisation) -> Facts:
    """Where the organisation does not wait for every team, the others' parts end with the case."""
    if case.triage or not case.live_stakes or not _enough_done(case, organisation):
        return ()
    return tuple(e.StakeResolved(team=stake.team, outcome=NOT_NEEDED) for stake in case.live_stakes)


def _enough_done(case: Case, organisation: Organisation) -> bool:
    done = [stake for stake in case.stakes.values() if _done_lately(case, stake)]
    match organisation.settled_when:
        case "lead":
            return any(stake.team == case.lead for stake in done)
        case "any":
            return bool(done)
        case "quorum":
            return len(done) >= organisation.quorum
        case _:
            return False


def _done_lately(case: Case, stake: Stake) -> bool:
    # What was done before the case was taken up again does not settle it a second time.
    if stake.state is not State.RESOLVED or stake.ended_at is None:
        return False
    return case.reopened_at is None or stake.ended_at > case.reopened_at


def _new_lead(case: Case, organisation: Organisation) -> Facts:
    live = tuple(stake.team for stake in case.live_stakes)
    current = case.stakes.get(case.lead)
    # A lead that has finished keeps the lead; one that gave its stake away does not.
    finished = current is not None and current.state is State.RESOLVED
    if not live or case.lead in live or finished:
        return ()
    return (e.LeadMoved(to=organisation.lead_team(live)),)


def _over(case: Case) -> Facts:
    if case.live_stakes or case.triage or case.settled_at is not None:
        return ()
    gone_unseen = case.deleted_at is not None and not case.stakes
    if gone_unseen or case.dismissed or _any_resolved(case):
        return (e.CaseSettled(),)
    if case.all_given_up:
        return (e.CaseSentToTriage(why="every team said it is not theirs"),)
    return ()


def _any_resolved(case: Case) -> bool:
    return any(stake.state is State.RESOLVED for stake in case.stakes.values())
