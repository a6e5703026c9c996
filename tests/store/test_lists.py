"""Lists of cases: their order, their limits, and finding words."""

from collections.abc import Sequence

import pytest

from bot.domain.case import State
from bot.domain.lines import Line
from bot.domain.organisation import Priority
from bot.store import queries
from bot.usecases import escalating, owning, sharing
from tests.domain.factories import ANNA, BEN
from tests.fakes.clock import START
from tests.usecases.office import Office, deleted, edited, swift

MOBILE, SERVICE = "product-mobile", "service-hk"


def numbers(lines: Sequence[Line]) -> list[int]:
    return [line.number for line in lines]


def found(office: Office, words: str, limit: int = 100) -> list[int]:
    with office.database.reading() as session:
        return numbers(queries.search(session, words, limit=limit))


def test_what_somebody_holds_is_listed_due_first(office: Office) -> None:
    later = office.take_in("my phone").number
    office.clock.advance(hours=-2)
    sooner = office.take_in("my phone").number
    other = office.take_in("my phone").number
    for number, person in ((later, ANNA), (sooner, ANNA), (other, BEN)):
        office.act(owning.claim, number, MOBILE, by=person)
    with office.database.reading() as session:
        assert numbers(queries.held_by(session, ANNA)) == [sooner, later]
        assert numbers(queries.held_by(session, "U0NOBODY")) == []


def test_what_is_done_is_held_by_nobody(office: Office) -> None:
    number = office.take_in("my phone").number
    office.act(owning.claim, number, MOBILE, by=ANNA)
    office.act(owning.resolve, number, MOBILE, outcome="", note="", by=ANNA)
    with office.database.reading() as session:
        assert queries.held_by(session, ANNA) == []


def test_what_is_unclaimed_is_listed_due_first_and_before_what_is_held_up_to_a_limit(
    office: Office,
) -> None:
    office.clock.advance(hours=3)
    youngest = office.take_in().number
    office.clock.advance(hours=-3)
    oldest, middle = office.take_in().number, office.take_in().number
    office.act(owning.claim, oldest, MOBILE, by=ANNA)
    with office.database.reading() as session:
        assert numbers(queries.unclaimed(session, [MOBILE], limit=9)) == [middle, youngest]
        assert numbers(queries.live(session, [MOBILE], limit=9)) == [middle, youngest, oldest]
        assert numbers(queries.live(session, [MOBILE], limit=2)) == [middle, youngest]
        assert numbers(queries.live(session, [MOBILE, SERVICE], limit=9)) == [
            *(middle, youngest, oldest, middle, youngest, oldest)
        ]
        assert queries.live(session, [], limit=9) == []


def test_what_is_urgent_is_listed_before_what_is_older(office: Office) -> None:
    office = swift(office)
    older = office.take_in("my phone").number
    urgent = office.take_in("my phone").number
    office.act(sharing.change_priority, urgent, to=Priority.URGENT, reason="", by=ANNA)
    with office.database.reading() as session:
        assert numbers(queries.unclaimed(session, [MOBILE], limit=9)) == [urgent, older]
        assert numbers(queries.live(session, [MOBILE], limit=9)) == [urgent, older]


def test_a_line_says_what_its_team_sees(office: Office) -> None:
    author = {"name": "Wing Chan"}
    number = office.take_in("refund " + "很長" * 500, author=author, rating=1.0).number
    with office.database.reading() as session:
        (line,) = queries.unclaimed(session, [SERVICE], limit=9)
    stake = office.case(number).stakes[SERVICE]
    assert line == Line(
        number=number,
        platform="facebook",
        author="Wing Chan",
        text=("refund " + "很長" * 500)[:200],
        team=SERVICE,
        state=State.OPEN,
        opened_at=START,
        due=stake.claim_due,
        priority=Priority.HIGH,
    )
    office.act(owning.claim, number, SERVICE, by=ANNA)
    with office.database.reading() as session:
        (line,) = queries.held_by(session, ANNA)
    assert (line.state, line.holder, line.due) == (State.CLAIMED, ANNA, stake.resolve_due)


def test_a_line_says_that_its_target_has_passed(office: Office) -> None:
    number = office.take_in("my phone").number
    office.clock.advance(hours=2)
    with office.database.transaction() as session:
        now = office.clock.now()
        escalating.tick(session, office.organisation, number, now=now)
        (line,) = queries.live(session, [MOBILE], limit=9)
        assert line.past_target
    office.act(owning.claim, number, MOBILE, by=ANNA)
    with office.database.reading() as session:
        (line,) = queries.live(session, [MOBILE], limit=9)
        assert not line.past_target


def test_a_deleted_comment_is_listed_without_its_words(office: Office) -> None:
    number = office.take_in("my phone").number
    office.tell(deleted(external_id="5001", minutes=1))
    with office.database.reading() as session:
        (line,) = queries.live(session, [MOBILE], limit=9)
    assert (line.number, line.text, line.deleted) == (number, "", True)


def test_words_are_found_whatever_their_case_width_and_order(office: Office) -> None:
    number = office.take_in("My ＰＨＯＮＥ is Kaputt, STRASSE 手機", author={"name": "Ärne"}).number
    for words in (
        "phone",
        "PHONE",
        "ｐｈｏｎｅ",
        "straße",
        "手機",
        "kaputt my",
        "ärne phone",
        " is ",
    ):
        assert found(office, words) == [number], words
    for words in ("phones", "phone tablet", "arne"):
        assert found(office, words) == [], words


@pytest.mark.parametrize("sign", ["%", "_", "/", "\\", "'", "a_b", "100%", "[a]", "*", "?"])
def test_signs_that_databases_read_are_taken_as_they_are_written(office: Office, sign: str) -> None:
    plain = office.take_in("refund aXb 1000").number
    marked = office.take_in(f"refund {sign} there").number
    assert found(office, sign) == [marked]
    assert found(office, "refund") == [marked, plain]


def test_found_cases_are_listed_newest_first_up_to_a_limit_and_once_each(office: Office) -> None:
    cases = [office.take_in().number for _ in range(4)]
    assert found(office, "phone") == cases[::-1]
    assert found(office, "phone", limit=2) == cases[:1:-1]


def test_the_words_of_a_deleted_comment_find_nothing(office: Office) -> None:
    office.take_in("my phone")
    office.tell(deleted(external_id="5001", minutes=1))
    assert found(office, "phone") == []


def test_a_search_follows_an_edit(office: Office) -> None:
    number = office.take_in("my phone").number
    office.tell(edited(external_id="5001", minutes=1, text="my tablet"))
    assert (found(office, "phone"), found(office, "tablet")) == ([], [number])
