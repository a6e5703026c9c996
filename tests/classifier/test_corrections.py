"""The history of corrections: its order, its age, what is undone, and departments that are gone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from bot.classifier import Example, Router
from tests.classifier.offices import EXAMPLES, ODD, decided, organisation, place, taught

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SHARED = taught()


@given(st.integers(1, 10_000))
@settings(max_examples=10, deadline=None)
def test_the_order_of_corrections_does_not_matter(order: int) -> None:
    other = taught(order)
    for text, _ in EXAMPLES:
        assert other.route(text) == pytest.approx(SHARED.route(text), abs=1e-9)


@given(st.permutations(range(len(EXAMPLES))))
@settings(max_examples=10, deadline=None)
def test_when_corrections_were_made_matters_and_their_order_does_not(order: list[int]) -> None:
    def told(at: int) -> Example:
        text, labels = EXAMPLES[at]
        made = NOW - timedelta(days=60 * at)
        return Example(key=str(at), text=text, labels=frozenset(labels), at=made)

    routers = []
    for chosen in (order, range(len(EXAMPLES))):
        router = Router(organisation())
        router.teach(map(told, chosen))
        router.flush(NOW)
        routers.append(router)
    for text, _ in EXAMPLES:
        assert routers[0].route(text) == pytest.approx(routers[1].route(text), abs=1e-9)
        assert routers[0].route(text) != pytest.approx(SHARED.route(text), abs=1e-9)


def test_odd_comments_can_be_learned_from_and_undone() -> None:
    router = taught()
    for at, text in enumerate(ODD):
        router.learn(text, {"service"} if at % 2 else set(), key=f"odd {at}")
    router.flush()
    for text in ODD:
        assert all(0.0 <= share <= 1.0 for share in router.route(text).values())
    for at in range(len(ODD)):
        assert router.undo(f"odd {at}")
    for text, _ in EXAMPLES:
        assert router.route(text) == pytest.approx(SHARED.route(text), abs=1e-9)


@given(st.text(min_size=1, max_size=80), st.sets(st.sampled_from(["service", "product", "x"])))
@settings(max_examples=15, deadline=None)
def test_undoing_an_example_restores_what_was_before(text: str, labels: set[str]) -> None:
    router = taught()
    key = router.learn(text, labels)
    router.flush()
    assert router.undo(key)
    for known, _ in EXAMPLES:
        assert router.route(known) == pytest.approx(SHARED.route(known), abs=1e-9)


def test_undoing_what_was_never_taught_is_nothing() -> None:
    assert not SHARED.undo("never taught")


def test_an_old_correction_counts_less_than_a_new_one() -> None:
    def after(old: timedelta) -> float:
        router = Router(organisation())
        for at in range(6):
            router.learn(f"gizmo {at}", {"product"}, at=NOW - old)
            router.learn(f"other thing {at}", {"service"}, at=NOW)
        router.flush(NOW)
        return router.route("gizmo")["product"]

    assert after(timedelta(days=1)) > after(timedelta(days=700))


def test_one_person_in_one_afternoon_does_not_move_routing_far() -> None:
    router = Router(organisation())
    for at in range(40):
        router.learn(f"refund for order {at}", {"service"}, by=f"U{at}", at=NOW)
        router.learn(f"battery of phone {at}", {"product"}, by=f"U{at}", at=NOW)
    assert router.flush(NOW).accepted
    for at in range(60):
        router.learn(f"refund for order {at}!", {"marketing"}, by="UBAD", at=NOW)
    verdict = router.flush(NOW, guarded=True)
    assert decided(router, "refund for order 7") == {"service"}
    assert verdict.compared == 80


def test_a_department_that_is_gone_is_never_silently_another() -> None:
    router = Router(organisation({"care": ("refund",), "product": ("battery",)}), groups=())
    for at in range(20):
        router.learn(f"grievance {at}", {"service"})
        router.learn(f"hinge {at}", {"product"})
    router.flush()
    assert decided(router, "grievance") == set()
    router.rename({"service": "care"})
    router.flush()
    assert decided(router, "grievance") == {"care"}


def test_ten_thousand_examples_of_a_department_that_is_gone_wait_until_it_is_mapped() -> None:
    router = Router(organisation({"care": ("refund",), "product": ("battery",)}), groups=())
    router.teach(
        Example(key=f"{name} {at}", text=f"{word} {place(at)}", labels=frozenset({name}))
        for name, word in (("service", "grievance"), ("product", "hinge"))
        for at in range(10_000)
    )
    router.flush()
    assert decided(router, "grievance in Tavo") == set()
    assert sum("service" in example.labels for example in router.examples) == 10_000
    router.rename({"service": "care"})
    router.flush()
    assert decided(router, "grievance in Tavo") == {"care"}
    assert decided(router, "hinge in Tavo") == {"product"}
