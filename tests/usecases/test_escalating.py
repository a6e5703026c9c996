"""The clock: what is due is found by the index, noticed once, and never of what is done."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from bot.domain import events as e
from bot.domain.case import Case
from bot.store import journal
from bot.store.database import Database
from bot.usecases import escalating, owning
from bot.usecases.owning import Actor
from tests.domain.factories import ANNA
from tests.plans import plans
from tests.usecases.office import TWO_TEAMS, Office, at_once, change

MOBILE, SERVICE = "product-mobile", "service-hk"
CLAIM_MISSED, RESOLVE_MISSED = e.ClaimTargetMissed, e.ResolveTargetMissed
LEAD = "U0LEADPRODUCTMOBILE"


def late(office: Office) -> list[int]:
    with office.database.reading() as session:
        return list(escalating.due_cases(session, now=office.clock.now()))


def notice(office: Office, number: int) -> None:
    with office.database.transaction() as session:
        escalating.tick(session, office.organisation, number, now=office.clock.now())


def missed(office: Office, number: int) -> list[type]:
    kinds = (CLAIM_MISSED, RESOLVE_MISSED)
    found = [fact for fact in office.events(number) if isinstance(fact, kinds)]
    assert {fact.team for fact in found} <= {MOBILE}
    return [type(fact) for fact in found]


def steps(office: Office, number: int) -> list[tuple[str, int, tuple[str, ...]]]:
    found = [fact for fact in office.events(number) if isinstance(fact, e.StakeEscalated)]
    return [(fact.phase.value, fact.step, fact.told) for fact in found]


def mobile_only(office: Office) -> Case:
    """A case of Product Mobile alone; to be claimed by 11:00, done by 10:00 the day after."""
    case = office.take_in("my phone")
    assert list(case.stakes) == [MOBILE]
    return case


def test_a_target_is_missed_at_its_minute_and_not_before(office: Office) -> None:
    number = mobile_only(office).number
    office.clock.advance(timedelta(minutes=45, microseconds=-1))
    assert late(office) == []
    office.clock.advance(microseconds=1)
    assert late(office) == [number]
    notice(office, number)
    assert (late(office), missed(office, number)) == ([], [])
    office.clock.advance(timedelta(minutes=15, microseconds=-1))
    assert late(office) == []
    office.clock.advance(microseconds=1)
    assert late(office) == [number]
    notice(office, number)
    assert missed(office, number) == [CLAIM_MISSED]


def test_a_missed_claim_target_is_noticed_once(office: Office) -> None:
    number = mobile_only(office).number
    office.clock.advance(hours=1, minutes=10)
    for _ in range(3):
        notice(office, number)
    assert missed(office, number) == [CLAIM_MISSED]
    assert office.case(number).stakes[MOBILE].past_target
    assert late(office) == []


def test_the_bot_itself_noticed_it_and_every_card_is_owed(office: Office) -> None:
    number = office.take_in().number
    office.clock.advance(hours=1)
    notice(office, number)
    cards = {key: n for key, n in office.notices("wanted").items() if key.startswith("card:")}
    assert len(cards) == 2
    assert min(cards.values()) >= 2
    with office.database.reading() as session:
        noticed = [r for r in journal.history(session, number) if type(r.event) is CLAIM_MISSED]
    assert [recorded.by for recorded in noticed] == [""]


def test_two_clocks_that_notice_at_once_write_it_down_once(office: Office) -> None:
    number = mobile_only(office).number
    office.clock.advance(hours=1)
    assert at_once([partial(notice, office, number)] * 4) == [None] * 4
    assert missed(office, number) == [CLAIM_MISSED]
    assert steps(office, number) == [("breach", 0, (LEAD,))]
    told = [key for key in office.notices("wanted") if key.startswith("escalation:")]
    assert [office.notices("wanted")[key] for key in told] == [1]


def test_both_targets_are_missed_when_nobody_ever_came(office: Office) -> None:
    number = mobile_only(office).number
    office.clock.advance(days=2)
    notice(office, number)
    assert missed(office, number) == [CLAIM_MISSED, RESOLVE_MISSED]


def test_who_claimed_in_time_misses_only_the_second_target(office: Office) -> None:
    number = mobile_only(office).number
    office.act(owning.claim, number, MOBILE, by=ANNA)
    office.clock.advance(days=2)
    assert late(office) == [number]
    notice(office, number)
    assert missed(office, number) == [RESOLVE_MISSED]


def test_what_is_resolved_misses_nothing(office: Office) -> None:
    number = mobile_only(office).number
    office.act(owning.resolve, number, MOBILE, outcome="", note="", by=ANNA)
    office.clock.advance(days=9)
    assert late(office) == []
    notice(office, number)
    assert missed(office, number) == []


def test_a_released_stake_has_a_new_target_to_miss(office: Office) -> None:
    number = mobile_only(office).number
    office.clock.advance(hours=1)
    notice(office, number)
    office.act(owning.claim, number, MOBILE, by=ANNA)
    office.act(owning.release, number, MOBILE, by=Actor(ANNA))
    assert late(office) == []
    office.clock.advance(hours=1)
    assert late(office) == [number]
    notice(office, number)
    assert missed(office, number) == [CLAIM_MISSED, CLAIM_MISSED]
    assert steps(office, number) == [("breach", 0, (LEAD,))] * 2


def test_a_tick_takes_so_many_and_leaves_the_rest_to_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalating, "AT_ONCE", 3)
    numbers = [mobile_only(office).number for _ in range(5)]
    office.clock.advance(hours=1)
    first = late(office)
    assert first == numbers[:3]
    for number in first:
        notice(office, number)
    assert late(office) == numbers[3:]


def test_what_is_due_is_found_by_the_partial_index(office: Office) -> None:
    office.tell(*(change(external_id=str(n), text=TWO_TEAMS) for n in range(3)))
    fill_with_resolved(office.database, case=1)
    office.clock.advance(days=9)
    with plans(office.database, "FROM stakes") as found:
        assert late(office) == [1, 2, 3]
    assert len(found) == 1
    assert "ix_stakes_next_at" in found[0]


def fill_with_resolved(database: Database, *, case: int) -> None:
    """Thousands of stakes that are done, so that reading them all would be a mistake."""
    stake = "opened_at, claim_due, resolve_due, reasons, position"
    copy = f"""
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        INSERT INTO stakes (case_number, team, state, {stake})
        SELECT case_number, 'old-' || n.i, 'resolved', {stake}
        FROM stakes CROSS JOIN n WHERE case_number = {case} AND team = '{SERVICE}'
    """  # noqa: S608, the values are ours
    with database.transaction() as session:
        session.execute(text(copy))
        session.execute(text("ANALYZE"))
