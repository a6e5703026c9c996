"""Customers whose words reach the bot as any source would send them: over the signed webhook."""

import json
import time
import urllib.request
import uuid
from datetime import UTC, datetime
from typing import Any

from bot.demo.probe import LOCAL
from bot.intake.connector import sign

_TIMEOUT_SECONDS = 20

# By the demo's rules these words concern Service, Product Mobile and Marketing in Hong Kong.
THREE_TEAMS = "新手機部相機影夜景真係好正😍 不過成日死機，搵客服等咗三日都冇人覆。"
THREE_CHANNELS = {
    "C0SERVICEHK": "Service HK",
    "C0PRODUCTMOBILE": "Product Mobile",
    "C0MARKETINGHK": "Marketing HK",
}


class Customers:
    """Tells the bot at *address* what people wrote."""

    def __init__(self, address: str, secret: str) -> None:
        self._address = address
        self._secret = secret

    def write(
        self, text: str, source: str = "instagram-hk", *, identity: str = "", **more: Any
    ) -> int:
        """Somebody writes *text*; the number of its case."""
        data = {"text": text, "author": {"name": "陳大文"}, "language": "zh-Hant", **more}
        answer = self._tell("created", source, identity or new_identity(), data)
        return int(answer["case"])

    def edit(self, identity: str, text: str, source: str = "instagram-hk") -> None:
        """They write something else in its place."""
        self._tell("updated", source, identity, {"text": text})

    def delete(self, identity: str, source: str = "instagram-hk") -> None:
        """They take it back."""
        self._tell("deleted", source, identity, {})

    def _tell(self, what: str, source: str, identity: str, data: dict[str, Any]) -> dict[str, Any]:
        platform = source.partition("-")[0]
        body = json.dumps(
            {
                "type": f"comment.{what}",
                "timestamp": datetime.now(UTC).isoformat(),
                "data": {"platform": platform, "id": identity, **data},
            }
        ).encode()
        headers = sign(self._secret, new_identity(), int(time.time()), body)
        request = urllib.request.Request(  # noqa: S310 - our own address, always http
            f"{self._address}/intake/webhook/{source}",
            body,
            {**headers, "content-type": "application/json"},
        )
        with LOCAL.open(request, timeout=_TIMEOUT_SECONDS) as response:
            answer: dict[str, Any] = json.load(response)
        return answer


def new_identity() -> str:
    """An identity that no comment on any platform has."""
    return uuid.uuid4().hex
