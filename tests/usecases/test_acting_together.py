"""Claims at the same moment: one transaction, and each as if it were alone."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from sqlalchemy import event

from bot.domain.case import Case
from bot.errors import Refused
from bot.store import journal
from bot.store.database import Database
from bot.usecases import hinting, owning, sharing, viewing
from tests.domain.factories import ANNA, BEN
from tests.fakes.clock import Clock
from tests.store.crowd import PATIENT, Act, Begun, Crowd
from tests.usecases.office import Office

SERVICE, MOBILE = "service-hk", "product-mobile"


class Claim(NamedTuple):
    """Somebody's claim of a part."""

    number: int
    by: str = ANNA
    team: str = SERVICE


class Room:
    """People who claim at the same moment."""

    def __init__(self, office: Office) -> None:
        self.office, self.crowd = office, Crowd(office.database)

    def line_up(self, begun: Begun, claim: Claim) -> None:
        """One more, as a click makes it."""
        org, now = self.office.organisation, self.office.clock.now()
        asked = (
            *owning.asked(claim.number),
            *viewing.asked_at_claim(claim.number, claim.by, hinting.CLAIM),
        )

        def act(session: hinting.Session) -> object:
            owning.claim(session, org, claim.number, claim.team, by=claim.by, now=now)
            return viewing.known_at_claim(session, claim.number, claim.by, hinting.CLAIM)

        self.crowd.line_up(begun, act, *asked)

    def group(self, *claims: Claim) -> Begun:
        """All of *claims*, begun while somebody is busy."""
        begun: Begun = []
        with self.crowd.busy():
            for claim in claims:
                self.line_up(begun, claim)
        return begun

    def stands(self, number: int) -> Case:
        """The case, which is what its journal says too."""
        with self.office.database.reading() as session:
            found, told = journal.load(session, number, lock=False), journal.replay(session, number)
        assert found is not None
        assert {**found.stakes} == {**told.stakes}
        return found


@pytest.fixture
def room(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr("bot.store.together._PATIENCE", PATIENT)
    room = Room(office)
    yield room
    room.crowd.crew.shutdown()


@pytest.fixture
def on_postgres(
    postgres_database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Room]:
    monkeypatch.setattr("bot.store.together._PATIENCE", PATIENT)
    room = Room(Office(database=postgres_database, clock=clock))
    yield room
    room.crowd.crew.shutdown()


def test_of_two_claims_of_one_part_one_wins(room: Room) -> None:
    number = room.office.take_in().number
    first, second = room.group(Claim(number), Claim(number, by=BEN))
    assert first.exception(PATIENT) is None
    assert isinstance(second.exception(PATIENT), Refused)
    assert room.stands(number).stakes[SERVICE].holder == ANNA


def test_two_parts_of_one_case_are_claimed(room: Room) -> None:
    number = room.office.take_in().number
    for each in room.group(Claim(number), Claim(number, by=BEN, team=MOBILE)):
        assert each.exception(PATIENT) is None
    stakes = room.stands(number).stakes
    assert (stakes[SERVICE].holder, stakes[MOBILE].holder) == (ANNA, BEN)


def test_nobody_waits_for_a_case_that_another_has_just_now(on_postgres: Room) -> None:
    """A clock, say, that is busy with one case: claims of all others go on."""
    office = on_postgres.office
    held, free = office.take_in().number, office.take_in().number
    with office.database.transaction() as session:
        assert journal.load(session, held)
        late, soon = on_postgres.group(Claim(held), Claim(free))
        assert soon.exception(PATIENT) is None
        assert not late.done()
    assert late.exception(PATIENT) is None
    assert {on_postgres.stands(number).stakes[SERVICE].holder for number in (held, free)} == {ANNA}


def test_a_case_that_is_not_there_is_the_trouble_of_whoever_asks_for_it(room: Room) -> None:
    number = room.office.take_in().number
    nowhere, claimed = room.group(Claim(4711), Claim(number))
    assert isinstance(nowhere.exception(PATIENT), Refused)
    assert claimed.exception(PATIENT) is None
    assert room.stands(number).stakes[SERVICE].holder == ANNA


@pytest.mark.parametrize("said", [0, 1, 2])
def test_who_does_not_say_what_they_ask_is_not_overwritten_by_whoever_does(
    room: Room, said: int
) -> None:
    """*said*: how much of it is said, of what the case is and what its parts are."""
    office, number = room.office, room.office.take_in().number
    org, now, ahead = office.organisation, office.clock.now(), owning.asked(number)

    def add(text: str) -> Act:
        return lambda session: sharing.add_fact(
            session, org, number, SERVICE, text=text, by=ANNA, now=now
        )

    begun: Begun = []
    with room.crowd.busy():
        room.crowd.line_up(begun, add("one"), *ahead[len(ahead) - said :])
        room.crowd.line_up(begun, add("two"), *ahead)
    for each in begun:
        assert each.exception(PATIENT) is None
    assert [fact.text for fact in room.stands(number).facts] == ["one", "two"]


def test_who_talks_to_the_author_is_known_to_each(room: Room) -> None:
    def of(author: str) -> int:
        return room.office.take_in(author={"id": author, "name": "C"}).number

    earlier, own, other = of("same"), of("same"), of("another")
    room.office.act(owning.claim, earlier, SERVICE, by=BEN)
    lead = room.stands(earlier).lead
    room.office.act(owning.claim, earlier, MOBILE, by=BEN)
    first, second = room.group(Claim(own), Claim(other))
    assert first.result(PATIENT) == (False, (earlier, lead))
    assert second.result(PATIENT) == (False, None)


def test_seven_claims_ask_no_more_often_than_one(room: Room) -> None:
    numbers = [room.office.take_in().number for _ in range(8)]

    def statements(some: list[int]) -> int:
        sent: list[str] = []

        def listen(_session: object, _cursor: object, statement: str, *_: object) -> None:
            sent.append(statement)

        begun: Begun = []
        engine = room.office.database.engine
        with room.crowd.busy():
            for number in some:
                room.line_up(begun, Claim(number, by=f"U0PERSON{number}"))
            event.listen(engine, "before_cursor_execute", listen)
        for each in begun:
            assert each.exception(PATIENT) is None
        event.remove(engine, "before_cursor_execute", listen)
        return len(sent)

    one = statements(numbers[:1])
    assert statements(numbers[1:]) == one
