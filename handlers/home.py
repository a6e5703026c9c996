"""The home tab."""

from typing import Any

from slack_bolt import Ack
from slack_bolt.kwargs_injection.args import Args

from bot.services import Services
from bot.ui.home import HomeFilters
from handlers.homes import publish_home
from handlers.listener import event_listener, listener


@event_listener
def opened(event: dict[str, Any], services: Services, args: Args) -> None:
    """Someone opens the app: their home tab shows the newest state."""
    if event.get("tab") == "home":
        publish_home(args, services)


@listener
def narrowed(ack: Ack, action: dict[str, Any], services: Services, args: Args) -> None:
    """A filter: the option that was chosen carries all of them."""
    chosen = (action.get("selected_option") or {}).get("value")
    publish_home(args, services, HomeFilters.unpack(chosen))
    ack()


@listener
def home_turned(ack: Ack, action: dict[str, Any], services: Services, args: Args) -> None:
    """Earlier or later: another page of the same lists."""
    publish_home(args, services, HomeFilters.unpack(action.get("value")))
    ack()
