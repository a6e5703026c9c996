"""Claims that expire: a silent holder is asked, then freed; who is away, who has left."""

from dataclasses import replace

import pytest

from bot.domain import escalation, events as e, ownership, targets
from bot.domain.case import State
from bot.errors import Refused
from tests.domain.clockwork import HK, TEN, asked, clock, every, held, names, org, ours, run, tick
from tests.domain.factories import ANNA, BEN, after, case, organisation

UNASKED = replace(HK, expires_after=None)


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
    _, told = tick(held(at=clock("19 13:30")), clock("19 17:30"))
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
    assert escalation.tick(asked(), ours(asked()), nobody, away=frozenset(), now=TEN) == ()
    facts = escalation.dropped(asked(), nobody)
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
