"""What only the web process needs, so that the others do not load it: Bolt, and the HTTP server."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware import Middleware

from bot import garbage, readiness
from bot.ending import Ending
from bot.errands import Errands
from bot.errors import DatabaseAway, DeliveryFailed
from bot.lingering import Connection
from bot.services import Services
from bot.slack.gateway import Gateway, web_client
from bot.slack.socket_mode import listen
from bot.usecases import reporting
from bot.web import create_web
from handlers import register

log = structlog.get_logger()

# First those who are being answered, then what was promised to those who were.
_ANSWER_SECONDS = 5
_ERRAND_SECONDS = 6.0
_ASK_AGAIN_SECONDS = 10.0
_OTHERS_WAIT_SECONDS = 1.0


def bolt_app(services: Services, gateway: Gateway) -> App:
    """The Bolt app with every listener.

    It answers from the request's own thread: Bolt's default looks for an ack every ten
    milliseconds, and would run listeners in a pool of five.
    """
    client = web_client(services.settings)
    # Each request is given the token by `authorize`; Bolt warns of one beside it, also of that in
    # the environment, where we have it from.
    client.token = None
    logging.getLogger("slack_bolt.App").addFilter(_is_news)
    app = App(
        # Else Bolt looks through the files of everybody who called us for a name.
        name="crosstalk",
        client=client,
        signing_secret=services.settings.slack_signing_secret,
        authorize=_authorize(services, gateway),
        process_before_response=True,
        request_verification_enabled=not services.settings.socket_mode,
    )
    app.use(_KeepConnections(gateway))
    register(app, services)
    return app


class _KeepConnections(Middleware):
    """Lets listeners call Slack as we do; Bolt would have each request open connections of its own."""

    def __init__(self, gateway: Gateway) -> None:
        self._client = gateway.client

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,
        next: Callable[[], BoltResponse],  # noqa: A002 - Bolt's name
    ) -> BoltResponse:
        """Give the request our client."""
        del resp
        req.context["client"] = self._client
        return next()


def _is_news(record: logging.LogRecord) -> bool:
    return "`token` will be unused" not in record.getMessage()


def _authorize(services: Services, gateway: Gateway) -> Callable[..., AuthorizeResult]:
    identity = _Identity(gateway)

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        known = identity.known()
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=services.settings.slack_bot_token,
            bot_id=known.get("bot_id"),
            bot_user_id=known.get("user_id"),
        )

    return authorize


class _Identity:
    """Who we are in Slack, asked once: it does not change while the token stays the same."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._known: dict[str, Any] = {}
        self._asking = threading.Lock()
        self._not_before = 0.0

    def known(self) -> dict[str, Any]:
        """What Slack says; nothing while it does not answer."""
        # The first click waits for the answer, and others a moment: without it, what we post and
        # mark ourselves would come back as if somebody else had.
        if self._is_due() and self._asking.acquire(timeout=_OTHERS_WAIT_SECONDS):
            try:
                if self._is_due():
                    self._ask()
            finally:
                self._asking.release()
        return self._known

    def _is_due(self) -> bool:
        return not self._known and monotonic() >= self._not_before

    def _ask(self) -> None:
        try:
            self._known = dict(self._gateway.identity()[0])
        except DeliveryFailed as failure:
            # While Slack is away nobody's click waits to be told so again.
            self._not_before = monotonic() + _ASK_AGAIN_SECONDS
            log.warning("identity_unknown", code=failure.code)


def prepare(services: Services) -> None:
    """Find out, beside the first requests, what they would wait for; Slack may take its time."""
    asking = (
        _aside(services.directory.refresh),
        _aside(services.adviser.warm),
        _aside(_warm, services),
    )
    _aside(garbage.settle, asking)


def _aside(run: Callable[..., object], *args: object) -> threading.Thread:
    thread = threading.Thread(target=run, args=args, daemon=True)
    thread.start()
    return thread


def _warm(services: Services) -> None:
    # Where the database is away, the first digest takes a little longer, and that is all.
    with suppress(DatabaseAway), services.database.reading() as session:
        reporting.warm(session, services.organisation, now=services.now())


class _Server(uvicorn.Server):
    """It leaves the signals to `Ending`, so that every part of the process hears of them at once."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(services: Services, gateway: Gateway, stop: Ending) -> None:
    """Answer Slack and the sources until *stop* is set; who has been answered gets what is left."""
    errands, looks = Errands(), Errands(lines=1)
    at_length = partial(looks.run, "")
    _serve_until(replace(services, afterwards=errands.run, at_length=at_length), gateway, stop)
    # What takes minutes is given the moment as well: mostly it takes seconds.
    for each in (errands, looks):
        if not each.finish(stop.left(_ERRAND_SECONDS)):
            log.warning("errands_left")


def over_http(web: FastAPI, **where: Any) -> uvicorn.Config:
    """How *web* is served."""
    return uvicorn.Config(
        web,
        http=Connection,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_ANSWER_SECONDS,
        **where,
    )


def _serve_until(services: Services, gateway: Gateway, stop: Ending) -> None:
    settings = services.settings
    app = bolt_app(services, gateway)
    slack = None if settings.socket_mode else app.dispatch
    ready = readiness.checker(services.database, services.organisation, services.now)
    web = create_web(services, slack, ready=ready)
    server = _Server(over_http(web, host=settings.host, port=settings.port))
    _aside(_end_with, stop, server)
    if stop.is_set():
        return
    socket = None
    if settings.socket_mode:
        socket = _aside(listen, app, gateway, settings.slack_app_token, stop)
    log.info("serving", host=settings.host, port=settings.port, socket=settings.socket_mode)
    try:
        server.run()
    finally:
        stop.set()
        if socket is not None:
            # What was clicked last is answered, and Slack has been told to turn to others.
            socket.join(stop.left(_ANSWER_SECONDS))


def _end_with(stop: Ending, server: uvicorn.Server) -> None:
    stop.wait()
    server.should_exit = True
