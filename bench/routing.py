"""The learning curve on the development set, as numbers and as ``docs/routing-curve.svg``.

``python -m bench.routing`` measures every set twice: as it is written, and spoiled, with two
fifths of the rules' words and half of the lexicon lost and three misleading words added to each
rule. The spoiled one is nearer to what strangers' comments are like.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.development import FOLDER, Labelled, Trial, organisation, trials
from bot.classifier import Example, Router
from bot.classifier.lexicon import Group, shipped
from bot.evaluation import measures, trial
from bot.evaluation.measures import Answer
from bot.evaluation.reading import Line

POINTS = (0, 10, 50, 200, 1000)
ORDERS = 2
PICTURE = Path(__file__).parent.parent / "docs" / "routing-curve.svg"


def as_written() -> Iterator[tuple[Trial, list[Group]]]:
    """Every set with its rules and the whole lexicon."""
    for one in trials():
        yield one, list(shipped())


def spoiled() -> Iterator[tuple[Trial, list[Group]]]:
    """Every set with poorer rules and half of the lexicon."""
    dice = random.Random("lexicon")  # noqa: S311
    groups = [
        replace(group, terms=tuple(term for term in group.terms if dice.random() < 0.5))
        for group in shipped()
    ]
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


def measure(sets: Iterator[tuple[Trial, list[Group]]]) -> dict[str, object]:
    """The means over all sets and orders."""
    rules: list[float] = []
    curve: dict[int, list[float]] = {point: [] for point in POINTS}
    posted: dict[int, list[Answer]] = {point: [] for point in POINTS}
    below: list[float] = []
    for one, groups in sets:
        rules.append(by_rules(one))
        for point in POINTS:
            runs = [answers(one, groups, point, seed) for seed in range(ORDERS if point else 1)]
            curve[point].append(measures.mean([measures.micro(run) for run in runs]))
            posted[point] += [answer for run in runs for answer in run]
        below.append(curve[10][-1] - rules[-1])
    return {
        "rules": measures.mean(rules),
        "curve": {str(point): measures.mean(found) for point, found in curve.items()},
        "coverage": {str(point): measures.coverage(found, 0.9) for point, found in posted.items()},
        "worst at 10 against the rules": min(below),
    }


_WIDTH, _HEIGHT, _LEFT, _TOP = 720, 420, 60, 30
_LOW, _HIGH = 0.4, 0.95


def _x(at: int) -> float:
    return _LEFT + at * (_WIDTH - 260 - _LEFT) / (len(POINTS) - 1)


def _y(share: float) -> float:
    return _TOP + (_HIGH - share) / (_HIGH - _LOW) * (_HEIGHT - 90)


def _curve(name: str, colour: str, found: dict[str, float], dash: str = "") -> str:
    spots = [(_x(at), _y(found[str(p)])) for at, p in enumerate(POINTS) if str(p) in found]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in spots)
    x, y = spots[-1]
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"{dash}/>{dots}'
        f'<text x="{x + 10:.1f}" y="{y + 4:.1f}" fill="{colour}">{name}</text>'
    )


def draw(whole: dict[str, object], poor: dict[str, object], plain: dict[str, float]) -> str:
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
    level = {
        name: {str(point): found["rules"] for point in POINTS}
        for name, found in (("whole", whole), ("poor", poor))
    }
    lines = [
        _curve("learned, as written", "#1264a3", whole["curve"]),
        _curve("learned, spoiled rules", "#2b7a4b", poor["curve"]),
        _curve("rules alone, as written", "#1264a3", level["whole"], dash),
        _curve("rules alone, spoiled", "#2b7a4b", level["poor"], dash),
        _curve("", "#b3261e", plain, dash),
    ]
    x, y = _x(3), _y(plain["200"])
    lines.append(f'<text x="{x + 6:.1f}" y="{y + 20:.1f}" fill="#b3261e">TF-IDF, no rules</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'font-family="sans-serif" font-size="13" fill="#333">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{"".join(marks + lines)}'
        f'<text x="{_LEFT}" y="18">Micro F1 (mean of all sets and orders)</text>'
        f'<text x="{_LEFT}" y="{_HEIGHT - 12}">comments learned</text></svg>\n'
    )


def main() -> None:
    """Measure, print, draw."""
    plain = json.loads((FOLDER / "baseline.json").read_text(encoding="utf-8"))
    whole, poor = measure(as_written()), measure(spoiled())
    print(json.dumps({"as written": whole, "spoiled": poor, "baseline": plain}, indent=2))
    PICTURE.write_text(draw(whole, poor, plain), encoding="utf-8")


if __name__ == "__main__":
    main()
