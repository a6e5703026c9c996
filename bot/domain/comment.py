"""What one customer wrote in one place, and what happened to it there afterwards."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

# Controls that reorder or hide the text around them; marks (U+200E, U+200F) only help it along.
_BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_CONTROLS = {code: None for code in [*range(0x20), *range(0x7F, 0xA0)] if code not in {9, 10}}
_GLYPH_SELECTORS = dict.fromkeys([0xFE0E, 0xFE0F])
_STRIP = {**_CONTROLS, **_BIDI_CONTROLS}


def clean(text: str) -> str:
    r"""*text* as every database and screen can hold it.

    Lone surrogates become U+FFFD; NUL, control characters and bidirectional overrides go; line
    ends become ``\\n``. Applying it twice changes nothing.
    """
    if text.isascii() and text.isprintable():
        return text
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\r\n", "\n").replace("\r", "\n").translate(_STRIP)


def fold(text: str) -> str:
    """*text* for comparison: width and compatibility forms folded, then case.

    Selectors that only choose between a coloured and a plain glyph go: ❤️ is ❤.
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).translate(_GLYPH_SELECTORS).casefold()


@lru_cache(maxsize=16_384)
def fold_own(word: str) -> str:
    """The same for an organisation's own words, which each comment is compared with anew.

    What customers write has no place here: it would stay in memory.
    """
    return fold(word)


@lru_cache(maxsize=4_096)
def fold_all(words: tuple[str, ...]) -> tuple[str, ...]:
    """The same for all that a rule names."""
    return tuple(map(fold_own, words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """The customer as one platform knows them."""

    id: str = ""
    name: str = ""
    handle: str = ""
    url: str = ""
    followers: int | None = None
    created_at: datetime | None = None

    @property
    def shown(self) -> str:
        """What to call them on a card."""
        return self.name or self.handle or "Somebody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What the comment was written under."""

    id: str = ""
    url: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment, as its platform told it; text is clean already.

    ``forgotten`` says why its text and its author are gone, "" while they are there.
    """

    source: str
    external_id: str
    platform: str
    text: str = ""
    author: Author = field(default_factory=Author)
    url: str = ""
    created_at: datetime | None = None
    language: str = ""
    region: str = ""
    unit: str = ""
    account: str = ""
    parent_id: str = ""
    post: Post = field(default_factory=Post)
    campaign: str = ""
    tags: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    rating: float | None = None
    forgotten: str = ""


class ChangeKind(StrEnum):
    """What a source can tell about a comment."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One delivery about one comment.

    ``facts`` are the fields that were given, in the shape of `Comment`; ``raw`` is the payload
    as it came, kept for whatever a later release wants to read from it.
    """

    kind: ChangeKind
    source: str
    external_id: str
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> tuple[datetime, bool, str]:
        """Sorts changes so that every process folds them alike: a creation before its edits."""
        return self.at, self.kind is not ChangeKind.CREATED, repr(sorted(self.facts.items()))


def in_order(changes: Iterable[Change]) -> list[Change]:
    """*changes* as every process folds them."""
    listed = list(changes)
    # Of one, which is all that most comments have, nobody need know the place.
    return listed if len(listed) < 2 else sorted(listed, key=lambda change: change.order)


def merge(changes: list[Change]) -> dict[str, Any]:
    """The newest word on every field, whatever order *changes* arrived in.

    The author and the post are told in parts, so an edit that names only one part keeps the rest.
    """
    facts: dict[str, Any] = {}
    for change in in_order(changes):
        for name, value in change.facts.items():
            facts[name] = _joined(facts.get(name), value)
    return facts


def _joined(known: Any, value: Any) -> Any:
    if isinstance(known, Mapping) and isinstance(value, Mapping):
        return {**known, **value}
    return value
