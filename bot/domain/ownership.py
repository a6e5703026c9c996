"""Who may do what with a stake: each act is a function from a case to the facts it makes.

An act that changes nothing returns no facts (a second click on Claim); one that the rules forbid
raises `Refused`, whose text is the private reply. The table of all acts in all states stands in
``tests/domain/test_ownership.py``.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.domain import durations, events as e, targets
from bot.domain.case import Case, Stake, State
from bot.domain.organisation import Team
from bot.domain.suggesting import MORE
from bot.errors import Refused

Facts = tuple[e.Event, ...]

_A_MOMENT = timedelta(seconds=5)


def stake_of(case: Case, team: str) -> Stake:
    """The stake of *team* in *case*.

    Raises:
        Refused: the team has none.
    """
    stake = case.stakes.get(team)
    if stake is None:
        raise Refused(f"Your team has no part in #{case.number}. To join in, use *Invite a team*.")
    return stake


def claim(case: Case, team: Team, *, by: str, now: datetime) -> Facts:
    """Put *by* in charge of the stake."""
    stake = stake_of(case, team.key)
    match stake.state:
        case State.OPEN:
            return (targets.claimed(team, by=by, now=now),)
        case State.CLAIMED if stake.holder == by:
            return ()
        case State.CLAIMED:
            raise Refused(f"<@{stake.holder}> has #{case.number}: claimed {_ago(stake, now)}.")
        case _:
            raise _over(case, stake)


def release(case: Case, team: Team, *, by: str, now: datetime, may_force: bool) -> Facts:
    """Give the stake back; *may_force* lets a lead or manager do it for the holder."""
    stake = stake_of(case, team.key)
    match stake.state:
        case State.OPEN:
            return ()
        case State.CLAIMED if stake.holder == by or may_force:
            return (targets.released(team, stake, now=now, priority=case.priority),)
        case State.CLAIMED:
            raise Refused(
                f"<@{stake.holder}> has #{case.number}. They, your lead or a manager can release it."
            )
        case _:
            raise _over(case, stake)


def resolve(case: Case, team: Team, *, by: str, outcome: str, note: str, now: datetime) -> Facts:
    """The team's part is done; done without a claim, it counts as claimed at that moment."""
    stake = stake_of(case, team.key)
    done = e.StakeResolved(team=team.key, outcome=outcome, note=note)
    match stake.state:
        case State.OPEN:
            return (targets.claimed(team, by=by, now=now), done)
        case State.CLAIMED:
            return (done,)
        case State.RESOLVED:
            return ()
        case _:
            raise _over(case, stake)


def hand_off(case: Case, team: str, *, to: Team, reason: str, now: datetime) -> Facts:
    """End this team's stake and open one for *to*."""
    stake = stake_of(case, team)
    if stake.state is State.HANDED_OFF and stake.moved_to == to.key:
        return ()
    if not stake.state.live:
        raise _over(case, stake)
    if to.key == team:
        raise Refused("That is your own team. Choose another one, or *Release* the case.")
    handed = e.StakeHandedOff(team=team, to=to.key, reason=reason)
    why = e.Reason(kind="hand-off", name=reason, team=team)
    passed = _pass_on(case, to, why, by_team=team, now=now)
    # Whoever takes over from the lead speaks to the customer from now on.
    lead = (e.LeadMoved(to=to.key, reason=reason),) if case.lead == team else ()
    return (handed, *passed, *lead)


def decline(case: Case, team: str, *, reason: str, instead: Team | None, now: datetime) -> Facts:
    """Say "not ours"; with *instead*, the team it should go to is asked at once."""
    stake = stake_of(case, team)
    if stake.state is State.DECLINED:
        return ()
    if not stake.state.live:
        raise _over(case, stake)
    if instead is not None and instead.key == team:
        raise Refused("That is your own team. Choose another one, or leave it empty.")
    declined = e.StakeDeclined(team=team, reason=reason, instead=instead.key if instead else "")
    if instead is None:
        return (declined,)
    why = e.Reason(kind="decline", name=reason, team=team)
    return (declined, *_pass_on(case, instead, why, by_team=team, now=now))


def reopen(case: Case, team: Team, *, now: datetime) -> Facts:
    """Take the team's finished part up again."""
    stake = stake_of(case, team.key)
    match stake.state:
        case State.RESOLVED:
            return (targets.reopened(team, now=now, priority=case.priority),)
        case State.OPEN | State.CLAIMED:
            return ()
        case _:
            raise Refused(
                f"Your team gave #{case.number} away. To have it back, use *Invite a team*"
                " and choose your own."
            )


