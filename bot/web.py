"""The HTTP face: comments in, Slack's requests in, health and metrics out.

Everything is checked on the raw bytes before anybody parses it: Bolt and JSON readers were not
made for what strangers send.
"""

import asyncio
import hmac
import traceback
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog
from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt import BoltRequest, BoltResponse
from starlette.requests import ClientDisconnect

from bot import gauges
from bot.domain.organisation import Source
from bot.errors import DatabaseAway, IntakeRejected, Unstorable
from bot.intake import connector as intake, description
from bot.intake.signatures import is_fresh
from bot.metrics import INTAKE, INTAKE_SECONDS, SLACK_REQUESTS, SLACK_SECONDS
from bot.readiness import Trouble
from bot.reception import Reception
from bot.services import Services
from bot.slack.wellformed import request_of
from bot.usecases.gathering import Delivery

INTAKE_CAP = 256 * 1024
SLACK_CAP = 1024 * 1024
READ_SECONDS = 10.0
# Slack gives an answer three seconds, and what comes later is worth no more than "try again".
ANSWER_SECONDS = 2.8
T = TypeVar("T")

SlackApp = Callable[[BoltRequest], BoltResponse]

_TITLES = {
    401: "Not signed by a known sender",
    404: "No such source",
    408: "Too slow",
    413: "Too large",
    422: "No comment can be made of this",
    500: "Our fault",
    503: "Try again soon",
}
_SILENT = Trouble("the database does not answer (too slow)", "start it", stops=True)
_log = structlog.get_logger()


def create_web(
    services: Services, slack: SlackApp | None, *, ready: Callable[[], list[Trouble]]
) -> FastAPI:
    """The web application; *slack* is None when Slack reaches us over a socket.

    *ready* lists what keeps the bot from its work, in words for whoever runs it.
    """
    app = FastAPI(
        title="Crosstalk: comments in",
        description="Send what customers say in public, signed as Standard Webhooks describes.",
        redoc_url=None,
    )
    reception = Reception(services.database, services.organisation, services.now, services.adviser)
    _add_intake(app, services, reception)
    _add_slack(app, services, slack)
    _add_health(app, services, ready)
    return app


def _add_intake(app: FastAPI, services: Services, reception: Reception) -> None:
    @app.post(
        "/intake/{connector}/{source}",
        summary="Tell of a comment",
        status_code=202,
        responses=description.answers(),
        openapi_extra=description.request(),
    )
    async def comment(connector: str, source: str, request: Request) -> Response:
        """A comment was written, edited or deleted.

        A 2xx answer means that it is stored. The same `webhook-id` again is answered as before.
        """
        with INTAKE_SECONDS.time():
            known = _configured(services, connector, source)
            return await _intake_answer(services, reception, known, request)


def _configured(services: Services, connector: str, key: str) -> Source | None:
    source = services.organisation.source(key)
    if source is None or source.connector != connector or connector not in intake.CONNECTORS:
        return None
    return source


def _read(services: Services, source: Source, delivery: intake.Request) -> Delivery:
    """What a delivery says, once it is known who sent it."""
    connector = intake.CONNECTORS[source.connector]
    now = services.now()
    delivery_id = connector.verify(delivery, services.settings.intake_secrets, now)
    changes = connector.parse(delivery.body, source)
    intake.refuse_future(changes, now)
    return Delivery(source=source, changes=changes, id=delivery_id)


async def _taken(
    services: Services, reception: Reception, source: Source | None, request: Request
) -> tuple[Response, str]:
    """Verify, parse, store, then answer: in this order, or a comment could be lost.

    What it is counted as comes second: a sender whose events mean nothing to us shows.
    """
    body = await _body(request, INTAKE_CAP)
    if source is None:
        raise IntakeRejected(404, "Look up the address in the organisation file.")
    delivery = _read(services, source, intake.Request(headers=_headers(request), body=body))
    received = await _promptly(asyncio.wrap_future(reception.hand_in(delivery)))
    counted = str(received.status) if delivery.changes else "ignored"
    return JSONResponse({"case": received.case}, received.status), counted


async def _intake_answer(
    services: Services, reception: Reception, source: Source | None, request: Request
) -> Response:
    counted = field = ""
    try:
        response, counted = await _taken(services, reception, source, request)
    except IntakeRejected as why:
        field = why.field
        response = _problem(why.status, why.detail, field)
    except DatabaseAway:
        response = _problem(503, "The database does not answer. Nothing was stored.")
        response.headers["Retry-After"] = "5"
    except Unstorable:
        response = _problem(422, "Holds something that the database refuses.")
    except Exception as error:  # noqa: BLE001 - a traceback would carry the customer's words
        response = _problem(500, "Nothing was stored. Send it again later.")
        _report("intake.failed", error)
    name = source.key if source else "unknown"
    INTAKE.labels(name, counted or str(response.status_code)).inc()
    _log.info("intake.answered", source=name, status=response.status_code, field=field)
    return response


