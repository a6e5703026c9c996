"""References in buttons, as they come back from clients that we do not control."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from bot.domain.organisation import Priority
from bot.domain.scope import Scope
from bot.errors import Refused
from bot.ui import ids
from bot.ui.ids import Choice, DigestRef, HomeFilters, ScheduleRef, SnoozeRef, StakeRef
from bot.ui.preview import Preview

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
    for reference in (StakeRef, Choice, DigestRef, ScheduleRef, SnoozeRef, HomeFilters):
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


@pytest.mark.parametrize("seen", Preview)
@pytest.mark.parametrize("runs", [False, True])
@pytest.mark.parametrize("versus", [False, True])
@pytest.mark.parametrize(
    "scope", ["team:service-hk", "organisation", "campaign:Black|Friday: all\nof it", "person:U1"]
)
def test_a_digest_reference_keeps_scope_and_period(
    scope: str, *, versus: bool, runs: bool, seen: Preview
) -> None:
    since, until = datetime(2026, 11, 17, 9, tzinfo=UTC), datetime(2026, 11, 18, 9, tzinfo=UTC)
    ref = DigestRef(Scope.parse(scope), since, until, versus, runs, seen)
    assert DigestRef.unpack(ref.pack()) == ref
    assert len(ref.pack()) < 150


@pytest.mark.parametrize(
    "text",
    ["0|100000000000|0|team:x", "-1|5|0|team:x", "1|2|team:x", "1|2|2|team:x", "1|2|0|moon:x",
     "1|2|0t|organisation", "1|2|0|team", "1|2|0|organisation:x", "1|2|0|", "service-hk|1|2", None],
)  # fmt: skip
def test_an_unreadable_digest_reference_is_refused(text: object) -> None:
    with pytest.raises(Refused, match="ask again with `/digest`"):
        DigestRef.unpack(text)


def test_buttons_of_digests_that_were_posted_long_ago_still_read() -> None:
    for kind, runs, seen in (("1rpt", True, Preview.THREADED), ("0p", False, Preview.WHOLE)):
        found = DigestRef.unpack(f"1|2|{kind}|organisation")
        assert (found.versus_previous, found.runs, found.preview) == (kind[0] == "1", runs, seen)


def test_the_last_digest_of_all_still_reads() -> None:
    assert DigestRef.unpack("0|99999999999|0|organisation").until.year == 5138


@pytest.mark.parametrize("ref", [ScheduleRef("service-hk"), ScheduleRef("slack.V1", 12)])
def test_a_schedule_reference_keeps_its_page(ref: ScheduleRef) -> None:
    assert ScheduleRef.unpack(ref.pack()) == ref


@pytest.mark.parametrize("text", ["", "x", "0|a b", "-1|x", "10000|x", "0|a:b", "0|a|b", None, 5])
def test_an_unreadable_schedule_reference_is_refused(text: object) -> None:
    with pytest.raises(Refused, match="ask again with `/digest`"):
        ScheduleRef.unpack(text)


HALF_PAST = datetime(2026, 11, 18, 10, 30, 59, 999, tzinfo=UTC)


def test_a_snooze_keeps_its_stake_and_its_instant_to_the_second() -> None:
    snooze = SnoozeRef(StakeRef(1042, "service-hk"), HALF_PAST)
    assert snooze.pack() == "2026-11-18T10:30:59+00:00|1042:service-hk"
    assert SnoozeRef.unpack(snooze.pack()) == snooze._replace(
        until=HALF_PAST.replace(microsecond=0)
    )


def test_the_longest_references_fit_an_entry_of_a_menu() -> None:
    longest = StakeRef(10**18 - 1, "x" * 100)
    filters = HomeFilters("x" * 100, Priority.NORMAL, "p" * 30, 9999)
    for packed in (SnoozeRef(longest, HALF_PAST).pack(), filters.pack()):
        assert len(packed) <= 150
    assert SnoozeRef.unpack(SnoozeRef(longest, HALF_PAST).pack()).ref == longest


@pytest.mark.parametrize(
    "text",
    ["2026-02-31T10:00:00+00:00", "2026-11-18T10:30:00", "2026-11-18T10:30:00+08:00", "soon", "",
     None, 5],
)  # fmt: skip
def test_an_instant_that_we_did_not_write_is_refused(text: object) -> None:
    with pytest.raises(Refused):
        ids.unpack_instant(text)
    with pytest.raises(Refused):
        SnoozeRef.unpack(f"{text}|1042:service-hk")


@pytest.mark.parametrize(
    "filters",
    [HomeFilters(), HomeFilters("service-hk", Priority.HIGH, "小红书", 12), HomeFilters(page=3)],
)
def test_filters_come_back_as_they_went(filters: HomeFilters) -> None:
    assert HomeFilters.unpack(filters.pack()) == filters


@pytest.mark.parametrize(
    "text", ["", "a|b|c|0", "a|high|x", "a|high|x|-1", "a|high|x|99999", "a b||x|0", "a||x|y|0"]
)
def test_filters_that_we_did_not_write_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        HomeFilters.unpack(text)


@pytest.mark.parametrize("platform", ["a|b", "p" * 31, "a\nb"])
def test_a_platform_that_no_control_can_carry_is_not_offered(platform: str) -> None:
    assert not HomeFilters.can_name(platform)


def test_each_id_is_used_once() -> None:
    names = {name: value for name, value in vars(ids).items() if name.isupper()}
    values = [value for value in names.values() if isinstance(value, str)]
    assert len(values) == len(set(values))
