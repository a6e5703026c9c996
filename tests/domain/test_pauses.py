"""Clocks that stand still and run on: snoozed, waiting for the customer, waiting for a team."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.domain import events as e
from bot.domain import ownership, targets, together, waiting
from bot.domain.case import Case, Stake, State
from bot.domain.consequences import consequences
from bot.domain.ownership import Facts
from bot.domain.organisation import Priority, Promise
from bot.domain.worktime import between, parse_hours
from bot.errors import Refused
from tests.domain.factories import ANNA, BEN, after, case, organisation, stake, team

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


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.OPEN, (e.StakeClaimed, e.StakePaused)),
        (State.CLAIMED, (e.StakePaused,)),
        (State.RESOLVED, "has ended; nothing is running"),
        (State.DECLINED, "has ended; nothing is running"),
        (State.HANDED_OFF, "has ended; nothing is running"),
    ],
)
def test_who_waits_for_the_customer_holds_the_stake(
    state: State, expected: tuple[type, ...] | str
) -> None:
    found = case(stake(state=state))
    if isinstance(expected, str):
        with pytest.raises(Refused, match=expected):
            waiting.wait_for_customer(found, HK, by=BEN, now=TEN)
    else:
        facts = waiting.wait_for_customer(found, HK, by=BEN, now=TEN)
        assert tuple(type(fact) for fact in facts) == expected


def waits_for_customer(now: datetime = TEN) -> Case:
    return do(asked(), now, lambda c: waiting.wait_for_customer(c, HK, by=ANNA, now=now))


def test_waiting_for_the_customer_twice_changes_nothing_and_has_no_end_by_itself() -> None:
    found = waits_for_customer()
    assert ours(found).next_at is None
    assert waiting.wait_for_customer(found, HK, by=ANNA, now=TEN) == ()


def test_the_customers_word_lets_the_clocks_run_on() -> None:
    found = waits_for_customer()
    facts = waiting.heard_of_customer(found, TEAMS, now=clock("19 15:00"))
    assert [type(fact) for fact in facts] == [e.StakeResumed]
    running = after(found, *facts, at=clock("19 15:00"), by="")
    assert ours(running).resolve_due == clock("20 15:00")
    assert waiting.heard_of_customer(running, TEAMS, now=clock("19 15:00")) == ()


def test_who_lets_go_while_waiting_for_the_customer_leaves_a_running_clock() -> None:
    now = clock("19 11:00")
    found = do(
        waits_for_customer(),
        now,
        lambda c: ownership.release(c, HK, by=ANNA, now=now, may_force=False),
    )
    assert (ours(found).state, ours(found).paused) == (State.OPEN, None)
    assert ours(found).claim_due == clock("19 12:00")
    assert ours(found).next_at == clock("19 11:45")


def wait(found: Case, who: str, on: str) -> Facts:
    return waiting.wait_for_team(found, TEAMS[who], on=TEAMS[on], now=TEN)


ENDS: dict[str, Callable[[Case, datetime], Facts]] = {
    "resolve": lambda c, now: ownership.resolve(
        c, MOBILE, by=BEN, outcome="fixed", note="", now=now
    ),
    "decline": lambda c, now: ownership.decline(
        c, MOBILE.key, reason="no", instead=None, now=now
    ),
    "hand off": lambda c, now: ownership.hand_off(
        c, MOBILE.key, to=MARKETING, reason="yours", now=now
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_who_waits_for_a_team_goes_on_when_its_part_ends(end: str) -> None:
    stopped = do(asked(HK.key, MOBILE.key), TEN, lambda c: wait(c, HK.key, MOBILE.key))
    assert (ours(stopped).paused, ours(stopped).paused_on) == (e.Pause.TEAM, MOBILE.key)
    assert ours(stopped).next_at is None
    now = clock("19 14:00")
    running = ours(do(stopped, now, lambda c: ENDS[end](c, now), by=BEN))
    assert (running.paused, running.paused_on) == (None, "")
    assert (running.claim_due, running.resolve_due) == (clock("19 15:00"), clock("20 14:00"))


def test_a_team_cannot_wait_for_itself_or_for_one_that_has_nothing_open() -> None:
    found = asked(HK.key)
    with pytest.raises(Refused, match="your own team"):
        wait(found, HK.key, HK.key)
    with pytest.raises(Refused, match="Product Mobile has nothing open in #1042"):
        wait(found, HK.key, MOBILE.key)


def test_two_teams_that_would_wait_for_each_other_are_refused() -> None:
    found = do(asked(HK.key, MOBILE.key), TEN, lambda c: wait(c, HK.key, MOBILE.key))
    assert wait(found, HK.key, MOBILE.key) == ()
    with pytest.raises(Refused, match="Service HK is waiting for your team"):
        wait(found, MOBILE.key, HK.key)


def test_a_ring_of_teams_that_would_wait_for_each_other_is_refused() -> None:
    found = do(asked(*TEAMS), TEN, lambda c: wait(c, HK.key, MOBILE.key))
    found = do(found, TEN, lambda c: wait(c, MOBILE.key, MARKETING.key))
    with pytest.raises(Refused, match="Service HK is waiting for your team"):
        wait(found, MARKETING.key, HK.key)


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
