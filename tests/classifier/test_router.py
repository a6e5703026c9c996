"""Routing that is learned: from rules' words at first, from every correction then."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st

from bot.classifier import Example, Kind, Router
from bot.classifier.model import untaught
from bot.domain.comment import fold
from bot.evaluation import trial
from bot.evaluation.reading import Line
from tests.classifier.offices import ODD, decided, organisation, place, taught

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def learned() -> Router:
    return taught()


def test_before_any_correction_the_rules_words_decide() -> None:
    router = Router(organisation())
    assert decided(router, "I want a refund") == {"service"}
    assert decided(router, "the battery died and I want a refund") == {"service", "product"}
    assert decided(router, "我要退款") == {"service"}
    assert decided(router, "배터리가 금방 닳아요") == {"product"}


def test_another_ending_of_a_rules_word_counts_too() -> None:
    plain = Router(organisation({"a": ("refund",), "b": ("camera",)}), groups=())
    assert decided(plain, "they refunded me") == {"a"}


def test_the_lexicon_knows_words_that_no_rule_has() -> None:
    assert decided(Router(organisation()), "el camarero fue muy maleducado") == {"service"}


def test_a_departments_own_name_and_words_choose_its_groups() -> None:
    router = Router(organisation({"food": ("menu", "chef"), "staff": ("waiter", "manager")}))
    assert decided(router, "la serveuse était désagréable") == {"staff"}


def test_an_organisation_can_add_words_of_its_own() -> None:
    own = replace(organisation(), lexicon={"product": ("wobbulator",), "gone": ("gadget",)})
    assert decided(Router(own), "my wobbulator hums") == {"product"}
    assert decided(Router(own), "my gadget") == set()
    assert decided(Router(own, groups=()), "my wobbulator hums") == set()


def test_what_is_certain_is_as_certain_as_the_organisation_asks() -> None:
    strict = Router(replace(organisation(), wrong_at_most=0.04))
    loose = Router(replace(organisation(), wrong_at_most=0.3))
    for router in (strict, loose):
        router.model = replace(router.model, certain={0.7: 0.1, 0.96: 1.1})
    assert strict.judge("I want a refund").certain == ()
    assert loose.judge("I want a refund").certain == ("service", "marketing", "product")
    assert strict.judge("I want a refund", precision=0.7).certain != ()


def test_the_evaluation_and_python_route_alike() -> None:
    own = replace(organisation(), lexicon={"product": ("wobbulator",)})
    line = Line(text="my wobbulator and the delivery", labels=frozenset(), lang="en")
    (said,) = trial.ask(Router(own), [line])
    assert said.said == Router(own).route(line.text, line.lang)


def test_one_correction_is_felt_at_once() -> None:
    router = Router(organisation())
    before = router.route("the zipper jams")["product"]
    router.learn("zipper jams again", {"product"})
    assert router.route("the zipper jams")["product"] > before


def test_what_was_learned_is_used_for_the_next_like_it(learned: Router) -> None:
    assert "service" in decided(learned, "my parcel is gone")
    assert "product" in decided(learned, "the hinge squeaks")


def test_a_rule_that_people_keep_correcting_loses_its_word() -> None:
    router = Router(organisation())
    for at in range(30):
        router.learn(f"battery park concert number {at}", {"marketing"})
        router.learn(f"refund for order {at}", {"service"})
    router.flush()
    assert decided(router, "see you at the battery park concert") == {"marketing"}


@pytest.mark.parametrize("text", ODD, ids=lambda text: repr(text[:12]))
def test_odd_comments_get_ordinary_probabilities(learned: Router, text: str) -> None:
    for share in learned.route(text).values():
        assert math.isfinite(share)
        assert 0.0 <= share <= 1.0
    learned.explain(text)


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_probabilities_are_finite_and_within_their_bounds(text: str) -> None:
    shares = SHARED.route(text)
    assert list(shares) == ["service", "marketing", "product"]
    assert all(math.isfinite(share) and 0.0 <= share <= 1.0 for share in shares.values())


WORD = st.sampled_from(
    ["the", "hinge", "parcel", "battery", "refund", "电池坏了", "배터리가", "स्क्रीन", "Zürich"]
)


@given(st.lists(WORD | st.text(max_size=8), max_size=12).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_explanations_name_only_words_of_the_text(text: str) -> None:
    for reasons in SHARED.explain(text).values():
        assert all(reason.word in fold(text) for reason in reasons)


def test_an_explanation_names_the_words_that_decided(learned: Router) -> None:
    words = [reason.word for reason in learned.explain("the hinge squeaks, refund me")["product"]]
    assert "hinge" in words
    assert learned.explain("the hinge squeaks, refund me")["service"][0].word == "refund"


def test_of_words_that_say_as_much_those_that_stand_first_are_named() -> None:
    router, run = Router(organisation()), "甲乙丙丁戊己庚辛壬癸子丑"
    router.learn(run, {"product"})
    router.flush()
    named = router.explain(run)["product"]
    pairs = [run[at : at + 2] for at in range(len(run) - 1)]
    assert len({round(reason.weight, 6) for reason in named}) == 1
    assert [reason.word for reason in named] == pairs[:6]


def test_an_explanation_has_words_for_it_however_many_speak_against(learned: Router) -> None:
    against = "parcel soaked neighbour transit month spot song dog"
    named = learned.explain(f"{against} and the hinge")["product"]
    assert "hinge" in [reason.word for reason in named if reason.weight > 0]
    assert [abs(r.weight) for r in named] == sorted((abs(r.weight) for r in named), reverse=True)


def test_a_frozen_router_keeps_examples_and_changes_nothing() -> None:
    router = taught()
    router.frozen = True
    before = router.route("hinge again")
    router.learn("hinge again", {"marketing"}, key="late")
    assert not router.flush().accepted
    assert router.route("hinge again") == before
    router.frozen = False
    router.flush()
    assert router.route("hinge again") != before


def test_one_can_go_back_to_an_earlier_model() -> None:
    router = taught()
    kept, before = router.model, router.route("hinge again")
    router.learn("hinge again", {"marketing"})
    router.flush()
    router.model = kept
    assert router.route("hinge again") == before


def test_a_model_that_does_worse_on_what_it_has_not_seen_stays_away() -> None:
    router = Router(organisation())
    for at in range(40):
        router.learn(f"refund for order {at}", {"service"}, key=f"s{at}")
        router.learn(f"battery of phone {at}", {"product"}, key=f"p{at}")
    router.flush()
    for at in range(300):
        router.learn(f"refund for order {at}", {"marketing"}, key=f"z{at}")
    verdict = router.flush(guarded=True)
    assert not verdict.accepted
    assert verdict.after < verdict.before
    assert decided(router, "refund for order 7") == {"service"}


def avocados(router: Router, places: range, people: tuple[str, ...]) -> bool:
    """Learn of one more thing on one day; whether it went live."""
    for at in places:
        by = people[at % len(people)]
        router.learn(f"where is the avocado {place(at)}", {"service"}, by=by, at=NOW)
    return router.flush(NOW, guarded=True).accepted


def alike() -> Router:
    """A router that was taught by comments of which many say the same."""
    router = Router(organisation())
    for at in range(24):
        router.learn(("wobbly hinge", "loose lid", "the knob turns")[at % 3], {"product"})
        router.learn(("rude billboard", "silly jingle", "who drew this")[at % 3], {"marketing"})
    router.flush(NOW)
    return router


def test_what_many_say_alike_does_not_keep_new_words_from_being_learned() -> None:
    router = alike()
    assert avocados(router, range(25), ("U1",))
    assert decided(router, "avocado in Tavo") == {"service"}
    for more in range(25, 325, 25):
        assert avocados(router, range(more, more + 25), ("U1", "U2", "U3"))
    assert decided(router, "loose lid") == {"product"}


def test_what_looks_worse_goes_live_only_if_several_have_taught_it() -> None:
    three = ("U1", "U2", "U3")
    for people, goes_live in ((three, True), (("U4",), False)):
        router = alike()
        assert avocados(router, range(25), three)
        assert avocados(router, range(25, 50), people) is goes_live


def test_a_model_of_another_organisation_keeps_what_both_have(learned: Router) -> None:
    router = Router(organisation({"product": ("battery",), "legal": ("court",)}))
    router.model = learned.model
    assert set(router.route("the hinge squeaks")) == {"product", "legal"}
    assert "product" in decided(router, "the hinge squeaks")
    assert "legal" not in decided(router, "the hinge squeaks")


def test_one_department_alone_is_asked_only_whether_it_is_concerned() -> None:
    router = Router(organisation({"service": ("refund",)}))
    assert decided(router, "refund please") == {"service"}
    assert decided(router, "hello there") == set()
    for at in range(20):
        router.learn(f"hello number {at}", set())
        router.learn(f"grievance number {at}", {"service"})
    router.flush()
    assert decided(router, "a grievance") == {"service"}
    assert decided(router, "hello number 3") == set()


def test_nothing_is_certain_before_examples_have_shown_it() -> None:
    assert Router(organisation()).judge("refund refund").certain == ()


def test_what_is_certain_after_many_examples_is_said() -> None:
    router = Router(organisation())
    for at in range(60):
        router.learn(f"refund for order {at}", {"service"})
        router.learn(f"battery of phone {at}", {"product"})
    router.flush()
    assert router.judge("refund for order 99").certain == ("service",)


def test_a_precision_between_two_that_were_measured_takes_the_stricter() -> None:
    certain = {0.5: 0.3, 0.9: 0.6, 0.95: 0.8, 0.98: 2.0}
    model = replace(untaught(("service",)), certain=certain)
    asked = (0.2, 0.5, 0.51, 1 - 0.1, 0.93, 1 - 0.05, 0.96, 0.99)
    assert [model.least(one) for one in asked] == [0.3, 0.3, 0.6, 0.6, 0.8, 0.8, 2.0, 2.0]
    assert [model.coverage(one) for one in (0.9, 0.99)] == [None, None]
    model = replace(model, held={"a": (0.7,), "b": (0.5,), "c": (0.9,), "d": (0.1,)})
    assert [model.coverage(one) for one in (0.9, 0.95, 0.99)] == [0.5, 0.25, None]


def test_a_confirmation_counts_less_than_a_correction() -> None:
    def after(kind: Kind) -> float:
        router = Router(organisation())
        router.teach(
            Example(key=str(at), text=f"gizmo {at}", labels=frozenset({"product"}), kind=kind)
            for at in range(6)
        )
        router.flush()
        return router.route("gizmo")["product"]

    assert after(Kind.CONFIRMED) < after(Kind.TRIAGED)


SHARED = taught()
