"""Where a click came from, brought up to date at once.

A card in a channel follows through the outbox. A home tab, a window and a private message are not
the outbox's: only the listener that was clicked can reach them.
"""

from slack_bolt.kwargs_injection.args import Args

from bot.domain.organisation import Team
from bot.services import Services
from bot.ui import card, home, modals
from bot.ui.ids import StakeRef
from bot.ui.kit import Message
from bot.usecases import viewing
from bot.usecases.owning import known_team
from bot.usecases.viewing import CaseView


def acting_team(services: Services, ref: StakeRef, person: str) -> Team:
    """The team that *person* acts for by a button of *ref*.

    Raises:
        Refused: they may not.
    """
    team = known_team(services.organisation, ref.team)
    services.directory.require_member(person, team)
    return team


def require_side(services: Services, ref: StakeRef, person: str) -> None:
    """Let *person* act from the side that *ref* names, triage included.

    Raises:
        Refused: they may not.
    """
    if ref.team:
        acting_team(services, ref, person)
    else:
        services.directory.require_triage(person)


def card_of(services: Services, view: CaseView, team: str) -> Message:
    """The card of a case from the side of *team*, "" for triage."""
    if team:
        return card.team_card(view.case, view.comment, services.organisation, team)
    return card.triage_card(view.case, view.comment, services.organisation)


def show_again(args: Args, services: Services, ref: StakeRef) -> None:
    """Show what an act has changed in the place where it was clicked."""
    view = args.body.get("view") or {}
    container = args.body.get("container") or {}
    if view.get("type") == "modal":
        message = _current(services, ref)
        args.client.views_update(
            view_id=view["id"], hash=view.get("hash"), view=modals.case_view(message)
        )
    elif view.get("type") == "home" or not args.body.get("message"):
        publish_home(args, services)
    elif container.get("is_ephemeral"):
        message = _current(services, ref)
        args.respond(
            text=message.text,
            blocks=message.blocks,
            response_type="ephemeral",
            replace_original=True,
        )


def _current(services: Services, ref: StakeRef) -> Message:
    with services.database.reading() as session:
        return card_of(services, viewing.case(session, ref.case), ref.team)


def publish_home(args: Args, services: Services) -> None:
    """Show the person who acted their home tab as it is now."""
    person = args.context["user_id"]
    teams = services.directory.teams_of(person)
    with services.database.reading() as session:
        found = viewing.home(session, person, teams)
    zone = teams[0].zone if teams else services.organisation.zone
    view = home.home(
        found.held,
        found.unclaimed,
        found.waiting,
        organisation=services.organisation,
        teams=teams,
        now=services.now(),
        zone=zone,
    )
    args.client.views_publish(user_id=person, view=view)
