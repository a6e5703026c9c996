"""The methods of the fake Web API by which a file comes into a thread."""

from typing import Any

from tests.fakes.posting import open_channel
from tests.fakes.workspace import BOT_USER, Args, File, Message, Payload, SlackError, Workspace

_LONGEST_ALT = 1000


def give_address(workspace: Workspace, args: Args) -> Payload:
    """``files.getUploadURLExternal``: an address that is good for one file of that length."""
    length, alt = int(args.get("length") or 0), str(args.get("alt_txt") or "")
    if not length or not args.get("filename"):
        raise SlackError("missing_argument")
    if len(alt) > _LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    identity, ticket = workspace.new_id("F"), workspace.new_id("ticket")
    workspace.files[identity] = File(identity, str(args["filename"]), length, alt, ticket)
    return {"upload_url": f"{workspace.address}/upload/{ticket}?v=1", "file_id": identity}


def take_bytes(workspace: Workspace, args: Args) -> Payload:
    """The address itself: it knows who may send from the ticket, and nothing of tokens."""
    for file in workspace.files.values():
        if file.ticket == args.get("ticket") and file.content is None:
            if len(args["content"]) != file.length or args.get("token") or args.get("v") != "1":
                break
            file.content = args["content"]
            return {}
    raise SlackError("not_found")


def complete(workspace: Workspace, args: Args) -> Payload:
    """``files.completeUploadExternal``: from here on people see the file."""
    told: list[dict[str, Any]] = args.get("files") or []
    files = [workspace.files.get(str(each.get("id"))) for each in told]
    known = [file for file in files if file and file.content is not None and not file.shared]
    if not known or len(known) < len(files):
        raise SlackError("file_not_found")
    if str(args.get("channel_id")) not in workspace.channels:
        raise SlackError("invalid_channel")
    channel = open_channel(workspace, args["channel_id"])
    for file, each in zip(known, told, strict=True):
        file.shared, file.title = True, str(each.get("title") or file.name)
    thread = str(args.get("thread_ts") or "")
    message = Message(channel.id, workspace.new_ts(), BOT_USER, thread_ts=thread, files=known)
    workspace.posted.setdefault(channel.id, []).append(message)
    return {"files": [{"id": file.id, "title": file.title} for file in known]}
