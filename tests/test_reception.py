"""Deliveries that come at the same moment: one transaction, and to each its own answer."""

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from bot.domain.comment import Change, ChangeKind
from bot.errors import DatabaseAway, Unstorable
from bot.reception import Reception
from bot.store import migrations, tables as t
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


@pytest.fixture
def sent(database: Database) -> Iterator[list[str]]:
    """What is sent to the database."""
    seen: list[str] = []

    def note(_session: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def unlike(number: int) -> list[Delivery]:
    """Comments of which no two say the same."""
    return [
        delivery(f"c{n}", " ".join(chr(97 + n) * m for m in range(2, 8))) for n in range(number)
    ]


def told(name: str, text: str, *, kind: ChangeKind = ChangeKind.CREATED, at: int = 0) -> Delivery:
    """A change of a comment by an author of its own."""
    change = Change(
        kind=kind,
        source="facebook-hk",
        external_id=name,
        at=NOW + timedelta(minutes=at),
        facts={"text": text, "author": {"id": f"author of {name}"}} if text else {},
    )
    return Delivery(source=ORGANISATION.sources[0], changes=(change,), id=f"msg-{name}-{at}")


def state(database: Database) -> list[tuple[Any, ...]]:
    """What is known of each comment and its case, whatever their numbers."""
    query = (
        select(
            t.comments.c.external_id,
            t.comments.c.facts,
            t.cases.c.joined,
            t.cases.c.edited_at,
            t.cases.c.deleted_at,
            t.wave_comments.c.author,
        )
        .outerjoin(t.cases, t.cases.c.number == t.comments.c.case_number)
        .outerjoin(t.wave_comments, t.wave_comments.c.comment_id == t.comments.c.id)
        .order_by(t.comments.c.external_id)
    )
    with database.reading() as session:
        return [tuple(row) for row in session.execute(query)]


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


def test_a_group_asks_the_database_no_more_often_than_one_comment_does(
    reception: Reception, sent: list[str]
) -> None:
    several = unlike(20)
    reception.take(several[:1])
    for_one = len(sent)
    reception.take(several[1:])
    assert len(sent) - for_one <= for_one


GROUPS = {
    "a wave": [told(f"c{n}", "The battery of my phone is swollen and hot") for n in range(6)],
    "too short to be alike": [told(f"c{n}", "hot") for n in range(4)],
    "a wave among others": [
        told(f"c{n}", "The battery is swollen and hot" if n % 2 else f"{chr(97 + n)} " * 20)
        for n in range(8)
    ],
    "one comment, thrice": [
        told("c1", "I want a refund"),
        told("c1", "I want a refund and an apology", kind=ChangeKind.UPDATED, at=1),
        told("c1", "", kind=ChangeKind.DELETED, at=2),
    ],
    "its deletion first": [
        told("c1", "", kind=ChangeKind.DELETED, at=2),
        told("c1", "I want a refund"),
        told("c2", "Where is my parcel"),
    ],
}


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_a_group_leaves_what_its_comments_leave_one_by_one(
    reception: Reception, database: Database, tmp_path: Path, group: list[Delivery]
) -> None:
    together = reception.take(group)
    empty = Database(f"sqlite:///{tmp_path / 'apart.db'}")
    migrations.upgrade(empty.url)
    alone = Reception(empty, ORGANISATION, lambda: NOW)
    apart = [alone.take([each])[0] for each in group]
    assert all(isinstance(answer, Received) for answer in together)
    assert [getattr(answer, "status", 0) for answer in together] == [
        getattr(answer, "status", 0) for answer in apart
    ]
    assert state(database) == state(empty)
    assert stored(database) == stored(empty)
    empty.close()


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
