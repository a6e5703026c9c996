"""Rows that an import could not use end in a file that is safe to open, mend and import again."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from bot.intake import files
from bot.intake.rejects import guarded, unguarded
from tests.intake.test_files import NOW, SOURCE, changed, rows, written


def all_rejected(path: Path) -> files.RejectedWriter:
    reader = files.read(path, source=SOURCE, now=NOW)
    with reader, files.RejectedWriter(path, reader.columns) as rejected:
        for row in reader:
            rejected.write(row.number, row.original, row.rejected)
    return rejected


def test_rejected_rows_can_be_mended_and_imported_again(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", 'id,text,author.handle\n,=1+1,@ming\n"x" y,a,b\n,\'-),-\n')
    rejected = all_rejected(path)
    assert rejected.path == tmp_path / "a.rejected.csv"
    assert rejected.count == 3
    with rejected.path.open(encoding="utf-8-sig", newline="") as file:
        head, first, second, third = csv.reader(file)
    assert head[:3] == ["id", "text", "author.handle"]
    assert head[3:] == ["rejected_because", "rejected_at_line", "rejected_line"]
    assert first == ["", "'=1+1", "'@ming", "id: Is required.", "2", ""]
    assert second[0] == ""
    assert second[4:] == ["3", '"x" y,a,b']
    assert third[4] == "4"
    assert third[1:3] == ["''-)", "'-"]
    mended = written(
        tmp_path, "b.csv", rejected.path.read_text().replace("\n,'=", "\n1,'=").encode()
    )
    told = changed(rows(mended)[0])
    assert told.facts["text"] == "=1+1"
    assert told.facts["author"] == {"handle": "@ming"}


def test_rejected_json_lines_keep_their_shape(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", b'{"text": "a"}\n{"id": \xff\n')
    rejected = all_rejected(path)
    first, second = rejected.path.read_bytes().splitlines()
    assert json.loads(first) == {
        "text": "a",
        "rejected_because": "id: Is required.",
        "rejected_at_line": 1,
    }
    assert json.loads(second)["rejected_because"] == "Not UTF-8."
    mended = written(tmp_path, "b.jsonl", first.replace(b'"text"', b'"id": "1", "text"'))
    (row,) = rows(mended)
    assert changed(row).raw == {"id": "1", "text": "a"}


def test_no_rejected_row_leaves_no_file(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "id\n1\n")
    stale = written(tmp_path, "a.rejected.csv", "id\n")
    with files.RejectedWriter(path, ("id",)) as rejected:
        pass
    assert rejected.path == stale
    assert not stale.exists()


def test_bytes_that_are_not_utf_8_reach_the_rejected_file_unchanged(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", b"id,text\n1,caf\xe9\n")
    rejected = all_rejected(path)
    assert b'"1,caf\xe9"' in rejected.path.read_bytes()


@pytest.mark.parametrize("blank", ["", " ", "\x85", "\u3000", "\u200b", "\ufeff", "\x1f", "\0"])
@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_no_cell_begins_a_formula(blank: str, sign: str) -> None:
    assert guarded(f"{blank}{sign}SUM(1)").startswith("'")


@given(cell=st.text(st.characters()))
def test_guarding_a_cell_can_be_undone(cell: str) -> None:
    shown = guarded(cell)
    assert shown.lstrip()[:1] not in set("=+-@＝＋－＠")
    assert not shown.startswith(("\t", "\r"))
    assert unguarded(shown) == cell
