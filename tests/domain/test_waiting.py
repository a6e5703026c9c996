"""Waiting for the customer, and for another team."""

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.domain import events as e, ownership, waiting
from bot.domain.case import Case, State
from bot.domain.ownership import Facts
from bot.errors import Refused
from tests.domain.asking import (
    HK,
    MARKETING,
    MOBILE,
    TEAMS,
    TEN,
    asked,
    clock,
    do,
    ours,
)
from tests.domain.factories import ANNA, BEN, after, case, stake


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
    "decline": lambda c, now: ownership.decline(c, MOBILE.key, reason="no", instead=None, now=now),
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
