"""Facts about the comments that a case answers."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentReceived:
    """A source delivered a comment that was not known; the case begins."""

    comment_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentJoined:
    """A further author said the same; the case now answers that comment too."""

    comment_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentEdited:
    """The author changed the comment on its platform; ``comment_id`` is 0 for the case's own."""

    edited_at: datetime
    comment_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentDeleted:
    """The comment is gone from its platform; ``comment_id`` is 0 for the case's own."""

    deleted_at: datetime
    comment_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentForgotten:
    """What a comment said, and who wrote it, was erased; the counts stay.

    ``why`` is the command, or ``retention``; nobody is named. ``comment_id`` as in the others.
    """

    why: str
    comment_id: int = 0
