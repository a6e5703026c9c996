"""The methods of the fake Web API that tell about the workspace, and its modals and home tabs."""

from decimal import Decimal

from bot.ui import kit
from tests.fakes.posting import refuse_faults, with_ids
from tests.fakes.workspace import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    TEAM_ID,
    Args,
    Channel,
    Payload,
    Person,
    SlackError,
    View,
    Workspace,
    needs_member,
    page,
    shown,
)

_DEEPEST_STACK = 3


def auth_test(workspace: Workspace, args: Args) -> Payload:
    """``auth.test``."""
    del args
    names = {"team": "Test", "user": workspace.people[BOT_USER].name}
    ids = {"team_id": TEAM_ID, "user_id": BOT_USER, "bot_id": BOT_ID}
    return {"url": "https://test.slack.com/"} | names | ids


def team_info(workspace: Workspace, args: Args) -> Payload:
    """``team.info``."""
    del workspace, args
    return {"team": {"id": TEAM_ID, "name": "Test", "domain": "test"}}


def open_connection(workspace: Workspace, args: Args) -> Payload:
    """``apps.connections.open``: there is no Socket Mode here."""
    del workspace, args
    raise SlackError("internal_error")


def list_channels(workspace: Workspace, args: Args) -> Payload:
    """``conversations.list``."""
    kinds = str(args.get("types") or "public_channel").split(",")
    hide_archived = _flag(args, "exclude_archived")
    found = [
        _channel(channel)
        for channel in workspace.channels.values()
        if _kind(channel) in kinds
        and not (hide_archived and channel.archived)
        and (not channel.private or BOT_USER in channel.members)
    ]
    return page(found, args, "channels")


def channel_info(workspace: Workspace, args: Args) -> Payload:
    """``conversations.info``."""
    return {"channel": _channel(workspace.channel(args.get("channel")))}


def channel_members(workspace: Workspace, args: Args) -> Payload:
    """``conversations.members``."""
    members = sorted(workspace.channel(args.get("channel")).members)
    answer = page([{"id": member} for member in members], args, "members")
    return answer | {"members": [entry["id"] for entry in answer["members"]]}


def open_conversation(workspace: Workspace, args: Args) -> Payload:
    """``conversations.open`` with one person."""
    person = _person(workspace, args.get("users"))
    return {"channel": {"id": workspace.conversation_with(person.id).id}}


def join(workspace: Workspace, args: Args) -> Payload:
    """``conversations.join``."""
    channel = workspace.channel(args.get("channel"))
    if channel.archived:
        raise SlackError("is_archived")
    if channel.private:
        raise SlackError("method_not_supported_for_channel_type")
    channel.members.add(BOT_USER)
    return {"channel": _channel(channel)}


def history(workspace: Workspace, args: Args) -> Payload:
    """``conversations.history``: newest first, without the replies in threads."""
    channel = workspace.channel(args.get("channel"))
    needs_member(channel)
    metadata = _flag(args, "include_all_metadata")
    found = [
        shown(message, metadata=metadata)
        for message in reversed(workspace.posted.get(channel.id, []))
        if message.thread_ts in {"", message.ts} and _within(message.ts, args)
    ]
    return page(found, args, "messages")


def replies(workspace: Workspace, args: Args) -> Payload:
    """``conversations.replies``: the parent, then its replies, oldest first."""
    channel = workspace.channel(args.get("channel"))
    needs_member(channel)
    parent = str(args.get("ts"))
    metadata = _flag(args, "include_all_metadata")
    found = [
        shown(message, metadata=metadata)
        for message in workspace.posted.get(channel.id, [])
        if message.ts == parent or (message.thread_ts == parent and _within(message.ts, args))
    ]
    if not found:
        raise SlackError("thread_not_found")
    return page(found, args, "messages")


def list_people(workspace: Workspace, args: Args) -> Payload:
    """``users.list``."""
    return page([_profile(person) for person in workspace.people.values()], args, "members")


def person_info(workspace: Workspace, args: Args) -> Payload:
    """``users.info``."""
    return {"user": _profile(_person(workspace, args.get("user")))}


