"""The methods of the fake Web API that put messages in front of people."""

from typing import Any

from bot.ui import kit
from tests.fakes.workspace import (
    BOT_USER,
    Args,
    Channel,
    Message,
    Payload,
    SlackError,
    Workspace,
    needs_member,
    shown,
)

_CUT_AT = 40_000
_LONGEST_UPDATE = 4_000
_KEPT = ("unfurl_links", "unfurl_media", "link_names", "parse", "mrkdwn", "reply_broadcast")


def post_message(workspace: Workspace, args: Args) -> Payload:
    """``chat.postMessage``."""
    channel = open_channel(workspace, args.get("channel"))
    message = _compose(workspace, channel, args)
    message.metadata = args.get("metadata")
    workspace.posted.setdefault(channel.id, []).append(message)
    return {"channel": channel.id, "ts": message.ts, "message": shown(message)}


def post_ephemeral(workspace: Workspace, args: Args) -> Payload:
    """``chat.postEphemeral``."""
    channel = open_channel(workspace, args.get("channel"))
    if args.get("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    message = _compose(workspace, channel, args)
    workspace.ephemeral.append((args["user"], message))
    return {"message_ts": message.ts}


def respond(workspace: Workspace, args: Args) -> Payload:
    """An answer to a click or command at its ``response_url``: to that person, or to all."""
    channel = workspace.channel(args.get("channel"))
    message = _compose(workspace, channel, args)
    if args.get("response_type") == "in_channel":
        workspace.posted.setdefault(channel.id, []).append(message)
    else:
        workspace.ephemeral.append((str(args.get("user")), message))
    return {}


def update(workspace: Workspace, args: Args) -> Payload:
    """``chat.update``: what is not given is taken away, metadata apart."""
    channel = _reachable(workspace, args)
    if channel.archived:
        raise SlackError("is_inactive")
    message = _own(workspace, channel, args, "cant_update_message")
    text, blocks = _content(args)
    if len(text) > _LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    message.text, message.blocks = text, with_ids(workspace, blocks)
    message.metadata = args.get("metadata", message.metadata)
    message.updates += 1
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": shown(message)}


def delete(workspace: Workspace, args: Args) -> Payload:
    """``chat.delete``."""
    channel = _reachable(workspace, args)
    message = _own(workspace, channel, args, "cant_delete_message")
    workspace.posted[channel.id].remove(message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(workspace: Workspace, args: Args) -> Payload:
    """``chat.getPermalink``."""
    channel = workspace.channel(args.get("channel"))
    message = workspace.message(channel, args.get("message_ts"))
    place = f"{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": f"https://test.slack.com/archives/{place}"}


def add_reaction(workspace: Workspace, args: Args) -> Payload:
    """``reactions.add``."""
    people = _reaction(workspace, args)
    if BOT_USER in people:
        raise SlackError("already_reacted")
    people.add(BOT_USER)
    return {}


def remove_reaction(workspace: Workspace, args: Args) -> Payload:
    """``reactions.remove``."""
    people = _reaction(workspace, args)
    if BOT_USER not in people:
        raise SlackError("no_reaction")
    people.remove(BOT_USER)
    return {}


def _reaction(workspace: Workspace, args: Args) -> set[str]:
    channel = workspace.channel(args.get("channel"))
    needs_member(channel)
    message = workspace.message(channel, args.get("timestamp"))
    return message.reactions.setdefault(str(args.get("name")), set())


def open_channel(workspace: Workspace, name: Any) -> Channel:
    """The channel of that name, if the bot may post there."""
    channel = workspace.channel(name)
    if channel.archived:
        raise SlackError("is_archived")
    needs_member(channel)
    return channel


def _reachable(workspace: Workspace, args: Args) -> Channel:
    # Unlike a post, a change needs the conversation's id, not the person's.
    if str(args.get("channel")) not in workspace.channels:
        raise SlackError("channel_not_found")
    return workspace.channel(args["channel"])


def _own(workspace: Workspace, channel: Channel, args: Args, otherwise: str) -> Message:
    message = workspace.message(channel, args.get("ts"))
    if message.user != BOT_USER:
        raise SlackError(otherwise)
    return message


def _compose(workspace: Workspace, channel: Channel, args: Args) -> Message:
    text, blocks = _content(args)
    return Message(
        channel=channel.id,
        ts=workspace.new_ts(),
        user=BOT_USER,
        text=text[:_CUT_AT],
        blocks=with_ids(workspace, blocks),
        thread_ts=str(args.get("thread_ts") or ""),
        extras={name: args[name] for name in _KEPT if name in args},
    )


def _content(args: Args) -> tuple[str, list[Payload]]:
    text, blocks = str(args.get("text") or ""), args.get("blocks") or []
    if not text and not blocks:
        raise SlackError("no_text")
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    refuse_faults(kit.check({"text": text, "blocks": blocks}, "message"))
    return text, blocks


def refuse_faults(faults: list[str]) -> None:
    """Answer as Slack does when blocks are over its limits."""
    if faults:
        raise SlackError("invalid_blocks", response_metadata={"messages": faults})


def with_ids(workspace: Workspace, blocks: list[Payload]) -> list[Any]:
    """*blocks* as Slack keeps them: each has an id."""
    return [{"block_id": workspace.new_id("b"), **block} for block in blocks]
