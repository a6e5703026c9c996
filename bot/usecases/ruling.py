"""Words that have decided so well that they could be rules."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.classifier.text import normalise, words
from bot.domain.comment import fold
from bot.domain.matching import contains
from bot.store.lessons import Known
from bot.usecases.wording import means_something

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]{2,}")
_NAMES = re.compile("[\u30a1-\u30ff]{3,}")
_MOST_READ = 5_000
_FEWEST_RIGHT = 8
_FEWEST_APART = 3
_PRECISION = 0.95
_BETTER_THAN_ANY = 0.2
_ALIKE = 0.8
_MOST = 10
_CASES = 50


@dataclass(frozen=True, slots=True)
class _Read:
    known: Known
    folded: str
    words: frozenset[str]


def proposals(departments: Sequence[str], known: Sequence[Known]) -> list[dict[str, Any]]:
    """The words that could be rules, best first, as JSON; those of written rules among them."""
    read = [_read(each) for each in known[-_MOST_READ:]]
    found: list[dict[str, Any]] = []
    caught: dict[str, list[set[int]]] = defaultdict(list)
    for word, department in _candidates(departments, read):
        proposal = _proposal(word, department, read)
        cases = set(proposal["right"])
        if not _holds(proposal, read) or any(_same(cases, old) for old in caught[department]):
            continue
        caught[department].append(cases)
        found.append(proposal)
        if len(found) == _MOST:
            break
    return [_cut(each) for each in found]


def _read(known: Known) -> _Read:
    said = words(normalise(known.comment.text))
    language = known.comment.language
    parts = {part for word in said for part in _parts(word.text, word.kind)}
    telling = frozenset(part for part in parts if means_something(part, language))
    return _Read(known, fold(known.comment.text), telling)


def _parts(text: str, kind: str) -> Iterator[str]:
    """Words; of a script without spaces, pairs of characters that have a meaning, and names."""
    if kind == "word" and not text.isnumeric() and len(text) > 2:
        yield text
    elif kind == "run":
        yield from _NAMES.findall(text)
        for run in _HAN.findall(text):
            yield from (run[at : at + 2] for at in range(len(run) - 1))


def _candidates(departments: Sequence[str], read: Sequence[_Read]) -> Iterator[tuple[str, str]]:
    """Words with a department that they nearly always went to, the commonest first."""
    every: Counter[str] = Counter(word for each in read for word in each.words)
    own: Counter[tuple[str, str]] = Counter(
        (word, department)
        for each in read
        for word in each.words
        for department in each.known.lesson.departments
    )
    base = Counter(name for each in read for name in each.known.lesson.departments)
    for (word, department), right in sorted(own.items(), key=lambda item: (-item[1], item[0])):
        usual = base[department] / len(read)
        if (
            department in departments
            and right >= _FEWEST_RIGHT
            and right / every[word] >= max(_PRECISION, min(1.0, usual + _BETTER_THAN_ANY))
        ):
            yield word, department


def _proposal(word: str, department: str, read: Sequence[_Read]) -> dict[str, Any]:
    """What the rule would have caught, as rules look for words."""
    hit = [each.known for each in reversed(read) if contains(each.folded, word)]
    right = [each.case for each in hit if department in each.lesson.departments]
    wrong = [each.case for each in hit if department not in each.lesson.departments]
    return {"word": word, "department": department, "right": right, "wrong": wrong}


def _holds(proposal: dict[str, Any], read: Sequence[_Read]) -> bool:
    right, wrong = proposal["right"], proposal["wrong"]
    if len(right) < _FEWEST_RIGHT or len(right) < _PRECISION * (len(right) + len(wrong)):
        return False
    cases = set(right)
    mine = [each.known.lesson for each in read if each.known.case in cases]
    people, days = {lesson.by for lesson in mine}, {lesson.at.date() for lesson in mine}
    return max(len(people), len(days)) >= _FEWEST_APART


def _same(cases: Collection[int], other: Collection[int]) -> bool:
    both = len(set(cases) & set(other))
    return both >= _ALIKE * len(cases)


def _cut(proposal: dict[str, Any]) -> dict[str, Any]:
    right, wrong = proposal["right"][:_CASES], proposal["wrong"][:_CASES]
    return {**proposal, "right": right, "wrong": wrong}
