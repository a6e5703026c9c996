"""What Slack tells about the workspace."""

from typing import Any

from bot.services import Services
from handlers.listener import event_listener


@event_listener
def joined(event: dict[str, Any], services: Services) -> None:
    """Somebody joins a channel, and may act for its team."""
    services.directory.joined(str(event["user"]), str(event["channel"]))


@event_listener
def left(event: dict[str, Any], services: Services) -> None:
    """Somebody leaves a channel, and may no longer act for its team."""
    services.directory.left(str(event["user"]), str(event["channel"]))


@event_listener
def heard() -> None:
    """Messages in channels are the teams' own talk; nothing is done with them."""
