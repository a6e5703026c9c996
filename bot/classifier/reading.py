"""A text as everything that the model wants to know of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.classifier import prior
from bot.classifier.cues import Cues, Evidence
from bot.classifier.features import NOTHING, Row, row
from bot.classifier.text import Word, read


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says, in numbers.

    Attributes:
        row: its features.
        strength: of each kind of evidence for each department.
    """

    row: Row
    strength: NDArray[np.float32]

    @property
    def ruled(self) -> bool:
        """Whether a rule speaks for any department."""
        return bool(self.strength[:, 0].any())


@dataclass(frozen=True, slots=True)
class Said:
    """What a text says to an organisation.

    Attributes:
        words: all of them.
        evidence: what speaks for each department.
        groups: those of the lexicon that it has a word of.
    """

    words: Sequence[Word]
    evidence: Mapping[str, Evidence]
    groups: Collection[str]


class Reader:
    """Reads texts for one organisation."""

    def __init__(self, cues: Cues) -> None:
        self.cues = cues
        self._last: tuple[tuple[tuple[str, str], Said], ...] = ()

    def read(
        self, text: str, lang: str = "", ruled: Collection[str] = (), *, plainly: bool = False
    ) -> Reading:
        """Read one text; *ruled* are departments that rules about more than text decided for.

        Read *plainly*, it has no features: they cost most, and tell only whoever has learned.
        """
        said = self.said(text, lang)
        strength = prior.strengths(said.evidence, self.cues.departments, len(said.words), ruled)
        return Reading(NOTHING if plainly else row(said.words, _names(said, lang, ruled)), strength)

    def hints(self) -> tuple[list[Reading], list[set[str]]]:
        """The rules' own words as texts, and whose they are; what they are evidence of is left out."""
        owners: dict[str, set[str]] = {}
        for term, department in self.cues.terms:
            owners.setdefault(term, set()).add(department)
        plain = [replace(one, strength=0 * one.strength) for one in map(self.read, owners)]
        return plain, list(owners.values())

    def said(self, text: str, lang: str) -> Said:
        """What a text says; that of the last two is kept: whoever judges is asked why next."""
        # Threads may each replace what is kept, and read it whole meanwhile. A cache around a method
        # of its own would be a cycle: once frozen, it would keep the texts for good.
        last, asked = self._last, (text, lang)
        for known, said in last:
            if known == asked:
                return said
        words = read(text)
        said = Said(words, *self.cues.find(text, words, lang))
        self._last = ((asked, said), *last[:1])
        return said


def _names(said: Said, lang: str, ruled: Collection[str]) -> Iterator[str]:
    yield f"lang {lang}"
    yield from (f"group {group}" for group in said.groups)
    for department, own in said.evidence.items():
        yield from (f"term {word}" for word in own.exact)
        if department in ruled and not own.exact:
            yield "term "
