"""References in buttons, as they come back from clients that we do not control."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.ui.ids import Choice, DigestRef, StakeRef

ANYTHING = st.one_of(
    st.text(max_size=40),
    st.none(),
    st.integers(),
    st.binary(max_size=10),
    st.lists(st.text(max_size=3)),
    st.dictionaries(st.text(max_size=3), st.integers()),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1042:service-hk", (1042, "service-hk")),
        ("1:", (1, "")),
        ("999999999999999999:t", (999_999_999_999_999_999, "t")),
        ("7:服務", (7, "服務")),
    ],
)
def test_a_stake_reference_reads_what_it_wrote(text: str, expected: tuple[int, str]) -> None:
    assert StakeRef.unpack(text) == expected
    assert StakeRef(*expected).pack() == text


@pytest.mark.parametrize(
    "text",
    ["", "1042", ":service", "0:service", "-1:service", "01:service", "1e3:x", "１:x", "1042:a b",
     "1042:a\n", "1042:a:b", "1042:a|b", "9999999999999999999:x", "1042:" + "x" * 101,
     "'; drop table cases;--:x", None, 1042, b"1042:x", ["1042:x"], {"value": "1042:x"}, True],
)  # fmt: skip
def test_anything_else_is_refused_with_a_kind_sentence(text: object) -> None:
    with pytest.raises(Refused, match="Please use the newest card"):
        StakeRef.unpack(text)


@given(ANYTHING)
def test_no_value_makes_reading_crash(value: object) -> None:
    for reference in (StakeRef, Choice, DigestRef):
        try:
            read = reference.unpack(value)
        except Refused:
            continue
        assert isinstance(read.pack(), str)


def test_a_choice_carries_its_act_and_its_stake() -> None:
    choice = Choice("invite", StakeRef(1042, "service-hk"))
    assert choice.pack() == "invite|1042:service-hk"
    assert Choice.unpack("invite|1042:service-hk") == choice


@pytest.mark.parametrize("text", ["delete|1:x", "invite|", "invite|x", "|1:x", None])
def test_an_unknown_choice_is_refused(text: object) -> None:
    with pytest.raises(Refused):
        Choice.unpack(text)


@pytest.mark.parametrize("scope", ["service-hk", ""])
def test_a_digest_reference_keeps_scope_and_period(scope: str) -> None:
    since, until = datetime(2026, 11, 17, 9, tzinfo=UTC), datetime(2026, 11, 18, 9, tzinfo=UTC)
    ref = DigestRef(scope, since, until)
    assert DigestRef.unpack(ref.pack()) == ref
    assert len(ref.pack()) < 150


@pytest.mark.parametrize("text", ["x|0|100000000000", "x|-1|5", "x|1", "a b|1|2", "x|1|2|3", None])
def test_an_unreadable_digest_reference_is_refused(text: object) -> None:
    with pytest.raises(Refused):
        DigestRef.unpack(text)


def test_the_last_digest_of_all_still_reads() -> None:
    assert DigestRef.unpack("x|0|99999999999").until.year == 5138
