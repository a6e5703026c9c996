"""Clocks that stand still and run on: snoozed, waiting for the customer, waiting for a team."""

from dataclasses import replace
from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.domain import events as e, ownership, targets, waiting
from bot.domain.case import State
from bot.domain.worktime import between, parse_hours
from bot.errors import Refused
from tests.domain.asking import HK, TEN, asked, clock, do, ours, resumed, snoozed
from tests.domain.factories import ANNA, after, case, stake


@pytest.mark.parametrize(
    ("stops", "runs", "claim", "resolve"),
    [
        # within a day: what is left goes on
        ("19 10:30", "19 12:00", "19 12:30", "20 11:30"),
        # over the night: the pause costs only the working time it took
        ("19 10:30", "20 09:30", "20 10:00", "20 18:00"),
        # over a weekend that nobody works
        ("20 09:00", "23 09:00", None, "23 10:00"),
        # by night: nothing is lost
        ("19 18:30", "20 08:30", None, "20 10:00"),
    ],
)
def test_the_clocks_go_on_with_what_is_left(
    stops: str, runs: str, claim: str | None, resolve: str
) -> None:
    stopped = snoozed(asked(), clock(stops), clock("30 09:00"))
    assert ours(stopped).next_at == clock("30 09:00")
    running = ours(resumed(stopped, clock(runs)))
    assert (running.paused, running.paused_until, running.running) == (None, None, True)
    assert running.resolve_due == clock(resolve)
    if claim is not None:
        assert running.claim_due == clock(claim)


def test_the_warning_moves_along_with_the_target() -> None:
    stopped = snoozed(asked(), clock("19 10:30"), clock("30 09:00"))
    running = ours(resumed(stopped, clock("19 12:00")))
    assert running.claim_warn == clock("19 12:15")
    assert running.resolve_warn == clock("20 09:15")


def test_a_target_that_was_missed_before_a_pause_stays_missed_since_then() -> None:
    late = after(asked(), e.ClaimTargetMissed(team=HK.key), at=clock("19 11:00"), by="")
    stopped = snoozed(late, clock("19 12:00"), clock("30 09:00"))
    running = ours(resumed(stopped, clock("19 15:00")))
    assert (running.claim_missed, running.claim_due) == (True, clock("19 11:00"))
    assert running.next_at == running.resolve_warn


STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 60 * 60 * 30)), max_size=8)
HOURS = st.sampled_from(
    ("Mon-Fri 09:00-18:00", "Mon-Sun 22:00-06:00", "Mon-Fri 09:00-12:30, Sat 10:00-14:00")
)


@given(steps=STEPS, hours=HOURS)
def test_the_time_used_is_the_working_time_without_the_pauses(
    steps: list[tuple[bool, int]], hours: str
) -> None:
    mine = replace(HK, hours=parse_hours(hours), resolve_within=timedelta(days=9))
    now, found, expected = TEN, asked(), timedelta()
    found = after(case(), targets.opened(mine, (), now=TEN), at=TEN, by="")
    for stand_still, seconds in steps:
        later = now + timedelta(seconds=seconds)
        before = targets.used(mine, ours(found), now)
        if stand_still:
            found = after(found, *waiting.wait_for_customer(found, mine, by=ANNA, now=now), at=now)
        else:
            found = after(found, *waiting.resume(found, mine, now=now), at=now)
            expected += between(now, later, mine.hours, mine.zone)
        used = targets.used(mine, ours(found), later)
        assert timedelta() <= before[0] <= used[0]
        assert timedelta() <= before[1] <= used[1]
        assert used[1] == expected
        now = later


@given(seconds=st.integers(0, 60 * 60 * 24 * 5))
def test_a_pause_of_no_time_changes_no_due_time(seconds: int) -> None:
    now = TEN + timedelta(seconds=seconds)
    missed = targets.reached(ours(asked()), now=now)
    before = after(asked(), *missed, at=now, by="")
    again = resumed(snoozed(before, now, now + timedelta(days=1)), now)
    for name in ("claim_due", "resolve_due", "claim_missed", "resolve_missed"):
        assert getattr(ours(again), name) == getattr(ours(before), name), name


def test_a_snooze_needs_a_time_to_come_and_the_same_one_again_changes_nothing() -> None:
    with pytest.raises(Refused, match="passed already"):
        waiting.snooze(asked(), HK, until=TEN, now=TEN)
    found = snoozed(asked(), TEN, clock("20 09:00"))
    assert waiting.snooze(found, HK, until=clock("20 09:00"), now=clock("19 11:00")) == ()
    (longer,) = waiting.snooze(found, HK, until=clock("23 09:00"), now=clock("19 11:00"))
    assert isinstance(longer, e.StakePaused)
    assert (longer.until, longer.claim_used) == (clock("23 09:00"), timedelta())


def test_what_runs_cannot_be_resumed_and_what_ended_is_refused() -> None:
    assert waiting.resume(asked(), HK, now=TEN) == ()
    with pytest.raises(Refused, match="has ended"):
        waiting.resume(case(stake(state=State.RESOLVED)), HK, now=TEN)


def test_an_ended_stake_no_longer_stands_still() -> None:
    found = snoozed(asked(), TEN, clock("20 09:00"))
    done = do(found, TEN, lambda c: ownership.resolve(
        c, HK, by=ANNA, outcome="", note="", now=TEN))  # fmt: skip
    assert (ours(done).paused, ours(done).paused_until, ours(done).next_at) == (None, None, None)
