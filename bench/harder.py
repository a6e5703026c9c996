"""Harder development sets: invented comments that are as muddled as strangers' are.

Each comment is put together from a large stock of things and turns of phrase for each department,
most of them seldom used, so that no rule, and no thousand examples, know them all. A department's
things are also mentioned where they are not the point, a quarter of all turns of phrase and a
seventh of the things stand only in the comments that are asked, fingers slip, and one comment of
twelve is labelled wrongly. The rules' words were written before and apart, without a look at the stock.
"""

import random
from dataclasses import dataclass, replace
from pathlib import Path

from bench.development import EIGHT_LANGUAGES, FOLDER, Labelled, Trial, mixed, written_rules

STOCK = FOLDER / "harder"
"""Where the stock lies: ``NAME.txt`` for each set, ``speech-LANG.txt`` for each language."""

_SPACELESS = {"zh", "zh-Hant", "ja"}
_WRONG_LABEL, _LEFT_OUT = 0.04, 0.05
# How much oftener the first of a list is used than the last, and departments than one another.
_RARE, _RARE_TURN, _UNEVEN = 1.1, 0.5, 1.7


@dataclass(frozen=True, slots=True)
class _Topic:
    department: str
    weight: float
    things: tuple[str, ...]
    said: tuple[str, ...]


def _fields(path: Path) -> list[tuple[str, str]]:
    rows = path.read_text(encoding="utf-8").splitlines()
    heads = (row.partition(":") if not row.startswith("=") else row.partition(" ") for row in rows)
    return [(head.strip(), rest.strip()) for head, _, rest in heads if rest.strip()]


def _topics(name: str) -> list[_Topic]:
    found: list[_Topic] = []
    for head, rest in _fields(STOCK / f"{name}.txt"):
        if head == "=":
            department, weight = rest.rsplit(" ", 1)
            found.append(_Topic(department, float(weight), (), ()))
        elif head == "terms":
            found[-1] = replace(found[-1], things=tuple(one.strip() for one in rest.split(",")))
        else:
            found[-1] = replace(found[-1], said=tuple(one.strip() for one in rest.split(" | ")))
    return found


def _language(name: str) -> str:
    tail = name.split("-", 1)[1]
    return "zh-Hant" if tail == "zh-hant" else tail


