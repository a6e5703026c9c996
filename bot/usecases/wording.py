"""The words that pull towards each department, with the cases that they were learned from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from bot.classifier import Reason, Router
from bot.classifier.function_words import FUNCTION_WORDS
from bot.domain.comment import Comment, fold
from bot.store.lessons import Known

NOTHING: Mapping[str, Sequence[int]] = MappingProxyType({})

_MOST_EXPLAINED = 2_000
_LIKE_KEPT = 3
_WORDS_TOLD = 30
_WORDS_NAMED = 3
_BESIDE = 0.2
# Log odds: a word that makes a department a fifth likelier, or several that double its odds.
_ENOUGH, _TOGETHER = 0.2, 0.6
_FIRST_WITHOUT_SPACES = "\u2e80"


# The languages' own lists leave out what several of them share, and what tells no language apart.
_LITTLE = frozenset(
    (
        *("da", "de", "di", "do", "du", "en", "et", "la", "le", "ne", "os", "ou", "se", "un"),
        *("thing", "things", "think", "something", "anything", "everything", "nothing"),
        *("before", "after"),
    )
)


@cache
def _every() -> frozenset[str]:
    return frozenset().union(*FUNCTION_WORDS.values())


def means_something(word: str, language: str) -> bool:
    """Whether people would take *word* for a reason: "the" is none."""
    common = FUNCTION_WORDS.get(language.partition("-")[0].casefold(), _every())
    return len(word) > 1 and word not in common and word not in _LITTLE


def telling(
    reasons: Iterable[Reason], comment: Comment, like: Mapping[str, Sequence[int]] = NOTHING
) -> tuple[str, ...]:
    """The words that speak for it and mean something, strongest first; the weak ones are left out.

    Of those as strong, the ones in most cases of *like* come first, then in the comment's order. Of
    two pairs of characters that share one, as in a run of Chinese, only the first is a word.
    """
    text, found = fold(comment.text), list[str]()
    speak = [r for r in reasons if r.weight > 0 and means_something(r.word, comment.language)]
    least = _BESIDE * max((reason.weight for reason in speak), default=0.0)
    speak.sort(key=lambda r: (-round(r.weight, 2), -len(like.get(r.word, ())), text.find(r.word)))
    for reason in speak:
        if reason.weight >= least and not _cut_across(reason.word, found):
            found.append(reason.word)
    return tuple(found)


def convincing(
    reasons: Sequence[Reason], comment: Comment, like: Mapping[str, Sequence[int]] = NOTHING
) -> tuple[str, ...]:
    """The same, or nothing where the words hardly move it: then only how usual it is speaks for it."""
    words = telling(reasons, comment, like)
    weights = [reason.weight for reason in reasons if reason.weight > 0 and reason.word in words]
    enough = max(weights, default=0.0) >= _ENOUGH or sum(weights) >= _TOGETHER
    return words if enough else ()


def _cut_across(word: str, others: Sequence[str]) -> bool:
    return _paired(word) and any(
        _paired(other) and (other[-1] == word[0] or other[0] == word[-1]) for other in others
    )


def _paired(word: str) -> bool:
    return len(word) == 2 and all(char >= _FIRST_WITHOUT_SPACES for char in word)


def pulls(router: Router, known: Sequence[Known]) -> dict[str, Any]:
    """By department the words, strongest and newest first, and the newest cases with each word."""
    every = {name: _Words() for name in router.departments}
    for each in known[-_MOST_EXPLAINED:]:
        comment = each.comment
        why = router.explain(comment.text, comment.language)
        for department in set(each.lesson.departments) & set(why):
            every[department].take(each.case, why[department], comment)
    return {
        "like": {name: found.like for name, found in every.items()},
        "words": {name: found.strongest() for name, found in every.items()},
        "recent": {name: found.newest() for name, found in every.items()},
    }


@dataclass(slots=True)
class _Words:
    """What pulls towards one department, lesson by lesson.

    Attributes:
        like: the newest cases of each word.
        named: the words by which a lesson would be explained, the newest last.
    """

    like: dict[str, list[int]] = field(default_factory=dict)
    weight: dict[str, float] = field(default_factory=dict)
    named: dict[str, None] = field(default_factory=dict)

    def take(self, case: int, why: Sequence[Reason], comment: Comment) -> None:
        """The words of one lesson."""
        for reason in why:
            if reason.weight > 0 and means_something(reason.word, comment.language):
                self.like[reason.word] = [case, *self.like.get(reason.word, ())][:_LIKE_KEPT]
                self.weight[reason.word] = round(reason.weight, 3)
        for word in reversed(telling(why, comment, self.like)[:_WORDS_NAMED]):
            self.named.pop(word, None)
            self.named[word] = None

    def strongest(self) -> list[tuple[str, float]]:
        """All of them."""
        return sorted(self.weight.items(), key=lambda item: (-item[1], item[0]))[:_WORDS_TOLD]

    def newest(self) -> list[tuple[str, float]]:
        """Those that a person would be given as the reason."""
        return [(word, self.weight[word]) for word in reversed(self.named)][:_WORDS_TOLD]
