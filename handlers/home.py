"""The home tab."""

from typing import Any

from slack_bolt.kwargs_injection.args import Args

from bot.services import Services
from handlers.listener import event_listener
from handlers.surfaces import publish_home


@event_listener
def opened(event: dict[str, Any], services: Services, args: Args) -> None:
    """Someone opens the app: their home tab shows the newest state."""
    if event.get("tab") == "home":
        publish_home(args, services)
