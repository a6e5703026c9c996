"""The starter lexicon: groups of words that mean much the same, in many languages.

A group says, with a weight, which of the usual departments its words speak for. Any other
department inherits a group when enough of its own rule words are in it: where a rule says "staff",
"waiter" and 店員 are near.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from bot.classifier.text import LONGEST_WORD, Word, normalise, words

USUAL = ("service", "marketing", "product")
_LONGEST_RUN = 8
_SHORTEST_STEM = 4
_ENDING = 3
_ENDINGS = frozenset("aeiouyáéíóúâêîôûàèìòùäëïöüsrd")
_MOST_KNOWN = 8_192


Match = tuple[str, str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Words that mean much the same.

    Attributes:
        name: a word for it, in English.
        lean: how far it speaks for each of the usual departments, 0 to 1.
        terms: the folded words and phrases, of all languages.
        own: whether the organisation wrote it; it then speaks for exactly these departments.
    """

    name: str
    lean: Mapping[str, float]
    terms: tuple[str, ...]
    own: bool = False


@dataclass(frozen=True)
class Index:
    """Finds terms in a text; a term may be known under several names."""

    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    begins: set[str] = field(default_factory=set)
    stems: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # Customers mostly use the same words, which say the same each time.
    _known: dict[str, tuple[Match, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(cls, terms: Iterable[tuple[str, str]], *, whole: bool = False) -> "Index":
        """An index of pairs of a term and its name.

        Of *whole* words only the endings count that some scripts write onto every word.
        """
        index = cls()
        for term, name in terms:
            key = _key_of(term)
            if key:
                _add(index.names, key, name)
                index.begins.update([key.partition(" ")[0]] if " " in key else [])
            if key and (not whole or _is_extended(key)) and (stem := stem_of(key)):
                _add(index.stems, stem, name)
        return index

    def find(self, found: Sequence[Word]) -> list[Match]:
        """Each name that a text has a term of, with the text's own words, and whether exactly."""
        told: list[Match] = []
        for at, word in enumerate(found):
            known = self._known.get(word.text)
            told += self._looked_for(found, at) if known is None else known
        return told

    def forget(self) -> None:
        """Remember nothing of the texts that were looked at."""
        self._known.clear()

    def _looked_for(self, found: Sequence[Word], at: int) -> Iterable[Match]:
        word = found[at].text
        if found[at].kind == "run":
            return self._in_run(word)
        if word in self.begins:
            ends = range(at + 1, min(at + 3, len(found)) + 1)
            keys = [" ".join(each.text for each in found[at:end]) for end in ends]
            return self._of_word(word, keys)
        if len(word) > LONGEST_WORD:
            return self._of_word(word, (word,))
        if len(self._known) >= _MOST_KNOWN:
            self.forget()
        return self._known.setdefault(word, tuple(self._of_word(word, (word,))))

    def _in_run(self, run: str) -> Iterator[Match]:
        for start in range(len(run)):
            for end in range(start + 1, min(start + _LONGEST_RUN, len(run)) + 1):
                for name in self.names.get(run[start:end], ()):
                    yield name, run[start:end], True

    def _of_word(self, word: str, keys: Iterable[str]) -> Iterator[Match]:
        whole: set[str] = set()
        for key in keys:
            for name in self.names.get(key, ()):
                whole.add(name)
                yield name, key, True
        stems = self.stems
        for end in range(max(2, len(word) - _ENDING), len(word) + 1):
            for name in stems.get(word[:end], ()):
                if name not in whole:
                    yield name, word, False


# The shipped terms are read again whenever something was learned; organisations add some of theirs.
@lru_cache(maxsize=8192)
def _key_of(term: str) -> str:
    return " ".join(word.text for word in words(normalise(term)))


def _add(table: dict[str, tuple[str, ...]], key: str, name: str) -> None:
    table[key] = tuple(dict.fromkeys((*table.get(key, ()), name)))


def stem_of(term: str) -> str:
    """How a word begins in its other forms, which are at most `_ENDING` longer; "" if unclear."""
    if " " in term or not term[0].isalpha():
        return ""
    if _is_extended(term):
        return term if len(term) >= 2 else ""
    if len(term) < _SHORTEST_STEM:
        return ""
    most = 2 if len(term) > 7 else 1 if len(term) > 4 else 0
    # Only what looks like an ending is cut: "beacon" is no form of "beach".
    while most and term[-1] in _ENDINGS:
        term, most = term[:-1], most - 1
    return term


def _is_extended(term: str) -> bool:
    """Whether its script, Hangul or an Indic one, writes particles and endings onto words."""
    return "\uac00" <= term[0] <= "\ud7a3" or "\u0900" <= term[0] <= "\u0dff"


@lru_cache(maxsize=1)
def shipped() -> tuple[Group, ...]:
    """The groups that come with Crosstalk."""
    text = files("bot.classifier").joinpath("lexicon.txt").read_text(encoding="utf-8")
    return tuple(parse(text))


@lru_cache(maxsize=1)
def shipped_index() -> Index:
    """Finds the words of the shipped groups; made once, which takes most of a router's time."""
    return index_of(shipped())


def index_of(groups: Iterable[Group]) -> Index:
    """Finds the words of *groups*."""
    said_of = ((term, group.name) for group in groups for term in group.terms)
    # The lexicon has the forms of its words; another ending is another word too often.
    return Index.of(said_of, whole=True)


def extended(words: Mapping[str, Iterable[str]]) -> tuple[Group, ...]:
    """The shipped groups, and the words that an organisation has given to its departments."""
    if not words:
        return shipped()
    own = (
        Group(name=f"own {department}", lean={department: 1.0}, terms=tuple(terms), own=True)
        for department, terms in words.items()
    )
    return (*shipped(), *own)


def parse(text: str) -> Iterator[Group]:
    """The groups of a lexicon: ``# name service=1 product=.5``, then ``en: word, a phrase``."""
    for block in text.split("\n# ")[1:]:
        head, *lines = block.strip().splitlines()
        name, *leans = head.split()
        pairs = (lean.split("=") for lean in leans)
        yield Group(
            name=name,
            lean={department: float(value) for department, value in pairs},
            terms=tuple(
                term.strip()
                for line in lines
                for term in line.partition(":")[2].split(",")
                if term.strip()
            ),
        )
