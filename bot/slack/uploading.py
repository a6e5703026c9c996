"""An upload to Slack: three calls, of which nobody sees anything before the last."""

from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.errors import DeliveryFailed, Scope

_NAME = "crosstalk-{}.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG, the same in words for who does not see it, and what stands above it."""

    png: bytes
    alt: str
    title: str


class Uploader(WebClient):
    """A client for one upload, which knows whether it has begun to share the file.

    The first call asks for an address, the second sends the bytes there. A file that was not
    shared after that is nowhere to be seen, and Slack drops it.
    """

    shares = False

    def files_completeUploadExternal(self, **given: Any) -> SlackResponse:  # noqa: N802
        """The third call: from here on the picture may be there."""
        self.shares = True
        return super().files_completeUploadExternal(**given)


def uploader(client: WebClient) -> Uploader:
    """An uploader that does as *client* does: the same token, the same patience, no repeats."""
    return Uploader(
        token=client.token,
        base_url=client.base_url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        retry_handlers=[],
    )


def file_name(marker: str) -> str:
    """The name of a file, by which it can be found again."""
    return _NAME.format(marker)


def file_in(message: dict[str, Any], marker: str) -> str:
    """The id of the file in *message* that carries *marker*; "" if it has none."""
    name = file_name(marker)
    found = (each for each in message.get("files") or [] if each.get("name") == name)
    return next((str(each["id"]) for each in found), "")


def is_file(place: str) -> bool:
    """Whether *place* is the id of a file: that of a message is a time, with a point in it."""
    return "." not in place


def of_upload(failure: DeliveryFailed, *, shared: bool) -> DeliveryFailed:
    """What *failure* of an upload means; *shared* when its last call had begun."""
    # Installed before there were pictures: all else that Crosstalk shows needs no such scope.
    of_scope = failure.code == "missing_scope"
    return DeliveryFailed(
        failure.code,
        permanent=failure.permanent,
        retry_after=failure.retry_after,
        scope=Scope.MESSAGE if of_scope else failure.scope,
        unknown=failure.unknown and shared,
    )
