"""Who may see whose numbers: one rule for what is asked for, listed, scheduled and posted.

Managers see everybody's. Others see their own, their teams' and those of the people whom they lead.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from bot.domain.organisation import Organisation, Team
from bot.domain.scope import Kind, Scope

_PEOPLE = ("U", "W")


class People(Protocol):
    """Who belongs to which team."""

    def teams_of(self, person: str) -> tuple[Team, ...]:
        """The teams that *person* belongs to, in the organisation file's order."""

    def is_manager(self, person: str) -> bool:
        """Whether the organisation file names *person* as a manager."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """*person*, with what they are as of this moment."""

    person: str
    manager: bool
    teams: tuple[Team, ...]
    people: People
    organisation: Organisation

    def sees(self, scope: Scope) -> bool:
        """Whether they may see every number of *scope*."""
        if self.manager:
            return True
        if scope.kind is Kind.PERSON:
            return scope.key == self.person or self._leads(scope.key)
        return scope.within(self.organisation, [team.key for team in self.teams])

    def may_publish(self, scope: Scope) -> bool:
        """Whether they may show *scope* to a whole channel: a lead keeps a person's to themselves."""
        if scope.kind is Kind.PERSON:
            return self.manager or scope.key == self.person
        return self.sees(scope)

    def _leads(self, other: str) -> bool:
        return any(team.lead == self.person for team in self.people.teams_of(other))


def teams_of(organisation: Organisation, person: str, places: Collection[str]) -> tuple[Team, ...]:
    """The teams of *person*, who is in *places*, in the organisation file's order."""
    return tuple(
        team
        for team in organisation.teams
        if person == team.lead
        or person in team.members
        or (not team.members and (team.usergroup or team.channel) in places)
    )


def viewer(people: People, organisation: Organisation, person: str) -> Viewer:
    """*person* as somebody who looks at numbers."""
    return Viewer(
        person=person,
        manager=people.is_manager(person),
        teams=people.teams_of(person),
        people=people,
        organisation=organisation,
    )


def is_person(place: str) -> bool:
    """Whether what goes to *place* is a direct message."""
    return place.startswith(_PEOPLE)


def may_go_to(people: People, organisation: Organisation, place: str, scope: Scope) -> bool:
    """Whether a digest that somebody scheduled in Slack may still go to *place*.

    A direct message stops when its reader may not see *scope* any more. What goes to a channel is
    the channel's: it stays when its maker leaves, until somebody who may see *scope* ends it.
    """
    return not is_person(place) or viewer(people, organisation, place).sees(scope)
