"""What a Slack workspace remembers: people, channels, messages, views and trigger ids."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

TEAM_ID = "T0TEST"
BOT_USER = "U0BOT"
BOT_ID = "B0BOT"
APP_ID = "A0TEST"
TRIGGER_LIFE = timedelta(seconds=3)

Args = Mapping[str, Any]
Payload = dict[str, Any]


class SlackError(Exception):
    """What Slack says no with: a code, and more fields of the answer."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


@dataclass(slots=True)
class Person:
    """Somebody in the workspace."""

    id: str
    name: str
    zone: str = "Europe/London"
    deleted: bool = False


@dataclass(slots=True)
class Channel:
    """A channel, or a direct conversation when its id begins with D."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    archived: bool = False
    private: bool = False

    @property
    def direct(self) -> bool:
        """Whether it is a conversation with one person."""
        return self.id.startswith("D")


@dataclass(slots=True)
class File:
    """A file, from the moment somebody asks for an address to send it to."""

    id: str
    name: str
    length: int
    alt: str
    ticket: str
    title: str = ""
    content: bytes | None = None
    shared: bool = False


@dataclass(slots=True)
class Message:
    """One message as it stands now."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Payload] = field(default_factory=list)
    thread_ts: str = ""
    metadata: Payload | None = None
    extras: Payload = field(default_factory=dict)
    reactions: dict[str, set[str]] = field(default_factory=dict)
    updates: int = 0
    files: list[File] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Everything that its blocks say, in their order."""
        return "\n".join(_texts(self.blocks))

    @property
    def elements(self) -> list[Payload]:
        """Its buttons, menus and fields, in their order."""
        return [part for part in walk(self.blocks) if "action_id" in part]

    @property
    def buttons(self) -> dict[str, Payload]:
        """Its buttons and menus by action id; where several share one, the last."""
        return {part["action_id"]: part for part in self.elements}


@dataclass(slots=True)
class View:
    """A modal or a home tab; ``payload`` is what the app sent."""

    id: str
    hash: str
    user: str
    payload: Payload

    @property
    def blocks(self) -> list[Payload]:
        """Its blocks."""
        return list(self.payload["blocks"])

    @property
    def words(self) -> str:
        """Everything that its blocks say, in their order."""
        return "\n".join(_texts(self.blocks))

    @property
    def elements(self) -> list[Payload]:
        """Its buttons, menus and fields, in their order."""
        return [part for part in walk(self.blocks) if "action_id" in part]


def walk(part: Any) -> Iterator[Payload]:
    """Every dictionary inside *part*, itself included, from the outside in."""
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from walk(value)
    elif isinstance(part, list):
        for value in part:
            yield from walk(value)


def _texts(blocks: list[Payload]) -> Iterator[str]:
    for part in walk(blocks):
        if part.get("type") in {"mrkdwn", "plain_text"} and isinstance(part.get("text"), str):
            yield part["text"]


@dataclass(slots=True)
class _Trigger:
    user: str
    at: datetime
    used: bool = False


class Workspace:
    """The state that the methods work on; whoever calls holds the fake's lock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, list[str]] = {}
        self.posted: dict[str, list[Message]] = {}
        self.ephemeral: list[tuple[str, Message]] = []
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.files: dict[str, File] = {}
        self.address = ""
        self._triggers: dict[str, _Trigger] = {}
        self._numbers = itertools.count(1)
        self._last_ts = 0
        self.people[BOT_USER] = Person(BOT_USER, "crosstalk")

    def new_id(self, prefix: str) -> str:
        """An id that was not used before."""
        return f"{prefix}{next(self._numbers):08d}"

    def new_ts(self) -> str:
        """A message's timestamp: now, and later than every one before."""
        moment = self.now().astimezone(UTC)
        micros = int(moment.timestamp()) * 1_000_000 + moment.microsecond
        self._last_ts = max(micros, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def mint_trigger(self, user: str) -> str:
        """A trigger id as it comes with a click of *user*."""
        trigger = self.new_id("T")
        self._triggers[trigger] = _Trigger(user, self.now())
        return trigger

    def use_trigger(self, trigger: Any) -> str:
        """Whose trigger id it is; it cannot be used again."""
        known = self._triggers.get(str(trigger))
        if known is None:
            raise SlackError("invalid_trigger_id")
        if known.used:
            raise SlackError("exchanged_trigger_id")
        if self.now() - known.at >= TRIGGER_LIFE:
            raise SlackError("expired_trigger_id")
        known.used = True
        return known.user

    def channel(self, name: Any) -> Channel:
        """The channel of that id, or ``#name``, or the conversation with that person."""
        wanted = str(name)
        if wanted in self.people:
            return self.conversation_with(wanted)
        for channel in self.channels.values():
            if wanted in {channel.id, f"#{channel.name}"}:
                if channel.private and BOT_USER not in channel.members:
                    break
                return channel
        raise SlackError("channel_not_found")

    def conversation_with(self, user: str) -> Channel:
        """The direct conversation of the bot with *user*."""
        identity = f"D{user[1:]}"
        members = {user, BOT_USER}
        return self.channels.setdefault(identity, Channel(identity, user, members, private=True))

    def message(self, channel: Channel, ts: Any) -> Message:
        """The message at *ts* in *channel*."""
        for message in self.posted.get(channel.id, []):
            if message.ts == str(ts):
                return message
        raise SlackError("message_not_found")


def needs_member(channel: Channel) -> None:
    """Refuse a channel that the bot is not in."""
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")


def shown(message: Message, *, metadata: bool = False) -> Payload:
    """*message* as the Web API answers it."""
    payload: Payload = {"type": "message", "team": TEAM_ID, "user": message.user, "ts": message.ts}
    payload |= {"text": message.text, "blocks": message.blocks}
    if message.user == BOT_USER:
        payload |= {"bot_id": BOT_ID, "app_id": APP_ID}
    if message.thread_ts:
        payload["thread_ts"] = message.thread_ts
    if metadata and message.metadata:
        payload["metadata"] = message.metadata
    if message.files:
        payload["files"] = [
            {"id": each.id, "name": each.name, "title": each.title, "user": message.user}
            for each in message.files
        ]
    if message.reactions:
        payload["reactions"] = [
            {"name": name, "users": sorted(users), "count": len(users)}
            for name, users in message.reactions.items()
        ]
    return payload


def as_event(said: Message) -> Payload:
    """A message as events tell of it."""
    told = {"channel": said.channel, "ts": said.ts, "user": said.user, "text": said.text}
    return told | ({"thread_ts": said.thread_ts} if said.thread_ts else {})


def page(items: list[Payload], args: Args, key: str) -> Payload:
    """One page of *items* under *key*, with the cursor of the next."""
    start = int(str(args.get("cursor") or "next:0").removeprefix("next:"))
    end = start + int(args.get("limit") or 100)
    more = end < len(items)
    cursor = {"next_cursor": f"next:{end}" if more else ""}
    return {key: items[start:end], "has_more": more, "response_metadata": cursor}
