"""What is counted of decisions on labelled comments."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was true of one comment, and what routing said.

    Attributes:
        certain: for each precision, the departments that would get a stake without asking.
    """

    truth: frozenset[str]
    said: dict[str, float]
    certain: dict[float, frozenset[str]]
    lang: str
    milliseconds: float

    @property
    def decided(self) -> frozenset[str]:
        """The departments with at least one half."""
        return frozenset(department for department, share in self.said.items() if share >= 0.5)


def f1(pairs: Sequence[tuple[frozenset[str], frozenset[str]]]) -> float:
    """Micro F1 of pairs of truth and decision; 1 when there was nothing to find or say."""
    right = sum(len(truth & said) for truth, said in pairs)
    both = sum(len(truth) + len(said) for truth, said in pairs)
    return 2 * right / both if both else 1.0


def micro(answers: Sequence[Answer]) -> float:
    """Micro F1."""
    return f1([(answer.truth, answer.decided) for answer in answers])


def of_department(answers: Sequence[Answer], department: str) -> float:
    """F1 of one department."""
    only = frozenset({department})
    return f1([(answer.truth & only, answer.decided & only) for answer in answers])


def macro(answers: Sequence[Answer], departments: Sequence[str]) -> float:
    """The mean of the departments' F1."""
    return mean([of_department(answers, department) for department in departments])


def exact(answers: Sequence[Answer]) -> float:
    """The share of comments with every department right and none too many."""
    return mean([float(answer.truth == answer.decided) for answer in answers])


def average_precision(answers: Sequence[Answer], departments: Sequence[str]) -> float:
    """How well each department's own comments are ranked before the others, on average."""
    found = [_ranked(answers, department) for department in departments]
    return mean([one for one in found if one is not None])


def _ranked(answers: Sequence[Answer], department: str) -> float | None:
    order = sorted(answers, key=lambda answer: -answer.said.get(department, 0.0))
    right, total = 0, 0.0
    for place, answer in enumerate(order, start=1):
        if department in answer.truth:
            right += 1
            total += right / place
    return total / right if right else None


def coverage(answers: Sequence[Answer], precision: float) -> tuple[float, float | None]:
    """The share of comments that are routed by themselves, and how many of those rightly.

    A comment is routed rightly when no department among its automatic stakes is wrong; who is
    missing is found by people.
    """
    posted = [answer for answer in answers if answer.certain.get(precision)]
    right = sum(answer.certain[precision] <= answer.truth for answer in posted)
    share = len(posted) / len(answers) if answers else 0.0
    return share, right / len(posted) if posted else None


def mean(values: Sequence[float]) -> float:
    """The mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def quantile(values: Sequence[float], share: float) -> float:
    """The value that *share* of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
