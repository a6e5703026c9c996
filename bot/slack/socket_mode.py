"""Socket Mode: Slack reaches us over a connection that we open."""

import threading
from time import monotonic, sleep

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.errors import DeliveryFailed
from bot.slack.gateway import Gateway

log = structlog.get_logger()

# Slack waits no longer for an answer; whoever has clicked by then is to have theirs.
_ANSWER_SECONDS = 3.0
_LOOK_SECONDS = 0.05


class _Handler(SocketModeHandler):
    """Knows whether somebody still waits for an answer."""

    def __init__(self, app: App, token: str, gateway: Gateway) -> None:
        # The SDK has threads of its own from here on.
        self._open = 0
        self._counting = threading.Lock()
        super().__init__(app, token, web_client=gateway.client)

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Answer one request."""
        self._count(1)
        try:
            super().handle(client, req)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._counting:
            self._open += change

    def finish(self) -> None:
        """Answer what has come in, and close the socket, so that Slack turns to others."""
        deadline = monotonic() + _ANSWER_SECONDS
        while monotonic() < deadline and (self._open or not self.client.message_queue.empty()):
            sleep(_LOOK_SECONDS)
        self.close()  # type: ignore[no-untyped-call]


def listen(app: App, gateway: Gateway, token: str, stop: threading.Event) -> None:
    """Keep a socket open until *stop* is set, however often opening it has to be tried."""
    handler = _Handler(app, token, gateway)
    try:
        _connect(handler, gateway, token, stop)
        stop.wait()
    finally:
        handler.finish()


def _connect(handler: _Handler, gateway: Gateway, token: str, stop: threading.Event) -> None:
    tries = 0
    while not stop.is_set():
        try:
            handler.client.wss_uri = gateway.socket_address(token)
        except DeliveryFailed as failure:
            log.warning("socket_not_open", code=failure.code)
            stop.wait(max(min(60, 2**tries), failure.retry_after or 0))
            tries += 1
        else:
            # Afterwards the SDK keeps it open.
            handler.connect()  # type: ignore[no-untyped-call]
            return
