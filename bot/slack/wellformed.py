"""What Slack has signed, as Bolt and the listeners can read it; or the word that it is nothing of Slack's.

Both take the shape of a request for granted, and would answer 500 to one that has another.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from slack_bolt import BoltRequest

from bot.errors import IntakeRejected

Fits = Callable[[Any], bool]

# Of an id or an address; none that Slack gives comes near.
_MOST_CHARACTERS = 1_000
# What Bolt's reader comes to when it meets something else than what it was made for.
_UNREADABLE = (AttributeError, KeyError, RecursionError, TypeError, ValueError)


def request_of(body: bytes, query: str, headers: Mapping[str, str | Sequence[str]]) -> BoltRequest:
    """The request whose raw *body* Slack has signed.

    Raises:
        IntakeRejected: 400, it is none that Slack sends.
    """
    try:
        asked = BoltRequest(body=body.decode(), query=query, headers=dict(headers))
    except _UNREADABLE:
        raise _malformed() from None
    if not _fits(asked.body, _BODY) or not _is_whole(asked.body, _OF_BODY):
        raise _malformed()
    if not _is_whole(asked.body.get("event") or {}, _OF_EVENT):
        raise _malformed()
    return asked


def _malformed() -> IntakeRejected:
    return IntakeRejected(400, "Not a request of Slack's.")


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _MOST_CHARACTERS and value.isprintable()


def _is_id(value: Any) -> bool:
    return bool(value) and _is_name(value)


def _is_address(value: Any) -> bool:
    return _is_name(value) and (not value or value.startswith(("https://", "http://")))


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_one(value: Any) -> bool:
    """Somebody or something, by id or as a whole."""
    return _is_name(value) or (isinstance(value, dict) and _is_name(value.get("id", "")))


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _are_actions(value: Any) -> bool:
    return bool(value) and _are_objects(value) and all(_is_id(a.get("action_id")) for a in value)


def _is_view(value: Any) -> bool:
    return _is_object(value) and _is_id(value.get("type"))


def _is_profile(value: Any) -> bool:
    return _is_object(value) and _is_name(value.get("status_emoji", ""))


def _is_person(value: Any) -> bool:
    return _is_object(value) and _is_id(value.get("id")) and _is_profile(value.get("profile"))


def _is_event(value: Any) -> bool:
    return _is_object(value) and _is_id(value.get("type")) and _fits(value, _EVENT)


_ONES: dict[str, Fits] = dict.fromkeys(("user", "team", "channel", "enterprise"), _is_one)
# Where they stand, they are this.
_BODY: dict[str, Fits] = {
    **_ONES,
    **dict.fromkeys(("type", "command", "trigger_id", "callback_id", "action_id"), _is_name),
    **dict.fromkeys(("user_id", "team_id", "channel_id", "event_id"), _is_name),
    **dict.fromkeys(("message", "container"), _is_object),
    "response_url": _is_address,
    "view": _is_view,
    "authorizations": _are_objects,
    "actions": _are_actions,
    "event": _is_event,
}
_EVENT: dict[str, Fits] = {
    **_ONES,
    **dict.fromkeys(("item", "message", "previous_message"), _is_object),
    **dict.fromkeys(("ts", "thread_ts", "deleted_ts", "reaction"), _is_name),
}
# What a kind of request, or of event, is nothing without.
_OF_BODY: dict[str, dict[str, Fits]] = {
    "event_callback": {"event": _is_event},
    "block_actions": {"actions": _are_actions},
    "view_submission": {"view": _is_view},
    "view_closed": {"view": _is_view},
}
_IN_CHANNEL: dict[str, Fits] = {"user": _is_id, "channel": _is_id}
_ON_MESSAGE: dict[str, Fits] = {"user": _is_id, "item": _is_object}
_OF_EVENT: dict[str, dict[str, Fits]] = {
    "app_home_opened": {"user": _is_id},
    "member_joined_channel": _IN_CHANNEL,
    "member_left_channel": _IN_CHANNEL,
    "message": {"channel": _is_id},
    "reaction_added": _ON_MESSAGE,
    "reaction_removed": _ON_MESSAGE,
    "user_change": {"user": _is_person},
}


def _is_whole(value: Any, needed: Mapping[str, Mapping[str, Fits]]) -> bool:
    """Whether *value* has what one of its kind must have."""
    kind = needed.get(value.get("type") or "", {})
    return all(fits(value.get(name)) for name, fits in kind.items())


def _fits(value: Any, table: Mapping[str, Fits]) -> bool:
    """Whether *value* is an object, and each of its parts that *table* knows is what it should be."""
    if not isinstance(value, dict):
        return False
    known = ((table.get(name), part) for name, part in value.items() if part is not None)
    return all(fits is None or fits(part) for fits, part in known)
