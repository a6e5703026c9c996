"""A digest's rows: what they are called, which is all that it takes to make it again, and their buttons."""

from datetime import UTC, datetime

import pytest

from bot.domain.case import State
from bot.domain.lines import Line
from bot.domain.scope import Kind, Scope
from bot.ui import digest
from bot.ui.digest_rows import RowsRef
from bot.ui.ids import DigestRef, StakeRef
from tests.domain import factories as make
from tests.ui.looking import line, report

SINCE, UNTIL = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
ROWS = (StakeRef(1042, "service-hk"), StakeRef(1043, "product-mobile"))


@pytest.mark.parametrize(
    "scope", [Scope(), Scope(Kind.CAMPAIGN, "Spring | sale: red"), Scope(Kind.TEAM, "x")]
)
def test_a_row_s_name_tells_the_digest_and_all_of_its_rows(scope: Scope) -> None:
    ref = RowsRef(DigestRef(scope, SINCE, UNTIL, versus_previous=True, runs=True), ROWS)
    names = [ref.pack(place) for place in (0, 1)]
    assert names[0] != names[1]
    assert all(name.startswith(f"row:{place} ") for place, name in enumerate(names))
    assert [RowsRef.unpack(name) for name in names] == [ref, ref]


def test_what_is_too_long_for_slack_names_only_its_place() -> None:
    ref = RowsRef(DigestRef(Scope(Kind.CAMPAIGN, "x" * 250), SINCE, UNTIL), ROWS)
    assert ref.pack(3) == "row:3"
    assert RowsRef.unpack("row:3") is None


@pytest.mark.parametrize(
    "name", [None, "", "row:0", "row:1_0", "row:0 x 0|1|0|all", "row:0 1:a 0|1"]
)
def test_no_other_name_is_taken_for_one(name: object) -> None:
    assert RowsRef.unpack(name) is None


@pytest.mark.parametrize(
    ("first", "primary"),
    [(line(7, past_target=True), [True, False]), (line(8, state=State.CLAIMED), [False, False])],
)
def test_only_what_needs_somebody_most_has_a_green_button(first: Line, primary: list[bool]) -> None:
    message = digest.digest(make.organisation(), report(lines=(first, line(9))), now=make.NOW)
    rows = [block for block in message.blocks if "accessory" in block]
    assert [row["accessory"].get("style") == "primary" for row in rows] == primary
