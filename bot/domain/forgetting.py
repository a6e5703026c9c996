"""What is left of an event when a comment that it speaks of is forgotten.

Counts, times, teams and people of ours stay. What people wrote goes wherever it may be about the
author: all of it where nobody else's comment is left in the case, else what quotes the author.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from bot.domain import events as e
from bot.domain.comment import Comment, fold
from bot.domain.matching import contains

REMOVED = "(removed)"
"""What stands where somebody of ours had written something."""

# A run of so many characters that a note has in common with a comment is a quotation.
_QUOTATION = 16
# Shorter names are words of their own in too many languages.
_SHORTEST_NAME = 3
_SHORTEST_ELSEWHERE = 5


class Why(StrEnum):
    """For what reason a comment was forgotten, as the journal keeps it."""

    REQUEST = "crosstalk forget"
    RETENTION = "retention"


@dataclass(frozen=True)
class Gone:
    """What must not be found any more in one case.

    Attributes:
        texts: every version of what the author wrote.
        names: every name, handle, id and address that they were known by.
        left: what the other comments of the case say, with their authors; () when there is none.
    """

    texts: tuple[str, ...]
    names: tuple[str, ...]
    left: tuple[str, ...] = ()

    @classmethod
    def of(cls, versions: Iterable[Comment], left: Iterable[Comment] = ()) -> "Gone":
        """What *versions* of forgotten comments tell, while *left* are the others of the case."""
        told = tuple(versions)
        names = {name for each in told for name in names_of(each)}
        return cls(
            texts=tuple(dict.fromkeys(fold(each.text) for each in told if each.text.strip())),
            names=tuple(sorted(fold(name) for name in names)),
            left=tuple(fold(f"{each.text} {' '.join(names_of(each))}") for each in left),
        )

    def free(self, text: str) -> str:
        """*text* that one of us wrote, unless it may be about the author."""
        return REMOVED if text and (not self.left or self.quoted(text)) else text

    def quoted(self, text: str) -> bool:
        """Whether *text* names the author, or repeats what they wrote."""
        folded = fold(text)
        if any(contains(folded, name) for name in self.names if _is_name(name)):
            return True
        return self._repeats(folded)

    def named_elsewhere(self, text: str) -> bool:
        """Whether *text*, about another's comment, surely names the author or repeats them."""
        folded = fold(text)
        telling = (name for name in self.names if _tells(name))
        return any(contains(folded, name) for name in telling) or self._repeats(folded)

    def words(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the *words* that decided which another comment of the case has as well."""
        return tuple(word for word in words if self._has(self.left, word))

    def _has(self, texts: Iterable[str], word: str) -> bool:
        folded = fold(word)
        return any(folded in text for text in texts)

    def _repeats(self, folded: str) -> bool:
        runs = (folded[at : at + _QUOTATION] for at in range(len(folded) - _QUOTATION + 1))
        if any(run in self._runs for run in runs):
            return True
        short = (text for text in self.texts if _tells(text) and len(text) < _QUOTATION)
        return any(contains(folded, text) for text in short)

    @cached_property
    def _runs(self) -> frozenset[str]:
        return frozenset(
            text[at : at + _QUOTATION]
            for text in self.texts
            for at in range(len(text) - _QUOTATION + 1)
        )


def names_of(comment: Comment) -> tuple[str, ...]:
    """Everything that a comment's author goes by."""
    author = comment.author
    known = (author.id, author.name, author.handle, author.handle.removeprefix("@"), author.url)
    return tuple(name.strip() for name in known if name.strip())


def _is_name(name: str) -> bool:
    return len(name) >= (_SHORTEST_NAME if name.isascii() else 2)


def _tells(name: str) -> bool:
    """Whether it is hardly anybody else's: two words, an id or a handle, or three characters."""
    if not name.isascii():
        return len(name) >= _SHORTEST_NAME
    return len(name) >= _SHORTEST_ELSEWHERE and not name.isalpha()


WRITTEN: Mapping[type, tuple[str, ...]] = {
    e.CaseTriaged: ("note",),
    e.CaseDismissed: ("reason",),
    e.StakeResolved: ("note",),
    e.StakeHandedOff: ("reason",),
    e.StakeDeclined: ("reason",),
    e.FactAdded: ("text",),
    e.NoteKept: ("text",),
    e.LeadMoved: ("reason",),
    e.PriorityChanged: ("reason",),
}
"""The fields of events in which one of us wrote something freely."""


# A rule is called what the organisation file calls it, and so on; the names of all other reasons
# are what a person wrote.
_NAMED_BY_US = frozenset({"rule", "suggestion", "urgency"})


def redacted(event: e.Event, gone: Gone) -> e.Event:
    """*event* without what *gone* tells."""
    match event:
        case e.StakeOpened() | e.StakeExplained():
            return replace(event, reasons=tuple(_reason(why, gone) for why in event.reasons))
        case e.CaseSentToTriage():
            suggested = (replace(one, words=gone.words(one.words)) for one in event.suggested)
            return replace(event, suggested=tuple(suggested))
        case e.CaseRouted():
            return replace(event, pressing=tuple(_reason(why, gone) for why in event.pressing))
        case _:
            fields = WRITTEN.get(type(event), ())
            left: dict[str, Any] = {name: gone.free(getattr(event, name)) for name in fields}
            return replace(event, **left)


def _reason(why: e.Reason, gone: Gone) -> e.Reason:
    name = why.name if why.kind in _NAMED_BY_US else gone.free(why.name)
    return replace(why, name=name, words=gone.words(why.words))


def written(event: e.Event) -> tuple[str, ...]:
    """What one of us wrote freely in *event*."""
    fields = WRITTEN.get(type(event), ())
    found = [getattr(event, name) for name in fields]
    if isinstance(event, e.StakeOpened | e.StakeExplained):
        found += [why.name for why in event.reasons if why.kind not in _NAMED_BY_US]
    return tuple(text for text in found if text)


def quoting(event: e.Event, gone: Gone) -> e.Event:
    """*event* of another author's case without what names the forgotten one there."""
    if any(gone.named_elsewhere(text) for text in written(event)):
        others = replace(gone, left=("another",))
        named = tuple(name for name in gone.names if _tells(name))
        return _kept_words(event, redacted(event, replace(others, names=named)))
    return event


def _kept_words(before: e.Event, after: e.Event) -> e.Event:
    """*after* with the words that decided in *before*: they are another comment's."""
    if isinstance(before, e.StakeOpened | e.StakeExplained) and isinstance(
        after, e.StakeOpened | e.StakeExplained
    ):
        pairs = zip(before.reasons, after.reasons, strict=True)
        return replace(after, reasons=tuple(replace(new, words=old.words) for old, new in pairs))
    return after
