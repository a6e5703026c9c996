"""The workspace that the demo plays in: seven people, a channel for each team, and the bot."""

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BOT_USER = "U0CROSSTALK"
_FILE = Path(__file__).with_name("workspace.json")


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the bot and local-slack know each other by; new on every start, never shown."""

    bot: str = field(default_factory=lambda: f"xoxb-demo-{secrets.token_hex(16)}", repr=False)
    app: str = field(default_factory=lambda: f"xapp-demo-{secrets.token_hex(16)}", repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to act as."""

    id: str
    name: str
    title: str


def people() -> list[Person]:
    """Everybody in the workspace; local-slack begins as the first."""
    return [Person(user["id"], user["real_name"], user["title"]) for user in _read()["users"]]


def config(tokens: Tokens) -> dict[str, Any]:
    """What local-slack is started with; the bot is a member of every channel."""
    told = _read()
    channels = [
        {**channel, "members": [*channel["members"], BOT_USER]} for channel in told["channels"]
    ]
    app = {
        "appId": "A0CROSSTALK",
        "botUserId": BOT_USER,
        "botName": "Crosstalk",
        "botToken": tokens.bot,
        "appToken": tokens.app,
        "signingSecret": secrets.token_hex(16),
        "mode": "socket",
    }
    return {**told, "channels": channels, "app": app}


def write(path: Path, tokens: Tokens) -> None:
    """Write the configuration to *path*, for its owner's eyes only."""
    path.touch(mode=0o600)
    path.write_text(json.dumps(config(tokens), ensure_ascii=False, indent=1), "utf-8")


def _read() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return told
