"""Learning: what people do with cases teaches, and the next comment is routed with it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import update

from bot.classifier import storage
from bot.domain.case import Case
from bot.domain.lessons import lesson
from bot.domain.organisation import Organisation
from bot.errors import Refused
from bot.store import journal, lessons, models, tables as t
from bot.usecases import fitting, overviewing, owning
from bot.usecases.knowing import Knowledge
from bot.usecases.learning import LOOK_EVERY, Guide, departments
from tests.domain.factories import ANNA, CHLOE, comment, team
from tests.usecases.office import Office, at_once
from tests.usecases.school import (
    MARKETING,
    PEOPLE,
    PRODUCT,
    advice,
    arrived,
    chosen,
    guide,
    learned,
    reached,
    school,
)


def test_a_few_choices_in_triage_route_the_next_such_comment(office: Office) -> None:
    for n in range(12):
        number = office.take_in(f"the hinge of my gadget wobbles {n}").number
        office.act(owning.invite, number, team="product-mobile", by_team="", note="", by=ANNA)
    assert learned(office) == 1
    assert learned(office) == 0
    case = arrived(office, "hinge wobbles, gadget is poor", guide(office))
    assert "product-mobile" in reached(case)
    (first, *_) = case.suggested
    assert first.team == "product-mobile"
    assert {"hinge", "wobbles", "gadget"} >= set(first.words)
    assert first.like


def test_many_lessons_place_a_comment_by_themselves_and_say_why(office: Office) -> None:
    school(office)
    learned(office)
    case = arrived(office, "again a hinge that wobbles", guide(office))
    (why,) = case.stakes["product-mobile"].reasons
    assert (why.kind, bool(why.words), bool(why.like)) == ("suggestion", True, True)
    assert (case.lead, case.triage, case.units) == ("product-mobile", "", ("mobile",))


@pytest.mark.parametrize("others", [0, 4])
def test_one_person_in_one_afternoon_has_no_team_asked_by_itself(
    office: Office, others: int
) -> None:
    for _ in range(others):
        office.clock.advance(days=1)
        chosen(office, "a parcel went missing", "service-hk")
    office.clock.advance(days=1)
    for n in range(40):
        chosen(office, f"{PRODUCT[n % 3]} {n}", "product-mobile", CHLOE)
        chosen(office, f"{MARKETING[n % 3]} {n}", "marketing-hk", CHLOE)
    learned(office)
    case = arrived(office, "again a hinge that wobbles", guide(office))
    assert (list(case.stakes), [each.team for each in case.suggested]) == ([], ["product-mobile"])
    school(office, 8)
    learned(office)
    case = arrived(office, "once more a hinge wobbles", guide(office))
    assert list(case.stakes) == ["product-mobile"]


def test_teams_are_only_offered_while_nothing_tells_the_unit(office: Office) -> None:
    case = arrived(office, "product product", guide(office))
    assert case.stakes == {}
    school(office)
    learned(office)
    with office.database.transaction() as session:
        session.execute(update(t.lessons).values(teams=[], changed=t.lessons.c.changed + 1000))
    learned(office)
    case = arrived(office, "a hinge wobbles", guide(office))
    assert case.stakes == {}
    offered = [each.team for each in case.suggested]
    assert sorted(offered) == ["product-audio", "product-mobile"]
    assert case.triage


def test_every_process_follows_what_another_has_learned(office: Office) -> None:
    times = [0.0]
    one, other = (
        Guide(office.database, office.organisation, clock=lambda: times[0]) for _ in range(2)
    )
    assert advice(one, PRODUCT[0]) == advice(other, PRODUCT[0]) == {}
    school(office, 4)
    learned(office)
    times[0] = LOOK_EVERY - 1
    assert advice(one, PRODUCT[0]) == {}
    times[0] = LOOK_EVERY
    assert set(advice(one, PRODUCT[0])) == set(advice(other, PRODUCT[0])) == {"product"}


def test_of_two_clocks_that_learn_at_once_one_version_wins(office: Office) -> None:
    school(office, 2)
    made = at_once([lambda: learned(office)] * 2)
    assert {repr(each) for each in made} == {"0", "1"}
    assert learned(office) == 0


def test_what_was_learned_of_wrong_examples_is_refused_and_told(office: Office) -> None:
    school(office)
    learned(office)
    for n in range(25):
        for text in PRODUCT:
            chosen(office, f"{text} {n % 8}", "marketing-hk", CHLOE)
        for text in MARKETING:
            chosen(office, f"{text} {n % 8}", "product-mobile", CHLOE)
    assert learned(office) == 2
    with office.database.reading() as session:
        newest, live = models.last(session), models.live(session)
        found = overviewing.overview(session, office.organisation, now=office.clock.now())
    assert newest is not None
    assert live is not None
    assert (newest.refused, live.version, found.refused, found.version) == (True, 1, True, 1)
    assert newest.told["check"]["after"] < newest.told["check"]["before"]
    assert "product" in advice(guide(office), PRODUCT[0])


@pytest.mark.parametrize("seed", range(8))
def test_what_is_kept_is_always_what_the_history_of_the_case_says(
    office: Office, seed: int
) -> None:
    dice, org = Random(seed), office.organisation  # noqa: S311, any dice will do
    number = office.take_in(dice.choice(("My phone needs a repair", "zzz"))).number
    keys = ("service-hk", "product-mobile", "marketing-hk")
    acts: tuple[Callable[[str, str, str], Case], ...] = (
        lambda key, _, by: office.act(
            owning.resolve, number, key, outcome="answered", note="", by=by
        ),
        lambda key, other, by: office.act(
            owning.decline, number, key, reason="no", instead=dice.choice(("", other)), by=by
        ),
        lambda key, other, by: office.act(
            owning.hand_off, number, key, to=other, reason="yours", by=by
        ),
        lambda key, _, by: office.act(owning.reopen, number, key, by=by),
        lambda key, other, by: office.act(
            owning.invite, number, team=key, by_team=dice.choice(("", other)), note="", by=by
        ),
        lambda key, _, by: office.act(owning.route_by_hand, number, teams=[key], note="", by=by),
        lambda key, _, by: office.act(owning.dismiss, number, reason=key, by=by),
    )
    for _ in range(40):
        office.clock.advance(minutes=1)
        with suppress(Refused):
            dice.choice(acts)(dice.choice(keys), dice.choice(keys), dice.choice(PEOPLE))
        with office.database.reading() as session:
            history, kept = journal.history(session, number), lessons.of_case(session, number)
        assert kept == lesson(office.case(number), history, departments(org))


def test_nothing_is_automatic_while_many_lessons_wait_for_their_department(
    office: Office,
) -> None:
    school(office)
    for n in range(24):
        chosen(office, f"the parcel is late {n}", "service-hk", PEOPLE[n % 3])
    learned(office)
    assert advice(guide(office), "a billboard")["marketing"].certain
    silent = care(office.organisation)
    learned(office, silent)
    found = advice(guide(office, silent), "a billboard")
    assert (found["marketing"].certain, found["marketing"].likely > 0.5) == (False, True)


def test_a_part_that_is_taken_up_again_is_no_lesson_any_more(office: Office) -> None:
    number = office.take_in("a repair please").number
    office.act(owning.resolve, number, "service-hk", outcome="answered", note="", by=ANNA)
    with office.database.reading() as session:
        assert lessons.of_case(session, number) is not None
    office.act(owning.reopen, number, "service-hk", by=ANNA)
    with office.database.reading() as session:
        assert lessons.of_case(session, number) is None


def test_the_order_of_lessons_does_not_matter(office: Office) -> None:
    school(office, 2)
    with office.database.reading() as session:
        known = lessons.newest(session, limit=99)
    now, org = office.clock.now(), office.organisation
    one, other = (
        fitting.made(Knowledge.of(org), order, now) for order in (known, known[5:] + known[:5])
    )
    assert one.data == other.data


def care(organisation: Organisation, **over: object) -> Organisation:
    """The same organisation, whose product department is called care from now on."""
    teams = tuple(
        replace(one, department="care") if one.department == "product" else one
        for one in organisation.teams
    )
    changed: Organisation = replace(
        organisation, departments=("service", "marketing", "care"), teams=teams, rules=(),
        **over,  # type: ignore[arg-type]
    )  # fmt: skip
    return changed


def test_a_renamed_department_keeps_its_lessons_and_gives_them_only_when_asked(
    office: Office,
) -> None:
    school(office)
    learned(office)
    silent = care(office.organisation)
    assert "care" not in advice(guide(office, silent), PRODUCT[0])
    assert learned(office, silent) == 2
    found = advice(guide(office, silent), PRODUCT[0])
    assert "care" not in found
    assert not any(hint.certain for hint in found.values())
    with office.database.reading() as session:
        live = models.live(session)
    assert live is not None
    assert storage.unpack(live.data)["departments"].examples == 24
    mapped = care(office.organisation, renamed={"product": "care"})
    assert learned(office, mapped) == 3
    assert learned(office, mapped) == 0
    assert "care" in advice(guide(office, mapped), PRODUCT[0])
    assert learned(office) == 4
    assert "product" in advice(guide(office), PRODUCT[0])


@pytest.mark.parametrize("wrong_at_most", [0.02, 0.05, 0.08, 0.1, 0.17, 0.33, 0.5])
def test_one_number_moves_both_thresholds(office: Office, wrong_at_most: float) -> None:
    org = replace(office.organisation, wrong_at_most=wrong_at_most)
    school(office, 6)
    learned(office, org)
    sure = advice(guide(office, org), "the hinge wobbles")["product"]
    usual = advice(guide(office), "the hinge wobbles")["product"]
    assert sure.likely == usual.likely
    assert sure.certain >= (usual.certain and wrong_at_most >= 0.1)
    assert usual.certain >= (sure.certain and wrong_at_most <= 0.1)


def test_the_account_tells_the_region_where_nothing_else_does(office: Office) -> None:
    org = replace(office.organisation, teams=(team("service-uk"), team("service-hk")), rules=())
    private = Office(database=office.database, clock=office.clock, organisation=org)
    for n in range(24):
        number = private.take_in(f"help {n}", account="shop.uk", region="").number
        private.act(owning.route_by_hand, number, teams=["service-uk"], note="", by=PEOPLE[n % 3])
    learned(private)
    known = guide(private)
    known.advise(comment("help"), ())
    found = known.places(comment("help", account="shop.uk", source="facebook-hk", region=""))
    assert [(one.name, one.certain) for one in found.regions] == [("UK", True)]
    elsewhere = known.places(comment("zzz", account="another", region=""))
    assert not any(one.certain for one in elsewhere.regions)
    # Where the source says it, nobody need guess.
    said = known.places(comment("help", account="shop.uk", source="facebook-hk", region="HK"))
    assert said.regions == ()
