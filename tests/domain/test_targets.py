"""When promises fall due, and which of them were missed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain import targets
from bot.domain.case import State
from bot.domain.events import (
    ClaimTargetMissed,
    ClaimTargetNear,
    Pause,
    Reason,
    ResolveTargetMissed,
    ResolveTargetNear,
    StakeReopened,
)
from bot.domain.worktime import parse_hours
from tests.domain.factories import NOW, after, case, stake, team

HONG_KONG = ZoneInfo("Asia/Hong_Kong")


def hong_kong(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HONG_KONG)


@pytest.mark.parametrize(
    ("now", "claim", "resolve"),
    [
        ("2026-11-18 10:00", "2026-11-18 11:00", "2026-11-19 10:00"),
        ("2026-11-18 17:30", "2026-11-19 09:30", "2026-11-19 17:30"),
        ("2026-11-20 17:30", "2026-11-21 10:30", "2026-11-23 13:30"),
        ("2026-11-22 03:00", "2026-11-23 10:00", "2026-11-23 18:00"),
    ],
)
def test_promises_count_in_the_teams_own_hours(now: str, claim: str, resolve: str) -> None:
    ours = team(hours=parse_hours("Mon-Fri 09:00-18:00, Sat 10:00-14:00"))
    opened = targets.opened(ours, (), now=hong_kong(now))
    assert opened.claim_due == hong_kong(claim)
    assert opened.resolve_due == hong_kong(resolve)


def test_a_stake_opens_with_both_clocks_running() -> None:
    why = (Reason(kind="rule", name="refund"),)
    opened = targets.opened(team(), why, now=NOW, by="marketing-hk")
    assert (opened.team, opened.reasons, opened.asked_by) == ("service-hk", why, "marketing-hk")
    # Six in the evening in Hong Kong, where the day has ended.
    assert opened.claim_warn == hong_kong("2026-11-19 09:45")
    assert opened.claim_due == hong_kong("2026-11-19 10:00")
    assert opened.resolve_warn == hong_kong("2026-11-19 15:45")
    assert opened.resolve_due == hong_kong("2026-11-19 18:00")


def test_a_reopened_stake_starts_both_clocks_afresh() -> None:
    later = NOW + timedelta(days=3)
    assert targets.reopened(team(), now=later) == StakeReopened(
        team="service-hk",
        claim_warn=hong_kong("2026-11-23 09:45"),
        claim_due=hong_kong("2026-11-23 10:00"),
        resolve_warn=hong_kong("2026-11-23 15:45"),
        resolve_due=hong_kong("2026-11-23 18:00"),
    )


CLAIM, RESOLVE = ClaimTargetMissed(team="service-hk"), ResolveTargetMissed(team="service-hk")
PAST, JUST, FUTURE = NOW - timedelta(minutes=1), NOW, NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("state", "claim_due", "resolve_due", "known", "expected"),
    [
        (State.OPEN, FUTURE, FUTURE, (), ()),
        (State.OPEN, JUST, FUTURE, (), (CLAIM,)),
        (State.OPEN, PAST, FUTURE, (), (CLAIM,)),
        (State.OPEN, PAST, FUTURE, ("claim_missed",), ()),
        (State.OPEN, PAST, PAST, (), (CLAIM, RESOLVE)),
        (State.OPEN, PAST, PAST, ("claim_missed",), (RESOLVE,)),
        (State.OPEN, PAST, PAST, ("claim_missed", "resolve_missed"), ()),
        (State.CLAIMED, PAST, FUTURE, (), ()),
        (State.CLAIMED, PAST, JUST, (), (RESOLVE,)),
        (State.CLAIMED, PAST, PAST, ("resolve_missed",), ()),
        (State.RESOLVED, PAST, PAST, (), ()),
        (State.DECLINED, PAST, PAST, (), ()),
        (State.HANDED_OFF, PAST, PAST, (), ()),
    ],
)
def test_a_target_is_missed_once_and_only_while_it_matters(
    state: State,
    claim_due: datetime,
    resolve_due: datetime,
    known: tuple[str, ...],
    expected: tuple[object, ...],
) -> None:
    ours = stake(
        state=state,
        claim_due=claim_due,
        resolve_due=resolve_due,
        claim_missed="claim_missed" in known,
        resolve_missed="resolve_missed" in known,
    )
    assert targets.reached(ours, now=NOW) == expected


NEAR, RESOLVE_NEAR = ClaimTargetNear(team="service-hk"), ResolveTargetNear(team="service-hk")


@pytest.mark.parametrize(
    ("state", "claim", "resolve", "known", "expected"),
    [
        (State.OPEN, (FUTURE, FUTURE), (FUTURE, FUTURE), (), ()),
        (State.OPEN, (JUST, FUTURE), (FUTURE, FUTURE), (), (NEAR,)),
        (State.OPEN, (PAST, FUTURE), (FUTURE, FUTURE), ("claim_near",), ()),
        (State.OPEN, (PAST, FUTURE), (PAST, FUTURE), (), (NEAR, RESOLVE_NEAR)),
        (State.OPEN, (PAST, JUST), (PAST, FUTURE), ("claim_near",), (CLAIM, RESOLVE_NEAR)),
        # After an outage the breach speaks for itself, and no warning follows it.
        (State.OPEN, (PAST, PAST), (PAST, PAST), (), (CLAIM, RESOLVE)),
        (State.OPEN, (PAST, PAST), (PAST, PAST), ("claim_missed", "resolve_missed"), ()),
        (State.CLAIMED, (PAST, PAST), (PAST, FUTURE), (), (RESOLVE_NEAR,)),
        (State.CLAIMED, (PAST, PAST), (PAST, FUTURE), ("resolve_near",), ()),
        (State.CLAIMED, (PAST, PAST), (PAST, JUST), ("resolve_near",), (RESOLVE,)),
        (State.RESOLVED, (PAST, FUTURE), (PAST, FUTURE), (), ()),
    ],
)
def test_a_target_is_warned_of_once_and_only_while_it_lies_ahead(
    state: State,
    claim: tuple[datetime, datetime],
    resolve: tuple[datetime, datetime],
    known: tuple[str, ...],
    expected: tuple[object, ...],
) -> None:
    ours = stake(
        state=state,
        claim_warn=claim[0],
        claim_due=claim[1],
        resolve_warn=resolve[0],
        resolve_due=resolve[1],
        **dict.fromkeys(known, True),  # type: ignore[arg-type]
    )
    assert targets.reached(ours, now=NOW) == expected


def test_a_stake_whose_clocks_stand_still_reaches_nothing() -> None:
    still = stake(claim_warn=PAST, claim_due=PAST, resolve_due=PAST, paused=Pause.CUSTOMER)
    assert targets.reached(still, now=NOW) == ()


@pytest.mark.parametrize(
    ("state", "missed", "past"),
    [
        (State.OPEN, (), False),
        (State.OPEN, (CLAIM,), True),
        (State.OPEN, (RESOLVE,), True),
        (State.CLAIMED, (CLAIM,), False),
        (State.CLAIMED, (CLAIM, RESOLVE), True),
        (State.RESOLVED, (CLAIM, RESOLVE), False),
        (State.DECLINED, (CLAIM, RESOLVE), False),
    ],
)
def test_a_stake_is_past_its_target_while_the_missed_one_still_matters(
    state: State, missed: tuple[ClaimTargetMissed | ResolveTargetMissed, ...], past: bool
) -> None:
    known = after(case(stake(state=state)), *missed)
    assert known.stakes["service-hk"].past_target is past
