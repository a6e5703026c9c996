"""What one team says to the others: in their threads, once, following edits and deletions."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import Refused
from bot.store import tables as t
from bot.usecases import relaying
from bot.usecases.relaying import Said
from tests.domain.factories import ANNA
from tests.usecases.office import Office

SERVICE, MOBILE = "service-hk", "product-mobile"
SERVICE_CHANNEL, MOBILE_CHANNEL, MARKETING_CHANNEL = (
    "C0SERVICEHK",
    "C0PRODUCTMOBILE",
    "C0MARKETINGHK",
)
SAID = Said(
    channel=SERVICE_CHANNEL, ts="17.1", by=ANNA, text=">> a batch was bad", files=("https://f",)
)


def relayed(office: Office) -> dict[str, tuple[str, dict[str, Any], int]]:
    """By channel: for which team, what, and how often it is owed."""
    with office.database.reading() as session:
        query = select(t.notices).where(t.notices.c.kind == "relay")
        rows = session.execute(query).mappings().all()
    return {row["channel"]: (row["team"], row["data"], row["wanted"]) for row in rows}


def by_key(office: Office) -> dict[str, dict[str, Any]]:
    with office.database.reading() as session:
        query = select(t.notices.c.key, t.notices.c.data).where(t.notices.c.kind == "relay")
        return {row.key: row.data for row in session.execute(query)}


def tell(office: Office, said: Said, number: int, team: str = SERVICE) -> int:
    with office.database.transaction() as session:
        return relaying.tell_others(
            session, office.organisation, said, number=number, team=team, now=office.clock.now()
        )


def follow(office: Office, said: Said, *, gone: bool = False) -> bool:
    with office.database.transaction() as session:
        return relaying.follow(
            session, office.organisation, said, gone=gone, now=office.clock.now()
        )


def three_teams(office: Office) -> int:
    case = office.take_in("I love my phone, but I want a refund")
    assert set(case.stakes) == {SERVICE, MOBILE, "marketing-hk"}
    return case.number


def test_the_other_teams_are_told_and_not_ones_own(office: Office) -> None:
    number = three_teams(office)
    assert tell(office, SAID, number) == 2
    data = {
        "text": ">> a batch was bad",
        "by": ANNA,
        "from": SERVICE,
        "files": ["https://f"],
        "thread": True,
        "gone": False,
        "by_hand": False,
    }
    assert relayed(office) == {
        MOBILE_CHANNEL: (MOBILE, data, 1),
        MARKETING_CHANNEL: ("marketing-hk", data, 1),
    }


def test_what_is_said_twice_is_one_message(office: Office) -> None:
    number = three_teams(office)
    for _ in range(2):
        tell(office, SAID, number)
    assert len(relayed(office)) == 2


def test_an_edit_and_a_deletion_follow_where_it_was_told(office: Office) -> None:
    number = three_teams(office)
    tell(office, SAID, number)
    tell(office, replace(SAID, ts="17.10"), number)
    assert follow(office, replace(SAID, text=">> two batches", files=()))
    keys = {
        f"relay:{SERVICE_CHANNEL}:{ts}:{channel}": ts == "17.1"
        for ts in ("17.1", "17.10")
        for channel in (MOBILE_CHANNEL, MARKETING_CHANNEL)
    }
    texts = {key: data["text"] for key, data in by_key(office).items()}
    assert texts == {k: ">> two batches" if it else SAID.text for k, it in keys.items()}
    assert follow(office, replace(SAID, text=""), gone=True)
    assert {key: data["gone"] for key, data in by_key(office).items()} == keys
    assert {data["by"] for data in by_key(office).values()} == {ANNA}


def test_what_was_never_told_has_nothing_to_follow(office: Office) -> None:
    three_teams(office)
    assert not follow(office, SAID)
    assert not follow(office, SAID, gone=True)
    assert relayed(office) == {}


def test_a_case_with_one_team_has_nobody_to_tell(office: Office) -> None:
    number = office.take_in("refund").number
    with pytest.raises(Refused, match=rf"No other team has a part in #{number} yet"):
        tell(office, SAID, number)
    with pytest.raises(Refused, match="There is no case #4711"):
        tell(office, SAID, 4711)


def test_a_message_is_known_by_the_card_it_stands_under(office: Office) -> None:
    number = office.take_in("refund").number
    with office.database.transaction() as session:
        session.execute(t.notices.update().values(ts="5.5"))
        assert relaying.card_at(session, SERVICE_CHANNEL, "5.5") == (number, SERVICE)
        assert relaying.card_at(session, SERVICE_CHANNEL, "5.6") is None
        assert relaying.card_at(session, MOBILE_CHANNEL, "5.5") is None


def test_what_was_told_by_hand_stays_without_a_prefix_until_nothing_is_left(
    office: Office,
) -> None:
    number = three_teams(office)
    by_hand, typed = replace(SAID, by_hand=True, text="a batch"), replace(SAID, ts="17.2")
    for said in (by_hand, typed):
        tell(office, said, number)
        follow(office, replace(said, text="two batches"), gone=True)
    gone = {key.split(":")[2]: data["gone"] for key, data in by_key(office).items()}
    assert gone == {"17.1": False, "17.2": True}
    follow(office, replace(by_hand, text="", files=()), gone=True)
    assert {data["gone"] for data in by_key(office).values()} == {True}
