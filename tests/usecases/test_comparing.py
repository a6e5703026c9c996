"""Comparing organisation files by the comments that came, on every database."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.organisation import Condition, Organisation, Outcome, Rule
from bot.store import arrivals
from bot.usecases import comparing
from bot.usecases.advising import Learned
from bot.usecases.comparing import Comparison, Side
from tests.usecases.office import Office

HINGE = Rule(name="hinge", when=Condition(text=("hinge",)), then=Outcome(teams=("marketing",)))


def compared(office: Office, new: Organisation, old: Organisation | None) -> Comparison:
    since = office.clock.now() - timedelta(days=30)
    sides = [Side(org, Learned(org, None)) if org else None for org in (new, old)]
    assert sides[0]
    *_, last = comparing.compare(office.database, sides[0], sides[1], since=since)
    return last


def test_what_comments_got_is_read_from_the_journal(office: Office) -> None:
    numbers = [office.take_in(f"the hinge squeaks {n}").number for n in range(3)]
    since = office.clock.now() - timedelta(hours=1)
    with office.database.reading() as session:
        assert arrivals.count(session, since=since) == 3
        first = arrivals.newest(session, since=since, below=None, limit=2)
        rest = arrivals.newest(session, since=since, below=first[-1].id, limit=2)
    assert [each.case for each in first + rest] == numbers[::-1]
    assert {(each.ruled, each.suggested) for each in first} == {(frozenset(), frozenset())}
    assert all(each.triage for each in first)


def test_a_new_rule_moves_comments_out_of_triage_on_both_sides(office: Office) -> None:
    number = office.take_in("the hinge squeaks").number
    old = office.organisation
    new = replace(old, rules=(*old.rules, HINGE))
    for before in (None, old):
        assert compared(office, old, before).changed == 0
        found = compared(office, new, before)
        assert (found.comments, found.changed) == (1, 1)
        assert found.teams["marketing"].gained == [number]
