"""The learning curve on the development sets, as numbers and as ``docs/routing-curve.svg``.

``python -m bench.routing`` measures the harder sets twice, with the whole lexicon and with half of
it, and the plain ones spoiled: two fifths of the rules' words and half of the lexicon lost, three
misleading words added to each rule.
"""

import argparse
import json
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import harder
from bench.development import FOLDER, Labelled, Trial, organisation, trials
from bot.classifier import Example, Router
from bot.classifier.lexicon import Group, shipped
from bot.evaluation import measures, trial
from bot.evaluation.measures import Answer
from bot.evaluation.reading import Line

POINTS = (0, 10, 50, 200, 1000)
ORDERS = 2
PICTURE = Path(__file__).parent.parent / "docs" / "routing-curve.svg"


def half_of_the_lexicon() -> list[Group]:
    """The shipped groups, each with some of its words."""
    dice = random.Random("lexicon")  # noqa: S311
    return [
        replace(group, terms=tuple(term for term in group.terms if dice.random() < 0.5))
        for group in shipped()
    ]


def hard(groups: list[Group]) -> Iterator[tuple[Trial, list[Group]]]:
    """The harder sets."""
    for one in harder.trials():
        yield one, groups


def as_written() -> Iterator[tuple[Trial, list[Group]]]:
    """Every plain set with its rules and the whole lexicon."""
    for one in trials():
        yield one, list(shipped())


def spoiled() -> Iterator[tuple[Trial, list[Group]]]:
    """Every plain set with poorer rules and half of the lexicon."""
    groups = half_of_the_lexicon()
    for one in trials():
        dice = random.Random(one.name)  # noqa: S311
        said = [word for comment in one.train for word in comment.text.split() if len(word) < 12]
        rules = {
            department: (
                *(word for word in words if dice.random() < 0.6),
                *(dice.choice(said) for _ in range(3)),
            )
            for department, words in one.rules.items()
        }
        yield replace(one, rules=rules), groups


def answers(one: Trial, groups: list[Group], count: int, seed: int) -> list[Answer]:
    """Learn *count* comments of one order, and ask about the others."""
    router = Router(organisation(one.rules), groups)
    order = list(one.train)
    random.Random(seed).shuffle(order)  # noqa: S311
    router.teach(
        Example(key=f"{at:06}", text=c.text, labels=c.labels, lang=c.lang)
        for at, c in enumerate(order[:count])
    )
    router.flush()
    return trial.ask(router, [_line(comment) for comment in one.test])


def _line(comment: Labelled) -> Line:
    return Line(text=comment.text, labels=comment.labels, lang=comment.lang)


def by_rules(one: Trial) -> float:
    """Micro F1 of the rules alone."""
    cues = Router(organisation(one.rules), ()).cues
    found = [cues.find(comment.text, [], comment.lang)[0] for comment in one.test]
    said = [frozenset(name for name, own in each.items() if own.exact) for each in found]
    return measures.f1([(c.labels, own) for c, own in zip(one.test, said, strict=True)])


@dataclass(frozen=True, slots=True)
class Measured:
    """One set: F1 of its rules, F1 by comments learned, and what was posted by itself."""

    name: str
    rules: float
    curve: dict[str, float]
    posted: dict[str, tuple[float, float]]


def measured(pair: tuple[Trial, list[Group]]) -> Measured:
    """The means of one set over all orders."""
    one, groups = pair
    curve, posted = {}, {}
    for point in POINTS:
        runs = [answers(one, groups, point, seed) for seed in range(ORDERS if point else 1)]
        curve[str(point)] = measures.mean([measures.micro(run) for run in runs])
        share, right = measures.coverage([answer for run in runs for answer in run], 0.9)
        posted[str(point)] = share, share * (right or 0.0)
    return Measured(one.name, by_rules(one), curve, posted)


