"""Where a digest may be posted: the channels that the bot is in."""

import re
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.comment import fold
from bot.errors import Refused

_OUTSIDE = ("channel_not_found", "not_in_channel")
_INVITE = "Invite me with `/invite @Crosstalk`"
_NOT_IN = f"I am not in that channel. {_INVITE} there, then try again."
NOT_HERE = (
    f"I am not in this channel, so I cannot post there. {_INVITE}, or ask in your team's channel."
)
_UNKNOWN = f"I see no such channel. {_INVITE} there, or paste its ID."
_AWAY = "Slack does not answer just now. Please try again in a minute."
_ID = re.compile(r"(?:<#|.*/archives/|#?)([CG](?=[A-Z]*\d)[A-Z0-9]{1,30})(?:[|/?>].*)?", re.ASCII)
# Slack gives three seconds; who has more channels than this can paste an ID.
_PAGES, _PAGE = 3, 1000


def may_post(client: WebClient, channel: str) -> bool:
    """Whether nothing says that the bot is outside of *channel*."""
    try:
        found = client.conversations_info(channel=channel).get("channel") or {}
    except SlackApiError as error:
        return error.response.get("error") not in _OUTSIDE
    except (SlackClientError, OSError):
        # Slack does not answer just now; the outbox waits until it does.
        return True
    return bool(found.get("is_im") or found.get("is_member", True))


def find(client: WebClient, typed: str, person: str) -> str:
    """The ID of the channel that *person* names: an ID, a link or a name.

    Raises:
        Refused: there is none that both they and the bot may use, or Slack does not answer.
    """
    try:
        known = _ID.fullmatch(typed.strip())
        channel = known[1] if known else _named(client, fold(typed.strip().lstrip("#")))
        found: dict[str, Any] = client.conversations_info(channel=channel).get("channel") or {}
        if found.get("is_private") and not _is_in(client, channel, person):
            # Whoever is not in a private channel does not learn that it exists.
            raise Refused(_UNKNOWN)
    except SlackApiError as error:
        raise Refused(_UNKNOWN if error.response.get("error") in _OUTSIDE else _AWAY) from error
    except (SlackClientError, OSError) as error:
        raise Refused(_AWAY) from error
    if found.get("is_archived"):
        raise Refused("That channel is archived.")
    if not found.get("is_member", True):
        raise Refused(_NOT_IN)
    return channel


def _named(client: WebClient, name: str) -> str:
    cursor = ""
    for _ in range(_PAGES):
        page = client.conversations_list(
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=_PAGE,
            cursor=cursor,
        )
        for channel in page.get("channels") or []:
            if channel["name"] == name:
                return str(channel["id"])
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    raise Refused(_UNKNOWN)


def _is_in(client: WebClient, channel: str, person: str) -> bool:
    cursor = ""
    while True:
        page = client.conversations_members(channel=channel, limit=_PAGE, cursor=cursor)
        if person in (page.get("members") or []):
            return True
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return False
