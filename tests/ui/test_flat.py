"""Digests as rows: nothing in them is a formula, whatever a team is called."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from bot.domain.measures import Measures
from bot.domain.report import TeamRow
from bot.domain.scope import Scope
from bot.ui import flat
from tests.domain import factories as make
from tests.ui.looking import BUSY, report

SPACES = ("", " ", "\t", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2028", "\u3164", "\u2060\u202f")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("space", SPACES)
def test_what_begins_like_a_formula_gets_an_apostrophe(sign: str, space: str) -> None:
    assert flat.harmless(f"{space}{sign}1+1") == f"{space}'{sign}1+1"
    assert flat.harmless(f"a;{space}{sign}1") == f"a;{space}'{sign}1"


@pytest.mark.parametrize(
    "name", ["Service HK", "a-b", "R&D = fun", "香港", "2+2", "", "me@x.example"]
)
def test_what_is_no_formula_stays_as_it_is(name: str) -> None:
    assert flat.harmless(name) == name


@given(st.text(max_size=40))
def test_no_cell_begins_a_formula_in_any_country(name: str) -> None:
    teams = (TeamRow(team=replace(make.team(), name=name), measures=BUSY),)
    sheet = flat.flat(report(scope=Scope(), teams=teams), make.organisation())
    (_, row, _) = csv.reader(io.StringIO(sheet, newline=""))
    for cells in ([row[1]], row[1].split(";"), row[1].split("\t"), row[1].split("|")):
        for cell in cells:
            assert not cell.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_columns_are_the_same_with_teams_and_without() -> None:
    org = make.organisation()
    teams = (TeamRow(team=make.team(), measures=Measures()),)
    heads = {
        flat.flat(report(scope=Scope(), teams=some), org).splitlines()[0] for some in ((), teams)
    }
    assert len(heads) == 1
    assert heads.pop().startswith("\ufeffscope,name,since,until,received,routed,came_in,")


def test_times_are_in_seconds() -> None:
    sheet = flat.flat(report(), make.organisation()).removeprefix(flat.MARK)
    (row,) = csv.DictReader(io.StringIO(sheet))
    assert row["time_to_claim_median"] == "1320"
    assert row["claim_target_missed"] == "1"
    assert row["oldest_unclaimed"] == "2026-11-18T05:00:00+00:00"
    assert row["time_to_resolve_median"] == ""
