"""Reports: what a digest tells, and that one that somebody asks for is owed once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import CacheStats

from bot.domain.digest import Period
from bot.domain.measures import Standing
from bot.domain.organisation import PolicyNote, Priority
from bot.domain.report import Report, Thanks
from bot.domain.scope import Kind, Scope
from bot.domain.worktime import instant
from bot.usecases import measuring, owning, posting, reporting, sharing
from tests.domain.factories import ANNA, BEN
from tests.fakes.clock import START
from tests.usecases.office import Office, swift

MOBILE, SERVICE = Scope(Kind.TEAM, "product-mobile"), Scope(Kind.TEAM, "service-hk")
DAY = timedelta(days=1)


def report(
    office: Office, scope: Scope = MOBILE, *, days: int = 1, versus_previous: bool = False
) -> Report:
    until = office.clock.now() + timedelta(seconds=1)
    period = Period(since=until - days * DAY, until=until)
    with office.database.reading() as session:
        return reporting.report(
            session,
            office.organisation,
            scope,
            period,
            now=office.clock.now(),
            versus_previous=versus_previous,
        )


def test_a_digest_says_how_its_team_stands(office: Office) -> None:
    numbers = [office.take_in("my phone").number for _ in range(7)]
    office.clock.advance(minutes=30)
    office.act(owning.claim, numbers[0], "product-mobile", by=ANNA)
    office.act(owning.invite, numbers[1], team="service-hk", by_team="product-mobile", note="",
               by=ANNA)  # fmt: skip
    found = report(office)
    assert (found.measures.came_in, found.measures.claimed) == (7, 1)
    assert found.measures.standing == Standing(open=7, unclaimed=6, oldest_unclaimed=START)
    assert [line.number for line in found.lines] == numbers[1:6]
    assert [(wait.team, wait.cases) for wait in found.we_wait] == [("service-hk", 1)]
    assert [(wait.team, wait.cases) for wait in report(office, SERVICE).they_wait] == [
        ("product-mobile", 1)
    ]


def test_what_is_past_its_target_comes_first(office: Office) -> None:
    first = office.take_in("my phone").number
    office.act(owning.claim, first, "product-mobile", by=ANNA)
    office.clock.advance(minutes=5)
    fresh = office.take_in("my phone").number
    office.clock.advance(hours=30)
    late = [line.number for line in report(office).lines]
    assert late == [fresh, first]


def test_of_what_nobody_holds_the_urgent_comes_first_and_then_what_is_due_first(
    office: Office,
) -> None:
    office = swift(office)
    first = office.take_in("my phone").number
    office.clock.advance(minutes=55)
    second, urgent = (office.take_in("my phone").number for _ in range(2))
    office.act(sharing.change_priority, urgent, to=Priority.URGENT, reason="", by=ANNA)
    lines = report(office).lines
    assert [line.number for line in lines] == [urgent, first, second]
    assert [line.past_target for line in lines] == [False] * 3
    assert lines[0].due > lines[1].due  # type: ignore[operator]


def test_all_teams_stand_side_by_side_and_share_what_is_resolved(office: Office) -> None:
    for _ in range(12):
        number = office.take_in("refund").number
        office.act(owning.resolve, number, "service-hk", outcome="", note="", by=ANNA)
    number = office.take_in("my phone").number
    office.act(owning.resolve, number, "product-mobile", outcome="", note="", by=BEN)
    found = report(office, Scope())
    told = {row.team.key: row.measures.resolved for row in found.teams}
    assert (told["service-hk"], told["product-mobile"], told["marketing-uk"]) == (12, 1, 0)
    assert sum(told.values()) == found.measures.resolved
    assert found.shared is not None
    assert found.shared.departments == (("service", 12 / 13), ("product", 1 / 13))
    assert found.shared.concentration == pytest.approx((144 + 1) / 169)
    assert found.shared.uneven
    assert found.shared.carried_by == ""


def test_a_department_that_carries_two_weeks_is_named(office: Office) -> None:
    for _ in range(2):
        for _ in range(10):
            number = office.take_in("refund").number
            office.act(owning.resolve, number, "service-hk", outcome="", note="", by=ANNA)
        office.clock.advance(days=7)
    office.clock.advance(minutes=-1)
    found = report(office, Scope(), days=7)
    assert found.shared is not None
    assert found.shared.carried_by == "service"


def test_a_day_is_compared_with_the_same_weekday_of_the_weeks_before(office: Office) -> None:
    for count in (9, 2, 4, 0):
        for _ in range(count):
            office.take_in("my phone")
        office.clock.advance(days=7)
    office.take_in("my phone")
    found = report(office)
    assert found.measures.came_in == 1
    assert found.compared is not None
    # The oldest of the four begins before the first case, so it says nothing.
    assert (found.compared.weeks, found.compared.counts["came_in"]) == (3, 2.0)


def test_a_process_that_is_warm_has_no_question_to_make_anew(office: Office) -> None:
    for _ in range(6):
        for _ in range(4):
            office.take_in("my phone")
        office.clock.advance(days=7)
    office.take_in("my phone")
    office.clock.advance(minutes=1)
    made: list[bool] = []

    def note(*told: Any) -> None:
        made.append(told[4].cache_hit is CacheStats.CACHE_MISS)

    with listening(office.database.engine, "before_cursor_execute", note):
        report(office)
        assert any(made)
        with office.database.reading() as session:
            reporting.warm(session, office.organisation, now=office.clock.now())
        made.clear()
        for scope in (MOBILE, SERVICE, Scope(Kind.PERSON, ANNA), Scope()):
            report(office, scope)
    assert made
    assert not any(made)


@contextmanager
def listening(engine: Engine, name: str, listener: Callable[..., None]) -> Iterator[None]:
    """Have *listener* called while the block runs."""
    event.listen(engine, name, listener)
    try:
        yield
    finally:
        event.remove(engine, name, listener)


def test_a_new_installation_has_nothing_to_compare_with(office: Office) -> None:
    office.take_in("my phone")
    assert report(office).compared is None
    assert report(office, days=30).compared is None
    asked = report(office, versus_previous=True)
    assert (asked.compared, asked.nothing_before) == (None, True)
    assert not report(office).nothing_before


def test_two_periods_are_compared_in_full_when_asked(office: Office) -> None:
    office.take_in("my phone")
    office.clock.advance(days=8)
    number = office.take_in("my phone").number
    office.clock.advance(hours=1)
    office.act(owning.claim, number, "product-mobile", by=ANNA)
    office.clock.advance(days=7)
    office.take_in("my phone")
    compared = report(office, days=7, versus_previous=True).compared
    assert compared is not None
    assert compared.before is not None
    assert (compared.weeks, compared.before.claimed, compared.counts["came_in"]) == (0, 1, 1)
    assert compared.before.time_to_claim.clock.median == timedelta(hours=1)
    assert not report(office, days=7, versus_previous=True).nothing_before


def test_a_campaign_that_no_comment_has_ever_named_is_told_from_a_quiet_one(office: Office) -> None:
    launch = Scope(Kind.CAMPAIGN, "Launch")
    assert report(office, launch).unheard
    office.act(owning.dismiss, office.take_in("hello", campaign="Launch").number, reason="spam",
               by=ANNA)  # fmt: skip
    assert not report(office, launch).unheard
    office.clock.advance(days=9)
    later = report(office, launch)
    assert (later.quiet, later.unheard) == (True, False)
    assert not report(office, SERVICE).unheard


def test_whoever_finished_and_gave_facts_is_thanked(office: Office) -> None:
    numbers = [office.take_in("my phone").number for _ in range(3)]
    for number in numbers[:2]:
        office.act(owning.resolve, number, "product-mobile", outcome="", note="", by=ANNA)
    office.act(sharing.add_fact, numbers[2], "product-mobile", text="It is the jack", by=BEN)
    assert report(office).thanks == (
        Thanks(person=ANNA, resolved=2),
        Thanks(person=BEN, facts=1),
    )


def test_a_fact_for_others_weighs_as_much_as_two_of_one_s_own_parts(office: Office) -> None:
    numbers = [office.take_in("my phone").number for _ in range(3)]
    office.act(owning.resolve, numbers[0], "product-mobile", outcome="", note="", by=ANNA)
    office.act(sharing.add_fact, numbers[1], "product-mobile", text="It is the jack", by=BEN)
    assert [each.person for each in report(office).thanks] == [BEN, ANNA]
    # Of two who gave as much, neither comes first for what they did: the order is the same always.
    office.act(owning.resolve, numbers[2], "product-mobile", outcome="", note="", by=ANNA)
    assert [each.person for each in report(office).thanks] == sorted((ANNA, BEN))


def test_topics_that_grew_come_with_their_cases(office: Office) -> None:
    for day in range(28):
        for n in range(3):
            office.take_in(f"my phone is nice {day} {n}", author={"id": f"a{day}{n}"})
        office.clock.advance(days=1)
    numbers = [
        office.take_in("my phone: the battery swells", author={"id": f"b{n}"}).number
        for n in range(25)
    ]
    (theme, *_) = report(office).themes
    assert "battery" in theme.topic.term
    assert set(theme.cases) <= set(numbers)


def test_what_is_new_in_the_policy_is_told_to_whom_it_concerns(office: Office) -> None:
    today = START.date()
    notes = (
        PolicyNote(on=today, text="for all"),
        PolicyNote(on=today, text="for service", departments=("service",)),
        PolicyNote(on=date(2020, 1, 1), text="old"),
    )
    office = replace(office, organisation=replace(office.organisation, policy=notes))
    assert [note.text for note in report(office).policy] == ["for all"]
    assert [note.text for note in report(office, SERVICE).policy] == ["for all", "for service"]


def test_a_note_of_the_policy_is_new_from_its_own_midnight_to_the_next_digest(
    office: Office,
) -> None:
    notes = tuple(PolicyNote(on=date(2026, 3, day), text=str(day)) for day in (2, 3, 4, 5))
    organisation = replace(office.organisation, policy=notes)
    with office.database.reading() as session:
        zone = measuring.zone_of(session, organisation, SERVICE)
    first, last = (instant(date(2026, 3, day), 0, zone) for day in (3, 5))

    def new(since: datetime, until: datetime) -> list[str]:
        period = Period(since=since, until=until)
        with office.database.reading() as session:
            found = reporting.report(session, organisation, SERVICE, period, now=until)
        return [note.text for note in found.policy]

    assert new(first, last) == ["3", "4"]
    assert new(first, last + timedelta(microseconds=1)) == ["3", "4", "5"]
    assert new(first + timedelta(microseconds=1), last) == ["4"]


def test_a_digest_that_somebody_asks_for_goes_out_once_however_often_they_click(
    office: Office,
) -> None:
    period = Period(since=START - 7 * DAY, until=START)
    for _ in range(2):
        office.clock.advance(seconds=2)
        with office.database.transaction() as session:
            for scope in (SERVICE, Scope()):
                now = office.clock.now()
                posting.owe_digest(
                    session, scope, period, channel="C0ELSEWHERE", asked_by=ANNA, now=now
                )
    owed = office.notices("kind", "team", "channel").values()
    assert sorted(owed) == [("digest", "", "C0ELSEWHERE"), ("digest", "service-hk", "C0ELSEWHERE")]
