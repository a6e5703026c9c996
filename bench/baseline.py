"""What scikit-learn alone reaches on the development sets, for the comparison in docs/routing.md.

scikit-learn is no part of Crosstalk; install it where this is run:
``python -m bench.baseline > bench/comments/baseline.json``
"""

import argparse
import json
import random
import sys

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bench import harder
from bench.development import Labelled, Trial, trials

POINTS = (10, 50, 200, 1000)
ORDERS = 2


def micro_f1(truth: np.ndarray, said: np.ndarray) -> float:
    """Micro F1 of two tables of zeros and ones."""
    return float(2 * (truth * said).sum() / max(1, truth.sum() + said.sum()))


def _truth(comments: list[Labelled], departments: list[str]) -> np.ndarray:
    return np.array([[float(one in c.labels) for one in departments] for c in comments])


def measure(trial: Trial, count: int, seed: int) -> float:
    """Micro F1 after *count* comments of one order."""
    departments = list(trial.rules)
    order = list(range(len(trial.train)))
    random.Random(seed).shuffle(order)  # noqa: S311
    learned, asked = [trial.train[at] for at in order[:count]], list(trial.test)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    texts, others = [c.text for c in learned], [c.text for c in asked]
    known = hstack([words.fit_transform(texts), chars.fit_transform(texts)]).tocsr()
    fresh = hstack([words.transform(others), chars.transform(others)]).tocsr()
    truth, said = _truth(learned, departments), []
    for at in range(len(departments)):
        own = truth[:, at]
        if len(set(own)) < 2:
            said.append(np.full(len(asked), own[0]))
            continue
        model = LogisticRegression(C=10, class_weight="balanced", max_iter=300)
        said.append(model.fit(known, own).predict(fresh))
    return micro_f1(_truth(asked, departments), np.array(said).T)


def mean(sets: list[Trial]) -> dict[str, float]:
    """The means of all sets and orders, by comments learned."""
    return {
        str(count): float(
            np.mean([measure(one, count, seed) for one in sets for seed in range(ORDERS)])
        )
        for count in POINTS
    }


def main() -> None:
    """Measure every set, and print the means."""
    argparse.ArgumentParser(prog="python -m bench.baseline", description=__doc__).parse_args()
    found = {"harder": mean(harder.trials()), "as written": mean(trials())}
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
