"""A case whose teams were asked at ten in Hong Kong, and what happens to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain import targets, waiting
from bot.domain.case import Case, Stake
from bot.domain.consequences import consequences
from bot.domain.ownership import Facts
from tests.domain.factories import ANNA, after, case, organisation, team

HK, MOBILE, MARKETING = team("service-hk"), team("product-mobile"), team("marketing-hk")
TEAMS = {each.key: each for each in (HK, MOBILE, MARKETING)}
# Thursday, ten in the morning in Hong Kong: an hour to claim, nine to resolve, shut at six.
TEN = datetime.fromisoformat("2026-11-19T10:00:00+08:00")


def clock(text: str) -> datetime:
    """A moment in Hong Kong, as ``19 10:30``."""
    day, time = text.split()
    return datetime.fromisoformat(f"2026-11-{day}T{time}:00+08:00")


def asked(*teams: str) -> Case:
    """A case whose teams were asked at ten."""
    facts = [targets.opened(TEAMS[key], (), now=TEN) for key in teams or (HK.key,)]
    return after(replace(case(), lead=HK.key), *facts, at=TEN, by="")


def do(before: Case, now: datetime, decide: Callable[[Case], Facts], by: str = ANNA) -> Case:
    """*before* after an act and all that follows from it."""
    state = after(before, *decide(before), at=now, by=by)
    while facts := consequences(state, organisation(), now=now):
        state = after(state, *facts, at=now, by="")
    return state


def snoozed(before: Case, now: datetime, until: datetime) -> Case:
    return do(before, now, lambda c: waiting.snooze(c, HK, until=until, now=now))


def resumed(before: Case, now: datetime) -> Case:
    return do(before, now, lambda c: waiting.resume(c, HK, now=now))


def ours(found: Case) -> Stake:
    return found.stakes[HK.key]
