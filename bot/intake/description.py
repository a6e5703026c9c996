"""What the interface's own page says about sending comments in."""

from collections.abc import Mapping
from typing import Any

from bot.intake.webhook import Delivery

_HEADERS = {
    "webhook-id": "Your id of this delivery; the same when you send it again.",
    "webhook-timestamp": "Now, in Unix seconds; at most five minutes from our clock.",
    "webhook-signature": "`v1,` and the base64 HMAC-SHA256 of `{id}.{timestamp}.{body}`;"
    " several with blanks between.",
}

_CASE = {
    "type": "object",
    "properties": {"case": {"type": ["integer", "null"]}},
    "required": ["case"],
}

_PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "field": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}

_PROBLEMS = {
    401: "The signature or the timestamp does not hold.",
    404: "There is no such source.",
    408: "The body took longer than ten seconds.",
    413: "The body is larger than 256 KiB.",
    422: "No comment can be made of the body; `field` names what is wrong.",
    503: "The database is away; nothing was stored. Send it again after `Retry-After` seconds.",
}


def answers() -> dict[int | str, dict[str, Any]]:
    """Every answer, by status."""
    good = {
        202: "A new case was opened.",
        200: "Known, or applied to a known case. `case` is null when there is none (yet).",
    }
    found: dict[int | str, dict[str, Any]] = {
        status: {"description": text, "content": {"application/json": {"schema": _CASE}}}
        for status, text in good.items()
    }
    for status, text in _PROBLEMS.items():
        content = {"application/problem+json": {"schema": _PROBLEM}}
        found[status] = {"description": text, "content": content}
    return found


def request() -> dict[str, Any]:
    """The headers and the body, as additions to the operation."""
    schema = Delivery.model_json_schema()
    whole = _inlined(schema, schema.pop("$defs", {}))
    return {
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": text,
                "schema": {"type": "string"},
            }
            for name, text in _HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": whole}}},
    }


def _inlined(node: Any, parts: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(item, parts) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(parts[node["$ref"].rpartition("/")[2]], parts)
    return {name: _inlined(value, parts) for name, value in node.items()}
