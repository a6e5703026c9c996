"""The names that somebody may ask about, however they spell them."""

import difflib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.domain.asked import Unclear, Why
from bot.domain.asking_words import LONGEST_WORD, Phrase, Word, name_words, phrase, phrase_of
from bot.domain.comment import fold
from bot.domain.organisation import MANUAL_SOURCE, Organisation
from bot.domain.scope import Kind, Scope

OURS = (Kind.TEAM, Kind.DEPARTMENT, Kind.UNIT, Kind.REGION, Kind.SOURCE)
"""What the organisation file names, by precedence."""

THEIRS = (Kind.PLATFORM, Kind.CAMPAIGN)
"""What comments name: such a name never stands in the way of a word that means something else."""

# Where names that differ in case alone mean the same.
_ONE_CASE = {Kind.DEPARTMENT, Kind.UNIT, Kind.REGION, Kind.PLATFORM}
_NEAREST = 3
# No typed word has a space, so that no phrase begins with this.
_ANY_ORDER = "in any order"
_Spelt = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """All names, by kind and phrase: with how each is spelt, and the key that it stands for.

    Attributes:
        longest: how many words the longest of them has.
    """

    organisation: Organisation
    known: dict[Kind, dict[Phrase, list[_Spelt]]]
    longest: int

    @classmethod
    def of(
        cls, organisation: Organisation, platforms: Iterable[str], campaigns: Iterable[str]
    ) -> "Names":
        """The names of *organisation*, and those that comments came with."""
        spelt = {
            Kind.TEAM: [(team.key, team.key) for team in organisation.teams],
            Kind.DEPARTMENT: _same(organisation.departments, _teams(organisation, "department")),
            Kind.UNIT: _same(_places(organisation, "unit")),
            Kind.REGION: _same(_places(organisation, "region")),
            Kind.SOURCE: _same((s.key for s in organisation.sources), [MANUAL_SOURCE]),
            Kind.PLATFORM: _same((s.platform for s in organisation.sources), platforms),
            Kind.CAMPAIGN: _same(sorted(campaigns)),
            # People are known by their IDs alone.
            Kind.PERSON: [],
        }
        known = {kind: _by_phrase(pairs, kind) for kind, pairs in spelt.items()}
        names = _by_phrase([(team.name, team.key) for team in organisation.teams], Kind.TEAM)
        # A key is a team's own; a name that reads like another team's key gives way.
        known[Kind.TEAM] = names | known[Kind.TEAM]
        _in_any_order(known[Kind.TEAM])
        texts = [name for table in known.values() for pairs in table.values() for name, _ in pairs]
        return cls(organisation, known, max((len(name_words(name)) for name in texts), default=0))

    def find(self, kinds: Iterable[Kind], found: Sequence[Word]) -> Scope | Unclear | None:
        """What these words name, the first of *kinds* first; None when they name nothing."""
        asked, typed = phrase(found), " ".join(word.raw for word in found)
        for kind in kinds:
            if named := self.spelt(kind, asked, typed):
                return named
        return None

    def spelt(self, kind: Kind, asked: Phrase, typed: str = "") -> Scope | Unclear | None:
        """The *kind* of that name; where several are alike, the one that was *typed* exactly."""
        table = self.known[kind]
        pairs = table.get(asked) or table.get((_ANY_ORDER, *sorted(asked)), [])
        return _one(kind, pairs, typed or " ".join(asked)) if pairs else None

    def made_of(self, phrases: Iterable[Phrase]) -> Scope | None:
        """The team whose name is made of just these *phrases*, in any order."""
        asked = (part for each in phrases for part in each)
        pairs = self.known[Kind.TEAM].get((_ANY_ORDER, *sorted(asked)), [])
        return Scope(Kind.TEAM, pairs[0][1]) if len(pairs) == 1 else None

    def some(self, kind: Kind) -> tuple[str, ...]:
        """A few names of that kind."""
        keys = (key for pairs in self.known[kind].values() for _, key in pairs)
        return tuple(islice(dict.fromkeys(keys), _NEAREST))

    def channel(self, id_: str, name: str) -> Scope | None:
        """The team of a channel, by its ID or name."""
        known = {id_, f"#{fold(name)}"} - {"", "#"}
        for team in self.organisation.teams:
            if team.channel in known:
                return Scope(Kind.TEAM, team.key)
        return None

    def usergroup(self, id_: str) -> Scope | None:
        """The team that a Slack user group is."""
        for team in self.organisation.teams:
            if team.usergroup and team.usergroup == id_:
                return Scope(Kind.TEAM, team.key)
        return None

    def unclear(
        self,
        word: str,
        kinds: Iterable[Kind] = (*OURS, *THEIRS),
        others: Iterable[str] = (),
        why: Why = Why.UNKNOWN,
    ) -> Unclear:
        """*word*, with the known names and *others* that are spelt like it."""
        likely = {word: " ".join(phrase_of(word)) for word in others}
        for kind in kinds:
            for asked, pairs in self.known[kind].items():
                if asked[0] != _ANY_ORDER:
                    likely |= {name: " ".join(asked) for name, _ in pairs}
        asked_for = " ".join(phrase_of(word[:LONGEST_WORD]))
        near = difflib.get_close_matches(asked_for, dict.fromkeys(likely.values()), n=_NEAREST)
        names = {like: name for name, like in likely.items()}
        return Unclear(word=word, nearest=tuple(names[n] for n in near), why=why)


def _one(kind: Kind, pairs: list[_Spelt], typed: str) -> Scope | Unclear:
    exact = [key for name, key in pairs if name == typed]
    alike = [key for name, key in pairs if fold(name) == fold(typed)]
    keys = list(dict.fromkeys(exact or alike or [key for _, key in pairs]))
    if len(keys) == 1:
        return Scope(kind, keys[0])
    return Unclear(word=typed, nearest=tuple(keys[:_NEAREST]), why=Why.AMBIGUOUS)


def _same(*names: Iterable[str]) -> list[_Spelt]:
    return [(name, name) for some in names for name in some if name]


def _teams(organisation: Organisation, field: str) -> Iterator[str]:
    return (getattr(team, field) for team in organisation.teams)


def _places(organisation: Organisation, kind: str) -> Iterator[str]:
    """The units or regions of teams and sources."""
    for team in organisation.teams:
        yield from sorted(getattr(team, f"{kind}s"))
    yield from (getattr(source, kind) for source in organisation.sources)


def _by_phrase(pairs: Collection[_Spelt], kind: Kind) -> dict[Phrase, list[_Spelt]]:
    table: dict[Phrase, list[_Spelt]] = {}
    for name, key in pairs:
        others = table.setdefault(phrase_of(name), [])
        taken = {fold(other) if kind in _ONE_CASE else other for _, other in others}
        if (fold(key) if kind in _ONE_CASE else key) not in taken:
            others.append((name, key))
    return table


def _in_any_order(table: dict[Phrase, list[_Spelt]]) -> None:
    """Let teams be found by the words of their names in another order: “HK service”."""
    sorted_: dict[Phrase, dict[str, _Spelt]] = {}
    for asked, pairs in table.items():
        if len(asked) > 1:
            sorted_.setdefault((_ANY_ORDER, *sorted(asked)), {}).update({p[1]: p for p in pairs})
    table.update({asked: list(pairs.values()) for asked, pairs in sorted_.items()})
