"""What is older than its source keeps it is forgotten by the clock, and nothing else is."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import erasing, jobs
from bot.domain import events as e
from bot.domain.comment import ChangeKind
from bot.store import comments, tables as t
from bot.store.database import Database
from bot.ui import ids
from tests.domain.factories import ANNA, organisation
from tests.erasing.customer import TEXT, in_file, told, traces
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.handlers.desk import SERVICE_CHANNEL, Desk

KEPT = timedelta(days=30)


@pytest.fixture
def desk(database: Database, slack: FakeSlack, clock: Clock) -> Desk:
    made = organisation()
    first, *others = made.sources
    return Desk(
        database, slack, clock, replace(made, sources=(replace(first, retention=KEPT), *others))
    )


def settled(desk: Desk, text: str = TEXT, key: str = "c-1") -> int:
    """A comment for one team, which has finished with it."""
    number = told(desk, ChangeKind.CREATED, text, key)
    assert number is not None
    desk.deliver()
    done = [m for m in desk.slack.cards(SERVICE_CHANNEL) if f"#{number}" in m.text]
    desk.press(done[0], ids.RESOLVE, by=ANNA)
    desk.submit(ANNA, {"outcome": "answered"})
    desk.deliver()
    return number


ONE_TEAM = "A refund! Write to willa@private.example, 0123-777-888"


def read(desk: Desk, number: int) -> str:
    with desk.database.reading() as session:
        found = comments.of_case(session, number)
    assert found is not None
    return found.text


def test_a_closed_case_loses_its_text_and_its_author_when_its_time_is_over(desk: Desk) -> None:
    number = settled(desk, ONE_TEAM)
    assert desk.case(number).settled_at is not None
    desk.clock.advance(days=30)
    jobs.retain(desk.services)
    assert read(desk, number) == ONE_TEAM
    desk.clock.advance(days=1)
    jobs.retain(desk.services)
    assert traces(desk.database) == []
    assert desk.facts(number)[-1] == e.CommentForgotten(why="retention")
    if desk.database.is_sqlite:
        assert in_file(desk.database) == []
    desk.deliver(300)
    card = desk.slack.cards(SERVICE_CHANNEL)[0]
    assert "it is older than comments are kept" in card.text
    written = desk.written()
    jobs.retain(desk.services)
    assert desk.written() == written


def test_an_open_case_is_kept_until_it_is_closed(desk: Desk) -> None:
    number = told(desk, ChangeKind.CREATED, ONE_TEAM, "c-1")
    assert number is not None
    desk.deliver()
    desk.clock.advance(days=400)
    jobs.retain(desk.services)
    assert read(desk, number) == ONE_TEAM


def test_a_source_that_names_no_time_keeps_what_it_has(
    database: Database, slack: FakeSlack, clock: Clock
) -> None:
    desk = Desk(database, slack, clock)
    number = settled(desk, ONE_TEAM)
    desk.clock.advance(days=4000)
    jobs.retain(desk.services)
    assert read(desk, number) == ONE_TEAM


def test_a_comment_that_was_deleted_before_it_was_known_is_forgotten_too(desk: Desk) -> None:
    assert told(desk, ChangeKind.DELETED, TEXT, "c-9") is None
    assert traces(desk.database)
    desk.clock.advance(days=32)
    jobs.retain(desk.services)
    assert traces(desk.database) == []


@pytest.mark.parametrize("batch", [1, 100])
def test_a_case_that_cannot_be_forgotten_keeps_no_other_beyond_its_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(erasing, "BATCH", batch)
    numbers = [settled(desk, f"{ONE_TEAM} {n}", f"c-{n}") for n in range(4)]
    faulty, others = numbers[0], numbers[1:]
    with desk.database.transaction() as session:
        spoil = update(t.journal).where(t.journal.c.case_number == faulty)
        session.execute(spoil.values(data={"nothing": "known"}))
    desk.clock.advance(days=32)
    jobs.retain(desk.services)
    assert [read(desk, number) for number in others] == [""] * 3
    assert read(desk, faulty)


def test_the_clock_empties_the_log_and_does_not_write_the_file_anew(
    sqlite_database: Database, slack: FakeSlack, clock: Clock
) -> None:
    made = organisation()
    kept = replace(made, sources=tuple(replace(each, retention=KEPT) for each in made.sources))
    desk = Desk(sqlite_database, slack, clock, kept)
    settled(desk, f"{ONE_TEAM} {'very ' * 20_000} much")
    desk.clock.advance(days=32)
    jobs.retain(desk.services)
    with sqlite_database.reading() as session:
        assert session.exec_driver_sql("PRAGMA freelist_count").scalar_one() > 0
    assert Path(sqlite_database.url.removeprefix("sqlite:///") + "-wal").stat().st_size == 0
    assert in_file(sqlite_database) == []


def test_it_goes_in_batches_and_goes_on_where_it_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "BATCH", 2)
    numbers = [settled(desk, f"{ONE_TEAM} {n}", f"c-{n}") for n in range(5)]
    desk.clock.advance(days=32)
    args = (desk.database, desk.organisation)
    first = erasing.retain(*args, now=desk.clock.now(), batches=1)
    second = erasing.retain(*args, now=desk.clock.now(), batches=10)
    assert (first.comments, second.comments) == (2, 3)
    assert [read(desk, number) for number in numbers] == [""] * 5
