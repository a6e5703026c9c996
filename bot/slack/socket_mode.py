"""Socket Mode: Slack reaches us over a connection that we open."""

import threading

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.errors import DeliveryFailed
from bot.slack.gateway import Gateway

log = structlog.get_logger()


def listen(app: App, gateway: Gateway, token: str, stop: threading.Event) -> None:
    """Open the socket, however often that has to be tried; afterwards the SDK keeps it open."""
    handler = SocketModeHandler(app, token, web_client=gateway.client)
    tries = 0
    while not stop.is_set():
        try:
            handler.client.wss_uri = gateway.socket_address(token)
        except DeliveryFailed as failure:
            log.warning("socket_not_open", code=failure.code)
            stop.wait(max(min(60, 2**tries), failure.retry_after or 0))
            tries += 1
        else:
            handler.connect()  # type: ignore[no-untyped-call]
            return