def measure(sets: Iterator[tuple[Trial, list[Group]]]) -> dict[str, Any]:
    """The means over all sets and orders."""
    with ProcessPoolExecutor() as pool:
        every = list(pool.map(measured, sets))
    for one in every:
        shown = (f"{point}: {share:.3f}" for point, share in one.curve.items())
        covered = (
            f"{share:.0%} at {right / share if share else 0:.0%}"
            for share, right in (one.posted["200"], one.posted["1000"])
        )
        print(f"{one.name:32} rules {one.rules:.3f}", *shown, *covered, sep="  ", flush=True)
    shares = {p: measures.mean([one.posted[p][0] for one in every]) for p in map(str, POINTS)}
    rights = {p: measures.mean([one.posted[p][1] for one in every]) for p in map(str, POINTS)}
    return {
        "rules": measures.mean([one.rules for one in every]),
        "curve": {p: measures.mean([one.curve[p] for one in every]) for p in map(str, POINTS)},
        "coverage": {p: (s, rights[p] / s if s else None) for p, s in shares.items()},
        "worst at 10 against the rules": min(one.curve["10"] - one.rules for one in every),
    }


_WIDTH, _HEIGHT, _LEFT, _TOP = 720, 420, 60, 30
_LOW, _HIGH = 0.4, 0.9


def _x(at: int) -> float:
    return _LEFT + at * (_WIDTH - 260 - _LEFT) / (len(POINTS) - 1)


def _y(share: float) -> float:
    return _TOP + (_HIGH - share) / (_HIGH - _LOW) * (_HEIGHT - 90)


def _curve(name: str, colour: str, found: dict[str, float], dash: str = "", down: int = 4) -> str:
    """A line with its name at the end, so far *down* that none stands on another's."""
    spots = [(_x(at), _y(found[str(p)])) for at, p in enumerate(POINTS) if str(p) in found]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in spots)
    x, y = spots[-1]
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"{dash}/>{dots}'
        f'<text x="{x + 10:.1f}" y="{y + down:.1f}" fill="{colour}">{name}</text>'
    )


def draw(whole: dict[str, Any], poor: dict[str, Any], plain: dict[str, float]) -> str:
    """The curves as SVG."""
    marks = [
        f'<line x1="{_LEFT}" x2="{_WIDTH - 260}" y1="{_y(tick / 10):.1f}" y2="{_y(tick / 10):.1f}" '
        f'stroke="#ddd"/><text x="{_LEFT - 34}" y="{_y(tick / 10) + 4:.1f}">.{tick}</text>'
        for tick in range(4, 10)
    ]
    marks += [
        f'<text x="{_x(at):.1f}" y="{_HEIGHT - 36}" text-anchor="middle">{point:,}</text>'
        for at, point in enumerate(POINTS)
    ]
    dash = ' stroke-dasharray="6 5"'
    level = {str(point): whole["rules"] for point in POINTS}
    lines = [
        _curve("learned", "#1264a3", whole["curve"], down=-2),
        _curve("learned, half of the lexicon", "#2b7a4b", poor["curve"], down=14),
        _curve("rules alone", "#1264a3", level, dash),
        _curve("TF-IDF, no rules", "#b3261e", plain, dash),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'font-family="sans-serif" font-size="13" fill="#333">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{"".join(marks + lines)}'
        f'<text x="{_LEFT}" y="18">Micro F1 (mean of all sets and orders)</text>'
        f'<text x="{_LEFT}" y="{_HEIGHT - 12}">comments learned</text></svg>\n'
    )


def main() -> None:
    """Measure, print, draw."""
    argparse.ArgumentParser(prog="python -m bench.routing", description=__doc__).parse_args()
    plain = json.loads((FOLDER / "baseline.json").read_text(encoding="utf-8"))
    found = {
        "harder": measure(hard(list(shipped()))),
        "harder, half of the lexicon": measure(hard(half_of_the_lexicon())),
        "spoiled": measure(spoiled()),
        "as written": measure(as_written()),
    }
    print(json.dumps({**found, "baseline": plain}, indent=2))
    curve = draw(found["harder"], found["harder, half of the lexicon"], plain["harder"])
    PICTURE.write_text(curve, encoding="utf-8")


if __name__ == "__main__":
    main()
