"""A source that tells a whole bot something, signed, by the webhook."""

import json
from typing import Any

from bot.intake.connector import sign
from tests.handlers.desk import INTAKE_SECRET, Desk
from tests.web.client import Client

INTAKE = "/intake/webhook/facebook-hk"


def tell(desk: Desk, client: Client, kind: str, delivery: str, **data: Any) -> tuple[int, Any]:
    """A source tells something about a comment."""
    now = desk.clock.now()
    told = {"type": f"comment.{kind}", "timestamp": now.isoformat(), "data": data}
    body = as_json(told)
    signed = sign(INTAKE_SECRET, delivery, int(now.timestamp()), body)
    answer = client.post(INTAKE, content=body, headers=signed)
    return answer.status_code, answer.json()


def as_json(told: dict[str, Any]) -> bytes:
    """UTF-8 where the text can be that, else with escapes."""
    try:
        return json.dumps(told, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(told).encode()
