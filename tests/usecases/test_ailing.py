"""What the doctor says of what was learned, with the mend of each."""

from dataclasses import replace

import pytest
from sqlalchemy import text, update

from bot.store import models, tables as t
from bot.usecases import ailing, teaching
from tests.domain.factories import MANAGER, team
from tests.usecases.office import Office
from tests.usecases.school import PRODUCT, arrived, chosen, guide, learned


def ailments(office: Office) -> list[tuple[str, str]]:
    with office.database.reading() as session:
        return list(ailing.ailments(session, office.organisation))


def test_nothing_is_wrong_before_and_after_something_was_learned(office: Office) -> None:
    assert ailments(office) == []
    chosen(office, PRODUCT[0], "product-mobile")
    learned(office)
    assert ailments(office) == []


@pytest.mark.parametrize("frozen", [False, True])
def test_a_model_that_cannot_be_read_is_told_with_its_mend(office: Office, frozen: bool) -> None:
    chosen(office, PRODUCT[0], "product-mobile")
    learned(office)
    with office.database.transaction() as session:
        if frozen:
            teaching.freeze(session, by=MANAGER, now=office.clock.now())
        session.execute(update(t.models).values(data=b"crosstalk routing model\nof another kind"))
    ((what, mend),) = ailments(office)
    assert what.endswith("; the rules alone go on")
    assert mend.startswith("unfreeze it" if frozen else "see that a clock is running")


@pytest.mark.parametrize("spoil", ["SET data = 'nonsense'", "SET data = ''"])
def test_what_is_left_of_a_model_stops_neither_the_doctor_nor_routing(
    office: Office, spoil: str
) -> None:
    chosen(office, PRODUCT[0], "product-mobile")
    learned(office)
    with office.database.transaction() as session:
        # SQLite keeps text in a column of bytes, where PostgreSQL makes bytes of it.
        session.execute(text(f"UPDATE models {spoil}"))
    ((what, _),) = ailments(office)
    assert what.endswith("; the rules alone go on")
    assert "service-hk" in arrived(office, "a repair please", guide(office)).stakes
    assert learned(office) == 2
    assert ailments(office) == []


def test_a_refused_version_is_told(office: Office) -> None:
    chosen(office, PRODUCT[0], "product-mobile")
    learned(office)
    with office.database.transaction() as session:
        live = models.live(session)
        assert live is not None
        check = {"before": 0.9, "after": 0.4, "compared": 30}
        models.save(session, replace(live, version=2, refused=True, told={"check": check}))
    ((what, mend),) = ailments(office)
    assert what == "what was learned last does worse (0.40 instead of 0.90), so version 1 stays"
    assert "drop those" in mend


def test_lessons_of_a_department_that_is_gone_are_told_until_they_are_mapped(
    office: Office,
) -> None:
    chosen(office, PRODUCT[0], "product-mobile")
    gone = replace(
        office.organisation, departments=("service",), teams=(team("service-hk"),), rules=()
    )
    without = Office(database=office.database, clock=office.clock, organisation=gone)
    ((what, mend),) = ailments(without)
    assert what == "1 lessons are about product, which is no department"
    assert 'renamed = { product = "…" }' in mend
    mapped = replace(gone, renamed={"product": "service"})
    assert ailments(Office(database=office.database, clock=office.clock, organisation=mapped)) == []
