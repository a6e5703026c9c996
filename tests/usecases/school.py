"""An office in which people have taught routing something."""

from datetime import timedelta
from itertools import cycle

from bot.domain.case import Case
from bot.domain.organisation import Organisation
from bot.domain.suggesting import Hint
from bot.store.session import Session
from bot.usecases import fitting, owning, receiving
from bot.usecases.learning import Guide
from tests.domain.factories import ANNA, BEN, CHLOE, comment
from tests.usecases.office import Office, change

PRODUCT = (
    "the hinge of my gadget wobbles",
    "wobbly hinge since yesterday",
    "hinge came loose and wobbles",
)
MARKETING = (
    "your billboard in the tube is rude",
    "that billboard again, really",
    "who drew this billboard",
)
PEOPLE = (ANNA, BEN, CHLOE)


def chosen(office: Office, text: str, team: str, by: str = ANNA, **facts: str) -> int:
    """A comment that no rule knows, and the team that somebody chooses for it; its number."""
    with office.database.transaction() as session:
        return chosen_in(session, office, text, team, by, **facts)


def chosen_in(session: Session, office: Office, text: str, team: str, by: str, **facts: str) -> int:
    """The same in a transaction that is open: of many, each would take longer by itself."""
    told = office.tell_in(session, office.another(text=text, **facts))
    assert (told.status, bool(told.case)) == (receiving.NEW, True)
    number = told.case or 0
    owning.route_by_hand(
        session, office.organisation, number,
        teams=[team], note="", by=by, now=office.clock.now(),
    )  # fmt: skip
    return number


def school(office: Office, rounds: int = 8) -> None:
    """Lessons of several people on several days, about two departments."""
    people = cycle(PEOPLE)
    for n in range(rounds):
        office.clock.advance(timedelta(days=1))
        with office.database.transaction() as session:
            for text in PRODUCT:
                chosen_in(session, office, f"{text} {n}", "product-mobile", next(people))
            for text in MARKETING:
                chosen_in(session, office, f"{text} {n}", "marketing-hk", next(people))


def learned(office: Office, organisation: Organisation | None = None) -> int:
    org = organisation or office.organisation
    return fitting.teach(office.database, org, now=office.clock.now())


def arrived(office: Office, text: str, guide: Guide) -> Case:
    """A comment that is routed with *guide*."""
    source = office.organisation.source("facebook-hk")
    assert source is not None
    told = change(external_id=f"new {text}", text=text)
    with office.database.transaction() as session:
        receiving.receive(
            session, [told], source=source, organisation=office.organisation,
            now=office.clock.now(), adviser=guide,
        )  # fmt: skip
    return office.case(max(office.numbers()))


def advice(guide: Guide, text: str) -> dict[str, Hint]:
    return {hint.department: hint for hint in guide.advise(comment(text), ())}


def guide(office: Office, organisation: Organisation | None = None) -> Guide:
    return Guide(office.database, organisation or office.organisation)


def reached(case: Case) -> set[str]:
    return {*case.stakes, *(each.team for each in case.suggested)}
