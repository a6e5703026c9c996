"""What people look at: a case from somebody's side, its history, the home tab."""

import pytest

from bot.domain import events as e
from bot.errors import Refused
from bot.usecases import owning, viewing
from tests.domain.factories import ANNA, team
from tests.usecases.office import TWO_TEAMS, Office

SERVICE, MOBILE, AUDIO = team("service-hk"), team("product-mobile"), team("product-audio")


def test_a_case_is_seen_with_its_comment(office: Office) -> None:
    number = office.take_in().number
    with office.database.reading() as session:
        view = viewing.case(session, number)
    assert (view.case, view.comment.text) == (office.case(number), TWO_TEAMS)


@pytest.mark.parametrize("look", [viewing.case, viewing.timeline])
def test_a_case_that_is_not_there_is_refused(office: Office, look: object) -> None:
    assert callable(look)
    with (
        office.database.reading() as session,
        pytest.raises(Refused, match=r"There is no case #9\."),
    ):
        look(session, 9)


def test_somebody_in_two_teams_looks_from_the_one_that_must_still_act(office: Office) -> None:
    number = office.take_in().number
    with office.database.reading() as session:
        assert viewing.case(session, number).side_of([SERVICE, MOBILE]) == SERVICE.key
    office.act(owning.resolve, number, SERVICE.key, outcome="", note="", by=ANNA)
    with office.database.reading() as session:
        view = viewing.case(session, number)
    assert view.side_of([SERVICE, MOBILE]) == MOBILE.key
    assert view.side_of([SERVICE]) == SERVICE.key
    assert view.side_of([AUDIO]) == view.side_of([]) == ""


def test_a_timeline_has_every_event_oldest_first(office: Office) -> None:
    number = office.take_in("refund").number
    office.clock.advance(minutes=4)
    office.act(owning.claim, number, SERVICE.key, by=ANNA)
    with office.database.reading() as session:
        _, history = viewing.timeline(session, number)
    assert isinstance(history[0].event, e.CommentReceived)
    assert history[-1] == e.Recorded(
        event=e.StakeClaimed(team=SERVICE.key, holder=ANNA), at=office.clock.now(), by=ANNA
    )


def test_the_home_tab_shows_what_i_hold_what_is_unclaimed_and_whom_we_wait_for(
    office: Office,
) -> None:
    held, free, asked = (office.take_in("refund").number for _ in range(3))
    office.act(owning.claim, held, SERVICE.key, by=ANNA)
    office.act(owning.hand_off, asked, SERVICE.key, to=AUDIO.key, reason="", by=ANNA)
    with office.database.reading() as session:
        home = viewing.home(session, ANNA, [SERVICE], everyone=office.organisation.teams)
        nobody = viewing.home(session, "U0NOBODY", [], everyone=office.organisation.teams)
    assert [line.number for line in home.held] == [held]
    assert [line.number for line in home.unclaimed] == [free]
    assert [wait.team for wait in home.waiting] == [AUDIO.key]
    assert nobody == viewing.HomeView(held=[], unclaimed=[], waiting=[], facts=[])


def test_lists_of_cases_are_asked_for_by_person_team_and_words(office: Office) -> None:
    one, two = office.take_in("refund").number, office.take_in("my phone").number
    office.act(owning.claim, one, SERVICE.key, by=ANNA)
    with office.database.reading() as session:
        assert [line.number for line in viewing.held_by(session, ANNA)] == [one]
        assert [line.number for line in viewing.live(session, [SERVICE, MOBILE])] == [two, one]
        assert [line.number for line in viewing.search(session, "PHONE")] == [two]
