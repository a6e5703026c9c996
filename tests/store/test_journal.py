"""The journal: what is appended is read back, and the rows are what the events make."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import StatementError

from bot.domain import events as e
from bot.domain.case import Case, State
from bot.domain.organisation import Phase, Priority, Tell
from bot.errors import Refused
from bot.store import journal, tables as t
from bot.usecases import owning
from tests.domain.factories import ANNA, BEN
from tests.usecases.office import ORGANISATION, Office

TEAM = "service-hk"
WORDS = 'refund 退款 "\\" \u202e <!channel> %_ 😀'
LATER = datetime(2026, 12, 1, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
USED = timedelta(hours=30, seconds=61)
WHY = (
    e.Reason(kind="rule", name=WORDS, words=("退款", "壞咗")),
    e.Reason(kind="hand-off", name="", team="product-uk"),
)
EVERY_KIND: tuple[e.Event, ...] = (
    e.CommentReceived(comment_id=1),
    e.CommentEdited(edited_at=LATER),
    e.CommentDeleted(deleted_at=LATER),
    e.CommentJoined(comment_id=2),
    e.CaseRouted(
        lead=TEAM, units=("mobile",), regions=("HK", "UK"), priority=Priority.URGENT, tags=(WORDS,)
    ),
    e.CaseSentToTriage(why=WORDS),
    e.CaseTriaged(teams=(TEAM,), note=WORDS),
    e.SuggestionsRefused(teams=(TEAM,)),
    e.CaseDismissed(reason=WORDS),
    e.CaseSettled(),
    e.CaseReopened(),
    e.StakeOpened(
        team="marketing-hk", reasons=WHY, claim_due=LATER, resolve_due=LATER, asked_by=TEAM
    ),
    e.StakeExplained(team=TEAM, reasons=WHY),
    e.StakeClaimed(team=TEAM, holder=ANNA),
    e.StakeReleased(team=TEAM, holder=ANNA, claim_due=LATER),
    e.StakeResolved(team=TEAM, outcome="answered", note=WORDS),
    e.StakeHandedOff(team=TEAM, to="product-mobile", reason=WORDS),
    e.StakeDeclined(team=TEAM, reason=WORDS, instead="product-mobile"),
    e.StakeReopened(team=TEAM, claim_due=LATER, resolve_due=LATER),
    e.ClaimTargetNear(team=TEAM, escalate_at=LATER),
    e.ClaimTargetMissed(team=TEAM, escalate_at=LATER),
    e.ResolveTargetNear(team=TEAM, escalate_at=LATER),
    e.ResolveTargetMissed(team=TEAM),
    e.StakePaused(
        team=TEAM, why=e.Pause.SNOOZED, until=LATER, claim_used=USED, resolve_used=2 * USED
    ),
    e.StakePaused(
        team=TEAM, why=e.Pause.TEAM, on="product-mobile", claim_used=USED, resolve_used=USED
    ),
    e.StakeResumed(
        team=TEAM,
        claim_due=LATER,
        resolve_due=LATER,
        claim_warn=LATER,
        resolve_warn=LATER,
        expires_at=LATER,
    ),
    e.StakeRetargeted(
        team=TEAM, claim_used=USED, resolve_used=USED, claim_due=LATER, resolve_due=LATER
    ),
    e.HolderAsked(team=TEAM, holder=ANNA, answer_by=LATER),
    e.HolderConfirmed(team=TEAM, expires_at=LATER),
    e.StakeEscalated(
        team=TEAM, phase=Phase.BREACH, step=1, tell=Tell.LEAD, told=(ANNA, BEN), next_at=LATER
    ),
    e.EscalationAcknowledged(team=TEAM),
    e.EscalationSnoozed(team=TEAM, until=LATER),
    e.FactAdded(team=TEAM, text=WORDS),
    e.NoteKept(team=TEAM, text=WORDS),
    e.LeadMoved(to="product-mobile", reason=WORDS),
    e.PriorityChanged(priority=Priority.LOW, reason=WORDS),
    e.CaseWatched(person=ANNA),
    e.CaseUnwatched(person=ANNA),
    e.CommentForgotten(why="retention", comment_id=7),
)


def record(session: Connection, case: Case, *facts: e.Event, by: str = ANNA) -> Case:
    after, _ = journal.record(session, case, facts, by=by, at=LATER, organisation=ORGANISATION)
    return after


def load(session: Connection, number: int) -> Case:
    found = journal.load(session, number)
    assert found is not None
    return found


@pytest.fixture
def session(office: Office) -> Iterator[Connection]:
    with office.database.transaction() as session:
        yield session


@pytest.fixture
def case(office: Office) -> Case:
    return office.take_in()


def test_the_samples_are_of_every_kind() -> None:
    assert {type(fact) for fact in EVERY_KIND} == set(get_args(e.Event))


@pytest.mark.parametrize("fact", EVERY_KIND, ids=lambda fact: type(fact).__name__)
def test_an_event_is_read_back_as_it_was_and_changes_the_rows_alike(
    case: Case, session: Connection, fact: e.Event
) -> None:
    before = journal.history(session, case.number)
    after = record(session, case, fact)
    added = journal.history(session, case.number)[len(before) :]
    assert added[0] == e.Recorded(event=fact, at=LATER, by=ANNA)
    assert load(session, case.number) == after == journal.replay(session, case.number)


def test_what_follows_by_itself_is_the_bots_own(case: Case, session: Connection) -> None:
    done = [
        e.StakeResolved(team=team, outcome="answered") for team in ("service-hk", "product-mobile")
    ]
    settled = record(session, case, *done, by=BEN)
    last = journal.history(session, case.number)[-3:]
    assert [(type(r.event).__name__, r.by) for r in last] == [
        ("StakeResolved", BEN),
        ("StakeResolved", BEN),
        ("CaseSettled", ""),
    ]
    assert settled.settled_at == LATER
    assert [stake.ended_by for stake in settled.stakes.values()] == [BEN, BEN]


def test_what_rules_do_is_the_bots_own(office: Office) -> None:
    number = office.take_in().number
    with office.database.reading() as session:
        assert {recorded.by for recorded in journal.history(session, number)} == {""}


def test_stakes_keep_the_order_they_were_opened_in(case: Case, session: Connection) -> None:
    opened = [
        e.StakeOpened(team=team, reasons=WHY, claim_due=LATER, resolve_due=LATER)
        for team in ("product-audio", "marketing-uk", "marketing-hk")
    ]
    record(session, case, *opened)
    assert list(load(session, case.number).stakes) == [
        *case.stakes,
        "product-audio",
        "marketing-uk",
        "marketing-hk",
    ]


def test_instants_come_back_in_utc(case: Case, session: Connection) -> None:
    record(session, case, e.CommentEdited(edited_at=LATER))
    edited_at = load(session, case.number).edited_at
    assert edited_at is not None
    assert (edited_at, edited_at.tzinfo) == (LATER, UTC)


def test_a_case_that_is_not_there_is_none(session: Connection) -> None:
    assert journal.load(session, 4711) is None
    assert journal.history(session, 4711) == ()


def test_a_stake_that_changed_under_ones_feet_is_refused_and_nothing_is_written(
    office: Office,
) -> None:
    seen = office.take_in()
    office.act(owning.claim, seen.number, TEAM, by=BEN)
    told = office.events(seen.number)
    with (
        pytest.raises(Refused, match=rf"Somebody was faster: #{seen.number} has just changed"),
        office.database.transaction() as session,
    ):
        record(session, seen, e.StakeClaimed(team=TEAM, holder=ANNA))
    assert office.events(seen.number) == told
    stake = office.case(seen.number).stakes[TEAM]
    assert (stake.state, stake.holder) == (State.CLAIMED, BEN)


def test_a_stake_that_another_holds_by_now_is_not_released_in_their_place(office: Office) -> None:
    number = office.take_in().number
    office.act(owning.claim, number, TEAM, by=ANNA)
    seen = office.case(number)
    office.act(owning.release, number, TEAM, by=owning.Actor(ANNA))
    office.act(owning.claim, number, TEAM, by=BEN)
    with pytest.raises(Refused), office.database.transaction() as session:
        record(session, seen, e.StakeReleased(team=TEAM, holder=ANNA, claim_due=LATER))
    assert office.case(number).stakes[TEAM].holder == BEN


def test_a_change_to_another_stake_is_nobodys_conflict(office: Office) -> None:
    seen = office.take_in()
    office.act(owning.claim, seen.number, "product-mobile", by=BEN)
    with office.database.transaction() as session:
        record(session, seen, e.StakeClaimed(team=TEAM, holder=ANNA))
    holders = {team: stake.holder for team, stake in office.case(seen.number).stakes.items()}
    assert holders == {TEAM: ANNA, "product-mobile": BEN}


def test_a_case_gets_the_next_number_and_is_written_with_its_first_facts(office: Office) -> None:
    with office.database.transaction() as session:
        one = journal.begin(session, now=office.clock.now())
        assert one == Case(number=1, opened_at=office.clock.now())
        assert journal.load(session, one.number) is None
        after = record(session, one, e.CaseRouted(lead="", tags=("vip",)), by="")
        assert load(session, one.number) == after
        assert journal.begin(session, now=office.clock.now()).number == one.number + 1


def test_an_instant_without_a_zone_is_refused(case: Case, session: Connection) -> None:
    naive = datetime(2026, 12, 1, 9, 30)  # noqa: DTZ001, that is the point
    with pytest.raises(StatementError, match="a naive datetime has no place"):
        session.execute(insert(t.places), {"id": "C0ONE", "refreshed_at": naive})
    assert case.stakes