def group_members(workspace: Workspace, args: Args) -> Payload:
    """``usergroups.users.list``."""
    group = str(args.get("usergroup"))
    if group not in workspace.groups:
        raise SlackError("no_such_subteam")
    return {"users": workspace.groups[group]}


def open_view(workspace: Workspace, args: Args) -> Payload:
    """``views.open``."""
    view = _new_view(workspace, workspace.use_trigger(args.get("trigger_id")), args, "modal")
    workspace.stacks[view.user] = [view.id]
    return {"view": view_shown(view)}


def push_view(workspace: Workspace, args: Args) -> Payload:
    """``views.push``."""
    user = workspace.use_trigger(args.get("trigger_id"))
    stack = workspace.stacks.get(user, [])
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= _DEEPEST_STACK:
        raise SlackError("push_limit_reached")
    view = _new_view(workspace, user, args, "modal")
    stack.append(view.id)
    return {"view": view_shown(view)}


def update_view(workspace: Workspace, args: Args) -> Payload:
    """``views.update``."""
    view = workspace.views.get(str(args.get("view_id")))
    if view is None:
        raise SlackError("not_found")
    _refuse_stale(view, args)
    view.payload = checked(workspace, args, "modal")
    view.hash = workspace.new_id("h")
    return {"view": view_shown(view)}


def publish_view(workspace: Workspace, args: Args) -> Payload:
    """``views.publish``."""
    person = _person(workspace, args.get("user_id"))
    if person.id in workspace.homes:
        _refuse_stale(workspace.views[workspace.homes[person.id]], args)
    view = _new_view(workspace, person.id, args, "home")
    workspace.homes[person.id] = view.id
    return {"view": view_shown(view)}


def view_shown(view: View) -> Payload:
    """*view* as Slack answers it, and as it comes in a submission."""
    ids = {"id": view.id, "hash": view.hash, "team_id": TEAM_ID, "bot_id": BOT_ID}
    defaults = {"private_metadata": "", "callback_id": "", "external_id": ""}
    return defaults | view.payload | ids | {"app_id": APP_ID, "state": {"values": {}}}


def _new_view(workspace: Workspace, user: str, args: Args, surface: str) -> View:
    payload = checked(workspace, args, surface)
    view = View(workspace.new_id("V"), workspace.new_id("h"), user, payload)
    workspace.views[view.id] = view
    return view


def checked(workspace: Workspace, args: Args, surface: str) -> Payload:
    view = args.get("view")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments")
    refuse_faults(kit.check(view, "modal" if surface == "modal" else "home"))
    return view | {"blocks": with_ids(workspace, view["blocks"])}


def _refuse_stale(view: View, args: Args) -> None:
    if args.get("hash") not in {None, "", view.hash}:
        raise SlackError("hash_conflict")


def _person(workspace: Workspace, name: object) -> Person:
    if str(name) not in workspace.people:
        raise SlackError("user_not_found")
    return workspace.people[str(name)]


def _profile(person: Person) -> Payload:
    profile: Payload = {"id": person.id, "team_id": TEAM_ID, "name": person.name}
    names = {"real_name": person.name, "profile": {"display_name": person.name}}
    bot = {"is_bot": person.id == BOT_USER, "deleted": person.deleted}
    return profile | names | bot | {"tz": person.zone}


def _channel(channel: Channel) -> Payload:
    payload: Payload = {"id": channel.id, "name": channel.name, "is_archived": channel.archived}
    kind = {
        "is_private": channel.private,
        "is_im": channel.direct,
        "is_channel": not channel.private,
    }
    size = {"is_member": BOT_USER in channel.members, "num_members": len(channel.members)}
    return payload | kind | size


def _kind(channel: Channel) -> str:
    if channel.direct:
        return "im"
    return "private_channel" if channel.private else "public_channel"


def _within(ts: str, args: Args) -> bool:
    oldest = Decimal(str(args.get("oldest") or 0))
    latest = Decimal(str(args.get("latest") or "Infinity"))
    if _flag(args, "inclusive"):
        return oldest <= Decimal(ts) <= latest
    return oldest < Decimal(ts) < latest


def _flag(args: Args, name: str) -> bool:
    return str(args.get(name, "")).lower() in {"1", "true"}
