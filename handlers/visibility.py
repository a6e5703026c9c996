"""Whose digests and lists a person may see: managers everybody's, others their own teams'."""

from bot.domain.organisation import Team
from bot.errors import Refused
from bot.services import Services


def visible_teams(services: Services, person: str, scope: str) -> tuple[Team, ...]:
    """The teams of *scope* (a team's key, or "" for all that they may see).

    Raises:
        Refused: there is no such team, they may not see it, or they are in none.
    """
    everyone = services.directory.is_manager(person)
    allowed = services.organisation.teams if everyone else services.directory.teams_of(person)
    if not scope:
        if not allowed:
            raise Refused("You are not in any team yet. Join a team's channel, then try again.")
        return tuple(allowed)
    team = services.organisation.team(scope)
    if team is None:
        names = ", ".join(f"`{each.key}`" for each in allowed)
        raise Refused(f"There is no team “{scope}”. Yours to see: {names or 'none'}.")
    if team not in allowed:
        raise Refused(f"{team.name}'s digest is for its members and for managers.")
    return (team,)
