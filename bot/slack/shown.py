"""What has to stand in Slack for a notice."""

from dataclasses import dataclass

from bot.slack.uploading import Picture
from bot.ui.kit import Message


@dataclass(frozen=True, slots=True)
class Shown:
    """What has to stand in Slack for a notice.

    Attributes:
        message: None when there is nothing left to show, and, with ``gone``, what is there goes.
        thread: the ``ts`` of the message that it goes under; None when that is not there yet.
        emoji: the names of the emoji that are to be on it.
        picture: goes in place of the message, which says the same where no picture may be.
    """

    message: Message | None
    thread: str | None = ""
    emoji: tuple[str, ...] = ()
    gone: bool = False
    picture: Picture | None = None
