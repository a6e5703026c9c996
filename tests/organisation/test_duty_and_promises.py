"""What promises, duty, holidays, escalation and settling become in a right file."""

from datetime import date, timedelta

import pytest

from bot.domain.organisation import ESCALATION, Phase, Priority, Promise, Step, Team, Tell
from bot.organisation import parse
from tests.organisation.samples import FULL, GOOD, TODAY, faults, spoiled

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def team(key: str, text: str = FULL, today: date = TODAY) -> Team:
    found = parse(text, today=today).team(key)
    assert found
    return found


def test_the_full_sample_is_right() -> None:
    assert faults(FULL) == []


def test_a_quorum_says_how_many() -> None:
    found = parse(FULL, today=TODAY)

    assert (found.settled_when, found.quorum) == ("quorum", 2)


@pytest.mark.parametrize("way", ["all", "lead", "any"])
def test_other_ways_to_settle_need_no_number(way: str) -> None:
    text = spoiled(('"quorum"\nquorum = 2', f'"{way}"'), text=FULL)

    assert parse(text).settled_when == way


def test_a_file_that_says_nothing_of_it_settles_with_all_and_escalates_as_usual() -> None:
    found = parse(GOOD)

    assert (found.settled_when, found.quorum, found.escalation) == ("all", 0, ESCALATION)


def test_a_team_is_closed_on_public_holidays_the_companys_days_and_its_own() -> None:
    closed = team("service-hk").hours.closed

    # Christmas, the day Hong Kong was handed over, two of the company's days and one of the team's.
    assert {date(2026, 12, 25), date(2027, 7, 1)} <= closed
    assert {date(2026, 12, 24), date(2026, 12, 31), date(2026, 8, 14)} <= closed
    assert date(2026, 11, 18) not in closed


def test_holidays_are_those_of_the_part_of_the_country() -> None:
    scotland = spoiled(('"GB-ENG"', '"GB-SCT"'), text=FULL)
    easter_monday, second_of_january = date(2026, 4, 6), date(2026, 1, 2)

    assert easter_monday in team("service-uk").hours.closed
    assert second_of_january not in team("service-uk").hours.closed
    assert second_of_january in team("service-uk", scotland).hours.closed


def test_a_team_without_a_country_has_the_companys_days_only() -> None:
    assert team("mobile").hours.closed == {date(2026, 12, 24), date(2026, 12, 31)}
    assert team("mobile", GOOD).hours.closed == frozenset()


@pytest.mark.parametrize(
    ("day", "known"),
    [
        (date(2028, 12, 25), False),
        (date(2029, 12, 25), True),
        (date(2035, 12, 25), True),
        (date(2036, 12, 25), False),
    ],
)
def test_holidays_reach_from_last_year_to_five_years_ahead(day: date, known: bool) -> None:
    closed = team("service-uk", today=date(2030, 6, 1)).hours.closed

    assert (day in closed) is known


def test_one_date_is_a_list_of_one() -> None:
    text = spoiled(("closed = [2026-08-14]", "closed = 2026-08-14"), text=FULL)

    assert parse(text, today=TODAY) == parse(FULL, today=TODAY)


def test_holidays_do_not_change_what_a_day_is_worth() -> None:
    assert team("service-hk").resolve_within == 9 * HOUR


@pytest.mark.parametrize(
    ("priority", "claim", "resolve"),
    [
        (Priority.URGENT, 15 * MINUTE, 4 * HOUR),
        (Priority.HIGH, 45 * MINUTE, 6 * HOUR),
        (Priority.NORMAL, HOUR, 9 * HOUR),
        (Priority.LOW, 9 * HOUR, 45 * HOUR),
    ],
)
def test_each_priority_has_its_promise(
    priority: Priority, claim: timedelta, resolve: timedelta
) -> None:
    assert team("service-hk").promise(priority) == Promise(claim, resolve)


def test_what_is_not_promised_apart_is_promised_as_usual() -> None:
    assert team("service-uk").promise(Priority.URGENT) == Promise(2 * HOUR, 10 * HOUR)


@pytest.mark.parametrize(
    ("written", "hours"), [('"3h"', 3), ('"2d"', 18), ('"never"', None), ('""', 9)]
)
def test_a_claim_expires_after_what_is_written_or_never(written: str, hours: int | None) -> None:
    text = spoiled(('expires_after = "3h"', f"expires_after = {written}"), text=FULL)

    assert team("service-hk", text).expires_after == (hours * HOUR if hours else None)


def test_without_a_word_a_claim_expires_after_the_longest_day_and_an_hour_to_answer() -> None:
    found = team("service-uk")

    assert (found.expires_after, found.answer_within) == (10 * HOUR, HOUR)


def test_a_rota_has_people_in_order_and_a_first_week() -> None:
    found = team("service-hk")

    assert (found.rota, found.rota_since) == (("U0LEADHK", "U0SECOND"), date(2026, 1, 5))
    assert (found.answer_within, found.cover) == (30 * MINUTE, ("service-uk",))


def test_a_rota_of_one_needs_no_first_week() -> None:
    text = spoiled(('"U0LEADHK", "U0SECOND"]\nrota_since = 2026-01-05', '"U0SECOND"]'), text=FULL)

    assert team("service-hk", text).rota == ("U0SECOND",)


def test_an_escalation_is_its_steps_in_order() -> None:
    assert parse(FULL, today=TODAY).escalation == (
        Step(Phase.WARNING, timedelta(), Tell.HOLDER),
        Step(Phase.BREACH, 30 * MINUTE, Tell.DUTY),
        Step(Phase.BREACH, 4 * HOUR, Tell.MANAGERS),
    )


def test_an_empty_escalation_tells_nobody() -> None:
    assert parse("escalation = []\n" + GOOD).escalation == ()


@pytest.mark.parametrize("written", ["0m", "0h", "00m"])
def test_a_step_may_follow_at_once(written: str) -> None:
    text = spoiled(('wait = "30m"', f'wait = "{written}"'), text=FULL)

    assert parse(text, today=TODAY).escalation[1].wait == timedelta()


def test_a_rule_may_name_the_department_that_leads() -> None:
    assert [rule.then.lead for rule in parse(FULL, today=TODAY).rules[:2]] == ["service", ""]


def test_what_may_be_left_out_may_also_be_left_empty() -> None:
    text = spoiled(
        ('holidays = "HK"', 'holidays = ""'),
        ('answer_within = "30m"', 'answer_within = ""'),
        ('then.lead = "service"', 'then.lead = ""'),
        text=FULL,
    )

    assert team("service-hk", text).answer_within == HOUR
    assert date(2027, 7, 1) not in team("service-hk", text).hours.closed
