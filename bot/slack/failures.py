"""What a failed call of the Web API means for trying again."""

import re
import socket
import ssl
from typing import Any
from urllib.error import HTTPError

from slack_sdk.errors import SlackApiError

from bot.errors import DeliveryFailed, Scope

_CHANNEL_CLOSED = {
    "channel_not_found", "is_archived", "not_in_channel", "channel_is_limited_access",
    "restricted_action", "restricted_action_read_only_channel", "restricted_action_non_threadable_channel",
    "restricted_action_thread_only_channel", "user_not_found", "user_disabled", "cannot_dm_bot",
    "messages_tab_disabled", "no_permission", "is_inactive", "not_allowed_token_type", "team_access_not_granted",
}  # fmt: skip
_TOKEN_BAD = {
    "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive",
    "missing_scope", "org_login_required", "ekm_access_denied", "access_denied",
    "team_added_to_org", "enterprise_is_restricted", "accesslimited",
}  # fmt: skip
NOBODY = frozenset({"user_not_found", "user_not_visible"})
"""What Slack answers where it knows nobody by an id; all else says nothing about the person."""
# Where an answer is no JSON, the SDK puts a sentence about it in place of a code.
_CODE = re.compile(r"[a-z0-9_]+", re.ASCII)
_MAY_HAVE_WORKED = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}


def named(error: SlackApiError, rate: Scope) -> DeliveryFailed:
    """What Slack's own answer means; *rate* is what a rate limit is of."""
    answer = error.response
    status = getattr(answer, "status_code", 0)
    body = getattr(answer, "data", None)
    told = str(body.get("error", "")) if isinstance(body, dict) else ""
    code = told if _CODE.fullmatch(told) else ""
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        return DeliveryFailed("ratelimited", retry_after=_retry_after(answer), scope=rate)
    if code in _CHANNEL_CLOSED:
        return DeliveryFailed(code, permanent=True, scope=Scope.CHANNEL)
    if code in _TOKEN_BAD:
        return DeliveryFailed(code, permanent=True, scope=Scope.WORKSPACE)
    if status >= 500 or not code or code in _MAY_HAVE_WORKED:
        return DeliveryFailed(code or f"http_{status}", unknown=True)
    return DeliveryFailed(code, permanent=True)


def upload_refused(error: HTTPError) -> DeliveryFailed:
    """What an answer means that came without the SDK in between."""
    # Only the address for an upload answers without the SDK in between.
    if error.code == 429:
        return DeliveryFailed("ratelimited", retry_after=_retry_after(error), scope=Scope.METHOD)
    lasting = 400 <= error.code < 500 and error.code != 408
    return DeliveryFailed(f"http_{error.code}", permanent=lasting)


def _retry_after(answer: Any) -> float:
    headers = {str(k).lower(): v for k, v in dict(getattr(answer, "headers", {}) or {}).items()}
    value = headers.get("retry-after", "")
    text = str(value[0] if isinstance(value, list) and value else value)
    # Slack says whole seconds; anything else is no reason to hammer it.
    return float(min(int(text), 3600)) if text.isascii() and text.isdigit() else 30.0


def network(reason: object) -> DeliveryFailed:
    """What it means that no answer came."""
    if isinstance(reason, ConnectionRefusedError | socket.gaierror):
        # Nobody's fault: were only this message to wait, the next would overtake it.
        return DeliveryFailed("unreachable", scope=Scope.CHANNEL)
    if isinstance(reason, ssl.SSLCertVerificationError):
        # Whoever answered was told nothing yet.
        return DeliveryFailed("untrusted", scope=Scope.CHANNEL)
    return DeliveryFailed("no_answer", unknown=True)
