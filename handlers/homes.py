"""Putting a person's home tab together and showing it to them."""

from typing import Any

from slack_bolt.kwargs_injection.args import Args

from bot.domain.duty import next_on_duty, on_duty
from bot.domain.lines import Line
from bot.errors import Refused
from bot.services import Services
from bot.ui import schedules
from bot.ui.home import ROWS_A_PAGE, HomeContent, HomeFilters, Totals, home
from bot.usecases import viewing
from handlers.listener import show_later
from handlers.visibility import managed, sight

EVERYTHING = HomeFilters()


def publish_home(args: Args, services: Services, filters: HomeFilters = EVERYTHING) -> None:
    """Show the person who acted their home tab as it is now."""
    person = str(args.context["user_id"])
    args.client.views_publish(user_id=person, view=home(_content(services, person, filters)))


def is_home(args: Args) -> bool:
    """Whether somebody has clicked on their home tab; not every client sends its view."""
    container = args.body.get("container") or {}
    return not container.get("message_ts") and (args.body.get("view") or {}).get("type") != "modal"


def show_home_again(args: Args, services: Services) -> None:
    """Show the home tab as it is now; what was done is done, whether or not that can be shown."""
    filters = filters_of(args.body.get("view") or {})
    show_later(args, lambda: publish_home(args, services, filters), home=True)


def filters_of(view: dict[str, Any]) -> HomeFilters:
    """What a home tab that was clicked on is narrowed to; not every client sends it along."""
    try:
        return HomeFilters.unpack(view.get("private_metadata"))
    except Refused:
        return EVERYTHING


def _content(services: Services, person: str, filters: HomeFilters) -> HomeContent:
    org, now = services.organisation, services.now()
    seen = sight(services, person)
    teams, digests = seen.teams, managed(services, seen)
    with services.database.reading() as session:
        found = viewing.home(
            session,
            person,
            teams,
            everyone=services.organisation.teams,
            wanted=lambda line: _passes(line, filters),
        )
    page = slice(filters.page * ROWS_A_PAGE, (filters.page + 1) * ROWS_A_PAGE)
    return HomeContent(
        held=found.held[page],
        unclaimed=found.unclaimed[page],
        waiting=found.waiting,
        facts=found.facts,
        duties=[
            (team, on_duty(team, org, now=now), next_on_duty(team, org, now=now)) for team in teams
        ],
        digests=digests[: schedules.ON_HOME],
        more_digests=max(0, len(digests) - schedules.ON_HOME),
        person=person,
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
