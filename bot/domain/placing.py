"""Units and regions that people's teams have shown: by account, by post, by language.

Each kind of evidence is counted by itself, since an organisation may say which outweighs which.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.comment import Comment, fold
from bot.domain.organisation import Organisation

Counts = Mapping[str, Mapping[str, Mapping[str, int]]]
"""By kind of evidence and its value, how many cases turned out to be in each place."""

_FEWEST_CERTAIN = 20
_FEWEST = 3
_MOST_VALUES = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """What one piece of evidence has shown so far: of *cases*, *share* were in that place."""

    name: str
    share: float
    cases: int

    def certain(self, precision: float) -> bool:
        """Whether the next case is there as surely as *precision* asks, cautiously estimated."""
        likely = (self.share * self.cases + 0.9) / (self.cases + 1.0)
        doubt = 0.5 * float((likely * (1 - likely) / self.cases) ** 0.5)
        return self.cases >= _FEWEST_CERTAIN and likely - doubt >= precision


def evidence(comment: Comment) -> dict[str, str]:
    """What a comment shows beside its words."""
    account = f"{comment.source} {fold(comment.account)}".strip()
    post = fold(comment.post.id or comment.campaign)
    return {"account": account, "post": post, "language": fold(comment.language)}


def place_of(organisation: Organisation, teams: Iterable[str], attribute: str) -> str:
    """The one unit, or region, that the *teams* of a case stand for; "" for none or several.

    *attribute* is ``units`` or ``regions``.
    """
    known = [team for key in teams if (team := organisation.team(key))]
    named = [frozenset(getattr(team, attribute)) for team in known]
    places = {name for names in named if len(names) == 1 for name in names}
    return places.pop() if len(places) == 1 else ""


def count(cases: Iterable[tuple[Comment, str]]) -> dict[str, dict[str, dict[str, int]]]:
    """How often each piece of evidence went with each place."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for comment, place in cases:
        for kind, value in evidence(comment).items():
            if value:
                found.setdefault(kind, {}).setdefault(value, Counter())[place] += 1
    return {kind: _most(values) for kind, values in found.items()}


def _most(values: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    ranked = sorted(values, key=lambda value: (-values[value].total(), value))
    return {value: dict(values[value]) for value in ranked[:_MOST_VALUES]}


def shown(counts: Counts, comment: Comment, kind: str) -> tuple[Shown, ...]:
    """What one kind of evidence of *comment* has shown, the likeliest place first."""
    value = evidence(comment).get(kind, "")
    places = counts.get(kind, {}).get(value, {}) if value else {}
    total = sum(places.values())
    if total < _FEWEST:
        return ()
    ranked = sorted(places.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Shown(name, cases / total, total) for name, cases in ranked)