def invite(case: Case, team: Team, *, by_team: str, note: str, now: datetime) -> Facts:
    """Give one more team a stake; *by_team* is who asked, "" for triage."""
    why = e.Reason(kind="invitation" if by_team else "person", name=note, team=by_team)
    facts = _ask(case, team, why, by_team=by_team, now=now)
    if not facts:
        raise Refused(f"{team.name} has a part in #{case.number} already.")
    # Whoever adds a team has answered the question that triage was asking.
    return (e.CaseTriaged(teams=(team.key,), note=note), *facts) if case.triage else facts


def route_by_hand(case: Case, teams: tuple[Team, ...], *, note: str, now: datetime) -> Facts:
    """A person in triage picks the teams."""
    if not teams:
        raise Refused("Choose at least one team, or say that nobody needs to act.")
    why = e.Reason(kind="person", name=note)
    picked = tuple({team.key: team for team in teams}.values())
    asked = tuple(fact for team in picked for fact in _ask(case, team, why, by_team="", now=now))
    if not asked and not case.triage:
        return ()
    return (e.CaseTriaged(teams=tuple(team.key for team in picked), note=note), *asked)


def take_suggestion(
    case: Case, team: Team, *, now: datetime, siblings: Collection[str] = ()
) -> Facts:
    """A person in triage says that a suggested team is concerned; the others stay in question.

    Its *siblings*, the teams of the same department, do not: the question was which of them.
    """
    taken = next((each for each in case.suggested if each.team == team.key), None)
    if taken is None and _has(case, team.key):
        return ()
    if taken is None:
        raise Refused(
            f"{team.name} is not suggested for #{case.number} any more. *Choose teams* asks it."
        )
    chosen = e.Reason(kind="person")
    learned = e.Reason(kind="suggestion", words=taken.words, like=taken.like)
    asked = _ask(case, team, chosen, learned, by_team="", now=now)
    answered = {team.key, *siblings}
    rest = tuple(each for each in in_question(case) if each.team not in answered)
    still = (e.CaseSentToTriage(why=MORE, suggested=rest),) if rest else ()
    return (e.CaseTriaged(teams=(team.key,)), *asked, *still)


def refuse_suggestions(case: Case) -> Facts:
    """A person in triage says that none of the teams that are still suggested is concerned."""
    teams = tuple(each.team for each in case.suggested)
    return (e.SuggestionsRefused(teams=teams),) if teams else ()


def in_question(case: Case) -> tuple[e.Suggestion, ...]:
    """The suggestions that nobody has answered, be it by other ways."""
    return tuple(each for each in case.suggested if not _has(case, each.team))


def dismiss(case: Case, *, reason: str) -> Facts:
    """A person in triage decides that nobody else needs to act, and says why."""
    if case.triage and not reason.strip():
        raise Refused("Say in a few words why nobody needs to act.")
    if case.triage:
        return (e.CaseDismissed(reason=reason),)
    if case.settled_at is not None:
        return ()
    raise Refused(f"#{case.number} has its teams already; they decide when it is done.")


def _has(case: Case, team: str) -> bool:
    stake = case.stakes.get(team)
    return stake is not None and stake.state.live


def _ask(case: Case, team: Team, *why: e.Reason, by_team: str, now: datetime) -> Facts:
    if _has(case, team.key):
        return ()
    return (targets.opened(team, why, now=now, by=by_team, priority=case.priority),)


def _pass_on(case: Case, team: Team, why: e.Reason, *, by_team: str, now: datetime) -> Facts:
    """Ask *team*, or let it know what else it has got when it has a live stake already."""
    explained = e.StakeExplained(team=team.key, reasons=(why,))
    return _ask(case, team, why, by_team=by_team, now=now) or (explained,)


def _over(case: Case, stake: Stake) -> Refused:
    endings = {
        State.RESOLVED: "is done for your team. To take it up again, use *Reopen*.",
        State.DECLINED: "was declined by your team. To have it back, use *Invite a team*.",
        State.HANDED_OFF: "was handed off by your team. To have it back, use *Invite a team*.",
    }
    return Refused(f"#{case.number} {endings[stake.state]}")


def _ago(stake: Stake, now: datetime) -> str:
    since = now - (stake.claimed_at or now)
    return f"{durations.words(since)} ago" if since >= _A_MOMENT else "just now"
