"""The manifest that people paste: what the handlers answer to, what the calls need, Slack's limits."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import handlers
from tests.fakes.methods import METHODS

ROOT = Path(__file__).parent.parent
MANIFEST = json.loads((ROOT / "manifest.json").read_text("utf-8"))
EVENTS = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
# A message is asked for by the kind of channel it is written in.
KINDS_OF_MESSAGE = {"message.channels", "message.groups"}
# What each event needs, of which the fake Web API knows nothing.
HEARD = {
    "app_home_opened": "", "member_joined_channel": "channels:read groups:read",
    "member_left_channel": "channels:read groups:read", "message.channels": "channels:history",
    "message.groups": "groups:history", "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read", "user_change": "users:read",
    "subteam_members_changed": "usergroups:read",
}  # fmt: skip
# What the code calls, by the scopes that only some kinds of channel need.
CALLED = {
    "chat.getPermalink", "chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete", "conversations.history",
    "conversations.replies", "conversations.open", "conversations.members", "conversations.list",
    "conversations.info", "files.getUploadURLExternal", "files.completeUploadExternal", "reactions.add", "reactions.remove", "users.info",
    "usergroups.users.list", "views.open", "views.push", "views.update", "views.publish",
}  # fmt: skip
# A direct conversation is only opened and read back, never listed.
NOT_NEEDED = {"im:read"}
# What the SDK makes several calls of.
TOGETHER = {"files_upload_v2": {"files.getUploadURLExternal", "files.completeUploadExternal"}}


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("manifest", ROOT / "scripts" / "manifest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_command_shortcut_and_event_has_its_listener_and_no_other() -> None:
    features = MANIFEST["features"]
    commands = {command["command"] for command in features["slash_commands"]}
    assert commands == {name for name, _ in handlers.COMMANDS}
    shortcuts = {shortcut["callback_id"] for shortcut in features["shortcuts"]}
    assert shortcuts == {name for name, _ in handlers.SHORTCUTS}
    listened_to = {name for name, _ in handlers.EVENTS}
    assert "message" in listened_to
    assert (listened_to - {"message"}) | KINDS_OF_MESSAGE == EVENTS


def test_the_scopes_are_those_that_the_calls_need() -> None:
    folders = (ROOT / "bot" / "slack", ROOT / "handlers")
    code = "".join(file.read_text("utf-8") for each in folders for file in each.glob("*.py"))
    called = {name for name in METHODS if f"client.{_python_name(name)}" in code}
    for whole, parts in TOGETHER.items():
        called |= parts if f"client.{whole}" in code else set()
    # The one needs no scope, the other another token.
    called -= {"auth.test", "apps.connections.open"}
    assert called == CALLED
    scopes = [METHODS[name][1] for name in called] + [HEARD[event] for event in EVENTS]
    needed = {scope for each in scopes for scope in each.split()} - NOT_NEEDED
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed | {"commands"}


def _python_name(method: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: letter[0], method.replace(".", "_"))


@pytest.mark.parametrize("http", [False, True])
def test_slack_s_limits_hold(*, http: bool) -> None:
    told = script().over_http(MANIFEST, "https://crosstalk.example") if http else MANIFEST
    shown, features = told["display_information"], told["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert len(features["bot_user"]["display_name"]) <= 80
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    for command in features["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["usage_hint"]) <= 1000


def _addresses(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for part in value.values() for found in _addresses(part)]
    if isinstance(value, list):
        return [found for part in value for found in _addresses(part)]
    return [value] if isinstance(value, str) and value.startswith("http") else []


def test_over_a_socket_no_address_is_named_and_over_http_every_one() -> None:
    assert MANIFEST["settings"]["socket_mode_enabled"] is True
    assert _addresses(MANIFEST) == []
    told = script().over_http(MANIFEST, script().public("https://crosstalk.example/"))
    assert told["settings"]["socket_mode_enabled"] is False
    # Three commands, events, clicks, and the menus that are filled while typing.
    assert _addresses(told) == ["https://crosstalk.example/slack/events"] * 6
