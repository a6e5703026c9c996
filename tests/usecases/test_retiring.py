"""A team is taken out of the organisation file while it has cases."""

from dataclasses import replace

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from bot import following
from bot.domain import events as e
from bot.domain.case import State
from bot.domain.escalation import GONE
from bot.store import tables as t
from bot.usecases import escalating, owning, recording
from tests.usecases.office import Office, at_once


def _retire(office: Office, key: str) -> int:
    teams = tuple(team for team in office.organisation.teams if team.key != key)
    fewer = replace(office.organisation, teams=teams)
    return following.retire_teams(office.database, fewer, now=office.clock.now())


def test_its_open_stakes_go_to_triage_and_its_history_stays(office: Office) -> None:
    before = office.take_in()
    gone, *others = before.stakes
    assert _retire(office, gone) == 1
    case = office.case(before.number)
    assert case.stakes[gone].state is State.DECLINED
    assert case.triage == f"{gone}: {GONE}"
    assert all(case.stakes[team].state.live for team in others)
    assert _retire(office, gone) == 0


def test_what_it_had_finished_is_left_alone(office: Office) -> None:
    before = office.take_in()
    gone, *_ = before.stakes
    office.act(owning.resolve, before.number, gone, outcome="fixed", note="", by="U0ANNA")
    assert _retire(office, gone) == 0
    assert office.case(before.number).stakes[gone].state is State.RESOLVED


def _without(office: Office, *keys: str) -> Office:
    teams = tuple(team for team in office.organisation.teams if team.key not in keys)
    return replace(office, organisation=replace(office.organisation, teams=teams))


def _tick(office: Office, number: int) -> None:
    with office.database.transaction() as session:
        escalating.tick(session, office.organisation, number, now=office.clock.now())


def _asked_triage(office: Office, number: int, why: str) -> None:
    with office.database.transaction() as session:
        case = recording.case_for(session, number)
        facts = (e.CaseSentToTriage(why=why),)
        recording.record(session, office.organisation, case, facts, by="", now=office.clock.now())


@pytest.mark.parametrize("who", ["clock", "worker"])
def test_a_question_that_triage_has_already_is_kept(office: Office, who: str) -> None:
    before = office.take_in()
    gone, *others = before.stakes
    _asked_triage(office, before.number, "which unit is it?")
    office.clock.advance(days=10)
    fewer = _without(office, gone)
    if who == "clock":
        _tick(fewer, before.number)
    else:
        assert _retire(office, gone) == 1
    case = office.case(before.number)
    assert (case.stakes[gone].state, case.triage) == (State.DECLINED, "which unit is it?")
    assert others


def test_the_clock_sends_all_that_is_dropped_to_triage_at_once(office: Office) -> None:
    before = office.take_in()
    gone, also, *_ = before.stakes
    office.clock.advance(days=10)
    _tick(_without(office, gone, also), before.number)
    sent = [f for f in office.events(before.number) if isinstance(f, e.CaseSentToTriage)]
    assert [fact.why for fact in sent] == [f"{gone}, {also}: {GONE}"]
    case = office.case(before.number)
    assert {case.stakes[key].state for key in (gone, also)} == {State.DECLINED}


def test_of_two_workers_that_start_at_once_one_does_it(office: Office) -> None:
    before = office.take_in()
    gone, *_ = before.stakes
    owed = office.notices("wanted")
    assert sorted(at_once([lambda: _retire(office, gone)] * 2), key=str) == [0, 1]
    case = office.case(before.number)
    assert case.stakes[gone].state is State.DECLINED
    now_owed = office.notices("wanted")
    assert {now_owed[key] - owed[key] for key in owed} <= {0, 1}


def test_a_faulty_case_keeps_no_other_from_triage(office: Office) -> None:
    first, second = office.take_in(), office.take_in()
    gone, *_ = first.stakes
    with office.database.transaction() as session:
        spoil = update(t.cases).where(t.cases.c.number == first.number)
        session.execute(spoil.values(priority="nonsense"))
    with capture_logs() as logs:
        assert _retire(office, gone) == 1
    assert [line["case"] for line in logs if line["event"] == "case_not_retired"] == [first.number]
    assert office.case(second.number).stakes[gone].state is State.DECLINED
