"""Acts of people: whether they may, and done at once or not at all.

What concerns one team's part is done together with what others do at the same moment.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Protocol, TypeVar

from bot.domain.organisation import Organisation, Team
from bot.services import Services
from bot.ui.ids import StakeRef
from bot.usecases import owning, viewing
from bot.usecases.hinting import Session
from bot.usecases.owning import known_team

T = TypeVar("T")


class StakeAct(Protocol):
    """An act on one team's part of a case, of which all is said but by whom it is done, and when."""

    def __call__(  # noqa: D102 - the class says it
        self,
        session: Session,
        organisation: Organisation,
        number: int,
        team: str,
        /,
        *,
        by: str,
        now: datetime,
    ) -> object: ...


class CaseAct(Protocol):
    """The same of an act on a whole case."""

    def __call__(  # noqa: D102 - the class says it
        self,
        session: Session,
        organisation: Organisation,
        number: int,
        /,
        *,
        by: str,
        now: datetime,
    ) -> object: ...


def acting_team(services: Services, ref: StakeRef, person: str) -> Team:
    """The team that *person* acts for by a button of *ref*.

    Raises:
        Refused: they may not.
    """
    team = known_team(services.organisation, ref.team)
    services.directory.require_member(person, team)
    return team


def act_for(
    services: Services,
    ref: StakeRef,
    person: str,
    act: Callable[[Session], T],
    *,
    hint: str = "",
) -> T:
    """What *act* comes to, by which *person* acts for the team of *ref*.

    It is done together with what others do at the same moment. With *hint*, `claim_news` is part of it.

    Raises:
        Refused: they may not.
    """
    team = known_team(services.organisation, ref.team)

    def allowed(session: Session) -> T:
        if not services.directory.knows(session, person, team):
            # Slack is asked, and it may take its time: not while others wait for this transaction.
            raise _Unknown
        return act(session)

    asked = (
        *services.directory.asked(person, team),
        *owning.asked(ref.case),
        *(viewing.asked_at_claim(ref.case, person, hint) if hint else ()),
    )
    with suppress(_Unknown):
        return services.database.act(allowed, *asked)
    services.directory.require_member(person, team)
    return services.database.act(act, *asked)


class _Unknown(Exception):
    """What is stored does not say that somebody may act."""


def require_side(services: Services, ref: StakeRef, person: str) -> None:
    """Let *person* act from the side that *ref* names, triage included.

    Raises:
        Refused: they may not.
    """
    if ref.team:
        acting_team(services, ref, person)
    else:
        services.directory.require_triage(person)


def carry_out(services: Services, ref: StakeRef, person: str, act: StakeAct) -> None:
    """Have *person* do *act* for the team of *ref*.

    Raises:
        Refused: they may not, or it cannot be done.
    """
    org = services.organisation
    act_for(
        services,
        ref,
        person,
        lambda session: act(session, org, *ref, by=person, now=services.now()),
    )


def carry_out_on_case(services: Services, ref: StakeRef, person: str, act: CaseAct) -> None:
    """Have *person*, who is known to be allowed to, do *act* on the case of *ref*.

    Raises:
        Refused: it cannot be done.
    """
    with services.database.transaction() as session:
        act(session, services.organisation, ref.case, by=person, now=services.now())
