"""The words that cards, lists and timelines share."""

from bot.domain.events import Reason
from bot.ui import wording
from tests.domain import factories as make


def test_what_people_have_said_is_the_first_reason_and_the_newest_of_it_before_the_rest() -> None:
    rules = [Reason(kind="rule", name=f"rule {n}", words=(f"word {n}",)) for n in range(3)]
    invited = Reason(kind="invitation", name="have a look", team="marketing-hk")
    handed = Reason(kind="hand-off", name="it broke", team="service-hk")
    told = wording.reasons(
        [*rules, invited, handed], "", make.organisation(), team="product-mobile"
    )
    parts = told.split(" · ")
    assert ["it broke" in parts[0], "have a look" in parts[1], "rule 0" in parts[2]] == [True] * 3
    assert parts[3:] == ["and 2 more"]
