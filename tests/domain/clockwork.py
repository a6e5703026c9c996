"""A case of one team and a clock that ticks: what it does, and when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import escalation, events as e, ownership, targets
from bot.domain.case import Case, Stake
from bot.domain.organisation import Organisation, Priority, Team
from tests.domain.factories import ANNA, after, case, organisation, team

TEN = datetime.fromisoformat("2026-11-19T10:00:00+08:00")
HK = team("service-hk", expires_after=timedelta(hours=4), answer_within=timedelta(hours=1))
LEAD = HK.lead
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def clock(text: str) -> datetime:
    """A moment in Hong Kong, as ``19 10:30``."""
    day, time = text.split()
    return datetime.fromisoformat(f"2026-11-{day}T{time}:00+08:00")


def org(ours: Team = HK, **over: Any) -> Organisation:
    return organisation(teams=(ours,), **over)


def asked(*, at: datetime = TEN, priority: Priority = Priority.NORMAL, ours: Team = HK) -> Case:
    """A case that Service HK was asked about."""
    opened = targets.opened(ours, (), now=at, priority=priority)
    return after(replace(case(), lead=HK.key, priority=priority), opened, at=at, by="")


def held(by: str = ANNA, *, at: datetime = TEN) -> Case:
    found = asked(at=at)
    return after(found, *ownership.claim(found, HK, by=by, now=at), at=at, by=by)


def ours(found: Case) -> Stake:
    return found.stakes[HK.key]


def tick(
    found: Case,
    now: datetime,
    *,
    where: Organisation | None = None,
    away: frozenset[str] = frozenset(),
) -> tuple[Case, list[e.Event]]:
    """*found* after a clock has done all there is to do at *now*, and what it did."""
    told: list[e.Event] = []
    for _ in range(20):
        facts = escalation.tick(found, ours(found), where or org(), away=away, now=now)
        if not facts:
            return found, told
        told += facts
        found = after(found, *facts, at=now, by="")
    raise AssertionError("a clock never comes to an end")


def run(found: Case, *moments: datetime, where: Organisation | None = None) -> Iterator[e.Event]:
    """What a clock does that ticks at *moments*."""
    for now in moments:
        found, told = tick(found, now, where=where)
        yield from told


def every(minutes: int, since: datetime, until: datetime) -> list[datetime]:
    return [
        since + n * MINUTE
        for n in range(0, int((until - since) / MINUTE) + 1, minutes)
    ]  # fmt: skip


def names(facts: Iterator[e.Event] | list[e.Event]) -> list[str]:
    return [
        f"{fact.phase.value} {fact.step}: {fact.tell.value}"
        if isinstance(fact, e.StakeEscalated)
        else type(fact).__name__
        for fact in facts
    ]
