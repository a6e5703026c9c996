"""Deliveries that come at the same moment: one transaction, and to each its own answer."""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import event, func, select

from bot.domain.comment import Change, ChangeKind
from bot.errors import DatabaseAway, Unstorable
from bot.reception import Reception
from bot.store import tables as t
from bot.store.database import Database
from bot.usecases import receiving
from bot.usecases.gathering import Delivery
from bot.usecases.receiving import Received
from tests.domain import factories as make
from tests.domain.factories import NOW

ORGANISATION = make.organisation()
BAD = "comment-3"
# Whoever takes in the very same text waits for the other.
OTHERWISE = ("Nobody answers the telephone", "Where has my parcel gone")
receive = receiving.receive


def delivery(name: str, said: str = "I want a refund", *, again: str = "") -> Delivery:
    change = Change(
        kind=ChangeKind.CREATED,
        source="facebook-hk",
        external_id=name,
        at=NOW,
        facts={"text": f"{said}: {name}"},
    )
    return Delivery(source=ORGANISATION.sources[0], changes=(change,), id=again or f"msg-{name}")


def some(number: int) -> list[Delivery]:
    return [delivery(f"comment-{n}") for n in range(number)]


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(t.cases)).scalar_one()


@pytest.fixture
def reception(database: Database) -> Reception:
    return Reception(database, ORGANISATION, lambda: NOW)


@pytest.fixture
def commits(database: Database) -> Iterator[list[None]]:
    """One for each commit."""
    seen: list[None] = []

    def note(_: object) -> None:
        seen.append(None)

    event.listen(database.engine, "commit", note)
    yield seen
    event.remove(database.engine, "commit", note)


def spoilt(error: Exception) -> Any:
    def taken(session: Any, changes: Sequence[Change], **more: Any) -> Received:
        answer = receive(session, changes, **more)
        if changes[0].external_id == BAD:
            raise error
        return answer

    return taken


def test_several_go_in_one_transaction(
    reception: Reception, database: Database, commits: list[None]
) -> None:
    answers = reception.take(some(20))
    assert [answer.status for answer in answers if isinstance(answer, Received)] == [202] * 20
    assert len(commits) == 1
    assert stored(database) == 20


def test_one_that_comes_twice_in_a_transaction_is_one_case(
    reception: Reception, database: Database
) -> None:
    one = delivery("comment-1")
    answers = reception.take([one, one, delivery("comment-1", again="msg-other")])
    assert answers == [
        Received(status=202, case=1),
        Received(status=202, case=1),
        Received(status=200, case=1),
    ]
    assert stored(database) == 1


@pytest.mark.parametrize("error", [Unstorable("DataError"), ZeroDivisionError("of our own")])
def test_one_that_cannot_be_stored_spoils_no_other(
    reception: Reception, database: Database, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(receiving, "receive", spoilt(error))
    answers = reception.take(some(6))
    assert answers.pop(3) is error
    assert all(isinstance(answer, Received) and answer.status == 202 for answer in answers)
    assert stored(database) == 5


def test_while_the_database_is_away_everybody_is_told_so_and_nothing_is_stored(
    reception: Reception, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "receive", spoilt(DatabaseAway("OperationalError")))
    assert all(isinstance(answer, DatabaseAway) for answer in reception.take(some(6)))
    assert stored(database) == 0


def test_whoever_comes_while_a_transaction_runs_goes_with_the_next(
    reception: Reception,
    database: Database,
    commits: list[None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()

    def held_up(session: Any, changes: Sequence[Change], **more: Any) -> Received:
        if changes[0].external_id.startswith("first"):
            begun.release()
            assert go_on.wait(20)
        return receive(session, changes, **more)

    monkeypatch.setattr(receiving, "receive", held_up)
    clerks = 1 if database.is_sqlite else 2
    first = []
    for clerk in range(clerks):
        first.append(reception.hand_in(delivery(f"first-{clerk}", OTHERWISE[clerk])))
        assert begun.acquire(timeout=20)
    later = [reception.hand_in(each) for each in some(10)]
    go_on.set()
    assert {answer.result(20).status for answer in [*first, *later]} == {202}
    assert stored(database) == 10 + clerks
    # Two clerks may share the ten, who then are two transactions.
    assert len(commits) <= 2 * clerks


def test_each_gets_its_own_answer(reception: Reception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "receive", spoilt(Unstorable("DataError")))
    futures = {each.id: reception.hand_in(each) for each in some(6)}
    with pytest.raises(Unstorable):
        futures.pop(f"msg-{BAD}").result(20)
    cases = [future.result(20).case for future in futures.values()]
    assert len(set(cases)) == 5


def test_whoever_hung_up_before_their_turn_is_not_in_the_way(
    reception: Reception, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()

    def held_up(session: Any, changes: Sequence[Change], **more: Any) -> Received:
        if changes[0].external_id.startswith("first"):
            begun.release()
            assert go_on.wait(20)
        return receive(session, changes, **more)

    monkeypatch.setattr(receiving, "receive", held_up)
    for clerk in range(1 if database.is_sqlite else 2):
        reception.hand_in(delivery(f"first-{clerk}", OTHERWISE[clerk]))
        assert begun.acquire(timeout=20)
    gone, stays = reception.hand_in(delivery("gone")), reception.hand_in(delivery("stays"))
    assert gone.cancel()
    go_on.set()
    assert stays.result(20).status == 202
