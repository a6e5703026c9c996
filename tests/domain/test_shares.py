"""Who has a share in a result, and when several teams have one."""

from bot.domain.case import Fact, Stake, State
from bot.domain.consequences import NOT_NEEDED
from bot.domain.together import is_joint, shares
from tests.domain.factories import ANNA, BEN, CHLOE, NOW, case, stake


def _done(team: str, by: str, outcome: str = "fixed") -> Stake:
    return stake(team, State.RESOLVED, ended_by=by, outcome=outcome)


def test_everyone_who_finished_a_part_or_knew_a_fact_has_a_share() -> None:
    fact = Fact(team="marketing-hk", by=CHLOE, text="We said so in the film.", at=NOW)
    found = case(_done("service-hk", ANNA), _done("product-mobile", BEN), facts=(fact,))
    assert shares(found) == (
        ("service-hk", ANNA),
        ("product-mobile", BEN),
        ("marketing-hk", CHLOE),
    )
    assert is_joint(found)


def test_a_part_that_nobody_needed_is_nobody_s_merit() -> None:
    found = case(_done("service-hk", ANNA), _done("product-mobile", "", NOT_NEEDED))
    assert shares(found) == (("service-hk", ANNA),)
    assert not is_joint(found)


def test_one_person_is_named_once_however_much_they_knew() -> None:
    facts = tuple(Fact(team="service-hk", by=ANNA, text=text, at=NOW) for text in ("one", "two"))
    assert shares(case(_done("service-hk", ANNA), facts=facts)) == (("service-hk", ANNA),)
