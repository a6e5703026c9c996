"""What teams do with a case together: facts, the lead, who follows, and when it is settled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import events as e, ownership, together
from bot.domain.case import Case, Fact, State
from bot.domain.consequences import NOT_NEEDED, consequences
from bot.domain.organisation import Organisation
from bot.errors import Refused
from tests.domain.factories import ANNA, BEN, CHLOE, NOW, after, case, organisation, stake, team

SERVICE, MARKETING, MOBILE = "service-hk", "marketing-hk", "product-mobile"
LATER = NOW + timedelta(hours=1)


def three(*done: str, lead: str = SERVICE) -> Case:
    """A case with three teams, of which some are *done*."""
    states = {key: State.RESOLVED if key in done else State.OPEN for key in (SERVICE, MARKETING)}
    states[MOBILE] = State.RESOLVED if MOBILE in done else State.CLAIMED
    return case(*(stake(key, state) for key, state in states.items()), lead=lead)


def settle(found: Case, where: Organisation) -> Case:
    for _ in range(5):
        facts = consequences(found, where, now=NOW)
        if not facts:
            return found
        found = after(found, *facts, by="")
    raise AssertionError("what follows never comes to an end")


def when(rule: str, quorum: int = 0) -> Organisation:
    return organisation(settled_when=rule, quorum=quorum)


@pytest.mark.parametrize(
    ("rule", "quorum", "done", "settled"),
    [
        ("all", 0, (), False),
        ("all", 0, (SERVICE, MARKETING), False),
        ("all", 0, (SERVICE, MARKETING, MOBILE), True),
        ("lead", 0, (MARKETING, MOBILE), False),
        ("lead", 0, (SERVICE,), True),
        ("any", 0, (), False),
        ("any", 0, (MOBILE,), True),
        ("quorum", 2, (MOBILE,), False),
        ("quorum", 2, (MOBILE, MARKETING), True),
        ("quorum", 9, (MOBILE, MARKETING), False),
        ("quorum", 9, (SERVICE, MARKETING, MOBILE), True),
    ],
)
def test_a_case_is_settled_when_the_organisation_says_so(
    rule: str, quorum: int, done: tuple[str, ...], settled: bool
) -> None:
    found = settle(three(*done), when(rule, quorum))
    assert (found.settled_at is not None) is settled
    assert bool(found.live_stakes) is not settled
    if settled:
        for key in {SERVICE, MARKETING, MOBILE} - set(done):
            ended = found.stakes[key]
            assert (ended.outcome, ended.ended_by, ended.next_at) == (NOT_NEEDED, "", None)


def test_a_part_that_was_given_away_settles_nothing() -> None:
    declined = case(stake(SERVICE, State.DECLINED), stake(MOBILE), lead=MOBILE)
    assert settle(declined, when("any")).settled_at is None


def test_a_case_in_triage_waits_for_the_person_there() -> None:
    found = replace(three(MOBILE), triage="no rule matches the rest")
    assert settle(found, when("any")).settled_at is None


@pytest.mark.parametrize(("rule", "quorum"), [("any", 0), ("lead", 0), ("quorum", 1)])
def test_what_was_done_before_a_reopening_does_not_settle_the_case_again(
    rule: str, quorum: int
) -> None:
    where = when(rule, quorum)
    settled = settle(three(SERVICE), where)
    hk = team(MARKETING)
    again = after(settled, *ownership.reopen(settled, hk, now=LATER), at=LATER)
    for fact in consequences(again, where, now=LATER):
        again = after(again, fact, at=LATER, by="")
    assert (again.settled_at, again.reopened_at) == (None, LATER)
    assert consequences(again, where, now=LATER) == ()
    done = ownership.resolve(
        again, hk, by=ANNA, outcome="answered", note="", now=LATER + timedelta(hours=1)
    )
    finished = after(again, *done, at=LATER + timedelta(hours=1))
    assert settle(finished, where).settled_at is not None


def test_the_lead_moves_to_a_team_that_is_still_at_it() -> None:
    found = three()
    assert together.move_lead(found, team(SERVICE), reason="") == ()
    facts = together.move_lead(found, team(MOBILE), reason="it is a fault")
    assert facts == (e.LeadMoved(to=MOBILE, reason="it is a fault"),)
    assert after(found, *facts).lead == MOBILE


def test_the_lead_cannot_move_to_who_has_nothing_open() -> None:
    for found in (case(stake(SERVICE)), three(MOBILE)):
        with pytest.raises(Refused, match="Product Mobile has nothing open in #1042"):
            together.move_lead(found, team(MOBILE), reason="")


def test_a_moved_lead_decides_when_the_case_is_settled() -> None:
    moved = after(three(MARKETING), e.LeadMoved(to=MOBILE))
    assert settle(moved, when("lead")).settled_at is None
    now_done = after(moved, e.StakeResolved(team=MOBILE, outcome="fixed"))
    assert settle(now_done, when("lead")).settled_at == NOW


def test_a_fact_is_kept_once_with_its_team_and_its_author() -> None:
    found = three()
    facts = together.add_fact(found, MOBILE, text="  a batch was bad \n")
    known = after(found, *facts, by=CHLOE)
    assert known.facts == (Fact(team=MOBILE, by=CHLOE, text="a batch was bad", at=NOW),)
    assert together.add_fact(known, MOBILE, text="a batch was bad") == ()
    assert together.add_fact(known, MARKETING, text="a batch was bad") != ()
    more = after(known, *together.add_fact(known, MOBILE, text="recalled"), by=CHLOE)
    assert [fact.text for fact in more.facts] == ["a batch was bad", "recalled"]


@pytest.mark.parametrize(
    ("key", "text", "refusal"),
    [
        (MOBILE, " \n ", "Write the fact in a few words"),
        (MOBILE, "x" * 501, "Keep the fact to 500 characters"),
        ("product-audio", "a fact", "has no part in #1042"),
    ],
)
def test_a_fact_has_a_team_and_a_length(key: str, text: str, refusal: str) -> None:
    with pytest.raises(Refused, match=refusal):
        together.add_fact(three(), key, text=text)


def test_a_fact_may_be_as_long_as_it_says_and_of_a_part_that_has_ended() -> None:
    (fact,) = together.add_fact(three(MOBILE), MOBILE, text="退" * 500)
    assert isinstance(fact, e.FactAdded)
    assert len(fact.text) == 500


def test_a_person_follows_a_case_once_and_stops() -> None:
    found = after(three(), *together.watch(three(), ANNA))
    assert together.watch(found, ANNA) == ()
    both = after(found, *together.watch(found, BEN))
    assert both.watchers == (ANNA, BEN)
    assert together.unwatch(both, CHLOE) == ()
    assert after(both, *together.unwatch(both, ANNA)).watchers == (BEN,)
