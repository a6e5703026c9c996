"""What the clock does about a stake: warnings, breaches, the steps that follow, silent holders."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.domain import escalation, ownership, targets
from bot.domain import events as e
from bot.domain.case import Case, Stake, State
from bot.domain.organisation import (
    ESCALATION,
    Organisation,
    Phase,
    Priority,
    Promise,
    Step,
    Team,
    Tell,
)
from bot.errors import Refused
from tests.domain.factories import ANNA, BEN, MANAGER, after, case, organisation, team

TEN = datetime.fromisoformat("2026-11-19T10:00:00+08:00")
HK = team("service-hk", expires_after=timedelta(hours=4), answer_within=timedelta(hours=1))
LEAD = HK.lead
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

LONG = (
    Step(Phase.WARNING, timedelta(), Tell.HOLDER),
    Step(Phase.WARNING, timedelta(), Tell.DUTY),
    Step(Phase.WARNING, 5 * MINUTE, Tell.TEAM),
    Step(Phase.BREACH, timedelta(), Tell.TEAM),
    Step(Phase.BREACH, 30 * MINUTE, Tell.LEAD),
    Step(Phase.BREACH, HOUR, Tell.LEAD),
    Step(Phase.BREACH, 4 * HOUR, Tell.MANAGERS),
)


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
    when = {}
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


# Held since ten: asked at two, free at three.


def test_a_silent_holder_is_asked_and_then_freed() -> None:
    found = held()
    found, told = tick(found, clock("19 13:59"))
    assert told == []
    found, told = tick(found, clock("19 14:00"))
    assert told == [e.HolderAsked(team=HK.key, holder=ANNA, answer_by=clock("19 15:00"))]
    found, told = tick(found, clock("19 14:59"))
    assert told == []
    found, told = tick(found, clock("19 15:00"))
    assert told == [
        e.StakeReleased(
            team=HK.key,
            holder=ANNA,
            claim_due=clock("19 16:00"),
            claim_warn=clock("19 15:45"),
            why="silent",
        )
    ]
    assert (ours(found).state, ours(found).holder, ours(found).asked) == (State.OPEN, "", False)


def test_the_answer_is_waited_for_in_working_hours() -> None:
    found, told = tick(held(at=clock("19 13:30")), clock("19 17:30"))
    (question,) = (fact for fact in told if isinstance(fact, e.HolderAsked))
    assert question.answer_by == clock("20 09:30")


def test_a_holder_who_is_still_on_it_is_asked_again_much_later() -> None:
    found, _ = tick(held(), clock("19 14:00"))
    now = clock("19 14:20")
    (fact,) = escalation.confirm(found, HK, by=ANNA, now=now)
    assert fact == e.HolderConfirmed(team=HK.key, expires_at=clock("20 09:20"))
    found = after(found, fact, at=now)
    assert escalation.confirm(found, HK, by=ANNA, now=now) == ()
    assert [f for f in run(found, clock("20 09:19")) if isinstance(f, e.HolderAsked)] == []
    assert "HolderAsked" in names(run(found, clock("20 09:20")))


def test_the_question_is_the_holders() -> None:
    with pytest.raises(Refused, match=f"<@{ANNA}> holds #1042, so the question is theirs"):
        escalation.confirm(held(), HK, by=BEN, now=clock("19 14:00"))
    with pytest.raises(Refused, match="Nobody holds #1042 any more"):
        escalation.confirm(asked(), HK, by=ANNA, now=clock("19 14:00"))


def test_somebody_who_is_away_is_not_asked_but_their_team_is() -> None:
    _, told = tick(held(), clock("19 14:00"), away=frozenset({ANNA}))
    assert told == [e.HolderAsked(team=HK.key, holder="", answer_by=clock("19 15:00"))]


def test_a_team_that_asks_nobody_leaves_every_holder_alone() -> None:
    found = asked()
    found = after(found, *ownership.claim(found, UNASKED, by=ANNA, now=TEN), at=TEN)
    told = list(run(found, *every(30, TEN, clock("20 12:00")), where=org(UNASKED)))
    assert "HolderAsked" not in names(told)
    assert ours(found).holder == ANNA


def test_what_somebody_held_who_has_left_is_free() -> None:
    now = clock("19 11:00")
    (fact,) = escalation.left(held(), HK, ANNA, now=now)
    assert isinstance(fact, e.StakeReleased)
    assert (fact.holder, fact.why, fact.claim_due) == (ANNA, "left", clock("19 12:00"))
    assert escalation.left(held(), HK, BEN, now=now) == ()
    assert escalation.left(asked(), HK, ANNA, now=now) == ()
    assert escalation.left(case(), HK, ANNA, now=now) == ()


def test_a_pause_answers_the_question_and_gives_the_holder_their_time_again() -> None:
    found, _ = tick(held(), clock("19 14:00"))
    now, later = clock("19 14:30"), clock("19 16:30")
    found = after(found, targets.paused(
        HK, ours(found), why=e.Pause.SNOOZED, until=later, on="", now=now), at=now)  # fmt: skip
    assert (ours(found).asked, ours(found).next_at) == (False, later)
    found, told = tick(found, later)
    assert names(told) == ["StakeResumed"]
    assert (ours(found).holder, ours(found).expires_at) == (ANNA, clock("20 11:30"))


def test_a_snooze_ends_by_itself_and_not_before() -> None:
    until = clock("19 12:00")
    paused = targets.paused(
        HK, ours(asked()), why=e.Pause.SNOOZED, until=until, on="", now=clock("19 10:30")
    )
    found = after(asked(), paused, at=clock("19 10:30"))
    assert names(run(found, clock("19 11:59"))) == []
    found, told = tick(found, until)
    assert names(told) == ["StakeResumed"]
    assert ours(found).claim_due == clock("19 12:30")


def test_a_stake_of_a_team_that_was_dropped_goes_to_triage() -> None:
    nobody = organisation(teams=())
    facts = escalation.tick(asked(), ours(asked()), nobody, away=frozenset(), now=TEN)
    assert [type(fact) for fact in facts] == [e.StakeDeclined, e.CaseSentToTriage]
    found = after(asked(), *facts, by="")
    assert found.triage == "service-hk: this team is no longer in the organisation file"
    assert ours(found).next_at is None


@pytest.mark.parametrize("state", [State.RESOLVED, State.DECLINED, State.HANDED_OFF])
def test_a_clock_does_nothing_about_what_has_ended(state: State) -> None:
    found = held()
    ended = replace(ours(found), state=state)
    assert escalation.tick(found, ended, org(), away=frozenset(), now=clock("30 09:00")) == ()
    assert ended.next_at is None
