"""Who said what: customers' comments as they count for topics."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.terms import read


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One comment.

    Attributes:
        author: the customer's id; "" when unknown.
        language: as the source told it; "" when unknown, its script must do then.
    """

    text: str
    author: str = ""
    language: str = ""


class Voice(NamedTuple):
    """One person in one language; unknown people are what they said."""

    tongue: str
    person: tuple[str, str]


class Heard(NamedTuple):
    """One comment as it was understood; *position* is where it stood among those given."""

    position: int
    voice: Voice
    text: str
    terms: frozenset[str]


class Sample:
    """Comments as they count: a person's repetitions once.

    Attributes:
        stands_for: how many comments each one given stands for.
        sizes: how many people there are, by tongue.
    """

    def __init__(self, said: Sequence[str | Said], total: int) -> None:
        self.stands_for = max(1.0, total / len(said)) if said else 1.0
        seen: dict[tuple[Voice, str], Heard] = {}
        for position, one in enumerate(said):
            heard = _heard(position, Said(text=one) if isinstance(one, str) else one)
            seen.setdefault((heard.voice, heard.text), heard)
        self.comments = tuple(seen.values())
        self._of: dict[Voice, list[Heard]] = {}
        for heard in self.comments:
            self._of.setdefault(heard.voice, []).append(heard)
        self.sizes = Counter(voice.tongue for voice in self._of)

    def counts(self, wanted: set[str] | None = None) -> dict[str, Counter[str]]:
        """How many people use each term, or each *wanted* one, by tongue."""
        found: dict[str, Counter[str]] = {}
        for voice, said in self._of.items():
            terms = _terms(said)
            counter = found.setdefault(voice.tongue, Counter())
            counter.update(terms if wanted is None else wanted.intersection(terms))
        return found

    def people(self, wanted: AbstractSet[str]) -> Mapping[str, AbstractSet[Voice]]:
        """Who uses each of *wanted*."""
        found: dict[str, set[Voice]] = {term: set() for term in wanted}
        for voice, said in self._of.items():
            for term in wanted & _terms(said):
                found[term].add(voice)
        return found

    def having(self, term: str, *, inside: bool) -> tuple[Heard, ...]:
        """The comments that have *term*, or have it *inside* their text."""
        return tuple(one for one in self.comments if term in (one.text if inside else one.terms))


def _heard(position: int, said: Said) -> Heard:
    words = read(said.text)
    tongue = f"{words.script} {said.language.lower().replace('_', '-').partition('-')[0]}"
    person = (said.author, "") if said.author else ("", words.text)
    return Heard(position, Voice(tongue, person), words.text, words.terms)


def _terms(said: Sequence[Heard]) -> frozenset[str]:
    if len(said) == 1:
        return said[0].terms
    return frozenset().union(*(heard.terms for heard in said))
