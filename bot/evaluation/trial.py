"""Learning from some comments and asking about others."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.classifier import Example, Judgement, Router
from bot.domain.comment import Comment
from bot.domain.organisation import Organisation
from bot.domain.routing import route
from bot.evaluation import measures
from bot.evaluation.measures import Answer
from bot.evaluation.reading import Line

PRECISIONS = (0.9, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One place on the learning curve: what was learned, and every answer after it."""

    learned: int
    fit_seconds: float
    answers: Sequence[Answer]


def ask(router: Router, lines: Sequence[Line]) -> list[Answer]:
    """What the router says about these comments, one at a time as in life."""
    return [_answer(router, line) for line in lines]


def _answer(router: Router, line: Line) -> Answer:
    begun = time.perf_counter()
    said = router.judge(line.text, line.lang or None)
    spent = (time.perf_counter() - begun) * 1000
    return Answer(
        truth=line.labels,
        said=said.probabilities,
        certain={one: _certain(said, router.model.least(one)) for one in PRECISIONS},
        lang=line.lang,
        milliseconds=spent,
    )


def _certain(said: Judgement, least: float) -> frozenset[str]:
    return frozenset(name for name, share in said.shares.items() if share >= least)


def learn(router: Router, lines: Sequence[Line], seed: int, count: int | None) -> Point:
    """Learn the first *count* comments of the order that *seed* gives; ask nothing yet."""
    order = list(lines)
    random.Random(seed).shuffle(order)  # noqa: S311 -- an order, not a secret
    chosen = order if count is None else order[:count]
    router.teach(
        Example(key=f"{at:06}", text=line.text, labels=line.labels, lang=line.lang)
        for at, line in enumerate(chosen)
    )
    begun = time.perf_counter()
    router.flush()
    return Point(learned=len(chosen), fit_seconds=time.perf_counter() - begun, answers=())


def run(
    organisation: Organisation,
    train: Sequence[Line],
    test: Sequence[Line],
    seed: int,
    count: int | None,
) -> Point:
    """One point of one order."""
    router = Router(organisation)
    learned = learn(router, train, seed, count)
    return Point(
        learned=learned.learned, fit_seconds=learned.fit_seconds, answers=ask(router, test)
    )


def by_rules(organisation: Organisation, lines: Sequence[Line]) -> float:
    """Micro F1 of the written rules alone, as routing applies them."""
    pairs = [(line.labels, _ruled(organisation, line)) for line in lines]
    return measures.f1(pairs)


def _ruled(organisation: Organisation, line: Line) -> frozenset[str]:
    comment = Comment(
        source="evaluation",
        external_id="1",
        platform="",
        text=line.text,
        language=line.lang,
    )
    decision = route(comment, organisation)
    teams = [organisation.team(key) for key, _ in decision.teams]
    # Which of a department's teams it is, a file of labelled comments does not say.
    return frozenset((*(team.department for team in teams if team), *decision.orphans))


def summary(point: Point, departments: Sequence[str]) -> Mapping[str, object]:
    """What a point of the curve comes to."""
    answers = point.answers
    times = [answer.milliseconds for answer in answers]
    spoken = sorted({answer.lang for answer in answers if answer.lang})
    return {
        "learned": point.learned,
        "micro_f1": measures.micro(answers),
        "macro_f1": measures.macro(answers, departments),
        "exact_match": measures.exact(answers),
        "mean_average_precision": measures.average_precision(answers, departments),
        "coverage": {str(one): _covered(answers, one) for one in PRECISIONS},
        "by_language": {
            lang: measures.micro([answer for answer in answers if answer.lang == lang])
            for lang in spoken
        },
        "by_department": {one: measures.of_department(answers, one) for one in departments},
        "ms_median": measures.quantile(times, 0.5),
        "ms_p99": measures.quantile(times, 0.99),
        "fit_seconds": point.fit_seconds,
    }


def _covered(answers: Sequence[Answer], precision: float) -> Mapping[str, float | None]:
    share, right = measures.coverage(answers, precision)
    return {"share": share, "precision": right}
