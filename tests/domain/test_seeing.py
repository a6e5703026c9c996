"""Who may see whose numbers, and what a schedule made in Slack may go on posting."""

import pytest

from bot.domain.organisation import Organisation, Team
from bot.domain.scope import Kind, Scope
from bot.domain.seeing import may_go_to, viewer
from tests.domain.factories import ANNA, BEN, CHLOE, MANAGER, organisation

STRANGER, LEAD = "U0STRANGER", "U0LEADSERVICEHK"
ORG = organisation()
MEMBERS = {
    ANNA: ("service-hk",),
    BEN: ("service-hk", "service-uk"),
    CHLOE: ("product-mobile",),
    LEAD: ("service-hk",),
}


class Staff:
    """Who is in which team, by a table."""

    def teams_of(self, person: str) -> tuple[Team, ...]:
        return tuple(team for team in ORG.teams if team.key in MEMBERS.get(person, ()))

    def is_manager(self, person: str) -> bool:
        return person in ORG.managers


def sees(person: str, scope: str, org: Organisation = ORG) -> bool:
    return viewer(Staff(), org, person).sees(Scope.parse(scope))


WHO_SEES = [
    ("team:service-hk", {ANNA, BEN, LEAD}),
    ("team:product-mobile", {CHLOE}),
    ("team:gone", set()),
    ("department:service", {BEN}),
    ("department:gone", set()),
    (f"person:{ANNA}", {ANNA, LEAD}),
    (f"person:{CHLOE}", {CHLOE}),
    (f"person:{STRANGER}", {STRANGER}),
    ("region:HK", set()),
    ("unit:mobile", set()),
    ("platform:facebook", set()),
    ("source:facebook-hk", set()),
    ("campaign:Spring", set()),
    ("organisation", set()),
]
EVERYBODY = {ANNA, BEN, CHLOE, LEAD, STRANGER}


@pytest.mark.parametrize(("scope", "who"), WHO_SEES)
def test_who_may_see_whose_numbers_and_have_them_sent(scope: str, who: set[str]) -> None:
    assert {person for person in EVERYBODY if sees(person, scope)} == who
    assert sees(MANAGER, scope)
    staff, about = Staff(), Scope.parse(scope)
    assert {person for person in EVERYBODY if may_go_to(staff, ORG, person, about)} == who
    assert may_go_to(staff, ORG, MANAGER, about)
    assert may_go_to(staff, ORG, "C0LOBBY", about)


def test_every_kind_of_scope_is_in_that_table() -> None:
    assert {Scope.parse(scope).kind for scope, _ in WHO_SEES} == set(Kind)


@pytest.mark.parametrize(
    ("scope", "who"),
    [(f"person:{ANNA}", {ANNA}), ("team:service-hk", {ANNA, BEN, LEAD}), ("organisation", set())],
)
def test_a_person_s_numbers_are_published_by_themselves_or_a_manager(
    scope: str, who: set[str]
) -> None:
    may = {
        person
        for person in (*EVERYBODY, MANAGER)
        if viewer(Staff(), ORG, person).may_publish(Scope.parse(scope))
    }
    assert may == who | {MANAGER}
