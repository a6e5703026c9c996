"""What the clock does about a stake: warnings, breaches, the steps that follow, silent holders."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.domain import escalation, events as e, ownership
from bot.domain.case import Case, State
from bot.domain.organisation import (
    ESCALATION,
    Phase,
    Priority,
    Promise,
    Step,
    Tell,
)
from bot.errors import Refused
from tests.domain.clockwork import (
    HK,
    HOUR,
    LEAD,
    MINUTE,
    TEN,
    asked,
    clock,
    every,
    held,
    names,
    org,
    ours,
    run,
    tick,
)
from tests.domain.factories import ANNA, BEN, MANAGER, after

LONG = (
    Step(Phase.WARNING, timedelta(), Tell.HOLDER),
    Step(Phase.WARNING, timedelta(), Tell.DUTY),
    Step(Phase.WARNING, 5 * MINUTE, Tell.TEAM),
    Step(Phase.BREACH, timedelta(), Tell.TEAM),
    Step(Phase.BREACH, 30 * MINUTE, Tell.LEAD),
    Step(Phase.BREACH, HOUR, Tell.LEAD),
    Step(Phase.BREACH, 4 * HOUR, Tell.MANAGERS),
)


DEFAULT = [
    "ClaimTargetNear",
    "warning 0: team",
    "ClaimTargetMissed",
    "breach 0: lead",
    "breach 1: managers",
]


@pytest.mark.parametrize("minutes", [1, 7, 15])
def test_the_default_chain_happens_once_however_often_the_clock_ticks(minutes: int) -> None:
    moments = every(minutes, TEN, clock("19 17:00"))
    assert names(run(asked(), *moments)) == [*DEFAULT, "ResolveTargetNear"]
    assert names(run(asked(), *(m for m in moments for _ in range(2))))[:5] == DEFAULT


def test_the_steps_of_the_default_chain_come_when_they_are_due() -> None:
    found = asked()
    when: dict[str, datetime] = {}
    for now in every(5, TEN, clock("19 16:00")):
        found, told = tick(found, now)
        when |= dict.fromkeys(names(told), now)
    assert when == {
        "ClaimTargetNear": clock("19 10:45"),
        "warning 0: team": clock("19 10:45"),
        "ClaimTargetMissed": clock("19 11:00"),
        "breach 0: lead": clock("19 11:00"),
        "breach 1: managers": clock("19 15:00"),
    }


def test_a_long_chain_takes_each_step_once_and_in_order() -> None:
    where = org(escalation=LONG)
    found, steps = asked(), []
    for now in every(1, TEN, clock("20 09:30")):
        found, told = tick(found, now, where=where)
        steps += [(f.phase, f.step, f.tell, now) for f in told if isinstance(f, e.StakeEscalated)]
    claim = [step[:3] for step in steps][:7]
    assert claim == [
        (Phase.WARNING, 0, Tell.TEAM),
        (Phase.WARNING, 1, Tell.DUTY),
        (Phase.WARNING, 2, Tell.TEAM),
        (Phase.BREACH, 0, Tell.TEAM),
        (Phase.BREACH, 1, Tell.LEAD),
        (Phase.BREACH, 2, Tell.LEAD),
        (Phase.BREACH, 3, Tell.MANAGERS),
    ]
    assert [step[3] for step in steps][:7] == [
        clock("19 10:45"),
        clock("19 10:45"),
        clock("19 10:50"),
        clock("19 11:00"),
        clock("19 11:30"),
        clock("19 12:30"),
        clock("19 16:30"),
    ]
    assert all(one[3] <= two[3] for one, two in pairwise(steps))


def test_a_breach_after_an_outage_needs_no_warning() -> None:
    assert names(run(asked(), clock("19 12:00"))) == ["ClaimTargetMissed", "breach 0: lead"]
    both = names(run(asked(), clock("23 12:00")))
    assert both == ["ClaimTargetMissed", "ResolveTargetMissed", "breach 0: lead"]


def test_no_step_follows_where_the_organisation_wants_none() -> None:
    where = org(escalation=())
    told = list(run(asked(), *every(15, TEN, clock("20 12:00")), where=where))
    assert names(told) == [
        *("ClaimTargetNear", "ClaimTargetMissed", "ResolveTargetNear", "ResolveTargetMissed")
    ]


@pytest.mark.parametrize(
    ("priority", "step_at"),
    [(Priority.NORMAL, clock("20 13:00")), (Priority.URGENT, clock("19 22:00"))],
)
def test_a_step_waits_in_working_hours_unless_it_is_urgent(
    priority: Priority, step_at: datetime
) -> None:
    # Due at six, when the team goes home: four hours later is night, or four working hours.
    found = asked(at=clock("19 17:00"), priority=priority)
    found, told = tick(found, clock("19 18:00"))
    if priority is Priority.NORMAL:
        assert names(told) == ["ClaimTargetMissed"]
        assert ours(found).next_at == ours(found).escalate_at == clock("20 09:00")
        found, told = tick(found, clock("20 09:00"))
    assert "breach 0: lead" in names(told)
    assert ours(found).escalate_at == step_at


def told_whom(tell: Tell, found: Case, *, away: frozenset[str] = frozenset(), **over: Any) -> Any:
    mine = replace(HK, **over)
    where = org(mine, escalation=(Step(Phase.WARNING, timedelta(), tell),))
    now = clock("19 10:45") if ours(found).state is State.OPEN else clock("19 16:45")
    _, told = tick(found, now, where=where, away=away)
    (step,) = [fact for fact in told if isinstance(fact, e.StakeEscalated)]
    return step.tell, step.told


UNASKED = replace(HK, expires_after=None)


@pytest.mark.parametrize(
    ("tell", "found", "away", "over", "expected"),
    [
        (Tell.HOLDER, asked(), "", {}, (Tell.TEAM, ())),
        (Tell.HOLDER, held(), "", {}, (Tell.HOLDER, (ANNA,))),
        (Tell.HOLDER, held(), ANNA, {}, (Tell.TEAM, ())),
        (Tell.TEAM, held(), "", {}, (Tell.TEAM, ())),
        (Tell.LEAD, asked(), "", {}, (Tell.LEAD, (LEAD,))),
        (Tell.LEAD, asked(), LEAD, {}, (Tell.TEAM, ())),
        (Tell.LEAD, asked(), "", {"lead": ""}, (Tell.TEAM, ())),
        (Tell.DUTY, asked(), "", {"rota": (BEN,)}, (Tell.DUTY, (BEN,))),
        (Tell.DUTY, asked(), BEN, {"rota": (BEN,)}, (Tell.TEAM, ())),
        (Tell.DUTY, asked(), "", {}, (Tell.DUTY, (LEAD,))),
        (Tell.MANAGERS, asked(), "", {}, (Tell.MANAGERS, (MANAGER,))),
        (Tell.MANAGERS, asked(), MANAGER, {}, (Tell.TEAM, ())),
    ],
)
def test_a_step_reaches_whom_it_names_or_else_the_team(
    tell: Tell, found: Case, away: str, over: dict[str, Any], expected: object
) -> None:
    assert told_whom(tell, found, away=frozenset({away}), **over) == expected


def breached() -> Case:
    found, _ = tick(asked(), clock("19 11:00"))
    assert ours(found).escalate_at == clock("19 15:00")
    return found


def test_who_has_seen_it_stops_the_steps_until_the_next_target() -> None:
    found = after(breached(), *escalation.acknowledge(breached(), HK.key), at=clock("19 11:10"))
    assert escalation.acknowledge(found, HK.key) == ()
    assert names(run(found, *every(10, clock("19 11:10"), clock("20 09:50")))) == [
        "ResolveTargetNear"
    ]
    assert names(run(found, clock("20 10:00"))) == ["ResolveTargetMissed", "breach 0: lead"]


def test_a_snoozed_escalation_waits_as_long_as_it_was_told() -> None:
    until = clock("19 16:00")
    facts = escalation.snooze_escalation(breached(), HK.key, until=until, now=clock("19 11:10"))
    found = after(breached(), *facts, at=clock("19 11:10"))
    assert names(run(found, clock("19 15:59"))) == []
    assert names(run(found, until)) == ["breach 1: managers"]


def test_only_what_is_to_come_can_be_snoozed() -> None:
    now = clock("19 11:10")
    with pytest.raises(Refused, match="passed already"):
        escalation.snooze_escalation(breached(), HK.key, until=now, now=now)
    with pytest.raises(Refused, match="Nobody further would be told about #1042"):
        escalation.snooze_escalation(asked(), HK.key, until=clock("19 16:00"), now=now)


def test_a_claim_calms_the_escalation_of_the_claim() -> None:
    now = clock("19 11:10")
    found = after(breached(), *ownership.claim(breached(), UNASKED, by=ANNA, now=now), at=now)
    assert (ours(found).phase, ours(found).escalate_at) == (None, None)
    assert names(run(found, *every(5, now, clock("19 16:40")))) == []
    assert names(run(found, clock("19 16:45"))) == ["ResolveTargetNear", "warning 0: holder"]


def test_a_warning_of_one_target_does_not_take_back_the_breach_of_the_other() -> None:
    quick = replace(
        HK, claim_within=4 * HOUR, promises={Priority.HIGH: Promise(4 * HOUR, 6 * HOUR)}
    )
    found = asked(priority=Priority.HIGH, ours=quick)
    found, _ = tick(found, clock("19 14:00"), where=org(quick))
    assert (ours(found).phase, ours(found).step) == (Phase.BREACH, 1)
    found, told = tick(found, clock("19 14:30"), where=org(quick))
    assert names(told) == ["ResolveTargetNear"]
    assert (ours(found).phase, ours(found).step) == (Phase.BREACH, 1)
    assert ours(found).escalate_at == clock("19 18:00")


def test_a_chain_that_the_organisation_has_shortened_ends_quietly() -> None:
    found = breached()
    shorter = org(escalation=ESCALATION[:2])
    found, told = tick(found, clock("19 15:00"), where=shorter)
    assert names(told) == ["EscalationAcknowledged"]
    assert ours(found).escalate_at is None
