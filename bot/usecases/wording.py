"""The words that pull towards each department, with the cases that they were learned from."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from bot.classifier import Reason, Router
from bot.classifier.function_words import FUNCTION_WORDS
from bot.store.lessons import Known

_MOST_EXPLAINED = 2_000
_LIKE_KEPT = 3
_WORDS_TOLD = 30


@cache
def _every() -> frozenset[str]:
    return frozenset().union(*FUNCTION_WORDS.values())


def means_something(word: str, language: str) -> bool:
    """Whether people would take *word* for a reason: "the" is none."""
    common = FUNCTION_WORDS.get(language.partition("-")[0].casefold(), _every())
    return len(word) > 1 and word not in common


def telling(reasons: Sequence[Reason], language: str) -> tuple[str, ...]:
    """The words that speak for it, strongest first: those that mean something, where there are any."""
    found = [reason.word for reason in reasons if reason.weight > 0]
    return tuple([word for word in found if means_something(word, language)] or found)


def pulls(router: Router, known: Sequence[Known]) -> dict[str, Any]:
    """By department the words, strongest and newest first, and the newest cases with each word."""
    like: dict[str, dict[str, list[int]]] = {name: {} for name in router.departments}
    weight: dict[str, dict[str, float]] = {name: {} for name in router.departments}
    for each in known[-_MOST_EXPLAINED:]:
        language = each.comment.language
        for department, why in router.explain(each.comment.text, language).items():
            for reason in why:
                concerned = department in each.lesson.departments
                if concerned and reason.weight > 0 and means_something(reason.word, language):
                    cases = like[department].pop(reason.word, [])
                    like[department][reason.word] = [each.case, *cases][:_LIKE_KEPT]
                    weight[department][reason.word] = round(reason.weight, 3)
    return {"like": like, "words": _strongest(weight), "recent": _newest(like, weight)}


def _strongest(weight: dict[str, dict[str, float]]) -> dict[str, list[tuple[str, float]]]:
    return {
        name: sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_WORDS_TOLD]
        for name, found in weight.items()
    }


def _newest(
    like: dict[str, dict[str, list[int]]], weight: dict[str, dict[str, float]]
) -> dict[str, list[tuple[str, float]]]:
    # The words of the newest lesson were put last.
    return {
        name: [(word, weight[name][word]) for word in reversed(found)][:_WORDS_TOLD]
        for name, found in like.items()
    }
