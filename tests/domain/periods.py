"""What a journal may tell only once: each target in its period, each step after each target."""

from collections import defaultdict
from collections.abc import Iterable

from bot.domain import events as e
from bot.domain.organisation import Phase

_CLAIM = {e.ClaimTargetNear, e.ClaimTargetMissed}
_RESOLVE = {e.ResolveTargetNear, e.ResolveTargetMissed}
_BREACHES = {e.ClaimTargetMissed, e.ResolveTargetMissed}


def nothing_is_told_twice(journal: Iterable[e.Recorded]) -> None:
    """Fail if a target was reached, or a step taken, a second time in its period."""
    reached: defaultdict[str, set[type]] = defaultdict(set)
    steps: defaultdict[str, set[tuple[Phase, int]]] = defaultdict(set)
    for recorded in journal:
        match recorded.event:
            case e.StakeOpened(team=team) | e.StakeReopened(team=team):
                reached[team].clear()
                steps[team].clear()
            case e.StakeReleased(team=team):
                reached[team] -= _CLAIM
            case e.StakeResumed() | e.StakeRetargeted() as event:
                reached[event.team] -= _ahead(event, recorded)
            case e.StakeEscalated(team=team, phase=phase, step=step):
                assert (phase, step) not in steps[team]
                assert step == 0 or (phase, step - 1) in steps[team]
                steps[team].add((phase, step))
            case event if type(event) in _CLAIM | _RESOLVE:
                team = getattr(event, "team", "")
                assert type(event) not in reached[team]
                reached[team].add(type(event))
                _another_chain(steps[team], breach=type(event) in _BREACHES)


def _ahead(event: e.StakeResumed | e.StakeRetargeted, recorded: e.Recorded) -> set[type]:
    """The targets that, by the new promise, lie ahead again."""
    moments = {
        e.ClaimTargetNear: event.claim_warn,
        e.ClaimTargetMissed: event.claim_due,
        e.ResolveTargetNear: event.resolve_warn,
        e.ResolveTargetMissed: event.resolve_due,
    }
    return {kind for kind, at in moments.items() if at is not None and at > recorded.at}


def _another_chain(steps: set[tuple[Phase, int]], *, breach: bool) -> None:
    phase = Phase.BREACH if breach else Phase.WARNING
    steps -= {step for step in steps if step[0] is phase}
