"""Which team speaks to the customer: as a rule says, else by the order of departments."""

import pytest

from bot.domain.organisation import Condition, Outcome, Rule
from bot.domain.routing import route
from tests.domain.factories import comment, organisation

ALL = ("service", "marketing", "product")


def gives(name: str, word: str, *departments: str, lead: str = "") -> Rule:
    then = Outcome(departments=departments, lead=lead)
    return Rule(name=name, when=Condition(text=(word,)), then=then)


@pytest.mark.parametrize(
    ("rules", "lead"),
    [
        ([gives("one", "repair", *ALL)], "service-hk"),
        ([gives("one", "repair", *ALL, lead="product")], "product-audio"),
        ([gives("one", "repair", *ALL), gives("two", "phone", lead="marketing")], "marketing-hk"),
        (
            [
                gives("one", "repair", *ALL, lead="product"),
                gives("two", "phone", lead="marketing"),
            ],
            "product-audio",
        ),
        ([gives("one", "repair", *ALL), gives("no match", "zebra", lead="product")], "service-hk"),
        ([gives("one", "repair", "service", "marketing", lead="product")], "service-hk"),
        (
            [
                gives("no part", "repair", "service", "marketing", lead="product"),
                gives("a part", "phone", lead="marketing"),
            ],
            "marketing-hk",
        ),
        ([gives("nobody", "repair", lead="service")], ""),
    ],
)
def test_the_first_rule_that_names_a_department_with_a_part_decides(
    rules: list[Rule], lead: str
) -> None:
    said = comment("phone repair", unit="audio")
    assert route(said, organisation(rules=tuple(rules))).lead == lead


def test_of_two_teams_of_the_department_the_usual_order_decides() -> None:
    both = Rule(
        name="both",
        when=Condition(text=("repair",)),
        then=Outcome(departments=("product", "service"), unit=("mobile", "audio"), lead="product"),
    )
    assert route(comment(), organisation(rules=(both,))).lead == "product-audio"
