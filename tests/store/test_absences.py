"""Who is away and until when; what is told, and heard, once."""

from datetime import timedelta
from functools import partial

from bot.store import absences
from bot.store.database import Database
from tests.domain.factories import ANNA, BEN
from tests.fakes.clock import START
from tests.usecases.office import at_once


def test_somebody_is_away_until_then_or_until_they_are_back(database: Database) -> None:
    with database.transaction() as session:
        away = partial(absences.set_away, session, now=START)
        away(ANNA, until=START + timedelta(hours=1))
        away(BEN, until=START + timedelta(days=1))
        assert absences.away(session, now=START) == {ANNA, BEN}
        assert absences.away(session, now=START + timedelta(hours=1)) == {BEN}
        away(BEN, until=START + timedelta(minutes=5))
        assert absences.away(session, now=START + timedelta(minutes=5)) == {ANNA}
        absences.set_back(session, ANNA)
        absences.set_back(session, ANNA)
        assert absences.away(session, now=START) == {BEN}


def test_ones_own_word_goes_before_a_status_only_until_it_has_passed(database: Database) -> None:
    monday, friday = START + timedelta(days=3), START + timedelta(days=7)
    with database.transaction() as session:
        absences.set_away(session, ANNA, until=monday, now=START)
        seen = partial(absences.set_away, session, ANNA, by_status=True)
        seen(until=friday, now=monday - timedelta(seconds=1))
        assert absences.away(session, now=monday) == frozenset()
        seen(until=friday, now=monday)
        assert absences.away(session, now=friday - timedelta(seconds=1)) == {ANNA}
        absences.set_back(session, ANNA, by_status=True)
        assert absences.away(session, now=monday) == frozenset()


def test_a_hint_is_given_to_each_person_once(database: Database) -> None:
    with database.transaction() as session:
        hint = partial(absences.hint_once, session, now=START)
        assert [hint(ANNA, "claim") for _ in range(3)] == [True, False, False]
        assert (hint(BEN, "claim"), hint(ANNA, "lead")) == (True, True)


def hear(database: Database, event_id: str) -> bool:
    with database.transaction() as session:
        return absences.hear_once(session, event_id, now=START)


def test_an_event_that_is_heard_at_once_by_many_is_new_to_one(database: Database) -> None:
    answers = at_once([partial(hear, database, "Ev1")] * 8)
    assert sorted(answers, key=str) == [False] * 7 + [True]
    assert hear(database, "Ev2")


def test_old_events_are_forgotten_and_young_ones_are_not(database: Database) -> None:
    with database.transaction() as session:
        absences.hear_once(session, "old", now=START - timedelta(days=2))
        absences.hear_once(session, "young", now=START)
        absences.forget_events(session, before=START - timedelta(days=1))
    assert (hear(database, "old"), hear(database, "young")) == (True, False)
