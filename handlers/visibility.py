"""Whose numbers a person may see, and which scheduled digests they may manage.

What nobody but a manager may see of the whole organisation shows the others one line.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.domain.organisation import Team
from bot.domain.schedules import Schedule
from bot.domain.scope import Kind, Scope
from bot.domain.seeing import Viewer, is_person, may_go_to, viewer
from bot.errors import Refused
from bot.services import Services
from bot.ui.kit import listed
from bot.usecases import scheduling
from bot.usecases.scheduling import Listed

_MOST_EXAMPLES = 3
_MOST_MANAGERS = 3
_NO_TEAM = "You are not in any team yet. Join a team's channel, then try again."


@dataclass(frozen=True, slots=True)
class Sight:
    """What *person* may see, as of this moment."""

    services: Services
    viewer: Viewer

    @property
    def person(self) -> str:
        """Who they are."""
        return self.viewer.person

    @property
    def manager(self) -> bool:
        """Whether they are a manager."""
        return self.viewer.manager

    @property
    def teams(self) -> tuple[Team, ...]:
        """The teams that they are in."""
        return self.viewer.teams

    def sees(self, scope: Scope) -> bool:
        """Whether they may see every number of *scope*."""
        return self.viewer.sees(scope)

    def require(self, scope: Scope) -> None:
        """Let them see *scope*.

        Raises:
            Refused: they may not, or there is nobody in it any more.
        """
        if not scope.teams(self.services.organisation):
            raise Refused(f"There is no {scope.kind} “{scope.key[:40]}”. {self._yours()}")
        if not self.sees(scope):
            raise Refused(f"{self._whose(scope)} {self._yours()}")

    def require_publishing(self, scope: Scope) -> None:
        """Let them show *scope* to a whole channel.

        Raises:
            Refused: they may not.
        """
        self.require(scope)
        if not self.viewer.may_publish(scope):
            raise Refused("A person's numbers go to a channel only from them or from a manager.")

    def scopes(self) -> Iterator[Scope]:
        """Whom they may choose from, except for people: the widest last."""
        organisation = self.services.organisation
        teams = organisation.teams if self.manager else self.teams
        yield from (Scope(Kind.TEAM, team.key) for team in teams)
        departments = dict.fromkeys(team.department for team in teams)
        for scope in (Scope(Kind.DEPARTMENT, name) for name in departments if name):
            if self.sees(scope):
                yield scope
        if self.manager:
            yield from _facets(self.services)
            yield Scope()

    def manages(self, schedule: Schedule) -> bool:
        """Whether they may pause and delete *schedule*.

        What goes to one person is that person's. What goes to a channel is the channel's: it
        stays when its maker leaves, and belongs to all who may see what is in it.
        """
        if self.manager or self.person in {schedule.by, schedule.place}:
            return True
        return not is_person(schedule.place) and self.sees(schedule.scope)

    def concerns(self, schedule: Schedule) -> bool:
        """Whether *schedule* is about their own teams, or comes to them."""
        mine = {Scope(Kind.TEAM, team.key) for team in self.teams}
        return self.person in {schedule.by, schedule.place} or schedule.scope in mine

    def examples(self) -> list[str]:
        """A few things that they may ask for, as they would type them."""
        keys = [scope.key for scope in self.scopes() if scope.kind is Kind.TEAM]
        wide = {scope.kind: scope.key for scope in self.scopes() if scope.facet}
        asked = [*keys[:_MOST_EXAMPLES], *(f"{kind} {key}" for kind, key in wide.items())]
        return [f"`/digest {what}`" for what in (*asked[: 2 * _MOST_EXAMPLES], "me", "all")]

    def _whose(self, scope: Scope) -> str:
        match scope.kind:
            case Kind.TEAM:
                name = self.services.organisation.team_name(scope.key)
                return f"{name}'s digest is for its members and for managers."
            case Kind.DEPARTMENT:
                return "A department's digest is for managers and for who is in all of its teams."
            case Kind.PERSON:
                return "A person's numbers are for them, for who leads their team and for managers."
            case Kind.ORGANISATION:
                return "The digest of all teams is for managers."
            case _:
                return f"The digest of a {scope.kind} is for managers."

    def _yours(self) -> str:
        *some, last = self.examples()
        return f"You can ask for {', '.join(some)} or {last}."


def sight(services: Services, person: str) -> Sight:
    """What *person* may see."""
    return Sight(services, viewer(services.directory, services.organisation, person))


def visible_teams(services: Services, person: str) -> tuple[Team, ...]:
    """The teams that *person* may see: their own, or a manager's all.

    Raises:
        Refused: they are in none.
    """
    seen = sight(services, person)
    teams = services.organisation.teams if seen.manager else seen.teams
    if not teams:
        raise Refused(_NO_TEAM)
    return teams


def ask_a_manager(services: Services) -> str:
    """Whom to ask for what only managers may: up to three of them by name."""
    named = [f"<@{each}>" for each in sorted(services.organisation.managers)]
    return f"Ask {listed(named[:_MOST_MANAGERS], 'or') or 'whoever runs Crosstalk'}."


def managed(services: Services, seen: Sight) -> list[Listed]:
    """The scheduled digests that they may manage, those that concern them first."""
    with services.database.reading() as session:
        every = scheduling.schedules(session, services.organisation, now=services.now())
    found = [_stopped(services, each) for each in every if seen.manages(each.schedule)]
    return sorted(found, key=lambda listed: not seen.concerns(listed.schedule))


def _stopped(services: Services, listed: Listed) -> Listed:
    wanted, directory = listed.schedule, services.directory
    goes = may_go_to(directory, services.organisation, wanted.place, wanted.scope)
    return replace(listed, stopped=not (goes or wanted.from_file))


def _facets(services: Services) -> Iterator[Scope]:
    organisation = services.organisation
    found = {
        Kind.UNIT: [unit for team in organisation.teams for unit in sorted(team.units)],
        Kind.REGION: [region for team in organisation.teams for region in sorted(team.regions)],
        Kind.PLATFORM: [source.platform for source in organisation.sources],
        Kind.SOURCE: [source.key for source in organisation.sources],
    }
    for kind, names in found.items():
        yield from (Scope(kind, name) for name in dict.fromkeys(names) if name)
