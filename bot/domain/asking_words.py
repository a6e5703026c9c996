"""Cutting what somebody typed into words, whatever their keyboard made of it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from bot.domain.comment import clean, fold
from bot.domain.scope import Kind

Phrase = tuple[str, ...]
"""Folded words: ``("service", "hk")`` for “Service HK”, “service-hk” and “SERVICE_HK”."""

KEYWORDS = {
    **{str(kind): kind for kind in Kind if kind is not Kind.ORGANISATION},
    "dept": Kind.DEPARTMENT,
    "market": Kind.REGION,
    "user": Kind.PERSON,
}
LONGEST_WORD = 80
_DATE = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
DATES = re.compile(
    rf"(?:(?:from|between|since) )?(?P<first>{_DATE})"
    rf"(?: ?(?:\.\.+|~|-|to|until|till|through|and) ?(?P<last>{_DATE}|now|today))?",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    rf'<(?P<mention>[@#!][^<>]*)>|"(?P<quoted>[^"]*)"'
    rf"|(?<!\S)(?P<dates>{DATES.pattern.replace('?P<first>', '?:').replace('?P<last>', '?:')})(?!\w)"
    r'|(?:(?!<[@#!])[^\s"])+',
    re.IGNORECASE,
)
_QUOTES = (
    dict.fromkeys(map(ord, "“”„‟«»「」『』《》〝〞〟"), '"')
    | dict.fromkeys(map(ord, "‘’‚‛′´"), "'")
    | {ord("`"): " "}
)
_ZERO_WIDTH_SPACE = "\u200b"
_SINGLE_QUOTED = re.compile(r"(?<!\w)'([^']{1,200})'(?!\w)")
_EMOJI_NAME = re.compile(r"(?<!\S):[\w+'-]{1,100}:(?!\S)")
_EXPLICIT = re.compile(rf"(?<!\S)({'|'.join(KEYWORDS)}) ?[:=] ?", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s_-]+")
_EDGES = frozenset(".,;:!?()[]{}*~'\"…|<>=&/\\，。、！？；：·•")


class Form(Enum):
    """How a word was written."""

    PLAIN = auto()
    QUOTED = auto()
    MENTION = auto()
    DATES = auto()


class Word(NamedTuple):
    """What stands between two spaces or quotation marks; *raw* keeps its case, not its width."""

    form: Form
    raw: str
    phrase: Phrase


def words(text: str) -> list[Word]:
    """The words of *text*, which may have Slack's entities and ``<…|…>`` forms."""
    return list(_words(_plain(text)))


def phrase(found: Sequence[Word]) -> Phrase:
    """Several words as one; decoration counts only where there is nothing else."""
    whole = tuple(part for word in found for part in word.phrase)
    return whole or (" ".join(fold(word.raw) for word in found),)


@lru_cache(maxsize=8192)
def name_words(name: str) -> tuple[Word, ...]:
    """The words of a name, which many a question looks up again."""
    return tuple(words(name))


def phrase_of(name: str) -> Phrase:
    """A name as people may type it."""
    return phrase(name_words(name))


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody or something chosen from Slack's own list: ``<#C123|service-hk>``."""

    mark: str
    id: str
    name: str

    @classmethod
    def of(cls, word: Word) -> "Mention":
        """Read what stood between the angle brackets."""
        target, _, label = word.raw[1:].partition("|")
        return cls(word.raw[:1], target.strip().upper(), label.lstrip("@#"))

    @property
    def shown(self) -> str:
        """As Slack showed it to whoever typed it, as far as is known."""
        mark = "#" if self.mark == "#" else "@"
        return mark + (self.name or self.id)


def _plain(text: str) -> str:
    whole = unicodedata.normalize("NFKC", unescape(clean(text)).replace(_ZERO_WIDTH_SPACE, " "))
    line = " ".join("".join(map(_typed, whole)).translate(_QUOTES).split())
    line = _EMOJI_NAME.sub(" ", _SINGLE_QUOTED.sub(r'"\1"', line))
    return _EXPLICIT.sub(r"\1 ", line)


def _typed(char: str) -> str:
    """*char* as a plain keyboard has it: one kind of dash, nothing invisible."""
    match unicodedata.category(char):
        case "Pd":
            return "-"
        case "Cf" | "Cs":
            return ""
        case _:
            return "-" if char == "\u2212" else char


def _words(text: str) -> Iterator[Word]:
    for found in _TOKEN.finditer(text):
        if mention := found["mention"]:
            yield Word(Form.MENTION, mention, ())
        elif found["quoted"] is not None:
            yield from _word(Form.QUOTED, found["quoted"])
        elif found["dates"]:
            yield Word(Form.DATES, found["dates"], ())
        else:
            yield from _word(Form.PLAIN, found[0])


def _word(form: Form, raw: str) -> Iterator[Word]:
    if raw.strip():
        parts = map(_trimmed, _BETWEEN.split(fold(raw)))
        yield Word(form, raw.strip(), tuple(part for part in parts if part))


def _trimmed(part: str) -> str:
    """*part* without the punctuation and emoji around it."""
    start, end = 0, len(part)
    while start < end and _is_edge(part[start]):
        start += 1
    while end > start and _is_edge(part[end - 1]):
        end -= 1
    return part[start:end]


def _is_edge(char: str) -> bool:
    return char in _EDGES or unicodedata.category(char) in {"So", "Sk", "Me", "Cn", "Co", "Cc"}
