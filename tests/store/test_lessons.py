"""Lessons and models as they are kept."""

from datetime import timedelta

from sqlalchemy import select

from bot.domain import events as e
from bot.domain.case import Case
from bot.domain.lessons import Lesson, Taught
from bot.domain.organisation import Priority
from bot.store import comments, journal, lessons, tables as t
from bot.store.database import Database
from bot.store.lessons import Seen
from bot.store.session import Session
from bot.usecases import sharing
from tests.domain.factories import ANNA, NOW
from tests.usecases.office import ORGANISATION, Office


def lesson(minutes: int = 0) -> Lesson:
    return Lesson(
        departments=("product", "service"),
        teams=("product-audio", "service-hk"),
        kind=Taught.INVITED,
        by=ANNA,
        at=NOW + timedelta(minutes=minutes),
    )


def locked(session: Session, name: str) -> int:
    (known,) = comments.lock(session, [("facebook-hk", name)], now=NOW).values()
    return known.id


def case(session: Session, text: str = "the jack is loose") -> int:
    """A case with its comment."""
    (number,) = journal.numbers(session, 1)
    comment_id = locked(session, f"x{number}")
    journal.record(
        session,
        Case(number=number, opened_at=NOW),
        (e.CommentReceived(comment_id=comment_id),),
        by="",
        at=NOW,
        organisation=ORGANISATION,
    )
    facts = {"text": text, "language": "en", "platform": "facebook"}
    change(session, comment_id, case_number=number, facts=facts)
    return number


def change(session: Session, comment_id: int, **values: object) -> None:
    session.execute(t.comments.update().where(t.comments.c.id == comment_id).values(**values))


def test_a_lesson_comes_back_as_it_was_with_its_comment(database: Database) -> None:
    with database.transaction() as session:
        number = case(session)
        lessons.note(session, number, lesson())
        (known,) = lessons.newest(session, limit=9)
    assert (known.case, known.comment.text, known.lesson) == (number, "the jack is loose", lesson())


def test_the_newest_are_read_oldest_first(database: Database) -> None:
    with database.transaction() as session:
        numbers = [case(session) for _ in range(4)]
        for at, number in enumerate(numbers):
            lessons.note(session, number, lesson(at))
        known = lessons.newest(session, limit=3)
        shown = lessons.latest(session, limit=2)
    assert [each.case for each in known] == numbers[1:]
    assert [number for number, _ in shown] == [numbers[3], numbers[2]]


def test_a_second_comment_of_a_case_makes_no_second_lesson(database: Database) -> None:
    with database.transaction() as session:
        number = case(session)
        joined = locked(session, "joined")
        change(session, joined, case_number=number)
        lessons.note(session, number, lesson())
        (known,) = lessons.newest(session, limit=9)
    assert known.comment.text == "the jack is loose"


def test_every_change_is_seen_also_one_that_takes_a_lesson_away(database: Database) -> None:
    with database.transaction() as session:
        first, second = case(session), case(session)
        seen: list[Seen] = [lessons.seen(session)]
        acts = (
            lambda: lessons.note(session, first, lesson()),
            lambda: lessons.note(session, first, None),
            lambda: lessons.note(session, second, lesson()),
            lambda: lessons.drop(session, second, by=ANNA),
            lambda: lessons.restore(session, second),
            lambda: lessons.note(session, first, lesson(1)),
        )
        for act in acts:
            act()
            seen.append(lessons.seen(session))
        again = seen[-1]
        lessons.note(session, 999, None)
        assert lessons.seen(session) == again
    assert len(set(seen)) == len(seen)
    assert [each.count for each in seen] == [0, 1, 0, 1, 0, 1, 2]


def test_any_number_of_cases_is_forgotten_at_once(database: Database) -> None:
    with database.transaction() as session:
        first, second, other = (case(session) for _ in range(3))
        for number in (first, second):
            lessons.note(session, number, lesson())
            assert lessons.unlearn(session, number)
        lessons.forgotten(session, [])
        assert lessons.being_forgotten(session) == [first, second]
        # More than one statement can have parameters.
        lessons.forgotten(session, [first, *range(other, other + 300_000)])
        assert lessons.being_forgotten(session) == [second]


def test_who_dropped_a_lesson_is_kept(database: Database) -> None:
    with database.transaction() as session:
        number = case(session)
        lessons.note(session, number, lesson())
        lessons.drop(session, number, by=ANNA)
        lessons.note(session, number, lesson(5))
        assert lessons.of_case(session, number) is None
        assert session.execute(select(t.lessons.c.dropped)).scalar() == ANNA


def test_priorities_are_read_of_more_cases_than_a_statement_takes_values(office: Office) -> None:
    number = office.take_in("refund").number
    office.act(sharing.change_priority, number, to=Priority.HIGH, reason="a wedding", by=ANNA)
    with office.database.reading() as session:
        every = range(1, 300_000)
        assert list(lessons.reprioritised(session, cases=every)) == [number]
        assert lessons.reprioritised(session, cases=range(number + 1, 300_000)) == {}
        assert lessons.reprioritised(session, cases=()) == {}
