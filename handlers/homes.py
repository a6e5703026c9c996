"""Putting a person's home tab together and showing it to them."""

from slack_bolt.kwargs_injection.args import Args

from bot.domain.duty import next_on_duty, on_duty
from bot.domain.lines import Line
from bot.services import Services
from bot.ui.home import ROWS_A_PAGE, HomeContent, HomeFilters, Totals, home
from bot.usecases import viewing

EVERYTHING = HomeFilters()


def publish_home(args: Args, services: Services, filters: HomeFilters = EVERYTHING) -> None:
    """Show the person who acted their home tab as it is now."""
    person = str(args.context["user_id"])
    args.client.views_publish(user_id=person, view=home(_content(services, person, filters)))


def _content(services: Services, person: str, filters: HomeFilters) -> HomeContent:
    org, now = services.organisation, services.now()
    teams = services.directory.teams_of(person)
    with services.database.reading() as session:
        found = viewing.home(session, person, teams, wanted=lambda line: _passes(line, filters))
    page = slice(filters.page * ROWS_A_PAGE, (filters.page + 1) * ROWS_A_PAGE)
    return HomeContent(
        held=found.held[page],
        unclaimed=found.unclaimed[page],
        waiting=found.waiting,
        facts=found.facts,
        duties=[
            (team, on_duty(team, org, now=now), next_on_duty(team, org, now=now)) for team in teams
        ],
        filters=filters,
        totals=Totals(held=len(found.held), unclaimed=len(found.unclaimed)),
        organisation=org,
        teams=teams,
        now=now,
        zone=teams[0].zone if teams else org.zone,
    )


def _passes(line: Line, filters: HomeFilters) -> bool:
    return (
        filters.team in {"", line.team}
        and filters.priority in {None, line.priority}
        and filters.platform in {"", line.platform}
    )
