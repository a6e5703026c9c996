"""Another priority: what is promised for the time that is left."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain import events as e, ownership, targets, together, waiting
from bot.domain.case import Case, State
from bot.domain.organisation import Priority, Promise
from bot.errors import Refused
from tests.domain.asking import HK, TEAMS, TEN, asked, clock, ours, snoozed
from tests.domain.factories import ANNA, after, case, stake

QUICK = replace(
    HK,
    promises={
        Priority.URGENT: Promise(timedelta(minutes=20), timedelta(hours=2)),
        Priority.LOW: Promise(timedelta(hours=4), timedelta(hours=18)),
    },
)


def change(found: Case, to: Priority, now: datetime) -> Case:
    teams = {HK.key: QUICK}
    facts = together.change_priority(found, teams, to=to, reason="", now=now)
    return after(found, *facts, at=now)


@pytest.mark.parametrize(
    ("to", "at", "warn", "claim", "resolve"),
    [
        # ten minutes used, of twenty; of two hours; of four hours and eighteen
        (Priority.URGENT, "19 10:10", "19 10:15", "19 10:20", "19 12:00"),
        (Priority.LOW, "19 10:10", "19 13:00", "19 14:00", "23 10:00"),
        # half an hour used of twenty minutes: it passes at once
        (Priority.URGENT, "19 10:30", "19 10:30", "19 10:30", "19 12:00"),
    ],
)
def test_another_priority_promises_anew_for_what_is_left(
    to: Priority, at: str, warn: str, claim: str, resolve: str
) -> None:
    found = change(asked(), to, clock(at))
    assert found.priority is to
    assert ours(found).claim_warn == clock(warn)
    assert (ours(found).claim_due, ours(found).resolve_due) == (clock(claim), clock(resolve))


def test_there_and_back_again_promises_the_same() -> None:
    there = change(asked(), Priority.URGENT, clock("19 10:10"))
    back = ours(change(there, Priority.NORMAL, clock("19 10:15")))
    first = ours(asked())
    assert (back.claim_due, back.resolve_due) == (first.claim_due, first.resolve_due)


def test_a_target_that_lies_ahead_again_can_be_missed_once_more() -> None:
    late = after(asked(), e.ClaimTargetMissed(team=HK.key), at=clock("19 11:00"), by="")
    calmer = ours(change(late, Priority.LOW, clock("19 11:00")))
    assert (calmer.claim_missed, calmer.claim_due) == (False, clock("19 14:00"))
    assert [type(f) for f in targets.reached(calmer, now=clock("19 14:00"))] == [
        e.ClaimTargetMissed
    ]


def test_an_escalation_goes_on_when_its_target_stays_missed() -> None:
    managers_at = clock("19 15:00")
    late = e.ClaimTargetMissed(team=HK.key, escalate_at=managers_at)
    pressing = after(asked(), late, at=clock("19 11:00"), by="")
    more = ours(change(pressing, Priority.URGENT, clock("19 11:10")))
    assert (more.claim_missed, more.claim_due) == (True, clock("19 11:00"))
    assert more.escalate_at == managers_at
    calmer = ours(change(pressing, Priority.LOW, clock("19 11:10")))
    assert (calmer.phase, calmer.escalate_at) == (None, None)


def test_a_stake_that_stands_still_gets_its_new_promise_when_it_runs_on() -> None:
    stopped = snoozed(asked(), clock("19 10:10"), clock("20 09:00"))
    still = change(stopped, Priority.URGENT, clock("19 10:20"))
    assert ours(still) == ours(stopped)
    now = clock("20 09:00")
    (fact,) = waiting.resume(still, QUICK, now=now)
    running = ours(after(still, fact, at=now))
    assert running.claim_due == clock("20 09:10")


def test_a_change_of_priority_is_refused_where_it_no_longer_matters() -> None:
    assert together.change_priority(asked(), TEAMS, to=Priority.NORMAL, reason="", now=TEN) == ()
    settled = case(stake(state=State.RESOLVED), settled_at=TEN)
    with pytest.raises(Refused, match="is settled"):
        together.change_priority(settled, TEAMS, to=Priority.LOW, reason="", now=TEN)


def test_a_reopened_stake_starts_afresh_and_a_released_one_only_to_be_claimed() -> None:
    noon = clock("19 12:00")
    held = after(asked(), targets.claimed(HK, by=ANNA, now=TEN), at=TEN)
    freed = ours(
        after(held, *ownership.release(held, HK, by=ANNA, now=noon, may_force=False), at=noon)
    )
    assert (freed.claim_due, freed.claim_warn) == (clock("19 13:00"), clock("19 12:45"))
    assert freed.resolve_due == ours(held).resolve_due
    assert targets.used(HK, freed, noon) == (timedelta(), timedelta(hours=2))
    done = after(held, e.StakeResolved(team=HK.key, outcome=""), at=noon)
    again = ours(after(done, *ownership.reopen(done, HK, now=noon), at=noon))
    assert targets.used(HK, again, noon) == (timedelta(), timedelta())
    assert again.resolve_due == clock("20 12:00")
