"""Topics that grew: terms that stand out in a period against the weeks before it.

How often people used a term before says what is usual, so no language needs a list of its common
words. A term stands out by the likelihood of its split between then and now (half the G statistic,
which bounds the odds against chance from below), script by script and language by language: more
comments in Spanish make no topic of "que". With little to compare with, nothing stands out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from math import inf, log

from bot.domain.terms import NEARLY_ALL, whole
from bot.domain.voices import Said, Sample, Voice

FEWEST_PEOPLE = 3
GROWTH = 2.0
"""How many times the usual a term must have."""
FALSE_ALARMS = 0.05
"""How many digests may at most have a topic by chance, as a share."""
EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A term that stood out.

    Attributes:
        term: as customers wrote it, folded.
        count: comments of the period that have it; the same words again by the same person, or by
            nobody known, count once.
        about: whether ``count`` is scaled up from a sample.
        usual: how many a period of this length had on average.
        examples: positions of up to three comments that have it, by different people, in the
            order they were given.
    """

    term: str
    count: int
    about: bool
    usual: float
    examples: tuple[int, ...]


def grown(
    now: Sequence[str | Said],
    before: Sequence[str | Said],
    *,
    now_total: int,
    before_total: int,
    periods: float,
    most: int = 3,
) -> tuple[Topic, ...]:
    """What *now* speaks of and *before* did not, or by far less; strongest first.

    Args:
        now: the comments of a period, or a random sample of them.
        before: the same for the weeks before.
        now_total: how many comments ``now`` is a sample of.
        before_total: how many comments ``before`` is a sample of.
        periods: how many periods of this length ``before_total`` comes from.
        most: how many topics at most.
    """
    fresh, old = Sample(now, now_total), Sample(before, before_total)
    found: list[Topic] = []
    told: set[Voice] = set()
    for term, people in _outstanding(fresh, old):
        if len(found) == most:
            break
        # Who has been heard on a stronger topic says the same thing in other words.
        if 2 * len(people & told) >= len(people):
            continue
        topic = _topic(_label(term, fresh), fresh, old, periods)
        if topic.count >= GROWTH * topic.usual:
            found.append(topic)
            told |= people
    return tuple(found)


def _outstanding(fresh: Sample, old: Sample) -> list[tuple[str, AbstractSet[Voice]]]:
    """The terms that stand out with the people who use them, strongest first."""
    now = fresh.counts()
    often = {term for term, people in _sum(now).items() if people >= FEWEST_PEOPLE}
    shares = {tongue: _share(fresh.sizes[tongue], old.sizes[tongue]) for tongue in sorted(now)}
    best = _evidence(often, now, {}, shares)
    enough = _enough(best.values())
    able = {term for term in often if best[term] >= enough}
    found = _evidence(able, now, old.counts(able), shares)
    strong = {term for term in able if found[term] >= enough}
    # A word speaks for its phrases: rarer before, they would seem to have grown more.
    strong -= {term for term in strong if " " in term and not strong.isdisjoint(term.split())}
    people = fresh.people(strong)
    order = sorted(strong, key=lambda term: (-round(found[term], 6), -len(term), term))
    return [(term, people[term]) for term in order]


def _share(now: int, before: int) -> float:
    return now / (now + before)


def _sum(counts: Mapping[str, Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counts.values():
        total.update(counter)
    return total


def _enough(best: Iterable[float]) -> float:
    """The evidence that keeps false alarms rare among as many terms as could reach it.

    Terms too rare to stand out, had nobody used them before, are no chances to be wrong (Tarone).
    """
    enough = inf
    for rank, evidence in enumerate(sorted(best, reverse=True), start=1):
        enough = log(rank / FALSE_ALARMS)
        if evidence < enough:
            break
    return enough


def _evidence(
    terms: set[str],
    now: Mapping[str, Counter[str]],
    before: Mapping[str, Counter[str]],
    shares: Mapping[str, float],
) -> dict[str, float]:
    """How far each of *terms* stands out, when *shares* of all who speak a tongue speak now."""
    users, used, chance = Counter[str](), Counter[str](), dict.fromkeys(terms, 0.0)
    for tongue, share in shares.items():
        ours, theirs = now[tongue], before.get(tongue, Counter())
        for term in terms.intersection(ours).union(terms.intersection(theirs)):
            users[term] += ours[term]
            used[term] += theirs[term]
            chance[term] += share * (ours[term] + theirs[term])
    return {term: _unlikely(users[term], used[term], chance[term]) for term in terms}


def _unlikely(now: int, before: int, chance: float) -> float:
    """How unlikely *now* is when *chance* are to be expected, as a logarithm; 0 if it is not.

    Chernoff's bound for people each of whom might have spoken now or before.
    """
    rest = now + before - chance
    if rest <= 0 or now * rest < GROWTH * before * chance:
        return 0.0
    return now * log(now / chance) + (before * log(before / rest) if before else 0.0)


def _label(term: str, fresh: Sample) -> str:
    """The longest wording that nearly all who use *term* share."""
    wide = whole(term, [comment.text for comment in fresh.having(term, inside=False)])
    users = fresh.having(wide, inside=False)
    phrases = Counter(
        phrase
        for comment in users
        for phrase in comment.terms
        if phrase.startswith(f"{wide} ") or phrase.endswith(f" {wide}")
    )
    best = max(phrases, key=lambda phrase: (phrases[phrase], phrase), default="")
    if phrases[best] < NEARLY_ALL * len(users) or phrases[best] < FEWEST_PEOPLE:
        return wide
    # "The battery" is no wording of its own: most who write "the" go on otherwise.
    other = fresh.having(best.removeprefix(wide).removesuffix(wide).strip(), inside=False)
    return best if 2 * phrases[best] >= len(other) else wide


def _topic(term: str, fresh: Sample, old: Sample, periods: float) -> Topic:
    inside = not fresh.having(term, inside=False)
    having = fresh.having(term, inside=inside)
    before = old.having(term, inside=inside)
    examples = {comment.voice.person: comment.position for comment in reversed(having)}
    return Topic(
        term=term,
        count=round(len(having) * fresh.stands_for),
        about=fresh.stands_for > 1,
        usual=len(before) * old.stands_for / periods,
        examples=tuple(sorted(examples.values())[:EXAMPLES]),
    )
