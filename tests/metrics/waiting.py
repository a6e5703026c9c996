"""Who waits for whom, read from the journals of cases; as `reference`, slow and obvious."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from bot.domain import events as e
from bot.domain.case import State
from bot.domain.report import Wait
from tests.metrics.journals import History, Round


def waits(histories: Sequence[History], teams: Collection[str]) -> list[Wait]:
    """Who of *teams* waits for whom of them, longest first: since the other's round began.

    A team that is gone has no numbers, so nobody waits for it, nor it for anybody.
    """
    found: dict[tuple[str, str], list[datetime]] = {}
    for history in histories:
        for own, other in _pairs(history):
            if own in teams and other.team in teams:
                found.setdefault((own, other.team), []).append(other.began)
    every = [
        Wait(waiting=own, on=other, cases=len(since), oldest=min(since))
        for (own, other), since in found.items()
    ]
    return sorted(every, key=lambda wait: (wait.oldest, wait.waiting, wait.on))


def _pairs(history: History) -> Iterator[tuple[str, Round]]:
    """Each team that waits, with the live round of the other that it waits for."""
    for other in history.rounds:
        for own, stake in history.today.stakes.items():
            if stake.state is State.RESOLVED or other.end is not None or own == other.team:
                continue
            paused_for = stake.state.live and stake.paused_on == other.team
            asked = _asked_by(history, other.team) == own
            gone = _went_to(history, own) == other.team
            if asked or gone or paused_for:
                yield own, other


def _asked_by(history: History, team: str) -> str:
    """The team that asked *team* the last time that somebody did."""
    asked = [
        each.event.asked_by
        for each in history.journal
        if isinstance(each.event, e.StakeOpened) and each.event.team == team
    ]
    return asked[-1] if asked else ""


def _went_to(history: History, team: str) -> str:
    """The team that the part of *team* went to when its last round ended; "" while it is live."""
    last = [each for each in history.rounds if each.team == team][-1]
    match last.end and last.end.event:
        case e.StakeHandedOff(to=to) | e.StakeDeclined(instead=to):
            return to
        case _:
            return ""
