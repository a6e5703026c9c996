"""Finding names, periods and signs among the words that somebody typed."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.asked import Unclear, Why
from bot.domain.asking_meanings import (
    PERSON,
    PUNCTUATION,
    Meanings,
    Named,
    Part,
    Sign,
    named,
    only,
)
from bot.domain.asking_names import OURS, THEIRS
from bot.domain.asking_times import WORDS
from bot.domain.asking_words import KEYWORDS, Form, Word
from bot.domain.comment import fold
from bot.domain.scope import Kind, Scope

MOST_WORDS = 60
_KINDS = (*OURS, *THEIRS)
_MORE = ("all", "me", "help", "schedule", "compare", *WORDS)
# No name is longer; what somebody typed may be a whole page.
_LONGEST_NAME = 200
# How many words our own phrases have: “compared with the previous period”.
_REACH = 6


class Reader:
    """Reads words from the first to the last, *typed* in that order."""

    def __init__(self, meanings: Meanings, typed: Sequence[Word]) -> None:
        self._meanings = meanings
        self._names = meanings.names
        self._typed = typed[:MOST_WORDS]
        self._rest = typed[MOST_WORDS:]
        self._found: list[Part] = []

    def parts(self) -> list[Part]:
        """What was found, in the order in which it was typed."""
        at = 0
        while at < len(self._typed):
            at += self._take(at)
        if self._rest:
            self._found.append(Unclear(word=self._rest[0].raw, why=Why.TOO_LONG))
        return self._found

    def _take(self, at: int) -> int:
        """Find what stands *at* a place; returns of how many words it is."""
        for span in self._spans(at):
            if len(span) > 1 and (part := self._meanings.meaning(span)):
                if part is Sign.LITTLE and not span[0].phrase:
                    # “🎉 from” alone means nothing, and “from Monday until now” does.
                    continue
                self._found.append(part)
                return len(span)
        word = self._typed[at]
        kind = KEYWORDS.get(" ".join(word.phrase))
        if kind and word.form is Form.PLAIN:
            return self._explicit(kind, at)
        self._found.append(self._alone(word) or self._unknown(word, _KINDS, _MORE))
        return 1

    def _alone(self, word: Word) -> Part | None:
        return self._meanings.meaning([word]) or self._meanings.marked(word)

    def _unknown(self, word: Word, kinds: Sequence[Kind], others: Sequence[str] = ()) -> Unclear:
        # Only the first is told of, and looking for similar names takes its time.
        if any(isinstance(part, Unclear) for part in self._found):
            return Unclear(word=word.raw)
        return self._names.unclear(word.raw, kinds, others)

    def _spans(self, at: int) -> list[Sequence[Word]]:
        """The words from *at* on that may be one name, the longest first."""
        reach = max(self._names.longest, _REACH)
        joined = 0
        for word in self._typed[at : at + reach]:
            if word.form not in {Form.PLAIN, Form.QUOTED}:
                break
            joined += 1
        return [self._typed[at : at + size] for size in range(joined, 0, -1)]

    def _explicit(self, kind: Kind, at: int) -> int:
        """Find the name that goes with a kind *at* a place: the next words, or the last ones."""
        keyword = self._typed[at].raw
        for span in self._spans(at + 1):
            if found := self._names.find([kind], span):
                self._add(found, f"{keyword} {' '.join(word.raw for word in span)}")
                return 1 + len(span)
        after = self._typed[at + 1] if at + 1 < len(self._typed) else None
        ahead = self._ahead(at + 1) if after else None
        if after and (found := self._as_typed(kind, after, ahead)):
            self._add(found, f"{keyword} {after.raw}")
            return 2
        if self._belongs_to_last(kind, keyword):
            return 1
        if own := self._names.find(_KINDS, [self._typed[at]]):
            self._found.append(named(own, keyword, self._typed[at].phrase))
            return 1
        return self._nameless(kind, keyword, None if ahead else after)

    def _add(self, found: Scope | Unclear, raw: str) -> None:
        part = named(found, raw)
        self._found.append(replace(part, bare=False) if isinstance(part, Named) else part)

    def _ahead(self, at: int) -> Part | None:
        """What the longest words *at* a place mean that mean anything."""
        parts = (self._meanings.meaning(span) for span in self._spans(at))
        return next((part for part in parts if part), None) or self._meanings.marked(
            self._typed[at]
        )

    def _as_typed(self, kind: Kind, word: Word, meaning: Part | None) -> Scope | None:
        """A name that nobody has to know beforehand, unless it has a *meaning* of another kind."""
        if isinstance(meaning, Named) and meaning.scope.kind is kind:
            return meaning.scope
        name = word.raw.strip(PUNCTUATION)
        if len(name) > _LONGEST_NAME:
            return None
        if kind is Kind.PERSON and (found := PERSON.fullmatch(name)):
            return Scope(kind, found[1])
        if kind is Kind.PLATFORM and not self._names.known[kind] and meaning is None:
            return Scope(kind, fold(name))
        if kind is Kind.CAMPAIGN and name and _may_be_campaign(word, meaning):
            return Scope(kind, name)
        return None

    def _belongs_to_last(self, kind: Kind, keyword: str) -> bool:
        """Whether a kind stands behind its name: “HK region”."""
        last = self._found[-1] if self._found else None
        if isinstance(last, Named):
            raw, found = last.raw, last.scope if last.scope.kind is kind else None
            if last.bare and last.phrase:
                found = found or only(self._names.spelt(kind, last.phrase))
        elif isinstance(last, Unclear) and kind is Kind.CAMPAIGN and last.why is Why.UNKNOWN:
            name = last.word.strip(PUNCTUATION)
            raw, found = last.word, Scope(kind, name) if len(name) <= _LONGEST_NAME else None
        else:
            return False
        if found:
            self._found[-1] = Named(scope=found, raw=f"{raw} {keyword}", bare=False)
        return found is not None

    def _nameless(self, kind: Kind, keyword: str, after: Word | None) -> int:
        if after and " ".join(after.phrase) not in KEYWORDS:
            self._found.append(self._unknown(after, [kind]))
            return 2
        some = self._names.some(kind)
        self._found.append(Unclear(word=keyword, nearest=some, why=Why.NO_NAME))
        return 1


def _may_be_campaign(word: Word, meaning: Part | None) -> bool:
    if word.form is Form.QUOTED:
        return True
    if word.form is not Form.PLAIN or " ".join(word.phrase) in KEYWORDS:
        return False
    return meaning is None or isinstance(meaning, Named)
