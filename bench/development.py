"""The development set: invented comments in eight languages, composed from hand-written clauses.

Each comment is put together from clauses about one to three departments, with filler that belongs
to none, slips of the finger, and labels of which some are wrong, as people's are. A third of the
clauses stands in test comments only, so that remembering sentences does not help. The written
rules in ``comments/rules.txt`` were made before any measurement and without looking at the clauses.
"""

import random
import re
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.organisation import Condition, Organisation, Outcome, Rule

FOLDER = Path(__file__).parent / "comments"
_CHOICE = re.compile(r"\{([^{}]*)\}")
_JOINT = {"zh": "，", "zh-Hant": "，", "ja": "。", "hi": "। "}
_USUAL = {
    **dict.fromkeys(["room", "food", "cabin", "calidad", "chambre", "restauration"], "product"),
    **dict.fromkeys(["部屋", "食事", "餐點", "품질", "luggage", "ambience", "環境"], "product"),
    **dict.fromkeys(["staff", "service", "delay", "booking", "entrega", "atención"], "service"),
    **dict.fromkeys(["personnel", "接客", "服務", "배송", "상담"], "service"),
    **dict.fromkeys(["price", "location", "precio", "situation", "prix", "立地"], "marketing"),
    **dict.fromkeys(["料金", "價錢", "가격"], "marketing"),
}

