"""Whatever the file holds, the answer is an organisation or a list of faults."""

import re

from hypothesis import given, settings, strategies as st

from bot.domain.organisation import Organisation
from bot.errors import Fault, Misconfigured
from bot.organisation import parse
from tests.organisation.samples import FULL, TODAY

LINES = FULL.splitlines()
VALUES = st.sampled_from(
    [
        "1", "-1.5", "nan", "true", '""', '" "', '"x"', '"\\u0000"', '"a\\nb"', "[]", "[[]]", "[1]",
        "['x', 2]", "{}", "{a = 1}", "{text = 'x'}", "07:32:00", "2026-01-01", '"<=2"', '"1d"',
        '"999999999d"', '"Mon 00:00-24:00"', '"[[a]"', '"(?u)(?L)"', '"a{99999999999}"', '"("',
        '"../etc"', '"Europe"', '"C1"', '"#a b"', '"all"', '"by-hand"', '"HK"', '"x" #',
        '"0m"', '"never"', '"quorum"', '"ZZ-9"', '"GB-XYZ"', '"2026-02-30"', "[2026-01-01, 5]", '["service-hk"]',
        "{claim_within = '1h'}", '"unit:x"', '"planet:x"', '"week"', '"day"', "32", '"Mon"', "{claim_within = [], resolve_within = {}}", "10000000000000000000",
    ]
)  # fmt: skip
KEYS = st.sampled_from(sorted({line.split(" = ")[0] for line in LINES if " = " in line}))
NEW_LINES = st.one_of(
    st.builds("{} = {}".format, KEYS, VALUES),
    st.sampled_from(
        [
            "[[team]]",
            "[team]",
            "[rule.when]",
            "[[rule]]",
            "[[escalation]]",
            "escalation = []",
            "[[digest]]",
            "[digest]",
            "[[policy]]",
            "[escalation]",
            "[[source.x]]",
            "then = {}",
        ]
    ),
    st.text(max_size=20),
)
EDITS = st.tuples(st.integers(0, len(LINES)), st.integers(0, 3), st.lists(NEW_LINES, max_size=2))


def edited(edits: list[tuple[int, int, list[str]]]) -> str:
    """The good file with some lines replaced."""
    lines = list(LINES)
    for start, gone, new in edits:
        lines[start : start + gone] = new
    return "\n".join(lines)


def is_answered(text: str) -> None:
    """Parse *text*, and hold what comes to what is promised."""
    found: Organisation | list[Fault]
    try:
        found = parse(text, today=TODAY)
    except Misconfigured as refusal:
        found = refusal.faults
    assert found
    for fault in found if isinstance(found, list) else []:
        place = re.match(r"organisation\.toml(?::(\d+))?(?: |$)", fault.place)
        assert place
        assert 1 <= int(place[1] or 1) <= text.count("\n") + 1
        assert fault.problem
        assert fault.mend
        assert "\n" not in str(fault)


@given(st.text(alphabet=st.characters(exclude_categories=[])))
@settings(deadline=None, derandomize=True)
def test_any_text_is_answered(text: str) -> None:
    is_answered(text)


@given(st.lists(EDITS, min_size=1, max_size=4).map(edited))
@settings(deadline=None, derandomize=True, max_examples=400)
def test_a_good_file_with_any_lines_changed_is_answered(text: str) -> None:
    is_answered(text)


@given(KEYS, VALUES)
@settings(deadline=None, derandomize=True, max_examples=400)
def test_any_value_under_any_key_is_answered(key: str, value: str) -> None:
    is_answered(re.sub(rf"(?m)^{re.escape(key)} = .*$", lambda _: f"{key} = {value}", FULL))
