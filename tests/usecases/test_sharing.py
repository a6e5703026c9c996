"""Facts, the lead, priority, snoozes and waits, through the database and back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import events as e
from bot.domain.case import Case, State
from bot.domain.comment import Change
from bot.domain.organisation import Priority
from bot.errors import Refused
from bot.usecases import escalating, owning, sharing
from tests.domain.factories import ANNA, BEN
from tests.fakes.clock import START
from tests.usecases.office import Office, deleted, edited

SERVICE, MOBILE = "service-hk", "product-mobile"
TOMORROW = START + timedelta(days=1)

VERBS: dict[str, tuple[Callable[..., Case], dict[str, Any]]] = {
    "add_fact": (sharing.add_fact, {"team": MOBILE, "text": "a batch was bad"}),
    "keep_note": (sharing.keep_note, {"team": MOBILE, "text": "look here"}),
    "move_lead": (sharing.move_lead, {"to": MOBILE, "reason": "a fault"}),
    "change_priority": (sharing.change_priority, {"to": Priority.URGENT, "reason": "press"}),
    "watch": (sharing.watch, {}),
    "unwatch": (sharing.unwatch, {}),
    "snooze": (sharing.snooze, {"team": MOBILE, "until": TOMORROW}),
    "wait_for_customer": (sharing.wait_for_customer, {"team": MOBILE}),
    "wait_for_team": (sharing.wait_for_team, {"team": MOBILE, "on": SERVICE}),
    "resume": (sharing.resume, {"team": MOBILE}),
    "acknowledge": (sharing.acknowledge, {"team": MOBILE}),
}
WRITTEN = {
    "add_fact": [e.FactAdded],
    "keep_note": [e.NoteKept],
    "move_lead": [e.LeadMoved],
    "change_priority": [e.PriorityChanged, e.StakeRetargeted, e.StakeRetargeted],
    "watch": [e.CaseWatched],
    "snooze": [e.StakePaused],
    "wait_for_customer": [e.StakeClaimed, e.StakePaused],
    "wait_for_team": [e.StakePaused],
}


@pytest.mark.parametrize("name", VERBS)
def test_each_act_is_written_down_once_and_the_rows_agree(office: Office, name: str) -> None:
    number = office.take_in().number
    before = office.events(number)
    verb, named = VERBS[name]
    office.clock.advance(minutes=10, microseconds=1234)
    office.act(verb, number, by=ANNA, **named)
    first = office.events(number)
    assert [type(fact) for fact in first[len(before) :]] == WRITTEN.get(name, [])
    office.case(number)
    office.act(verb, number, by=ANNA, **named)
    again = [type(fact) for fact in office.events(number)[len(first) :]]
    assert again == ([e.NoteKept] if name == "keep_note" else [])


@pytest.mark.parametrize("name", VERBS)
def test_a_case_that_is_not_there_is_refused(office: Office, name: str) -> None:
    verb, named = VERBS[name]
    with pytest.raises(Refused, match="There is no case #4711"):
        office.act(verb, 4711, by=ANNA, **named)


def test_a_pause_keeps_whole_seconds_of_what_was_used(office: Office) -> None:
    number = office.take_in("my phone").number
    office.clock.advance(minutes=10, microseconds=987_654)
    stopped = office.act(sharing.snooze, number, MOBILE, until=TOMORROW, by=ANNA)
    used = stopped.stakes[MOBILE].claim_used
    assert used == timedelta(minutes=10)
    assert office.case(number).stakes[MOBILE].claim_used == used
    office.clock.set(TOMORROW)
    with office.database.transaction() as session:
        assert escalating.due_cases(session, now=TOMORROW) == [number]
        escalating.tick(session, office.organisation, number, now=TOMORROW)
    assert office.case(number).stakes[MOBILE].claim_due == TOMORROW + timedelta(minutes=50)


def stands(office: Office, number: int) -> e.Pause | None:
    return office.case(number).stakes[MOBILE].paused


@pytest.mark.parametrize(
    "word",
    [
        edited(external_id="5001", minutes=5, text="my phone, still"),
        deleted(external_id="5001", minutes=5),
    ],
)
def test_who_waits_for_the_customer_goes_on_when_the_customer_speaks(
    office: Office, word: Change
) -> None:
    number = office.take_in("my phone").number
    office.act(sharing.wait_for_customer, number, MOBILE, by=ANNA)
    assert stands(office, number) is e.Pause.CUSTOMER
    office.clock.advance(hours=2)
    office.tell(word)
    assert stands(office, number) is None
    stake = office.case(number).stakes[MOBILE]
    # Nine working hours from ten, and the two for which it stood still.
    assert (stake.holder, stake.resolve_due) == (ANNA, TOMORROW + timedelta(hours=2))


def test_a_snooze_is_not_cut_short_by_the_customer(office: Office) -> None:
    number = office.take_in("my phone").number
    office.act(sharing.snooze, number, MOBILE, until=TOMORROW, by=ANNA)
    office.tell(edited(external_id="5001", minutes=5, text="my phone, still"))
    assert stands(office, number) is e.Pause.SNOOZED


def test_a_part_that_waits_for_another_goes_on_when_that_one_has_ended(office: Office) -> None:
    number = office.take_in().number
    office.act(sharing.wait_for_team, number, MOBILE, on=SERVICE, by=ANNA)
    with pytest.raises(Refused, match="is waiting for your team"):
        office.act(sharing.wait_for_team, number, SERVICE, on=MOBILE, by=BEN)
    office.act(owning.resolve, number, SERVICE, outcome="", note="", by=BEN)
    assert stands(office, number) is None


def test_what_was_urgent_is_as_pressing_again_as_before(office: Office) -> None:
    number = office.take_in("refund", rating=1.0).number
    assert office.case(number).priority is Priority.HIGH
    for to in (Priority.LOW, Priority.URGENT):
        office.act(sharing.change_priority, number, to=to, reason="", by=ANNA)
    assert office.act(sharing.calm_down, number, by=ANNA).priority is Priority.LOW
    assert office.act(sharing.calm_down, number, by=ANNA).priority is Priority.LOW


def test_a_holder_who_is_still_on_it_keeps_it_and_nobody_else_answers(office: Office) -> None:
    number = office.take_in("my phone").number
    with pytest.raises(Refused, match="Nobody holds"):
        office.act(sharing.confirm, number, MOBILE, by=ANNA)
    office.act(owning.claim, number, MOBILE, by=ANNA)
    with pytest.raises(Refused, match="the question is theirs"):
        office.act(sharing.confirm, number, MOBILE, by=BEN)
    assert office.act(sharing.confirm, number, MOBILE, by=ANNA).stakes[MOBILE].holder == ANNA


def test_an_escalation_can_be_snoozed_and_seen(office: Office) -> None:
    number = office.take_in("my phone").number
    office.clock.advance(hours=1)
    with office.database.transaction() as session:
        escalating.tick(session, office.organisation, number, now=office.clock.now())
    until = office.clock.now() + timedelta(hours=1)
    snoozed = office.act(sharing.snooze_escalation, number, MOBILE, until=until, by=ANNA)
    assert snoozed.stakes[MOBILE].escalate_at == until
    seen = office.act(sharing.acknowledge, number, MOBILE, by=ANNA)
    assert seen.stakes[MOBILE].escalate_at is None


def test_a_team_that_was_dropped_leaves_its_part_to_triage(office: Office) -> None:
    number = office.take_in("my phone").number
    office.clock.advance(minutes=45)
    organisation = type(office.organisation)(
        zone=office.organisation.zone, triage_channel=office.organisation.triage_channel
    )
    with office.database.transaction() as session:
        escalating.tick(session, organisation, number, now=office.clock.now())
        assert escalating.due_cases(session, now=office.clock.now()) == []
    found = office.case(number)
    assert found.stakes[MOBILE].state is State.DECLINED
    assert "no longer in the organisation file" in found.triage
    assert f"card:{number}:{organisation.triage_channel}" in office.notices("kind")
