"""What teams do with a case together: who leads, what each knows, how pressing it is, who follows."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain import events as e, targets
from bot.domain.case import Case, State
from bot.domain.consequences import NOT_NEEDED
from bot.domain.organisation import Priority, Team
from bot.domain.ownership import stake_of
from bot.errors import Refused

Facts = tuple[e.Event, ...]

LONGEST_FACT = 500


def add_fact(case: Case, team: str, *, text: str) -> Facts:
    """Give the lead, and everyone in the case, something to go on."""
    stake_of(case, team)
    text = text.strip()
    if not text:
        raise Refused("Write the fact in a few words.")
    if len(text) > LONGEST_FACT:
        raise Refused(f"Keep the fact to {LONGEST_FACT} characters; the thread has room for more.")
    known = any(fact.team == team and fact.text == text for fact in case.facts)
    return () if known else (e.FactAdded(team=team, text=text),)


def move_lead(case: Case, to: Team, *, reason: str) -> Facts:
    """Let another team speak to the customer."""
    stake = case.stakes.get(to.key)
    if case.lead == to.key:
        return ()
    if stake is None or not stake.state.live:
        raise Refused(f"{to.name} has nothing open in #{case.number}. *Invite a team* asks them.")
    return (e.LeadMoved(to=to.key, reason=reason),)


def change_priority(
    case: Case, teams: Mapping[str, Team], *, to: Priority, reason: str, now: datetime
) -> Facts:
    """Make the case more, or less, pressing; every running clock is promised anew."""
    if case.settled_at is not None:
        raise Refused(f"#{case.number} is settled; its priority no longer matters.")
    if case.priority is to:
        return ()
    again = tuple(
        targets.retargeted(teams[stake.team], stake, priority=to, now=now)
        for stake in case.live_stakes
        if stake.running and stake.team in teams
    )
    return (e.PriorityChanged(priority=to, reason=reason), *again)


def watch(case: Case, person: str) -> Facts:
    """Follow the case without owning it."""
    return () if person in case.watchers else (e.CaseWatched(person=person),)


def unwatch(case: Case, person: str) -> Facts:
    """Follow it no longer."""
    return (e.CaseUnwatched(person=person),) if person in case.watchers else ()


def shares(case: Case) -> tuple[tuple[str, str], ...]:
    """Who has a share in the result: each team with a person who finished its part, or knew a fact.

    A part that nobody had to do any more is nobody's merit.
    """
    done = [
        (stake.team, stake.ended_by)
        for stake in case.stakes.values()
        if stake.state is State.RESOLVED and stake.outcome != NOT_NEEDED
    ]
    return tuple(dict.fromkeys([*done, *((fact.team, fact.by) for fact in case.facts)]))


def is_joint(case: Case) -> bool:
    """Whether several teams have a share in the result."""
    return len({team for team, _ in shares(case)}) > 1
