"""Reading JSON that strangers wrote, into values that every database can hold."""

import json
import math
from typing import Any, NoReturn

from bot.errors import IntakeRejected

# Deeper than any platform's payload, and shallow enough for every JSON writer after us.
MAX_DEPTH = 50


def read_object(body: bytes | str) -> dict[str, Any]:
    """The JSON object in *body*, with its strings made storable.

    Raises:
        IntakeRejected: 422, for anything that is not one JSON object in UTF-8.
    """
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
        value = json.loads(
            text,
            parse_constant=_no_constant,
            parse_float=_finite,
            object_pairs_hook=_distinct,
        )
    except UnicodeDecodeError:
        raise IntakeRejected(422, "Not UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise IntakeRejected(422, f"Not JSON: see {where}.") from None
    except ValueError:
        # Python refuses to read integers of thousands of digits.
        raise IntakeRejected(422, "Holds a number that is too large.") from None
    if not isinstance(value, dict):
        raise IntakeRejected(422, "Must be one JSON object.")
    stored: dict[str, Any] = storable(value)
    return stored


def storable(value: Any, depth: int = 0) -> Any:
    """*value* with NUL taken out of its strings and lone surrogates replaced, keys included.

    Raises:
        IntakeRejected: 422, when it is nested too deeply.
    """
    if isinstance(value, str):
        return _storable_text(value)
    if isinstance(value, dict | list) and depth >= MAX_DEPTH:
        raise _too_deep()
    if isinstance(value, dict):
        return {_storable_text(k): storable(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list):
        return [storable(item, depth + 1) for item in value]
    return value


def given(value: Any) -> Any:
    """*value* without its nulls: to say null is to say nothing."""
    if isinstance(value, dict):
        return {k: given(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [given(item) for item in value if item is not None]
    return value


def _storable_text(text: str) -> str:
    if text.isascii():
        return text.replace("\0", "")
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "")


def _no_constant(name: str) -> NoReturn:
    raise IntakeRejected(422, f"Holds {name}, which is not JSON.")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise IntakeRejected(422, "Holds a number that is too large.")
    return number


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        # Readers disagree about which of the two counts, so no signature can settle it.
        raise IntakeRejected(422, "Names the same field twice in one object.")
    return found


def _too_deep() -> IntakeRejected:
    return IntakeRejected(422, f"Nested more than {MAX_DEPTH} levels deep.")
