"""A text as everything that the model wants to know of it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.classifier import prior
from bot.classifier.cues import Cues, Evidence
from bot.classifier.features import Row, row
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


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads texts for one organisation."""

    cues: Cues

    def read(self, text: str, lang: str = "", ruled: Collection[str] = ()) -> Reading:
        """Read one text; *ruled* are departments that rules about more than text decided for."""
        return self.closely(text, lang, ruled)[0]

    def hints(self) -> tuple[list[Reading], list[set[str]]]:
        """The rules' own words as texts, and whose they are; what they are evidence of is left out."""
        owners: dict[str, set[str]] = {}
        for term, department in self.cues.terms:
            owners.setdefault(term, set()).add(department)
        plain = [replace(one, strength=0 * one.strength) for one in map(self.read, owners)]
        return plain, list(owners.values())

    def closely(
        self, text: str, lang: str = "", ruled: Collection[str] = ()
    ) -> tuple[Reading, list[Word], dict[str, Evidence]]:
        """The same, with the words and the evidence that it came from."""
        said = list(read(text))
        found, groups = self.cues.find(text, said, lang)
        for department in ruled:
            if department in found and not found[department].exact:
                found[department].exact.append("")
        names = {f"term {word}" for own in found.values() for word in own.exact}
        names |= {f"group {group}" for group in groups} | {f"lang {lang}"}
        strength = prior.strengths(found, self.cues.departments, len(said)).astype(np.float32)
        return Reading(row(said, names), strength), said, found
