"""People's say in what is learned, and what they are shown of it."""

from datetime import timedelta

from sqlalchemy import event, insert

from bot.store import lessons, models, tables as t
from bot.usecases import overviewing, owning, teaching
from tests.domain.factories import ANNA, BEN, MANAGER
from tests.usecases.office import Office
from tests.usecases.school import (
    MARKETING,
    PEOPLE,
    PRODUCT,
    advice,
    arrived,
    chosen,
    guide,
    learned,
    school,
)


def test_what_is_frozen_learns_nothing_until_it_is_unfrozen(office: Office) -> None:
    school(office, 3)
    learned(office)
    now = office.clock.now()
    with office.database.transaction() as session:
        assert teaching.freeze(session, by=MANAGER, now=now) == 2
        assert teaching.freeze(session, by=BEN, now=now) == 2
    chosen(office, "an avocado", "product-audio")
    assert learned(office) == 0
    with office.database.transaction() as session:
        found = overviewing.overview(session, office.organisation, now=now)
        assert (found.frozen, found.frozen_by, found.version) == (True, MANAGER, 2)
        assert teaching.unfreeze(session, by=BEN, now=now) == 3
        assert teaching.unfreeze(session, by=BEN, now=now) == 0
    assert learned(office) == 4


def test_freezing_and_unfreezing_before_anything_was_learned(office: Office) -> None:
    chosen(office, PRODUCT[0], "product-mobile")
    with office.database.transaction() as session:
        teaching.freeze(session, by=MANAGER, now=office.clock.now())
    assert learned(office) == 0
    assert advice(guide(office), "nothing") == {}
    with office.database.transaction() as session:
        teaching.unfreeze(session, by=MANAGER, now=office.clock.now())
    assert learned(office) == 3


def test_going_back_routes_with_what_was_live_then_and_stays_there(office: Office) -> None:
    school(office, 3)
    learned(office)
    monday = office.clock.now()
    office.clock.advance(timedelta(days=3))
    for n in range(12):
        chosen(office, f"the avocado is green {n}", "product-audio", PEOPLE[n % 3])
    learned(office)
    assert "avocado" in advice(guide(office), "green avocado")["product"].words
    now = office.clock.now()
    with office.database.transaction() as session:
        assert teaching.back_to(session, monday, by=MANAGER, now=now) == 3
        assert teaching.back_to(session, monday, by=MANAGER, now=now) is None
    assert advice(guide(office), "green avocado") == {}
    assert "product" in advice(guide(office), PRODUCT[0])
    assert learned(office) == 0
    with office.database.transaction() as session:
        assert teaching.back_to(session, monday - timedelta(days=99), by=MANAGER, now=now) == 4
        teaching.unfreeze(session, by=MANAGER, now=now)
    assert learned(office) == 6
    assert "product" in advice(guide(office), "green avocado")


def test_a_dropped_case_teaches_nothing_whatever_happens_to_it(office: Office) -> None:
    number = chosen(office, PRODUCT[0], "product-mobile")
    with office.database.transaction() as session:
        assert teaching.drop(session, number, by=MANAGER)
        assert not teaching.drop(session, number, by=MANAGER)
        assert not teaching.drop(session, 999, by=MANAGER)
    resolve = {"outcome": "answered", "note": "", "by": ANNA}
    office.act(owning.resolve, number, "product-mobile", **resolve)
    with office.database.transaction() as session:
        assert lessons.newest(session, limit=9) == []
        assert teaching.restore(session, number, by=MANAGER)
        assert not teaching.restore(session, number, by=MANAGER)
        (known,) = lessons.newest(session, limit=9)
    assert known.lesson.departments == ("product",)


def test_people_are_shown_what_was_learned(office: Office) -> None:
    school(office)
    office.take_in("a repair please")
    learned(office)
    arrived(office, "again a hinge that wobbles", guide(office))
    arrived(office, "zzz", guide(office))
    with office.database.reading() as session:
        found = overviewing.overview(session, office.organisation, now=office.clock.now())
    assert (found.version, found.lessons, found.frozen, found.refused) == (1, 48, False, False)
    assert {pull.word for pull in found.pulls["product"][:6]} >= {"hinge"}
    assert all(pull.weight > 0 and pull.like for pull in found.recent["marketing"])
    assert found.latest[0].departments == ("marketing",)
    placed = found.placed
    assert (placed.comments, placed.rules, placed.suggestion, placed.people) == (51, 1, 1, 48)
    assert placed.untold == 1
    assert found.able is not None
    assert found.able > 0.5


def test_a_case_that_is_opened_while_somebody_looks_is_counted_or_not_and_stops_nobody(
    office: Office,
) -> None:
    office.take_in("a repair please")
    now = office.clock.now()
    asked = iter([True])

    def meanwhile(*_: object) -> None:
        if next(asked, False):
            office.take_in("one more repair please")

    with office.database.reading() as session:
        event.listen(session, "after_cursor_execute", meanwhile)
        ways = lessons.placed(session, since=now)
    assert ways in ({"rules": 1}, {"rules": 2})


def test_a_word_that_decided_rightly_many_times_is_proposed_as_a_rule(office: Office) -> None:
    school(office)
    wrong = chosen(office, "no billboard, a hinge", "product-mobile")
    learned(office)
    with office.database.reading() as session:
        found = overviewing.overview(session, office.organisation, now=office.clock.now())
    words = {(each.word, each.department): each for each in found.proposals}
    assert set(words) == {("hinge", "product"), ("billboard", "marketing")}
    billboard = words["billboard", "marketing"]
    assert (len(billboard.right), billboard.wrong) == (24, (wrong,))
    assert billboard.toml == (
        '[[rule]]\nname = "about billboard"\nwhen.text = ["billboard"]\n'
        'then.departments = ["marketing"]\n'
    )


def test_one_person_on_one_day_proposes_no_rule(office: Office) -> None:
    for n in range(10):
        chosen(office, f"{PRODUCT[0]} {n}", "product-mobile")
        chosen(office, f"{MARKETING[0]} {n}", "marketing-hk")
    learned(office)
    with office.database.reading() as session:
        found = overviewing.overview(session, office.organisation, now=office.clock.now())
    assert found.proposals == ()


def test_old_versions_are_thinned_out_and_the_live_one_is_kept(office: Office) -> None:
    now = office.clock.now()
    with office.database.transaction() as session:
        for version in range(1, 301):
            at = now - timedelta(minutes=20 * (300 - version))
            row = {"version": version, "made_at": at, "data": b"", "told": {}}
            seen = {"count": 0, "changed": 0, "under": ""}
            refused = version > 280
            session.execute(insert(t.models).values(**row, seen=seen, refused=refused))
        models.forget(session, now=now)
        kept = list(session.execute(t.models.select()).mappings())
        live = models.live(session)
    assert live is not None
    assert live.version == 280
    assert len(kept) < 40
