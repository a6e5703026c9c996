"""Learning goes on by itself where what was learned is damaged; until then there are the rules."""

import pytest
from sqlalchemy import text, update
from structlog.testing import capture_logs

from bot.store import models, tables as t
from bot.usecases import ailing, overviewing
from tests.usecases.office import Office
from tests.usecases.school import PRODUCT, advice, arrived, guide, learned, school


@pytest.mark.parametrize("spoil", [b"nonsense", b"crosstalk routing models\n{}x", None])
def test_the_rules_alone_go_on_when_a_model_cannot_be_read(
    office: Office, spoil: bytes | None
) -> None:
    school(office, 4)
    learned(office)
    with office.database.transaction() as session:
        live = models.live(session)
        assert live is not None
        damaged = spoil if spoil is not None else live.data[:-9] + b"damaged!!"
        session.execute(update(t.models).values(data=damaged))
    with capture_logs() as logs:
        follower = guide(office)
        assert advice(follower, PRODUCT[0]) == {}
        assert "service-hk" in arrived(office, "a repair please", follower).stakes
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == [
        "model_unreadable"
    ]
    assert learned(office) == 2
    assert "product" in advice(guide(office), PRODUCT[0])


@pytest.mark.parametrize("column", ["told", "seen"])
@pytest.mark.parametrize("spoil", ['{"cut short', "7", "[1]", "null"])
def test_the_rules_alone_go_on_when_what_stands_beside_a_model_cannot_be_read(
    office: Office, column: str, spoil: str
) -> None:
    school(office, 4)
    learned(office)
    kind = ""
    if not office.database.is_sqlite:
        # It keeps nothing that is no JSON.
        spoil, kind = spoil.replace('{"cut short', '"whole"'), "::jsonb"
    with office.database.transaction() as session:
        session.execute(text(f"UPDATE models SET {column} = '{spoil}'{kind}"))  # noqa: S608
    follower = guide(office)
    assert advice(follower, PRODUCT[0]) == {}
    assert "service-hk" in arrived(office, "a repair please", follower).stakes
    with office.database.reading() as session:
        (told,) = ailing.ailments(session, office.organisation)
        overviewing.overview(session, office.organisation, now=office.clock.now())
    assert "the rules alone go on" in told[0]
    assert learned(office) == 2
    assert "product" in advice(guide(office), PRODUCT[0])
