"""One text is judged with Python's own numbers, many with numpy's: both say the same."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from bot.classifier import prior
from bot.classifier.calibration import Calibration, calibrate
from bot.classifier.logistic import sigmoid, sigmoid_of_one
from bot.classifier.reading import Reader
from tests.classifier.offices import organisation, taught

_SHARE = st.floats(0, 1, width=32)
_KINDS = st.lists(st.tuples(_SHARE, _SHARE, _SHARE), min_size=1, max_size=6)


@given(_KINDS)
def test_the_log_odds_of_one_text_are_those_of_many(kinds: list[tuple[float, ...]]) -> None:
    strength = np.array(kinds, dtype=np.float32)
    many = prior.log_odds(strength.astype(np.float64)[None])[0]
    assert prior.log_odds_of_one(strength) == many.tolist()


@given(st.floats(-1e6, 1e6))
def test_a_score_is_the_same_probability_alone(score: float) -> None:
    assert sigmoid_of_one(score) == pytest.approx(float(sigmoid(np.array(score))), abs=1e-12)


@given(st.lists(st.floats(-40, 40), min_size=1, max_size=5), st.floats(0.1, 3))
def test_the_probabilities_of_one_text_are_those_of_many(scores: list[float], slope: float) -> None:
    reading = Calibration.untaught(len(scores))
    reading = Calibration(
        slopes=reading.slopes * slope,
        shifts=reading.shifts + 0.3,
        unruled=-0.4,
        thresholds=reading.thresholds,
    )
    for ruled in (True, False):
        many = reading.probabilities(np.array([scores]), np.array([ruled]))[0].tolist()
        assert reading.likely(scores, ruled=ruled) == pytest.approx(many, abs=1e-12)


@pytest.mark.parametrize(
    ("likely", "decided"),
    [
        ([0.42, 0.1], [0.5, 0.119]),
        # Nothing reaches the threshold: the likeliest is decided for where it is near and stands out.
        ([0.37, 0.1], [0.5, 0.119]),
        ([0.37, 0.365], [0.5, 0.435]),
        ([0.37, 0.37], [0.44, 0.44]),
        ([0.35, 0.1], [0.417, 0.119]),
        ([1.0, 0.71], [1.0, 0.75]),
        ([0.37], [0.44]),
    ],
)
def test_decisions_lie_on_both_sides_of_a_half(likely: list[float], decided: list[float]) -> None:
    found = Calibration.untaught(len(likely)).decisions(likely)
    assert found == pytest.approx(decided, abs=1e-3)


def test_a_guess_needs_as_much_however_seldom_comments_concern_nobody() -> None:
    truth = np.array([[1.0, 0.0], [0.0, 1.0]] * 20)
    reading = calibrate(np.where(truth > 0, 2.0, -2.0), truth, np.ones(40), np.ones(40, bool))
    near, far = 0.9 * reading.thresholds, 0.8 * reading.thresholds
    assert max(reading.decisions([near[0], 0.0])) == 0.5
    assert max(reading.decisions([far[0], 0.0])) == pytest.approx(0.4)


@pytest.mark.parametrize(("concerned", "less"), [(0.0, True), (1.0, False)])
def test_what_no_rule_speaks_for_is_believed_less_where_it_concerns_nobody_and_never_more(
    concerned: float, *, less: bool
) -> None:
    truth = np.tile([[1.0, 0.0], [0.0, 1.0], [concerned, 0.0]], (10, 1))
    scores = np.tile([[2.0, -2.0], [-2.0, 2.0], [0.0, -2.0]], (10, 1))
    ruled = np.tile([True, True, False], 10)
    reading = calibrate(scores, truth, np.ones(30), ruled)
    assert (reading.unruled < -0.2) is less
    assert reading.unruled <= 0.0
    with_rule, without = (reading.likely([0.0, 0.0], ruled=one) for one in (True, False))
    assert (without[0] < with_rule[0]) is less


def test_a_few_examples_of_one_department_do_not_make_everything_its_own() -> None:
    truth = np.array([[1.0]] * 5 + [[0.0]] * 5)
    reading = calibrate(np.full((10, 1), -1.1), truth, np.ones(10), np.zeros(10, bool))
    assert reading.decisions(reading.likely([-1.1], ruled=False))[0] < 0.5


def test_whoever_has_learned_nothing_needs_no_features() -> None:
    learned = taught()
    model, reader = learned.model, Reader(learned.cues)
    assert not model.blank
    plain = type(learned)(organisation()).model
    assert plain.blank
    for text in ("I want a refund, the battery died", "我要退款", ""):
        whole, plainly = reader.read(text, "en"), reader.read(text, "en", plainly=True)
        assert plain.likely(plainly) == plain.likely(whole)


def test_what_rules_about_more_than_the_text_decide_is_evidence_each_time() -> None:
    """What was found in a text is kept for whoever asks next, and must stay as it was."""
    reader = Reader(taught().cues)
    before = reader.read("lovely", "en").strength.tolist()
    ruled = reader.read("lovely", "en", ["service"]).strength.tolist()
    assert ruled != before
    assert reader.read("lovely", "en").strength.tolist() == before
