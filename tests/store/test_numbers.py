"""A team's numbers against a history counted by hand, and whom it waits for."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Integer, String

from bot.domain.digest import Period, Waiting
from bot.domain.measures import Measures, Standing
from bot.domain.scope import Kind, Scope
from bot.store import reports
from bot.store.question import Question
from bot.usecases import escalating, measuring, owning, reporting
from bot.usecases.owning import Actor
from tests.domain.factories import ANNA, BEN
from tests.fakes.clock import START
from tests.usecases.office import Office

MOBILE, AUDIO, SERVICE = "product-mobile", "product-audio", "service-hk"


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def numbers(office: Office, since: float, until: float, team: str = MOBILE) -> Measures:
    period, scope = Period(since=at(since), until=at(until)), Scope(Kind.TEAM, team)
    with office.database.reading() as session:
        return measuring.measures(session, office.organisation, scope, period, now=at(99))


def waiting(office: Office, *teams: str) -> list[tuple[str, int, datetime]]:
    with office.database.reading() as session:
        others = [team.key for team in office.organisation.teams if team.key not in teams]
        found = reports.waiting_for(session, teams, others)
    assert all(isinstance(wait, Waiting) for wait in found)
    return [(wait.team, wait.cases, wait.oldest) for wait in found]


@pytest.fixture
def history(office: Office) -> Iterator[Office]:
    """Product Mobile's Monday; its hours end at 18:00, eight hours after the clock begins.

    At 0 h cases 1 and 2 come in, at 1 h case 3 and at 2 h case 4. Anna claims 1 at 0.5 h and
    finishes it at 3 h. Ben claims 2 at 0.5 h, gives it back at 1.5 h and claims it at 2 h.
    Case 3 is handed to Product Audio at 2 h. Case 4 is never touched: its hour is over at 3 h.
    """
    office.take_in("my phone")
    office.take_in("my phone")
    office.clock.set(at(0.5))
    office.act(owning.claim, 1, MOBILE, by=ANNA)
    office.act(owning.claim, 2, MOBILE, by=BEN)
    office.clock.set(at(1))
    office.take_in("my phone")
    office.clock.set(at(1.5))
    office.act(owning.release, 2, MOBILE, by=Actor(BEN))
    office.clock.set(at(2))
    office.act(owning.claim, 2, MOBILE, by=BEN)
    office.act(owning.hand_off, 3, MOBILE, to=AUDIO, reason="", by=ANNA)
    office.take_in("my phone")
    office.clock.set(at(3))
    office.act(owning.resolve, 1, MOBILE, outcome="answered", note="", by=ANNA)
    for number in (1, 2, 3, 4):
        with office.database.transaction() as session:
            escalating.tick(session, office.organisation, number, now=at(3))
    yield office
    for number in (1, 2, 3, 4):
        office.case(number)


def test_a_teams_numbers_are_those_counted_by_hand(history: Office) -> None:
    found = numbers(history, 0, 4)
    assert (found.came_in, found.claimed, found.resolved, found.handed_off) == (4, 2, 1, 1)
    assert found.standing == Standing(
        open=2,
        unclaimed=1,
        oldest_unclaimed=at(2),
        past_target=1,
        oldest_past_target=at(2),
    )


@pytest.mark.parametrize(
    ("since", "until", "happened"),
    [
        (0, 0.5, (2, 0, 0)),
        (0.5, 2, (1, 2, 0)),
        (2, 3, (1, 0, 0)),
        (3, 3.0001, (0, 0, 1)),
        (3.0001, 99, (0, 0, 0)),
    ],
)
def test_a_period_has_its_first_instant_and_not_its_last(
    history: Office, since: float, until: float, happened: tuple[int, int, int]
) -> None:
    found = numbers(history, since, until)
    assert (found.came_in, found.claimed, found.resolved) == happened
    assert (found.standing.open, found.standing.past_target) == (2, 1)


def test_what_is_taken_as_the_driver_gives_it_is_numbers_and_texts(
    history: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    given = Question.rows

    def rows(ask: Question, query: Any) -> list[Any]:
        asked.append(query)
        return given(ask, query)

    monkeypatch.setattr(Question, "rows", rows)
    period, organisation = Period(since=at(0), until=at(4)), history.organisation
    scopes = (Scope(), Scope(Kind.TEAM, MOBILE), Scope(Kind.PERSON, ANNA), Scope(Kind.REGION, "HK"))
    with history.database.reading() as session:
        for scope in scopes:
            found = reporting.report(session, organisation, scope, period, now=at(4))
            reporting.illustrated(session, organisation, found, now=at(4))
    types = [column.type for query in asked for column in query.selected_columns]
    assert len(asked) > 9
    assert [kind for kind in types if not isinstance(kind, (Integer, String))] == []


def test_the_team_that_was_handed_a_case_counts_it_as_come_in(history: Office) -> None:
    found = numbers(history, 0, 4, AUDIO)
    assert (found.came_in, found.standing.open) == (1, 1)
    assert found.standing.oldest_unclaimed == at(2)


def test_a_claimed_stake_that_was_claimed_late_is_not_past_target_any_more(
    history: Office,
) -> None:
    history.act(owning.claim, 4, MOBILE, by=ANNA)
    assert numbers(history, 0, 4).standing.past_target == 0


def test_a_team_that_nothing_concerned_has_a_quiet_period(history: Office) -> None:
    assert numbers(history, 0, 4, "marketing-uk") == Measures()
    assert numbers(history, 0, 4, "marketing-uk").quiet


def test_a_team_waits_for_those_it_handed_a_part_to(history: Office) -> None:
    assert waiting(history, MOBILE) == [(AUDIO, 1, at(2))]
    assert waiting(history, AUDIO) == []
    history.act(owning.resolve, 3, AUDIO, outcome="", note="", by=ANNA)
    assert waiting(history, MOBILE) == []


def test_a_team_that_has_finished_waits_for_nobody(office: Office) -> None:
    number = office.take_in().number
    assert waiting(office, MOBILE) == waiting(office, SERVICE) == []
    office.act(owning.resolve, number, MOBILE, outcome="", note="", by=ANNA)
    assert waiting(office, MOBILE) == waiting(office, SERVICE) == []


def test_who_finishes_what_they_had_asked_for_help_with_waits_no_longer(office: Office) -> None:
    number = office.take_in("refund").number
    office.act(owning.invite, number, team=AUDIO, by_team=SERVICE, note="", by=ANNA)
    assert waiting(office, SERVICE) == [(AUDIO, 1, START)]
    office.act(owning.resolve, number, SERVICE, outcome="", note="", by=ANNA)
    assert waiting(office, SERVICE) == []
    with office.database.reading() as session:
        assert reports.waiting_on(session, [AUDIO], [SERVICE]) == []
        assert reports.waits(session, [SERVICE, AUDIO]) == []
    office.act(owning.reopen, number, SERVICE, by=ANNA)
    assert waiting(office, SERVICE) == [(AUDIO, 1, START)]


def test_a_team_waits_for_whom_it_has_invited_until_they_decline(office: Office) -> None:
    number = office.take_in("refund").number
    office.act(owning.invite, number, team=AUDIO, by_team=SERVICE, note="", by=ANNA)
    assert waiting(office, SERVICE) == [(AUDIO, 1, START)]
    office.act(owning.decline, number, AUDIO, reason="", instead="", by=ANNA)
    assert waiting(office, SERVICE) == []


def test_nobody_waits_for_whom_another_team_has_asked(office: Office) -> None:
    number = office.take_in().number
    office.act(owning.invite, number, team=AUDIO, by_team=SERVICE, note="", by=ANNA)
    assert waiting(office, SERVICE) == [(AUDIO, 1, START)]
    assert waiting(office, MOBILE) == []


def test_teams_of_one_person_do_not_wait_for_each_other(office: Office) -> None:
    number = office.take_in("refund").number
    office.act(owning.invite, number, team=AUDIO, by_team=SERVICE, note="", by=ANNA)
    assert waiting(office, SERVICE, AUDIO) == []


def test_the_longest_wait_stands_first_and_cases_are_counted_once(office: Office) -> None:
    for hours, other in enumerate((AUDIO, MOBILE, AUDIO)):
        office.clock.set(at(hours))
        number = office.take_in("refund").number
        office.act(owning.invite, number, team=other, by_team=SERVICE, note="", by=ANNA)
    assert waiting(office, SERVICE) == [(AUDIO, 2, at(0)), (MOBILE, 1, at(1))]


def test_the_case_to_look_at_is_the_one_that_has_waited_longest(office: Office) -> None:
    one, two = (office.take_in("refund").number for _ in range(2))
    for hours, number in enumerate((two, one)):
        office.clock.set(at(hours))
        office.act(owning.invite, number, team=AUDIO, by_team=SERVICE, note="", by=ANNA)
    with office.database.reading() as session:
        assert reports.waiting_on(session, [AUDIO], [SERVICE]) == [
            Waiting(team=SERVICE, cases=2, oldest=at(0), first=two)
        ]
        assert reports.waiting_for(session, [SERVICE], [AUDIO, MOBILE]) == [
            Waiting(team=AUDIO, cases=2, oldest=at(0), first=two)
        ]


def test_who_is_waited_for_knows_it(office: Office) -> None:
    number = office.take_in("refund").number
    office.act(owning.invite, number, team=AUDIO, by_team=SERVICE, note="", by=ANNA)
    with office.database.reading() as session:
        assert reports.waiting_on(session, [AUDIO], [SERVICE, MOBILE]) == [
            Waiting(team=SERVICE, cases=1, oldest=START, first=number)
        ]
        (wait,) = reports.waits(session, [SERVICE, AUDIO])
    assert (wait.waiting, wait.on, wait.cases) == (SERVICE, AUDIO, 1)


@pytest.mark.parametrize("way", ["hand off", "not ours"])
def test_what_went_to_a_team_that_had_a_part_already_is_waited_for(
    office: Office, way: str
) -> None:
    number = office.take_in("refund").number
    office.act(owning.invite, number, team=AUDIO, by_team="", note="", by=BEN)
    office.clock.advance(hours=1)
    if way == "hand off":
        office.act(owning.hand_off, number, SERVICE, to=AUDIO, reason="theirs", by=ANNA)
    else:
        office.act(owning.decline, number, SERVICE, reason="theirs", instead=AUDIO, by=ANNA)
    assert waiting(office, SERVICE) == [(AUDIO, 1, START)]
    with office.database.reading() as session:
        assert reports.waiting_on(session, [AUDIO], [SERVICE]) == [
            Waiting(team=SERVICE, cases=1, oldest=START, first=number)
        ]
        (wait,) = reports.waits(session, [SERVICE, AUDIO])
    assert (wait.waiting, wait.on, wait.cases, wait.oldest) == (SERVICE, AUDIO, 1, START)
    office.act(owning.resolve, number, AUDIO, outcome="", note="", by=BEN)
    assert waiting(office, SERVICE) == []


def test_whose_part_went_on_and_came_back_waits_for_nobody(office: Office) -> None:
    number = office.take_in("refund").number
    office.act(owning.invite, number, team=AUDIO, by_team="", note="", by=BEN)
    office.act(owning.hand_off, number, SERVICE, to=AUDIO, reason="theirs", by=ANNA)
    office.act(owning.invite, number, team=SERVICE, by_team=AUDIO, note="", by=BEN)
    assert waiting(office, SERVICE) == []
    assert waiting(office, AUDIO) == [(SERVICE, 1, START)]
