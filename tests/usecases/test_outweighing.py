"""Unit and region from the account, the post, the words and the language; the file says which first."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.case import Case
from bot.domain.suggesting import SILENT
from bot.organisation import parse
from bot.store.database import Database
from bot.usecases import comparing, owning, receiving
from bot.usecases.learning import Guide
from tests.fakes.clock import START, Clock
from tests.usecases.office import Office, change
from tests.usecases.school import PEOPLE, learned

FILE = """\
timezone = "Europe/London"
triage_channel = "C0TRIAGE"
departments = ["service", "product"]

[[source]]
key = "reviews"
connector = "webhook"

[[rule]]
name = "refund"
when.text = ["refund"]
then.departments = ["service"]
"""
TEAM = """
[[team]]
key = "service-{key}"
name = "Service {region}"
department = "service"
regions = ["{region}"]
channel = "C0SERVICE{region}"
lead = "U0LEAD{region}"
hours = "Mon-Fri 09:00-17:00"
claim_within = "1h"
resolve_within = "1d"
"""
REGIONS = ("HK", "UK")
UNCOVERED = "no service team: the comment says no region"
# By account these are in the UK, and by post in Hong Kong.
BETWEEN: dict[str, Any] = {"account": "shop.uk", "post": {"id": "spring"}, "language": "en"}

Taught = Callable[[str], Office]


@pytest.fixture
def taught(database: Database, clock: Clock) -> Taught:
    """An office whose people have shown by their choices where an account's, and a post's, go."""

    def office(outweigh: str) -> Office:
        teams = "".join(TEAM.format(key=name.lower(), region=name) for name in REGIONS)
        text = f"{FILE}{teams}\n[routing]\noutweigh = [{outweigh}]\n"
        made = Office(database=database, clock=clock, organisation=parse(text, today=START.date()))
        for n in range(24):
            lesson(made, n, "service-uk", account="shop.uk")
            lesson(made, n, "service-hk", post={"id": "spring"})
        learned(made)
        return made

    return office


def lesson(office: Office, n: int, team: str, **shown: Any) -> None:
    case = told(office, f"{team} {n}", f"refund {n}", **shown)
    # The rule says whose it is, and nothing says which region's.
    assert not case.stakes
    assert case.triage == UNCOVERED
    office.act(owning.route_by_hand, case.number, teams=[team], note="", by=PEOPLE[n % 3])


def told(office: Office, key: str, text: str, guide: Guide | None = None, **shown: Any) -> Case:
    source = office.organisation.source("reviews")
    assert source is not None
    said = change(external_id=key, source="reviews", text=text, **shown)
    with office.database.transaction() as session:
        found = receiving.receive(
            session, [said], source=source, organisation=office.organisation,
            now=office.clock.now(), adviser=guide or SILENT,
        )  # fmt: skip
    return office.case(found.case)


@pytest.mark.parametrize(
    ("outweigh", "team"),
    [
        ('"account", "post"', "service-uk"),
        ('"post", "account"', "service-hk"),
        ('"language", "post"', "service-hk"),
    ],
)
def test_the_file_says_what_outweighs_what(taught: Taught, outweigh: str, team: str) -> None:
    office = taught(outweigh)
    guide = Guide(office.database, office.organisation)
    case = told(office, "next", "a refund, please", guide, **BETWEEN)
    assert list(case.stakes) == [team]
    assert (case.regions, case.triage, case.lead) == ((team[-2:].upper(),), "", team)
    (why,) = case.stakes[team].reasons
    assert (why.kind, why.name) == ("rule", "refund")


def test_where_nothing_shows_the_place_triage_is_still_asked(taught: Taught) -> None:
    office = taught('"account"')
    guide = Guide(office.database, office.organisation)
    case = told(office, "next", "a refund, please", guide, account="elsewhere")
    assert case.stakes == {}
    assert case.triage == UNCOVERED
    assert {each.team for each in case.suggested} == {"service-uk", "service-hk"}


def test_what_was_learned_of_places_moves_nothing_when_the_file_is_checked(taught: Taught) -> None:
    office = taught('"account"')
    guide = Guide(office.database, office.organisation)
    told(office, "next", "a refund, please", guide, **BETWEEN)
    (*_, found) = comparing.compare(
        office.database, comparing.Side(office.organisation, SILENT), None, since=START
    )
    assert (found.comments, found.changed) == (49, 0)
