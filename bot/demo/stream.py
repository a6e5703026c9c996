"""The sample comments, sent as any other program would: over the signed webhook."""

import base64
import http.client
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.demo.probe import LOCAL
from bot.intake.connector import sign

_FILE = Path(__file__).with_name("comments.jsonl")
_TIMEOUT_SECONDS = 10
_TRIES = 5

Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One delivery to make.

    Attributes:
        delivery: the id of the delivery; a repeated one stands for a sender who tried again.
        delay: seconds to wait before it.
        ago: minutes that have passed on the platform since it happened.
        repeat: how many times the text is repeated, for a very long one.
    """

    source: str
    delivery: str
    delay: float
    ago: int
    body: dict[str, Any]
    repeat: int = 1

    def payload(self, now: datetime) -> bytes:
        """The body to send, as if it had happened `ago` minutes before *now*."""
        at = (now - timedelta(minutes=self.ago)).isoformat(timespec="seconds")
        data = dict(self.body["data"])
        if self.body["type"] == "comment.created":
            data["created_at"] = at
        if self.repeat > 1:
            data["text"] *= self.repeat
        return json.dumps({**self.body, "timestamp": at, "data": data}).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What Crosstalk said to a delivery; status 0 means that it could not be reached."""

    status: int
    detail: str = ""

    @property
    def taken(self) -> bool:
        """Whether the comment is safe."""
        return 200 <= self.status < 300

    @property
    def passing(self) -> bool:
        """Whether it is worth trying again."""
        return self.status in {0, 429} or self.status >= 500


def samples() -> list[Sample]:
    """Every sample delivery, in order."""
    lines = _FILE.read_text("utf-8").splitlines()
    return [Sample(**json.loads(line)) for line in lines]


def new_secret() -> str:
    """A secret as ``INTAKE_SECRETS`` wants it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


class Sender:
    """Sends samples to the intake of a running Crosstalk."""

    def __init__(self, address: str, secret: str, pause: Pause) -> None:
        self._intake = f"{address}/intake/webhook/"
        self._secret = secret
        self._pause = pause

    def stream(self, *, fast: bool) -> Iterator[tuple[Sample, Answer]]:
        """Send every sample, *fast* without waiting in between."""
        for sample in samples():
            if not fast:
                self._pause(sample.delay)
            yield sample, self.send(sample)

    def send(self, sample: Sample) -> Answer:
        """Send one, again if that can help: the intake takes a delivery only once anyway."""
        body = sample.payload(datetime.now(UTC))
        answer = self._post(sample, body)
        for attempt in range(1, _TRIES):
            if not answer.passing:
                break
            self._pause(0.2 * 2**attempt)
            answer = self._post(sample, body)
        return answer

    def _post(self, sample: Sample, body: bytes) -> Answer:
        headers = sign(self._secret, sample.delivery, int(time.time()), body)
        request = urllib.request.Request(  # noqa: S310 — the address is our own, and always http
            self._intake + sample.source,
            data=body,
            headers={**headers, "content-type": "application/json"},
        )
        try:
            with LOCAL.open(request, timeout=_TIMEOUT_SECONDS) as response:
                return Answer(response.status)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _detail(error.read()))
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, type(error).__name__)


def _detail(body: bytes) -> str:
    """The reason in a problem document, as far as there is one."""
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    return str(told.get("detail", "")) if isinstance(told, dict) else ""
