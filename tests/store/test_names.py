"""The names that comments come with: campaigns that were ever named."""

import pytest
from sqlalchemy import text

from bot.store import names
from tests.plans import plans
from tests.usecases.office import Office

LONGEST = "".join(chr(0x4E00 + 17 * n) for n in range(1_000))
"""No two characters alike: nothing that a database could make shorter."""


@pytest.fixture
def named(office: Office) -> Office:
    for campaign in ("Spring", 'the "red" one', ""):
        office.take_in("my phone", campaign=campaign)
    return office


def test_a_campaign_is_known_by_its_whole_name(named: Office) -> None:
    with named.database.reading() as session:
        known = [
            name
            for name in ("Spring", "spring", "Spr", 'the "red" one', "Autumn", "'")
            if names.campaign_known(session, name)
        ]
    assert known == ["Spring", 'the "red" one']


def test_the_longest_campaign_is_stored_and_known(office: Office) -> None:
    number = office.take_in("my phone", campaign=LONGEST).number
    assert office.comment(number).campaign == LONGEST
    with office.database.reading() as session:
        assert names.campaign_known(session, LONGEST)
        assert not names.campaign_known(session, LONGEST[:-1])


def test_it_is_found_by_an_index_and_not_in_every_comment(named: Office) -> None:
    database = named.database
    with database.reading() as session, plans(database, "FROM comments") as found:
        if not database.is_sqlite:
            # Of three comments PostgreSQL would rather read each.
            session.execute(text("SET LOCAL enable_seqscan = off"))
        names.campaign_known(session, "Autumn")
    (plan,) = found
    assert "ix_comments_campaign" in plan