def _add_slack(app: FastAPI, services: Services, slack: SlackApp | None) -> None:
    async def slack_events(request: Request) -> Response:
        with SLACK_SECONDS.time():
            response = await _slack_answer(request, services, slack)
        SLACK_REQUESTS.labels(str(response.status_code)).inc()
        return response

    # What FastAPI would read of the request for us, Slack's signature does not allow it to.
    app.router.add_route("/slack/events", slack_events, methods=["POST"])


async def _slack_answer(request: Request, services: Services, slack: SlackApp | None) -> Response:
    if slack is None:
        return Response(status_code=404)
    try:
        body = await _body(request, SLACK_CAP)
        headers = _headers(request)
        if not _from_slack(headers, body, services):
            return Response(status_code=401)
        asked = request_of(body, request.url.query, headers)
        return _answered(await _promptly(_aside(slack, asked)))
    except IntakeRejected as why:
        return Response(status_code=why.status, headers=_closing(why.status))
    except DatabaseAway:
        return Response(status_code=503)
    except Exception as error:  # noqa: BLE001 - Slack must see a 500, and send an event again
        _report("slack.failed", error)
        return Response(status_code=500)


def _from_slack(headers: Mapping[str, str], body: bytes, services: Services) -> bool:
    secret = services.settings.slack_signing_secret
    timestamp = headers.get("x-slack-request-timestamp", "")
    if not secret or not is_fresh(timestamp, services.now()):
        return False
    signed = f"v0:{timestamp}:".encode() + body
    expected = "v0=" + hmac.digest(secret.encode(), signed, "sha256").hex()
    given = headers.get("x-slack-signature", "")
    return hmac.compare_digest(expected.encode(), given.encode())


def _answered(answer: BoltResponse) -> Response:
    response = Response(answer.body, answer.status)
    for name, values in answer.headers.items():
        if name.lower() != "content-length":
            for value in [values] if isinstance(values, str) else values:
                response.headers.append(name, value)
    return response


def _add_health(app: FastAPI, services: Services, ready: Callable[[], list[Trouble]]) -> None:
    @app.get("/health/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/health/ready", include_in_schema=False)
    async def is_ready() -> Response:
        try:
            faults = await _promptly(_aside(ready))
        except DatabaseAway:
            faults = [_SILENT]
        # A channel that is closed is for people to mend; comments are taken in all the same.
        stopped = any(fault.stops for fault in faults)
        told = {"ready": not stopped, "faults": [str(fault) for fault in faults]}
        return JSONResponse(told, 503 if stopped else 200)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        try:
            await _promptly(_aside(gauges.look, services, ready))
        except DatabaseAway:
            gauges.clear()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _promptly(answer: Awaitable[T]) -> T:
    """What *answer* brings, if it comes in time.

    Raises:
        DatabaseAway: it took so long that nobody waits any more; it may still be done.
    """
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await answer
    except TimeoutError:
        raise DatabaseAway("too slow") from None


async def _aside(call: Callable[..., T], *args: object) -> T:
    """What *call* returns, in a thread of its own; the thread of one that hangs is left to itself."""
    return await to_thread.run_sync(partial(call, *args), abandon_on_cancel=True)


async def _body(request: Request, cap: int) -> bytes:
    """The whole body, if it is at most *cap* bytes and arrives in time.

    Raises:
        IntakeRejected: 413, 408, or 400 when the sender hung up.
    """
    said = request.headers.get("content-length", "")
    if said.isascii() and said.isdigit() and (len(said) > 12 or int(said) > cap):
        raise _too_large(cap)
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > cap:
                    raise _too_large(cap)
    except TimeoutError:
        raise IntakeRejected(408, "The body must arrive within ten seconds.") from None
    except ClientDisconnect:
        raise IntakeRejected(400, "The body ended early.") from None
    return bytes(body)


def _too_large(cap: int) -> IntakeRejected:
    return IntakeRejected(413, f"The body may have at most {cap // 1024} KiB.")


def _headers(request: Request) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in request.headers.items():
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _problem(status: int, detail: str, field: str = "") -> Response:
    about = {"type": "about:blank", "title": _TITLES.get(status, ""), "status": status}
    content = {**about, "detail": detail, **({"field": field} if field else {})}
    return JSONResponse(
        content, status, headers=_closing(status), media_type="application/problem+json"
    )


def _closing(status: int) -> dict[str, str]:
    # The rest of a body that we stopped reading must not be taken for the next request.
    return {"Connection": "close"} if status in {408, 413} else {}


def _report(event: str, error: Exception) -> None:
    """Log where it went wrong, without the message: it may quote a customer."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    _log.error(event, error=type(error).__name__, places=places)
