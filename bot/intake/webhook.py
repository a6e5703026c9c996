"""The generic connector: whoever can send a signed JSON body can send comments."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.comment import Change, ChangeKind
from bot.domain.organisation import Source
from bot.errors import IntakeRejected
from bot.intake import signatures
from bot.intake.fields import (
    Count,
    Id,
    Language,
    Line,
    Medium,
    Moment,
    Name,
    RequiredId,
    RequiredName,
    Stars,
    Web,
    Words,
    validated,
)
from bot.intake.payload import given, read_object

KINDS = {f"comment.{kind.value}": kind for kind in ChangeKind}


class _Part(BaseModel):
    """A part of the body; what it does not name is let through, and kept in `Change.raw`."""

    model_config = ConfigDict(strict=True, json_schema_extra={"additionalProperties": True})


class AuthorGiven(_Part):
    """The customer as the platform knows them."""

    id: Id = ""
    name: Line = ""
    handle: Line = ""
    url: Web = ""
    followers: Count | None = None
    created_at: Moment | None = None


class PostGiven(_Part):
    """What the comment was written under."""

    id: Id = ""
    url: Web = ""
    text: Words = ""


class Known(_Part):
    """Which comment it is; a deletion needs to say no more."""

    platform: RequiredName = Field(examples=["facebook"])
    id: RequiredId = Field(description="What the platform calls this comment.")


class CommentGiven(Known):
    """One comment; an edit may leave out what has stayed the same."""

    text: Words = ""
    author: AuthorGiven | None = None
    url: Web = ""
    created_at: Moment | None = None
    language: Language = Field("", description="A BCP 47 tag.", examples=["zh-Hant"])
    region: Name = ""
    unit: Name = ""
    account: Line = ""
    parent_id: Id = ""
    post: PostGiven | None = None
    campaign: Line = ""
    tags: Annotated[list[Line], Field(max_length=50)] = []
    media: Annotated[list[Medium], Field(max_length=50)] = []
    rating: Stars | None = None


class Deletion(_Part):
    """The body of a delivery that says a comment is gone."""

    timestamp: Moment
    data: Known


class Delivery(_Part):
    """The body of a delivery."""

    type: Literal["comment.created", "comment.updated", "comment.deleted"] = Field(
        description="Any other type is answered with 200 and changes nothing."
    )
    timestamp: Moment = Field(description="When it happened on the platform.")
    data: CommentGiven


class Webhook:
    """Standard Webhooks in, with the body that `Delivery` describes."""

    name = "webhook"

    def verify(self, request: signatures.Request, secrets: Sequence[str], now: datetime) -> str:
        """The delivery's id, if one of *secrets* signed it.

        Raises:
            IntakeRejected: 401.
        """
        return signatures.verify(request, secrets, now)

    def parse(self, body: bytes, source: Source) -> tuple[Change, ...]:
        """The one change that *body* tells of; none when its type is not known here.

        Raises:
            IntakeRejected: 422, naming the field at fault.
        """
        payload = read_object(body)
        type_ = payload.get("type")
        if not isinstance(type_, str):
            raise IntakeRejected(422, "Is required, as text.", "type")
        kind = KINDS.get(type_)
        return () if kind is None else (change(kind, payload, source),)


def change(kind: ChangeKind, payload: Mapping[str, Any], source: Source) -> Change:
    """The change that a whole body tells of; *payload* is storable already.

    Raises:
        IntakeRejected: 422, naming the field at fault.
    """
    model: type[Deletion | Delivery] = Deletion if kind is ChangeKind.DELETED else Delivery
    told = validated(model, given({**payload, "type": f"comment.{kind.value}"}))
    return Change(
        kind=kind,
        source=source.key,
        external_id=told.data.id,
        at=told.timestamp,
        facts=_facts(told.data),
        raw=dict(payload),
    )


def _facts(data: Known) -> dict[str, Any]:
    facts = data.model_dump(exclude_unset=True, exclude={"id"})
    for part in (facts, facts.get("author", {}), facts.get("post", {})):
        if not part.get("url", True):
            del part["url"]
    for name in ("author", "post"):
        if not facts.get(name, True):
            del facts[name]
    for name in ("tags", "media"):
        if name in facts:
            facts[name] = tuple(value for value in facts[name] if value)
    return facts
