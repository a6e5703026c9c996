"""Counting again from the journal: what differs is found, named and mended."""

import threading

import pytest
from sqlalchemy import delete, update

from bot import remeasuring
from bot.store import journal, rounds, tables as t
from bot.store.database import Database
from bot.usecases import owning
from tests.domain.factories import ANNA
from tests.fakes.clock import Clock
from tests.usecases.office import Office


@pytest.fixture
def office(database: Database, clock: Clock) -> Office:
    return Office(database=database, clock=clock)


def some_cases(office: Office) -> list[int]:
    numbers = [office.take_in("my phone").number for _ in range(3)]
    office.clock.advance(minutes=5)
    office.act(owning.claim, numbers[0], "product-mobile", by=ANNA)
    office.act(owning.resolve, numbers[0], "product-mobile", outcome="", note="", by=ANNA)
    office.clock.advance(minutes=5)
    office.act(owning.reopen, numbers[0], "product-mobile", by=ANNA)
    return numbers


def rows(office: Office, number: int) -> list[dict[str, object]]:
    with office.database.reading() as session:
        return rounds.of_case(session, number)


def test_what_was_kept_with_each_act_is_what_the_journal_says(office: Office) -> None:
    numbers = some_cases(office)
    assert len(rows(office, numbers[0])) == 4
    assert remeasuring.remeasure(office.database, check=True).differing == ()


def test_a_difference_is_found_without_being_touched_and_mended_when_asked(office: Office) -> None:
    numbers = some_cases(office)
    right = rows(office, numbers[0])
    with office.database.transaction() as session:
        wrong = update(t.rounds).where(t.rounds.c.case_number == numbers[0])
        session.execute(wrong.values(claimed_by="U0NOBODY"))
    for _ in range(2):
        found = remeasuring.remeasure(office.database, check=True)
        assert (found.cases, found.differing) == (3, (numbers[0],))
    assert remeasuring.remeasure(office.database).differing == (numbers[0],)
    assert rows(office, numbers[0]) == right
    assert remeasuring.remeasure(office.database).differing == ()


def test_cases_of_a_release_without_rounds_are_measured_once(office: Office) -> None:
    numbers = some_cases(office)
    before = [rows(office, number) for number in numbers]
    with office.database.transaction() as session:
        session.execute(delete(t.rounds))
    assert remeasuring.fill(office.database) == 3
    assert [rows(office, number) for number in numbers] == before
    assert remeasuring.fill(office.database) == 0


def test_filling_says_how_far_it_is(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    some_cases(office)
    with office.database.transaction() as session:
        session.execute(delete(t.rounds))
    monkeypatch.setattr(remeasuring, "_AT_ONCE", 2)
    heard: list[int] = []
    remeasuring.fill(office.database, progress=heard.append)
    assert heard == [2, 3]


def test_a_case_that_is_worked_on_before_it_is_filled_has_all_its_rounds(office: Office) -> None:
    number = some_cases(office)[0]
    with office.database.transaction() as session:
        session.execute(delete(t.rounds))
    office.clock.advance(minutes=5)
    office.act(owning.claim, number, "product-mobile", by=ANNA)
    office.act(owning.resolve, number, "product-mobile", outcome="", note="", by=ANNA)
    office.act(owning.reopen, number, "product-mobile", by=ANNA)
    assert len(rows(office, number)) == 6
    assert remeasuring.remeasure(office.database, check=True).differing == (
        number + 1,
        number + 2,
    )
    assert remeasuring.fill(office.database) == 2
    assert remeasuring.remeasure(office.database, check=True).differing == ()


def test_a_settled_case_that_is_reopened_before_it_is_filled_keeps_its_past(office: Office) -> None:
    number = office.take_in("my phone").number
    office.act(owning.claim, number, "product-mobile", by=ANNA)
    office.act(owning.resolve, number, "product-mobile", outcome="", note="", by=ANNA)
    with office.database.transaction() as session:
        session.execute(delete(t.rounds))
    office.clock.advance(minutes=5)
    office.act(owning.reopen, number, "product-mobile", by=ANNA)
    assert len(rows(office, number)) == 4
    assert remeasuring.remeasure(office.database, check=True).differing == ()


def test_remeasuring_while_people_work_ends_with_what_the_journal_says(office: Office) -> None:
    numbers = [office.take_in("my phone").number for _ in range(6)]
    stop, failed = threading.Event(), list[BaseException]()

    def work() -> None:
        try:
            for _ in range(4):
                for number in numbers:
                    office.act(owning.claim, number, "product-mobile", by=ANNA)
                    done = {"outcome": "", "note": "", "by": ANNA}
                    office.act(owning.resolve, number, "product-mobile", **done)
                    office.act(owning.reopen, number, "product-mobile", by=ANNA)
        except BaseException as error:  # noqa: BLE001
            failed.append(error)
        finally:
            stop.set()

    worker = threading.Thread(target=work)
    worker.start()
    runs = 0
    while not stop.is_set() or not runs:
        for number in numbers:
            with office.database.transaction() as session:
                journal.load(session, number)
                spoilt = update(t.rounds).where(t.rounds.c.case_number == number)
                session.execute(spoilt.values(ended_by="U0NOBODY"))
        remeasuring.remeasure(office.database)
        runs += 1
    worker.join()
    assert failed == []
    assert remeasuring.remeasure(office.database).cases == len(numbers)
    assert remeasuring.remeasure(office.database, check=True).differing == ()