class _Writer:
    """Writes the comments of one set; the same ones for the same seed."""

    def __init__(self, name: str, seed: int) -> None:
        self.dice = random.Random(f"harder/{name}/{seed}")  # noqa: S311
        self.lang = _language(name)
        speech = dict(_fields(STOCK / f"speech-{self.lang}.txt"))
        self.speech = {
            head: tuple(one.strip() for one in rest.split(" | ")) for head, rest in speech.items()
        }
        joints = speech["joint"].split("|")
        spaceless = self.lang in _SPACELESS
        self.joints = [one.strip() if spaceless else _spaced(one) for one in joints]
        self.topics = _topics(name)
        self.fresh = {
            one
            for topic in self.topics
            for many, share in ((topic.things[6:], 0.15), (topic.said, 0.25))
            for one in many
            if self.dice.random() < share
        }

    def comment(self, *, test: bool) -> Labelled:
        """One comment, and what people say that it concerns."""
        dice = self.dice
        count = dice.choices([0, 1, 2, 3], [4, 46, 33, 17])[0]
        weights = [topic.weight**_UNEVEN for topic in self.topics]
        about = list({id(t): t for t in dice.choices(self.topics, weights, k=count)}.values())
        parts = [self._part(topic, test) for topic in about]
        parts += [self._part(topic, test) for topic in about if dice.random() < 0.25]
        if dice.random() < 0.25:
            other = dice.choices(self.topics, weights)[0]
            shape = dice.choice(self.speech["passing"])
            parts.append(shape.replace("{t}", self._thing(other, test)))
        extra = dice.choice([0, 0, 1, 1, 2]) or not parts
        parts += [dice.choice(self.speech["filler"]) for _ in range(extra)]
        dice.shuffle(parts)
        text = parts[0] + "".join(dice.choice(self.joints) + part for part in parts[1:])
        labels = self._labelled({topic.department for topic in about})
        return Labelled(text=_slipped(text, dice), labels=labels, lang=self.lang)

    def long_comment(self, *, test: bool) -> Labelled:
        """Several comments in one, with more that is beside the point."""
        parts = [self.comment(test=test) for _ in range(self.dice.choice([1, 2, 2, 3, 4]))]
        texts = [part.text for part in parts]
        for _ in range(self.dice.choice([0, 1, 2, 3])):
            shape = self.dice.choice(self.speech["passing"])
            texts.append(shape.replace("{t}", self._thing(self.dice.choice(self.topics), test)))
        self.dice.shuffle(texts)
        text = texts[0] + "".join(self.dice.choice(self.joints) + part for part in texts[1:])
        labels = frozenset[str]().union(*(part.labels for part in parts))
        return Labelled(text=text, labels=labels, lang=self.lang)

    def _part(self, topic: _Topic, test: bool) -> str:
        if self.dice.random() < 0.38:
            return self._of(topic.said, test, even=True)
        shape = self.dice.choice(self.speech["shapes"])
        while "{t}" in shape:
            shape = shape.replace("{t}", self._thing(topic, test), 1)
        mood = self.speech[self.dice.choice(["good", "bad"])]
        return shape.replace("{p}", self.dice.choice(mood))

    def _thing(self, topic: _Topic, test: bool) -> str:
        return self._of(topic.things, test, even=False)

    def _of(self, every: tuple[str, ...], test: bool, *, even: bool) -> str:
        known = [one for one in every if test or one not in self.fresh]
        weights = [(at + 2.0) ** -(_RARE_TURN if even else _RARE) for at in range(len(known))]
        return self.dice.choices(known, weights)[0]

    def _labelled(self, labels: set[str]) -> frozenset[str]:
        roll = self.dice.random()
        if roll < _LEFT_OUT and labels:
            return frozenset(labels - {self.dice.choice(sorted(labels))})
        if roll > 1 - _WRONG_LABEL:
            return frozenset(labels | {self.dice.choice(self.topics).department})
        return frozenset(labels)


def _spaced(joint: str) -> str:
    bare = joint.strip()
    return f" {bare} " if bare.isalpha() or bare == "-" else f"{bare} "


def _slipped(text: str, dice: random.Random) -> str:
    """The text as hasty fingers give it."""
    if dice.random() < 0.3:
        text = text.capitalize()
    for _ in range(dice.choice([0, 0, 0, 1, 1, 2])):
        if len(text) > 12:
            at = dice.randrange(1, len(text) - 2)
            swapped = text[at + 1] + text[at]
            text = text[:at] + dice.choice([swapped, text[at], text[at] * 2]) + text[at + 2 :]
    return text


def harder_rules() -> dict[str, dict[str, tuple[str, ...]]]:
    """The rule words of every set, by department."""
    names = {path.stem for path in STOCK.glob("*.txt")}
    found = {**written_rules(), **written_rules(STOCK / "rules-more.txt")}
    return {name: words for name, words in found.items() if name in names}


def trial(
    name: str, seed: int = 0, *, train: int = 1200, test: int = 400, long: bool = False
) -> Trial:
    """The set of that name; *long* if its customers tell stories."""
    writer = _Writer(name, seed)
    write = writer.long_comment if long else writer.comment
    return Trial(
        name=f"{name}, long" if long else name,
        rules=harder_rules()[name],
        train=tuple(write(test=False) for _ in range(train)),
        test=tuple(write(test=True) for _ in range(test)),
    )


def trials(seed: int = 0) -> list[Trial]:
    """Every set, some of them with long comments too, and a mixture of eight languages."""
    eight = [trial(name, seed, train=151, test=51) for name in EIGHT_LANGUAGES]
    return [
        *(trial(name, seed) for name in harder_rules()),
        *(trial(name, seed, long=True) for name in ("hotel-en", "food-zh", "hotel-fr")),
        mixed("mixture of eight languages", eight, seed),
    ]
