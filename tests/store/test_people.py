"""Who is in which channel, as Slack said last."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection

from bot.store import people
from bot.store.database import Database
from tests.fakes.clock import START
from tests.usecases.office import at_once

LATER = START + timedelta(minutes=5)
ONE, TWO = "C0ONE", "S0TWO"


def members(session: Connection, place: str) -> set[str]:
    return {who for who in ("U0A", "U0B", "U0C") if people.is_in(session, place, who)}


def test_a_place_has_exactly_the_people_that_slack_said_last(database: Database) -> None:
    with database.transaction() as session:
        people.replace(session, ONE, ["U0A", "U0B"], now=START)
        people.replace(session, TWO, ["U0B"], now=START)
        people.replace(session, ONE, ["U0B", "U0C"], now=LATER)
        assert members(session, ONE) == {"U0B", "U0C"}
        assert members(session, TWO) == {"U0B"}
        assert people.places_of(session, "U0B") == {ONE, TWO}
        assert people.places_of(session, "U0A") == set()
        assert people.refreshed_at(session, ONE) == LATER
        assert people.refreshed_at(session, TWO) == START


def test_a_place_may_be_empty(database: Database) -> None:
    with database.transaction() as session:
        people.replace(session, ONE, ["U0A"], now=START)
        people.replace(session, ONE, [], now=LATER)
        assert members(session, ONE) == set()
        assert people.refreshed_at(session, ONE) == LATER


def test_people_come_and_go_as_often_as_slack_says_so(database: Database) -> None:
    with database.transaction() as session:
        for _ in range(2):
            people.add(session, ONE, "U0A")
        assert members(session, ONE) == {"U0A"}
        for _ in range(2):
            people.remove(session, ONE, "U0A")
        assert members(session, ONE) == set()


@pytest.mark.parametrize("moment", [START, LATER])
def test_a_place_that_nobody_asked_about_is_known_to_be_unknown(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        assert people.refreshed_at(session, ONE) is None
        people.name(session, ONE, "service", now=moment)
        found = people.refreshed_at(session, ONE)
    assert found is not None
    assert moment - found >= timedelta(days=1)


def test_a_channel_is_found_by_its_name_and_keeps_its_people(database: Database) -> None:
    with database.transaction() as session:
        people.replace(session, ONE, ["U0A"], now=START)
        people.name(session, ONE, "service", now=LATER)
        assert people.id_of(session, "service") == ONE
        assert people.refreshed_at(session, ONE) == START
        people.replace(session, ONE, ["U0B"], now=LATER)
        people.name(session, ONE, "service-hk", now=LATER)
        assert people.id_of(session, "service-hk") == ONE
        assert people.id_of(session, "service") is None
        assert members(session, ONE) == {"U0B"}


def test_two_who_refresh_one_place_at_once_leave_it_as_slack_said(database: Database) -> None:
    def refresh(*who: str) -> None:
        with database.transaction() as session:
            people.replace(session, ONE, who, now=START)

    refresh("U0A")
    assert at_once([partial(refresh, "U0A", "U0B")] * 6) == [None] * 6
    with database.reading() as session:
        assert members(session, ONE) == {"U0A", "U0B"}


def test_somebody_who_joins_during_a_refresh_is_no_error(database: Database) -> None:
    def join() -> None:
        with database.transaction() as session:
            people.add(session, ONE, "U0B")

    def refresh() -> None:
        with database.transaction() as session:
            people.replace(session, ONE, ["U0A", "U0B"], now=START)

    for _ in range(10):
        assert at_once([join, refresh, join, refresh]) == [None] * 4
        with database.transaction() as session:
            assert members(session, ONE) == {"U0A", "U0B"}
            people.replace(session, ONE, [], now=START)
