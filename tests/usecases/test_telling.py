"""Who is told what, beside the cards: each thing once, in the right place."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.case import State
from bot.domain.organisation import Phase, Priority, Step, Tell
from bot.store import absences, tables as t
from bot.usecases import escalating, owning, sharing
from tests.domain.factories import ANNA, BEN, CHLOE, MANAGER, organisation
from tests.usecases.office import Office, at_once

MOBILE, CHANNEL = "product-mobile", "C0PRODUCTMOBILE"
LEAD = "U0LEADPRODUCTMOBILE"


@dataclass(frozen=True)
class Told:
    kind: str
    channel: str
    data: dict[str, Any]
    wanted: int


@pytest.fixture
def waiting(office: Office) -> Office:
    """An office whose teams ask a silent holder after two working hours, for half an hour."""
    two, half = timedelta(hours=2), timedelta(minutes=30)
    teams = tuple(
        replace(team, expires_after=two, answer_within=half) for team in organisation().teams
    )
    return replace(office, organisation=organisation(teams=teams))


def told(office: Office) -> list[Told]:
    """Everything owed but cards, oldest first."""
    with office.database.reading() as session:
        query = select(t.notices).where(t.notices.c.kind != "card").order_by(t.notices.c.id)
        rows = session.execute(query).mappings().all()
    return [Told(row["kind"], row["channel"], row["data"], row["wanted"]) for row in rows]


def tick(office: Office, number: int, times: int = 3) -> None:
    for _ in range(times):
        with office.database.transaction() as session:
            escalating.tick(session, office.organisation, number, now=office.clock.now())
    office.case(number)


def held(office: Office) -> int:
    """A case of Product Mobile alone, held by Anna since ten."""
    number = office.take_in("my phone").number
    office.act(owning.claim, number, MOBILE, by=ANNA)
    return number


def test_a_silent_holder_is_asked_in_the_thread_and_then_it_says_that_it_is_free(
    waiting: Office,
) -> None:
    number = held(waiting)
    waiting.clock.advance(hours=2)
    tick(waiting, number)
    answer_by = waiting.clock.now() + timedelta(minutes=30)
    data = {"holder": ANNA, "answer_by": answer_by.isoformat(), "thread": True}
    assert told(waiting) == [Told("asked", CHANNEL, data, 1)]
    waiting.clock.advance(minutes=30)
    tick(waiting, number)
    freed = Told("freed", CHANNEL, {"holder": ANNA, "why": "silent", "thread": True}, 1)
    assert told(waiting)[1:] == [freed]
    assert waiting.case(number).stakes[MOBILE].state is State.OPEN


def test_the_team_of_somebody_who_is_away_is_asked_in_their_place(waiting: Office) -> None:
    number = held(waiting)
    with waiting.database.transaction() as session:
        now = waiting.clock.now()
        absences.set_away(session, ANNA, until=now + timedelta(days=1), now=now)
    waiting.clock.advance(hours=2)
    tick(waiting, number)
    assert [(each.kind, each.data["holder"]) for each in told(waiting)] == [("asked", "")]


def test_what_somebody_releases_themselves_is_no_news_in_the_thread(office: Office) -> None:
    number = held(office)
    office.act(owning.release, number, MOBILE, by=owning.Actor(ANNA))
    assert told(office) == []


def test_a_holder_who_has_left_is_named_where_it_is_free_again(office: Office) -> None:
    first, second = held(office), held(office)
    office.act(owning.resolve, second, MOBILE, outcome="", note="", by=ANNA)
    with office.database.transaction() as session:
        give = partial(sharing.give_back, session, office.organisation, now=office.clock.now())
        assert give(ANNA, "service-hk") == 0
        assert give(BEN, MOBILE) == 0
        assert give(ANNA, MOBILE) == 1
        assert give(ANNA, MOBILE) == 0
        assert give(ANNA, "a team that is no more") == 0
    data = {"holder": ANNA, "why": "left", "thread": True}
    assert told(office) == [Told("freed", CHANNEL, data, 1)]
    assert office.case(first).stakes[MOBILE].state is State.OPEN
    assert office.case(second).stakes[MOBILE].state is State.RESOLVED


def test_each_step_of_an_escalation_goes_to_the_team_or_to_each_person_once(
    office: Office,
) -> None:
    number = office.take_in("my phone").number
    for _ in range(30):
        office.clock.advance(minutes=15)
        tick(office, number, times=2)
    steps = [
        (each.channel, each.data["phase"], each.data["tell"], each.data["told"], each.wanted)
        for each in told(office)
    ]
    assert steps == [
        (CHANNEL, "warning", "team", [], 1),
        (LEAD, "breach", "lead", [LEAD], 1),
        (MANAGER, "breach", "managers", [MANAGER], 1),
    ]


def test_two_steps_of_one_moment_are_two_messages(office: Office) -> None:
    chain = (
        Step(Phase.WARNING, timedelta(), Tell.HOLDER),
        Step(Phase.WARNING, timedelta(), Tell.DUTY),
    )
    rota = tuple(replace(team, rota=(CHLOE,)) for team in organisation().teams)
    chained = replace(office, organisation=organisation(escalation=chain, teams=rota))
    number = chained.take_in("my phone").number
    chained.clock.advance(minutes=45)
    tick(chained, number)
    assert [(each.data["tell"], each.data["told"]) for each in told(chained)] == [
        ("team", []),
        ("duty", [CHLOE]),
    ]


def test_clocks_that_tick_at_once_tell_each_thing_once(office: Office) -> None:
    numbers = [office.take_in("my phone").number for _ in range(3)]
    office.clock.advance(hours=1)
    ticks = [partial(tick, office, number, 1) for number in numbers for _ in range(4)]
    assert at_once(ticks) == [None] * len(ticks)
    assert [(each.channel, each.wanted) for each in told(office)] == [(LEAD, 1)] * 3


def test_a_long_chain_without_waits_is_told_in_one_tick(office: Office) -> None:
    chain = tuple(Step(Phase.WARNING, timedelta(), Tell.TEAM) for _ in range(20))
    chained = replace(office, organisation=organisation(escalation=chain))
    number = chained.take_in("my phone").number
    chained.clock.advance(minutes=45)
    tick(chained, number, times=1)
    assert len(told(chained)) == 20
    with chained.database.reading() as session:
        assert escalating.due_cases(session, now=chained.clock.now()) == []


def test_who_follows_a_case_is_told_what_others_do_with_it(office: Office) -> None:
    number = office.take_in("my phone").number
    for person in (ANNA, BEN):
        office.act(sharing.watch, number, by=person)
    office.act(sharing.unwatch, number, by=BEN)
    office.act(owning.claim, number, MOBILE, by=ANNA)
    assert told(office) == []
    office.clock.advance(minutes=1)
    change = {"to": Priority.HIGH, "reason": "the press"}
    office.act(sharing.change_priority, number, by=CHLOE, **change)
    office.act(owning.resolve, number, MOBILE, outcome="", note="", by=CHLOE)
    news = sorted((each.channel, each.data["what"], each.data["by"]) for each in told(office))
    assert news == [
        (ANNA, "CaseSettled", CHLOE),
        (ANNA, "PriorityChanged", CHLOE),
        (ANNA, "StakeResolved", CHLOE),
    ]


def test_two_parts_that_end_at_one_moment_are_told_of_both(office: Office) -> None:
    lone = replace(office, organisation=organisation(settled_when="any"))
    number = lone.take_in().number
    lone.act(sharing.watch, number, by=BEN)
    lone.act(owning.resolve, number, MOBILE, outcome="", note="", by=ANNA)
    with lone.database.reading() as session:
        query = select(t.notices.c.team, t.notices.c.data).where(t.notices.c.kind == "watch")
        rows = session.execute(query).all()
    resolved = {row.team for row in rows if row.data["what"] == "StakeResolved"}
    assert resolved == {MOBILE, "service-hk"}
