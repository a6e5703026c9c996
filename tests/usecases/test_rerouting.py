"""What an edit adds to a case that stands: teams, regions, units, tags, a priority."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from bot.domain import events as e
from bot.domain.organisation import Priority, Promise
from bot.usecases import sharing
from tests.domain.factories import ANNA
from tests.fakes.clock import START
from tests.usecases.office import FOR_NOBODY, ORGANISATION, Office, change, edited


def test_an_edit_of_the_words_alone_is_routed_by_the_region_that_was_told_before(
    office: Office,
) -> None:
    number = office.tell(change(text=FOR_NOBODY, region="UK")).case
    office.tell(edited(minutes=1, text="refund"))
    case = office.case(number)
    assert (list(case.stakes), case.regions) == (["service-uk"], ("UK",))


def test_a_change_that_comes_late_is_routed_with_those_that_came_before_it(office: Office) -> None:
    number = office.tell(change(text=FOR_NOBODY)).case
    office.tell(edited(minutes=9, text="refund"))
    office.tell(edited(minutes=5, region="UK"))
    assert list(office.case(number).stakes) == ["service-hk", "service-uk"]


def test_a_change_told_to_the_microsecond_is_routed(office: Office) -> None:
    number = office.tell(change(text="refund")).case
    office.tell(edited(minutes=1 + 1e-7 * 123, text="my earbuds"))
    assert list(office.case(number).stakes) == ["service-hk", "product-audio"]


STORY = (
    change(text="I love it"),
    edited(minutes=1, text="my earbuds"),
    edited(minutes=2, rating=1.0),
    edited(minutes=3, text="my phone"),
)


@pytest.mark.parametrize("order", list(permutations(range(1, 4))))
def test_edits_join_their_teams_units_tags_and_priority_in_any_order(
    office: Office, order: tuple[int, ...]
) -> None:
    number = office.tell(STORY[0]).case
    for index in order:
        office.tell(STORY[index])
    case = office.case(number)
    teams = {"marketing-hk", "product-audio", "service-hk", "product-mobile"}
    assert set(case.stakes) == teams
    about = (case.units, case.regions, case.tags, case.priority, case.lead)
    assert about == (("audio", "mobile"), ("HK",), ("praise",), Priority.HIGH, "marketing-hk")


def test_a_priority_that_rises_promises_every_running_clock_anew(office: Office) -> None:
    swift = {Priority.HIGH: Promise(timedelta(minutes=10), timedelta(minutes=20))}
    teams = tuple(replace(team, promises=swift) for team in ORGANISATION.teams)
    office = replace(office, organisation=replace(ORGANISATION, teams=teams))
    number = office.tell(change(text="my phone")).case
    office.tell(edited(minutes=1, rating=1.0))
    case = office.case(number)
    assert case.stakes["product-mobile"].claim_due == START + timedelta(minutes=10)
    told = [type(event) for event in office.events(number)[-4:]]
    assert told == [e.CommentEdited, e.CaseRouted, e.StakeRetargeted, e.StakeOpened]


def test_an_edit_does_not_overrule_a_person_with_what_the_rules_knew_before(
    office: Office,
) -> None:
    number = office.tell(change(text="refund", rating=1.0)).case
    assert office.case(number).priority is Priority.HIGH
    office.act(sharing.change_priority, number or 0, to=Priority.LOW, reason="an old hand", by=ANNA)
    office.tell(edited(minutes=1, text="refund, and the earbuds hiss"))
    case = office.case(number)
    assert (case.priority, "product-audio" in case.stakes) == (Priority.LOW, True)
