"""The table of the fake Web API: every method with what carries it out."""

from collections.abc import Callable
from typing import Any

from tests.fakes import looking, posting, uploading
from tests.fakes.workspace import Payload, Workspace

# Not a method: an answer to what a person did, sent to the address that came with it.
RESPONSE_URL = "response_url"
# Not one either: the bytes of a file, sent to the address that was given for them.
UPLOAD_URL = "upload_url"
POSTS = frozenset({"chat.postMessage", "chat.postEphemeral", "files.completeUploadExternal"})

Method = Callable[[Workspace, dict[str, Any]], Payload]

# Each method with the scopes of which it needs one.
METHODS: dict[str, tuple[Method, str]] = {
    "auth.test": (looking.auth_test, ""),
    "team.info": (looking.team_info, "team:read"),
    "apps.connections.open": (looking.open_connection, ""),
    "chat.postMessage": (posting.post_message, "chat:write"),
    "chat.postEphemeral": (posting.post_ephemeral, "chat:write"),
    "chat.update": (posting.update, "chat:write"),
    "chat.delete": (posting.delete, "chat:write"),
    "chat.getPermalink": (posting.permalink, ""),
    RESPONSE_URL: (posting.respond, ""),
    "files.getUploadURLExternal": (uploading.give_address, "files:write"),
    UPLOAD_URL: (uploading.take_bytes, ""),
    "files.completeUploadExternal": (uploading.complete, "files:write"),
    "reactions.add": (posting.add_reaction, "reactions:write"),
    "reactions.remove": (posting.remove_reaction, "reactions:write"),
    "conversations.list": (looking.list_channels, "channels:read groups:read im:read"),
    "conversations.info": (looking.channel_info, "channels:read groups:read im:read"),
    "conversations.members": (looking.channel_members, "channels:read groups:read im:read"),
    "conversations.history": (looking.history, "channels:history groups:history im:history"),
    "conversations.replies": (looking.replies, "channels:history groups:history im:history"),
    "conversations.open": (looking.open_conversation, "im:write"),
    "conversations.join": (looking.join, "channels:join"),
    "users.list": (looking.list_people, "users:read"),
    "users.info": (looking.person_info, "users:read"),
    "usergroups.users.list": (looking.group_members, "usergroups:read"),
    "views.open": (looking.open_view, ""),
    "views.push": (looking.push_view, ""),
    "views.update": (looking.update_view, ""),
    "views.publish": (looking.publish_view, ""),
}
ALL_SCOPES = frozenset(" ".join(scopes for _, scopes in METHODS.values()).split())
