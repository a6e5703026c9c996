"""A model as bytes: the same when it is read again, refused when it is not whole."""

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from bot.classifier import Router, storage
from bot.errors import ModelUnreadable
from tests.classifier.offices import EXAMPLES, organisation


def model() -> bytes:
    router = Router(organisation())
    for text, labels in EXAMPLES:
        router.learn(text, labels)
    router.flush()
    return storage.dump(router.model)


STORED = model()


def test_a_model_that_is_read_again_routes_alike() -> None:
    first, second = Router(organisation()), Router(organisation())
    for text, labels in EXAMPLES:
        first.learn(text, labels)
    first.flush()
    second.model = storage.load(storage.dump(first.model))
    for text, _ in EXAMPLES:
        assert second.route(text) == pytest.approx(first.route(text), abs=1e-6)
    assert second.model.held == first.model.held


def test_what_is_believed_less_without_a_rule_is_kept_for_other_departments_too() -> None:
    model = storage.load(STORED)
    doubted = replace(model, reading=replace(model.reading, unruled=-0.5))
    read = storage.load(storage.dump(doubted))
    assert read.reading.unruled == -0.5
    assert read.for_departments(("product", "new")).reading.unruled == -0.5


def test_a_model_is_smaller_than_a_megabyte() -> None:
    assert len(STORED) < 1_000_000


@given(st.integers(0, len(STORED) - 1), st.integers(1, 255))
@settings(max_examples=40)
def test_one_changed_byte_is_noticed(at: int, change: int) -> None:
    broken = bytearray(STORED)
    broken[at] ^= change
    with pytest.raises(ModelUnreadable):
        storage.load(bytes(broken))


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", STORED[:-1], STORED[:40], b"{}"])
def test_what_is_cut_off_or_foreign_is_refused(raw: bytes) -> None:
    with pytest.raises(ModelUnreadable):
        storage.load(raw)


def test_a_model_of_another_release_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "VERSION", storage.VERSION + 1)
    with pytest.raises(ModelUnreadable, match="of version 4, this release reads 5"):
        storage.load(STORED)


def test_several_models_are_kept_together_or_not_at_all() -> None:
    one = storage.load(STORED)
    packed = storage.pack({"departments": one, "units": one})
    assert {name: model.held for name, model in storage.unpack(packed).items()} == {
        "departments": one.held,
        "units": one.held,
    }
    for broken in (b"", packed[:-1], packed + b"x", packed[3:], STORED, packed.replace(b"{", b"[")):
        with pytest.raises(ModelUnreadable):
            storage.unpack(broken)
