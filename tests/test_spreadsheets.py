"""Nothing that we write for spreadsheets holds a formula, whatever a customer wrote."""

import csv
import unicodedata
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.intake.rejects import RejectedWriter, guarded, unguarded
from bot.ui.flat import harmless

ROOT = Path(__file__).parent.parent
WRITERS = {"bot/intake/rejects.py", "bot/ui/flat.py"}

SPACES = [chr(c) for c in range(0x110000) if unicodedata.category(chr(c)) in {"Zs", "Zl", "Zp"}]
HIDDEN = ["\u200b", "\u200e", "\u2060", "\ufeff", "\u00ad", "\u3164", "\u2800", "\ufe0f", "\x00"]
SIGNS = [*"=+-@", *"＝＋－＠", "﹦", "﹢", "﹣", "﹫", "\u2212"]
cells = st.builds(
    lambda gap, sign, rest: f"{gap}{sign}{rest}",
    st.text(st.sampled_from([*SPACES, *HIDDEN, "\t", "\r", "\n"]), max_size=4),
    st.sampled_from(SIGNS),
    st.text(max_size=20),
)


def runs(cell: str) -> bool:
    """Whether a spreadsheet that drops whatever nobody sees would run *cell* as a formula."""
    gone = {*SPACES, *HIDDEN, "\t", "\r", "\n"}
    shown = "".join(char for char in cell if char not in gone)
    return unicodedata.normalize("NFKC", shown).replace("\u2212", "-")[:1] in {"=", "+", "-", "@"}


def test_every_writer_of_tables_is_known_here() -> None:
    found = {
        str(file.relative_to(ROOT))
        for folder in ("bot", "handlers")
        for file in (ROOT / folder).rglob("*.py")
        if "csv.writer(" in (text := file.read_text("utf-8")) or "csv.DictWriter(" in text
    }
    assert found == WRITERS


@given(cells)
def test_what_begins_like_a_formula_is_shown_and_not_run(cell: str) -> None:
    assert runs(cell)
    assert not runs(guarded(cell))
    assert not runs(harmless(cell))
    assert unguarded(guarded(cell)) == cell


@given(st.text())
def test_no_text_at_all_comes_out_as_a_formula(text: str) -> None:
    assert not runs(guarded(text))
    assert not runs(harmless(text))
    assert unguarded(guarded(text)) == text


@given(st.text(), st.sampled_from(";|\t,"), cells)
def test_nor_does_what_another_country_s_spreadsheet_cuts_off(
    before: str, cut: str, cell: str
) -> None:
    for piece in harmless(f"{before}{cut}{cell}").split(cut):
        assert not runs(piece)


@pytest.mark.parametrize("column", ["=cmd", "\u3000＝1", "id"])
def test_the_names_of_columns_are_no_formulas_either(tmp_path: Path, column: str) -> None:
    file = tmp_path / "a.csv"
    with RejectedWriter(file, (column,)) as rejects:
        rejects.write(2, {column: "\u2003@x"}, "=why")
    with rejects.path.open(encoding="utf-8-sig", newline="") as written:
        assert not [cell for row in csv.reader(written) for cell in row if runs(cell)]
