"""Each number in an example that can be counted on one's fingers: what is shown, and the reference."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.measures import Kept, Measures, Standing, Times
from bot.domain.organisation import Priority
from bot.domain.scope import Kind
from bot.store.database import Database
from bot.usecases import owning, sharing
from tests.domain.factories import ANNA, BEN, CHLOE, organisation
from tests.fakes.clock import START, Clock
from tests.metrics.shop import (
    AUDIO,
    MARKETING,
    MOBILE,
    PHONE_REPAIR,
    SERVICE,
    Shop,
    minutes,
    took,
)
from tests.usecases.office import FOR_NOBODY, ORGANISATION, Office


@pytest.fixture
def shop(sqlite_database: Database, clock: Clock) -> Shop:
    return Shop(Office(database=sqlite_database, clock=clock))


def test_a_round_is_claimed_once_by_who_was_first(shop: Shop) -> None:
    number = shop.comment()
    shop.wait(10)
    shop.claim(number)
    shop.wait(10)
    shop.release(number)
    shop.wait(10)
    shop.claim(number, by=BEN)
    found = shop.numbers(SERVICE)
    assert (found.came_in, found.claimed, found.time_to_claim) == (1, 1, took(1, 10, 10))
    assert shop.numbers(ANNA, Kind.PERSON).claimed == 1
    ben = shop.numbers(BEN, Kind.PERSON)
    assert (ben.claimed, ben.standing.open) == (0, 1)


def test_what_is_resolved_without_a_claim_was_claimed_as_well(shop: Shop) -> None:
    number = shop.comment()
    shop.wait(20)
    shop.resolve(number)
    found = shop.numbers(SERVICE)
    assert (found.claimed, found.resolved, found.settled) == (1, 1, 1)
    assert found.time_to_claim == found.time_to_resolve == found.time_to_settle == took(1, 20, 20)


def test_what_the_bot_ends_was_resolved_by_nobody_and_leaves_nothing_open(
    sqlite_database: Database, clock: Clock
) -> None:
    lead_only = organisation(settled_when="lead")
    shop = Shop(Office(database=sqlite_database, clock=clock, organisation=lead_only))
    number = shop.comment(PHONE_REPAIR)
    shop.resolve(number)
    found = shop.numbers(MOBILE)
    assert (found.resolved, found.settled, found.joint, found.resolved_cases) == (0, 1, 0, 1)
    assert found.time_to_resolve == found.time_to_claim == found.time_to_touch == Times()


def test_a_case_that_comes_back_is_measured_anew(shop: Shop) -> None:
    number = shop.comment()
    shop.wait(30)
    shop.resolve(number)
    shop.wait(30)
    shop.reopen(number)
    shop.wait(5)
    shop.resolve(number)
    found = shop.numbers(SERVICE)
    assert (found.received, found.came_in, found.reopened, found.settled) == (1, 1, 1, 2)
    assert found.time_to_settle == found.time_to_resolve == took(2, 5, 30)
    assert shop.numbers(SERVICE, until=60).time_to_resolve == took(1, 30, 30)


def test_a_joint_result_is_that_of_people_of_two_teams(shop: Shop) -> None:
    number = shop.comment(PHONE_REPAIR)
    shop.resolve(number)
    assert shop.numbers().resolved_cases == 0
    shop.resolve(number, MOBILE, BEN)
    found = shop.numbers()
    assert (found.received, found.came_in, found.joint, found.resolved_cases) == (1, 2, 1, 1)
    assert found.joint_rate == 1
    assert shop.numbers(MARKETING).joint == 0


def test_a_hand_off_corrects_the_routing_when_it_leaves_the_department(shop: Shop) -> None:
    number = shop.comment()
    shop.hand_off(number, "service-hk")
    assert (shop.numbers().handed_off, shop.numbers().corrections) == (1, 0)
    shop.hand_off(number, MARKETING, team="service-hk", by=BEN)
    assert (shop.numbers().handed_off, shop.numbers().corrections) == (2, 1)
    assert shop.numbers(BEN, Kind.PERSON).corrections == 1
    assert shop.numbers(MARKETING).corrections == 0
    shop.wait(7)
    shop.claim(number, MARKETING, CHLOE)
    assert shop.numbers(MARKETING).handoff_lag == took(1, 7, 7)
    assert shop.numbers(CHLOE, Kind.PERSON).handoff_lag == took(1, 7, 7)


def test_not_ours_is_a_correction_and_no_hand_off(shop: Shop) -> None:
    number = shop.comment()
    shop.decline(number, instead=MARKETING)
    service, marketing = shop.numbers(SERVICE), shop.numbers(MARKETING)
    assert (service.declined, service.corrections, service.bounce) == (1, 1, 1)
    assert (marketing.came_in, marketing.corrections) == (1, 0)
    assert (marketing.time_to_claim.unanswered, marketing.handoff_lag) == (1, Times())


def test_whom_a_person_picks_in_triage_was_asked_by_a_correction(shop: Shop) -> None:
    number = shop.comment(FOR_NOBODY)
    assert (shop.numbers().routed, shop.numbers().time_to_route.unanswered) == (0, 1)
    shop.wait(25)
    shop.office.act(owning.route_by_hand, number, teams=[AUDIO], note="", by=ANNA)
    found = shop.numbers(AUDIO)
    assert (found.routed, found.came_in, found.corrections) == (1, 1, 1)
    assert found.time_to_route == took(1, 25, 25)


def test_what_triage_dismisses_was_settled_and_never_routed(shop: Shop) -> None:
    number = shop.comment(FOR_NOBODY)
    shop.wait(3)
    shop.office.act(owning.dismiss, number, reason="spam", by=ANNA)
    shop.office.act(owning.invite, number, team=AUDIO, by_team="", note="", by=ANNA)
    found = shop.numbers()
    assert (found.received, found.routed, found.settled, found.resolved_cases) == (1, 0, 1, 0)
    assert (found.time_to_route, found.time_to_settle) == (Times(), took(1, 3, 3, unanswered=1))


def test_a_percentile_is_a_time_that_occurred(shop: Shop) -> None:
    waiting = [shop.comment() for _ in range(10)]
    for number in waiting[:4]:
        shop.wait(1)
        shop.claim(number)
    assert shop.numbers(SERVICE).time_to_claim == took(4, 2, 4, unanswered=6)
    for number in waiting[4:]:
        shop.wait(1)
        shop.claim(number)
    assert shop.numbers(SERVICE).time_to_claim == took(10, 5, 9)


def test_working_time_leaves_out_nights_weekends_and_what_a_clock_change_moves(shop: Shop) -> None:
    # On Sunday, 29 March 2026, London's clocks go from 01:00 to 02:00.
    shop.office.clock.set(datetime(2026, 3, 27, 17, 30, tzinfo=UTC))
    number = shop.comment()
    shop.office.clock.set(datetime(2026, 3, 30, 8, 20, tzinfo=UTC))
    shop.claim(number)
    found = shop.numbers(SERVICE, since=-60 * 24 * 365).time_to_claim
    assert found.clock.median == timedelta(days=2, hours=14, minutes=50)
    assert found.working.median == minutes(50)


def test_a_period_has_its_first_instant_and_not_its_last(shop: Shop) -> None:
    number = shop.comment()
    shop.wait(10)
    shop.claim(number)
    assert shop.numbers(SERVICE, since=10, until=11).claimed == 1
    before = shop.numbers(SERVICE, until=10)
    assert (before.claimed, before.time_to_claim.unanswered) == (0, 1)
    assert shop.numbers(SERVICE, since=10, until=10).claimed == 0


def test_any_act_of_the_team_is_a_touch_and_letting_the_clocks_run_is_none(shop: Shop) -> None:
    number = shop.comment(PHONE_REPAIR)
    shop.wait(4)
    shop.office.act(sharing.resume, number, SERVICE, by=ANNA)
    shop.office.act(sharing.change_priority, number, to=Priority.HIGH, reason="", by=ANNA)
    shop.wait(4)
    shop.office.act(sharing.keep_note, number, SERVICE, text="She calls.", by=ANNA)
    shop.wait(4)
    shop.office.act(sharing.add_fact, number, MOBILE, text="It is known.", by=BEN)
    shop.claim(number)
    assert shop.numbers(SERVICE).time_to_touch == took(1, 8, 8)
    assert shop.numbers().time_to_touch == took(2, 8, 12)
    assert (shop.numbers(MOBILE).facts, shop.numbers(BEN, Kind.PERSON).facts) == (1, 1)
    assert shop.numbers(BEN, Kind.PERSON).time_to_touch == took(1, 12, 12)


def test_a_due_time_that_no_clock_saw_is_missed_where_it_lies(shop: Shop) -> None:
    number = shop.comment()
    shop.wait(70)
    assert shop.numbers(SERVICE, until=60).claim_target == Kept()
    assert shop.numbers(SERVICE, until=61).claim_target == Kept(missed=1)
    shop.tick(number)
    assert shop.numbers(SERVICE, until=61).claim_target == Kept()
    assert shop.numbers(SERVICE).claim_target == Kept(missed=1)


def test_a_round_is_decided_once_whatever_comes_after(shop: Shop) -> None:
    missed, kept = shop.comment(), shop.comment()
    shop.wait(30)
    shop.claim(kept)
    shop.release(kept)
    shop.wait(90)
    shop.tick(missed)
    shop.tick(kept)
    shop.claim(missed)
    found = shop.numbers(SERVICE)
    assert found.claim_target == Kept(met=1, missed=1)
    assert found.claim_target.compliance == 0.5


def test_a_pause_stops_a_target_and_no_time(shop: Shop) -> None:
    number = shop.comment()
    until = shop.office.clock.now() + timedelta(hours=5)
    shop.office.act(sharing.snooze, number, SERVICE, until=until, by=ANNA)
    shop.wait(120)
    assert shop.numbers(SERVICE).claim_target == Kept()
    shop.claim(number)
    assert shop.numbers(SERVICE).time_to_claim == took(1, 120, 120)
    assert shop.numbers(SERVICE).claim_target == Kept(met=1)


def test_a_target_to_resolve_is_met_by_a_person_in_time(shop: Shop) -> None:
    in_time, late, given_away = shop.comment(), shop.comment(), shop.comment()
    shop.wait(60 * 7)
    shop.resolve(in_time)
    shop.decline(given_away)
    shop.wait(60 * 24)
    shop.tick(late)
    shop.resolve(late)
    assert shop.numbers(SERVICE).resolve_target == Kept(met=1, missed=1)


def test_how_it_stands_counts_what_still_matters(shop: Shop) -> None:
    near, late = shop.comment(), 0
    shop.wait(10)
    late = shop.comment()
    shop.wait(40)
    shop.tick(near)
    assert shop.numbers(SERVICE).standing == Standing(
        open=2, unclaimed=2, oldest_unclaimed=START, warned=1
    )
    shop.claim(near)
    shop.wait(30)
    shop.tick(late)
    began = START + minutes(10)
    assert shop.numbers(SERVICE, until=0).standing == Standing(
        open=2, unclaimed=1, oldest_unclaimed=began, past_target=1, oldest_past_target=began
    )
    shop.claim(late, by=BEN)
    shop.release(late, by=BEN)
    assert shop.numbers(SERVICE).standing == Standing(open=2, unclaimed=1, oldest_unclaimed=began)


def test_a_market_has_the_cases_that_are_about_it_today(shop: Shop) -> None:
    shop.comment(campaign="Spring")
    shop.comment(PHONE_REPAIR, campaign="Autumn")
    for kind, key, comments_, rounds in (
        (Kind.REGION, "UK", 2, 3),
        (Kind.UNIT, "mobile", 1, 2),
        (Kind.CAMPAIGN, "Spring", 1, 1),
        (Kind.PLATFORM, "facebook", 2, 3),
        (Kind.SOURCE, "facebook-hk", 2, 3),
        (Kind.SOURCE, "instagram-uk", 0, 0),
        (Kind.DEPARTMENT, "product", 1, 1),
        (Kind.PERSON, ANNA, 0, 0),
    ):
        found = shop.numbers(key, kind)
        assert (found.received, found.came_in) == (comments_, rounds), key


def test_a_team_that_is_gone_has_no_numbers_and_its_cases_have(shop: Shop) -> None:
    number = shop.comment()
    shop.resolve(number)
    teams = tuple(team for team in ORGANISATION.teams if team.key != SERVICE)
    later = replace(ORGANISATION, teams=teams)
    assert shop.numbers(SERVICE, today=later) == Measures()
    found = shop.numbers(today=later)
    assert (found.received, found.settled, found.came_in, found.resolved) == (1, 1, 0, 0)