EIGHT_LANGUAGES = (
    *("phone-en", "shop-es", "hotel-fr", "phone-zh"),
    *("food-zh-hant", "shop-ko", "hotel-ja", "phone-hi"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One invented comment and the departments that it concerns."""

    text: str
    labels: frozenset[str]
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A set to measure with: rule words per department, comments to learn and to be asked."""

    name: str
    rules: dict[str, tuple[str, ...]]
    train: tuple[Labelled, ...]
    test: tuple[Labelled, ...]


@dataclass(frozen=True, slots=True)
class _Clause:
    department: str
    pattern: str
    held_out: bool


def _clauses(name: str, dice: random.Random) -> list[_Clause]:
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    parted = [line.split("|", 1) for line in lines if line.strip()]
    return [_Clause(head.strip(), text.strip(), dice.random() < 0.35) for head, text in parted]


def _spoken(pattern: str, dice: random.Random) -> str:
    return _CHOICE.sub(lambda found: dice.choice(found[1].split("/")), pattern)


def _slip(text: str, dice: random.Random) -> str:
    if len(text) < 12 or dice.random() > 0.15:
        return text
    at = dice.randrange(1, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


class _Writer:
    def __init__(self, name: str, lang: str, seed: int) -> None:
        self.dice = random.Random(f"{name}/{seed}")  # noqa: S311
        self.lang = lang
        clauses = _clauses(name, random.Random(f"{name}/clauses/{seed}"))  # noqa: S311
        self.clauses = [clause for clause in clauses if clause.department != "-"]
        self.filler = [clause.pattern for clause in clauses if clause.department == "-"]
        self.departments = list(dict.fromkeys(clause.department for clause in self.clauses))
        self.weights = [1 / (rank + 1.5) ** 0.6 for rank in range(len(self.departments))]

    def comment(self, *, test: bool) -> Labelled:
        dice = self.dice
        count = dice.choices([0, 1, 2, 3], [4, 50, 33, 13])[0]
        chosen = {dice.choices(self.departments, self.weights)[0] for _ in range(min(count, 3))}
        parts = [
            self._clause(one, test) for one in sorted(chosen) for _ in range(dice.choice([1, 1, 2]))
        ]
        parts += [dice.choice(self.filler) for _ in range(dice.choice([0, 0, 1, 1, 2]))]
        parts = parts or [dice.choice(self.filler)]
        dice.shuffle(parts)
        joint = _JOINT.get(self.lang) or dice.choice(
            [". ", ", ", " ... ", "! ", " and " if self.lang == "en" else " "]
        )
        text = joint.join(_spoken(part, dice) for part in parts)
        return Labelled(
            text=_slip(text, dice), labels=frozenset(self._said(chosen)), lang=self.lang
        )

    def _clause(self, department: str, test: bool) -> str:
        own = [c for c in self.clauses if c.department == department]
        fresh = [c for c in own if c.held_out]
        known = [c for c in own if not c.held_out] or own
        if test and fresh and self.dice.random() < 0.45:
            return self.dice.choice(fresh).pattern
        return self.dice.choice(known).pattern

    def _said(self, chosen: set[str]) -> set[str]:
        roll = self.dice.random()
        if roll < 0.04 and chosen:
            return chosen - {self.dice.choice(sorted(chosen))}
        return chosen | {self.dice.choice(self.departments)} if roll > 0.96 else chosen


def written_rules(path: Path = FOLDER / "rules.txt") -> dict[str, dict[str, tuple[str, ...]]]:
    """The rule words of every set, by department."""
    rules: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        head, _, words = line.partition(":")
        name, _, department = head.strip().rpartition(" ")
        rules.setdefault(name, {})[department] = tuple(w.strip() for w in words.split(","))
    return rules


def _lang(name: str) -> str:
    tail = name.split("-", 1)[1]
    return "zh-Hant" if tail == "zh-hant" else tail


def trial(name: str, seed: int = 0, *, train: int = 1200, test: int = 400) -> Trial:
    """The set of that name."""
    writer = _Writer(name, _lang(name), seed)
    return Trial(
        name=name,
        rules=written_rules()[name],
        train=tuple(writer.comment(test=False) for _ in range(train)),
        test=tuple(writer.comment(test=True) for _ in range(test)),
    )


def _usual(comment: Labelled) -> Labelled:
    labels = frozenset(_USUAL.get(one, one) for one in comment.labels)
    return Labelled(text=comment.text, labels=labels, lang=comment.lang)


def mixture(
    name: str, members: list[str], seed: int = 0, *, train: int = 1200, test: int = 400
) -> Trial:
    """Several sets in one organisation that has the three usual departments."""
    shares = {"train": train // len(members) + 1, "test": test // len(members) + 1}
    return mixed(name, [trial(one, seed, **shares) for one in members], seed)


def mixed(name: str, trials: list[Trial], seed: int = 0) -> Trial:
    """These *trials* as one, with the three usual departments."""
    rules: dict[str, list[str]] = {}
    for one in trials:
        for department, words in one.rules.items():
            rules.setdefault(_USUAL.get(department, department), []).extend(words)
    dice = random.Random(f"{name}/{seed}")  # noqa: S311
    learned = [_usual(comment) for one in trials for comment in one.train]
    asked = [_usual(comment) for one in trials for comment in one.test]
    dice.shuffle(learned)
    return Trial(
        name=name,
        rules={department: tuple(dict.fromkeys(words)) for department, words in rules.items()},
        train=tuple(learned),
        test=tuple(asked),
    )


def one_department(seed: int = 0) -> Trial:
    """An organisation with a single department: it is asked only whether a comment is its own."""
    whole = trial("airline-en", seed)

    def only(comment: Labelled) -> Labelled:
        return Labelled(text=comment.text, labels=comment.labels & {"luggage"}, lang=comment.lang)

    return Trial(
        name="one department",
        rules={"luggage": whole.rules["luggage"]},
        train=tuple(map(only, whole.train)),
        test=tuple(map(only, whole.test)),
    )


def organisation(rules: dict[str, tuple[str, ...]]) -> Organisation:
    """One rule per department."""
    return Organisation(
        zone=ZoneInfo("UTC"),
        triage_channel="#triage",
        departments=tuple(rules),
        rules=tuple(
            Rule(name=one, when=Condition(text=words), then=Outcome(departments=(one,)))
            for one, words in rules.items()
        ),
    )


def trials(seed: int = 0) -> list[Trial]:
    """Every set, each shaped differently."""
    names = list(written_rules())
    return [
        *(trial(name, seed) for name in names),
        mixture(
            "mixture of eight languages",
            list(EIGHT_LANGUAGES),
            seed,
        ),
        mixture("usual three, hotel and airline", ["hotel-en", "airline-en"], seed),
        one_department(seed),
    ]
