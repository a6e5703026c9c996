"""Standard Webhooks signatures: made for senders, checked for every connector that uses them.

The check is our own because it must take its time from the caller, work on the raw bytes, and say
no to whatever it is given without ever failing in another way.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import IntakeRejected

TOLERANCE_SECONDS = 300

_PREFIX = "whsec_"
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_DELIVERY_ID = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class Request:
    """A delivery as it reached us.

    Attributes:
        headers: by lower-cased name; one that was sent twice holds both values, comma between.
        body: the bytes as sent; a signature covers exactly these.
    """

    headers: Mapping[str, str]
    body: bytes


def sign(secret: str, delivery_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers that a sender adds to *body*; *timestamp* is in Unix seconds.

    Raises:
        ValueError: the secret is not ``whsec_`` followed by base64.
    """
    key = _key(secret)
    if key is None:
        raise ValueError("a secret is whsec_ followed by base64")
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": _signature(key, delivery_id, str(timestamp), body),
    }


def verify(request: Request, secrets: Sequence[str], now: datetime) -> str:
    """The delivery's id, once one of *secrets* has signed it within five minutes of *now*.

    Raises:
        IntakeRejected: 401, for anything else.
    """
    delivery_id = _header(request, "webhook-id")
    timestamp = _header(request, "webhook-timestamp")
    given = _header(request, "webhook-signature")
    if not _DELIVERY_ID.fullmatch(delivery_id):
        raise _unsigned("Must be 1 to 255 visible ASCII characters.", "webhook-id")
    if not is_fresh(timestamp, now):
        raise _unsigned(
            "Must be Unix seconds within five minutes of our clock.", "webhook-timestamp"
        )
    keys = [key for secret in secrets if (key := _key(secret))]
    if not keys:
        raise _unsigned("No secret is set up here. Ask whoever runs Crosstalk.")
    expected = [_signature(key, delivery_id, timestamp, request.body) for key in keys]
    if not _any_equal(expected, given.split()):
        raise _unsigned(
            "Does not fit the body. Sign the raw bytes with the secret you were given.",
            "webhook-signature",
        )
    return delivery_id


def is_fresh(timestamp: str, now: datetime) -> bool:
    """Whether *timestamp* is a plain count of Unix seconds, at most five minutes from *now*."""
    if not _TIMESTAMP.fullmatch(timestamp):
        return False
    return abs(int(timestamp) - now.timestamp()) <= TOLERANCE_SECONDS


def _header(request: Request, name: str) -> str:
    value = request.headers.get(name, "")
    if not value:
        raise _unsigned("This header is missing.", name)
    if not value.isascii():
        raise _unsigned("This header holds more than ASCII.", name)
    return value


def _key(secret: str) -> bytes | None:
    if not secret.startswith(_PREFIX):
        return None
    encoded = secret.removeprefix(_PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    # An empty key would make signatures that anybody can make.
    return key or None


def _signature(key: bytes, delivery_id: str, timestamp: str, body: bytes) -> str:
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def _any_equal(expected: list[str], given: list[str]) -> bool:
    # Every pair is compared, so that the time taken does not tell which one fitted.
    return sum(hmac.compare_digest(ours, theirs) for ours in expected for theirs in given) > 0


def _unsigned(detail: str, header: str = "") -> IntakeRejected:
    return IntakeRejected(401, detail, header)
