"""The kinds of value that a payload may give, and how a wrong one is reported."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from bot.domain.comment import clean
from bot.errors import IntakeRejected

MAX_URL = 3_000
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
# Far enough for every platform, and every time zone can still show these years.
_YEARS = range(1970, 2200)
_WEB = re.compile(r"https?://[^\s<>\"\\^`{|}/?#]+[^\s<>\"]*", re.IGNORECASE)


def _line(value: str) -> str:
    return " ".join(clean(value).split())


def _id(value: str) -> str:
    return clean(value).strip()


def _required(value: str) -> str:
    if not value:
        raise PydanticCustomError("empty", "Must not be empty.")
    return value


def _web(value: str) -> str:
    plain = len(value) <= MAX_URL and clean(value) == value
    return value if plain and _WEB.fullmatch(value) else ""


def _moment(value: object) -> datetime:
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value.strip()):
        raise PydanticCustomError(
            "moment", "Must be RFC 3339 with its zone, such as 2026-03-01T09:30:00Z."
        )
    try:
        moment = datetime.fromisoformat(value.strip().upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("moment", "There is no such moment.") from None
    if moment.year not in _YEARS:
        raise PydanticCustomError("moment", "Must lie after 1970 and before 2200.")
    return moment


def _address_of(item: object) -> object:
    return item.get("url", "") if isinstance(item, dict) else item


Words = Annotated[str, AfterValidator(clean)]
"""Text as a customer wrote it, line breaks and all."""

Line = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(_line)]
"""A name: one line."""

Name = Annotated[str, StringConstraints(max_length=100), AfterValidator(_line)]
"""A short name that people configure: a platform, a region, a unit."""

RequiredName = Annotated[Name, AfterValidator(_required)]

Id = Annotated[str, StringConstraints(max_length=500), AfterValidator(_id)]
"""What a platform calls something."""

RequiredId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500),
    AfterValidator(_id),
    AfterValidator(_required),
]

Web = Annotated[str, AfterValidator(_web)]
"""An http or https address; "" in place of any other kind, which nobody must be led to."""

Moment = Annotated[
    datetime,
    PlainValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]

Language = Annotated[str, StringConstraints(max_length=35), AfterValidator(_line)]

Count = Annotated[int, Field(ge=0, le=10**12)]

Stars = Annotated[float, Field(allow_inf_nan=False)]

Medium = Annotated[
    Web,
    BeforeValidator(_address_of),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "uri"},
                {"type": "object", "properties": {"url": {"type": "string", "format": "uri"}}},
            ]
        }
    ),
]

Model = TypeVar("Model", bound=BaseModel)


def validated(model: type[Model], value: Any) -> Model:
    """*value* as a *model*.

    Raises:
        IntakeRejected: 422, with the first field at fault; never with what it held.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(step) for step in first["loc"])
        raise IntakeRejected(422, _said(first), path) from None


_SAID = {
    "missing": "Is required.",
    "empty": "Must not be empty.",
    "string_type": "Must be text.",
    "string_too_short": "Must not be empty.",
    "string_too_long": "Must have at most {max_length} characters.",
    "too_long": "Must have at most {max_length} entries.",
    "list_type": "Must be a list.",
    "model_type": "Must be an object.",
    "int_type": "Must be a whole number.",
    "float_type": "Must be a number.",
    "finite_number": "Must be a number.",
    "greater_than_equal": "Must be at least {ge}.",
    "less_than_equal": "Must be at most {le}.",
}


def _said(error: ErrorDetails) -> str:
    if error["type"] == "moment":
        return error["msg"]
    return _SAID.get(error["type"], "Cannot be used.").format_map(error.get("ctx", {}))
