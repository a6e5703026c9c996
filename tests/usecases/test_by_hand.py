"""Comments that people bring in themselves."""

from typing import Any

from bot.domain.case import Case
from bot.domain.organisation import MANUAL_SOURCE
from bot.store import journal
from bot.usecases import by_hand
from tests.domain.factories import ANNA, BEN
from tests.usecases.office import Office, deleted


def record(office: Office, by: str = ANNA, **facts: Any) -> tuple[Case, bool]:
    with office.database.transaction() as session:
        return by_hand.record(
            session,
            office.organisation,
            external_id="form-1",
            facts=facts,
            by=by,
            now=office.clock.now(),
        )


def test_a_recorded_comment_finds_its_teams_like_any_other(office: Office) -> None:
    case, new = record(office, text="refund for my phone", platform="shop", region="UK")
    assert (new, list(case.stakes)) == (True, ["service-uk", "product-mobile"])
    comment = office.comment(case.number)
    assert (comment.source, comment.platform) == (MANUAL_SOURCE, "shop")


def test_without_a_platform_it_is_from_slack(office: Office) -> None:
    case, _ = record(office, text="refund", platform="")
    assert office.comment(case.number).platform == "slack"


def test_who_recorded_it_stands_in_the_history(office: Office) -> None:
    case, _ = record(office, text="refund")
    with office.database.reading() as session:
        assert {told.by for told in journal.history(session, case.number)} == {ANNA}


def test_the_same_message_recorded_by_another_person_is_the_same_case(office: Office) -> None:
    first, _ = record(office, text="refund")
    told = office.events(first.number)
    office.clock.advance(minutes=5)
    again, new = record(office, by=BEN, text="refund")
    assert (again.number, new) == (first.number, False)
    assert office.events(first.number) == told


def test_one_that_was_marked_as_deleted_is_recorded_and_asks_nobody(office: Office) -> None:
    gone = deleted(external_id="form-1", source=MANUAL_SOURCE)
    office.tell(gone, source=MANUAL_SOURCE)
    case, new = record(office, text="refund")
    assert (new, dict(case.stakes)) == (True, {})
