"""Whom a group of the lexicon speaks for: the department in whose rules several of its words stand."""

from collections.abc import Iterator, Mapping, Sequence

from bot.classifier.lexicon import USUAL, Group, Index, stem_of
from bot.classifier.text import words
from bot.domain.comment import fold

_LEAST_LEAN = 0.55
_NAMED = 2
"""What the name of a department counts for beside its rules' words."""
_SHIPPED = 2.0
"""What the lexicon's own word for whose a group is counts for beside rules' words."""
_ENOUGH = 3.0
"""So many different words after the first make a group wholly a department's."""


def leans(
    departments: Sequence[str],
    terms: Sequence[tuple[str, str]],
    groups: Sequence[Group],
    index: Index,
) -> dict[str, Mapping[str, float]]:
    """How far each of *groups*, whose terms *index* finds, speaks for each department, 0 to 1.

    *terms* are pairs of a rule's word and the department that it is for.
    """
    theirs: dict[tuple[str, str], set[str]] = {}
    for term, department in (*terms, *((name, name) for name in departments)):
        for group, word in _whole(term, index):
            theirs.setdefault((group, department), set()).add(word)
    counts = {whose: _different(said) for whose, said in theirs.items()}
    for name in departments:
        for group in {group for group, _ in _whole(name, index)}:
            counts[group, name] += _NAMED
    usual = set(departments) <= set(USUAL) and len(departments) > 1
    return {group.name: _lean(group, departments, counts, usual=usual) for group in groups}


def _whole(term: str, index: Index) -> Iterator[tuple[str, str]]:
    """The groups that have *term* itself, by their word for it.

    A term of several words is not what one of them is; of a run without spaces, a word in it says
    what the whole is about.
    """
    said = words(fold(term))
    full = " ".join(word.text for word in said)
    in_run = len(said) == 1 and said[0].kind == "run"
    for group, word, exact in index.find(said):
        if exact and (word == full or (in_run and len(word) > 1)):
            yield group, word


def _different(said: set[str]) -> int:
    """How many words these are, where forms of one word are one."""
    found: list[str] = []
    for word in sorted(
        (word.replace(" ", "") for word in said), key=lambda word: (len(word), word)
    ):
        if not any((stem_of(one) or one) in word for one in found):
            found.append(word)
    return len(found)


def _lean(
    group: Group,
    departments: Sequence[str],
    counts: Mapping[tuple[str, str], int],
    *,
    usual: bool,
) -> dict[str, float]:
    if group.own:
        return {one: share for one, share in group.lean.items() if one in departments}
    mass = {one: float(counts.get((group.name, one), 0)) for one in departments}
    if usual:
        return _of_usual(group, mass)
    total = sum(mass.values())
    found = {one: said / total * _sure(said) for one, said in mass.items() if said > 1}
    # A group that departments share is too little to go by.
    return {one: lean for one, lean in found.items() if lean >= _LEAST_LEAN}


def _sure(said: float) -> float:
    """How far so many words of rules prove a group to be a department's; one proves nothing."""
    return min(1.0, (said - 1.0) / _ENOUGH)


def _of_usual(group: Group, mass: Mapping[str, float]) -> dict[str, float]:
    """Of the usual departments the lexicon itself says what is whose; rules say it as well."""
    whole = {one: said + _SHIPPED * group.lean.get(one, 0.0) for one, said in mass.items()}
    total = sum(whole.values())
    return {
        one: said / total * min(1.0, said / _SHIPPED) for one, said in whole.items() if said > 0
    }
