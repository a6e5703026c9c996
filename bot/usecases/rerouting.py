"""What a later word on a comment adds to its case; it takes nothing away."""

from collections.abc import Container, Sequence
from datetime import datetime

from bot.domain import events as e, targets
from bot.domain.case import Case, State
from bot.domain.organisation import Organisation, Priority
from bot.domain.routing import Decision


def joined(
    case: Case,
    old: Sequence[Decision],
    new: Sequence[Decision],
    organisation: Organisation,
    *,
    now: datetime,
) -> tuple[e.Event, ...]:
    """What *new* adds to *case*: teams, units, regions and tags, and a more pressing priority.

    *old* are the decisions about all versions of the comment that were known before, *new* those
    about the versions that a change made or altered, oldest first.
    """
    priority = _priority(case, old, new)
    stakes = asked(new, organisation, priority=priority, now=now, besides=case.stakes)
    about = e.CaseRouted(
        lead=_lead(case, new[-1], stakes),
        units=_union(case.units, *(each.units for each in new)),
        regions=_union(case.regions, *(each.regions for each in new)),
        priority=priority,
        tags=_union(case.tags, *(each.tags for each in new)),
    )
    routed = (
        (about, *_retargeted(case, organisation, priority, now)) if _says_more(about, case) else ()
    )
    answers = stakes and case.triage and not case.stakes and not new[-1].triage
    triaged = (e.CaseTriaged(teams=tuple(fact.team for fact in stakes)),) if answers else ()
    return (*routed, *triaged, *stakes)


def asked(
    decisions: Sequence[Decision],
    organisation: Organisation,
    *,
    priority: Priority,
    now: datetime,
    besides: Container[str] = (),
) -> tuple[e.StakeOpened, ...]:
    """Ask every team of *decisions* with all its reasons, *besides* those that were asked."""
    found: dict[str, tuple[e.Reason, ...]] = {}
    for key, reasons in (team for decision in decisions for team in decision.teams):
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), *reasons)))
    return tuple(
        targets.opened(team, reasons, now=now, priority=priority)
        for key, reasons in found.items()
        if key not in besides and (team := organisation.team(key))
    )


def _priority(case: Case, old: Sequence[Decision], new: Sequence[Decision]) -> Priority:
    # What was known to the rules already does not overrule a person who has settled on less.
    told = _most_pressing(new)
    if old and told.rank >= _most_pressing(old).rank:
        return case.priority
    return min(case.priority, told, key=lambda each: each.rank)


def _most_pressing(decisions: Sequence[Decision]) -> Priority:
    return min((each.priority for each in decisions), key=lambda each: each.rank)


def _lead(case: Case, newest: Decision, stakes: tuple[e.StakeOpened, ...]) -> str:
    lead = case.stakes.get(case.lead)
    keeps = lead is not None and (lead.state.live or lead.state is State.RESOLVED)
    return case.lead if keeps or not stakes else newest.lead


def _union(*names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({name for some in names for name in some}))


def _says_more(about: e.CaseRouted, case: Case) -> bool:
    known = e.CaseRouted(
        lead=case.lead,
        units=_union(case.units),
        regions=_union(case.regions),
        priority=case.priority,
        tags=_union(case.tags),
    )
    return about != known


def _retargeted(
    case: Case, organisation: Organisation, priority: Priority, now: datetime
) -> tuple[e.Event, ...]:
    """The clocks that run already are promised anew, as when a person changes the priority."""
    if priority is case.priority:
        return ()
    return tuple(
        targets.retargeted(team, stake, priority=priority, now=now)
        for stake in case.live_stakes
        if stake.running and (team := organisation.team(stake.team))
    )
