"""Urgency: changes of priority teach what is pressing, cautiously, and can be unlearned."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle

import pytest

from bot.domain.organisation import Condition, Outcome, Priority, Rule
from bot.domain.suggesting import RAISED
from bot.store import models
from bot.usecases import overviewing, owning, sharing, teaching
from tests.domain.factories import ANNA, BEN, CHLOE, EXAMPLE_RULES, organisation
from tests.usecases.office import Office
from tests.usecases.school import arrived, guide, learned

PRESSING = (
    "my phone smells burnt and gets hot",
    "burnt smell from the phone since this morning",
    "the phone burnt a hole into my pillow",
    "it smells burnt, is this phone safe",
)
CALM = (
    "where can I buy a case for this phone",
    "love the new colour of my phone",
    "does the phone come in green",
    "the screen of my phone has a scratch",
)
PEOPLE = (ANNA, BEN, CHLOE)
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what is decided in Python alone, from lessons that take long to give."""


def worked(office: Office, text: str, by: str) -> int:
    """Somebody finishes what came in, and leaves its priority as it is."""
    case = office.take_in(text)
    for team in case.stakes:
        office.act(owning.resolve, case.number, team=team, outcome="fixed", note="", by=by)
    return case.number


def raised(office: Office, text: str, by: str, to: Priority = Priority.URGENT) -> int:
    """Somebody finds what came in pressing."""
    number = office.take_in(text).number
    office.act(sharing.change_priority, number, to=to, reason="", by=by)
    return number


def school(office: Office, rounds: int = 4, people: Sequence[str] = PEOPLE) -> list[int]:
    """So many rounds of lessons, on several days; the cases that were made more pressing."""
    who, found = cycle(people), []
    for n in range(rounds):
        office.clock.advance(timedelta(days=1))
        found += [raised(office, f"{text} {n}", next(who)) for text in PRESSING]
        for text in (*CALM, *CALM):
            worked(office, f"{text} {n}", next(who))
    return found


def next_one(office: Office, text: str = "there is a burnt smell, my phone is hot") -> Priority:
    return arrived(office, text, guide(office)).priority


def test_what_people_have_made_pressing_makes_the_next_like_it_high_and_says_why(
    office: Office,
) -> None:
    cases = school(office)
    learned(office)
    text = "there is a burnt smell, my phone is hot"
    case = arrived(office, text, guide(office))
    assert case.priority is RAISED is Priority.HIGH
    (why,) = [w for w in case.stakes["product-mobile"].reasons if w.kind == "urgency"]
    assert "burnt" in why.words
    assert all(word in text for word in why.words)
    assert set(why.like) <= set(cases)
    assert why.like
    assert next_one(office, "a green phone, where can I buy it") is Priority.NORMAL


@ON_SQLITE
def test_a_few_changes_or_one_person_alone_make_nothing_pressing(office: Office) -> None:
    for text in PRESSING:
        raised(office, text, ANNA)
        worked(office, CALM[0], BEN)
    learned(office)
    assert next_one(office) is Priority.NORMAL
    school(office, people=(ANNA,))
    learned(office)
    assert next_one(office, "a burnt smell, my phone is so hot") is Priority.NORMAL


@ON_SQLITE
def test_an_afternoon_of_two_people_makes_nothing_pressing(office: Office) -> None:
    for n, by in zip(range(16), cycle((ANNA, BEN)), strict=False):
        raised(office, f"{PRESSING[n % 4]} {n}", by)
        worked(office, f"{CALM[n % 4]} {n}", by)
    learned(office)
    assert next_one(office) is Priority.NORMAL


def test_what_is_taken_back_teaches_nothing(office: Office) -> None:
    for number in school(office):
        office.act(sharing.calm_down, number, by=BEN)
    learned(office)
    assert next_one(office) is Priority.NORMAL
    with office.database.reading() as session:
        found = overviewing.overview(session, office.organisation, now=office.clock.now())
    assert found.pressing == ()
    assert {each.priority for each in found.latest} == {None}


@ON_SQLITE
def test_whoever_calms_such_comments_down_again_ends_it(office: Office) -> None:
    school(office)
    learned(office)
    assert next_one(office) is Priority.HIGH
    for n, by in zip(range(24), cycle(PEOPLE), strict=False):
        number = arrived(office, f"{PRESSING[n % 4]} again {n}", guide(office)).number
        if office.case(number).priority is not Priority.NORMAL:
            office.act(sharing.change_priority, number, to=Priority.NORMAL, reason="", by=by)
        office.clock.advance(timedelta(hours=8))
    learned(office)
    assert next_one(office, "such a burnt smell, my phone is hot") is Priority.NORMAL


def test_dropped_examples_and_a_step_back_unlearn_it(office: Office) -> None:
    before = office.clock.now()
    cases = school(office)
    learned(office)
    with office.database.transaction() as session:
        for number in cases:
            assert teaching.drop(session, number, by=CHLOE)
    learned(office)
    assert next_one(office) is Priority.NORMAL
    with office.database.transaction() as session:
        for number in cases:
            assert teaching.restore(session, number, by=CHLOE)
    learned(office)
    assert next_one(office, "a burnt smell, my phone is really hot") is Priority.HIGH
    with office.database.transaction() as session:
        teaching.back_to(session, before, by=CHLOE, now=office.clock.now())
    assert next_one(office, "a burnt smell, my phone gets hot") is Priority.NORMAL


@ON_SQLITE
@pytest.mark.parametrize("priority", [Priority.LOW, Priority.URGENT, Priority.NORMAL])
def test_what_a_rule_says_of_the_priority_stands(office: Office, priority: Priority) -> None:
    said = Rule(name="mine", when=Condition(text=("pillow",)), then=Outcome(priority=priority))
    own = Office(
        database=office.database,
        clock=office.clock,
        organisation=organisation(rules=(*EXAMPLE_RULES, said)),
    )
    school(own)
    learned(own)
    assert next_one(own, "a burnt smell from the phone by my pillow") is priority


@ON_SQLITE
def test_people_see_the_words_and_who_taught_them(office: Office) -> None:
    school(office)
    learned(office)
    with office.database.reading() as session:
        found = overviewing.overview(session, office.organisation, now=office.clock.now())
        live = models.live(session)
    words = [pull.word for pull in found.pressing]
    assert "burnt" in words
    assert all(pull.like for pull in found.pressing)
    assert found.pulls.keys() <= set(office.organisation.departments)
    assert {each.priority for each in found.latest} == {Priority.URGENT, None}
    assert live is not None
    assert live.lessons == found.lessons
