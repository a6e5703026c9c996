"""`crosstalk import`: what it says of a file, and of one that it cannot begin with."""

from pathlib import Path

import pytest

from tests.cli.conftest import Shell

CHECK_PATH = " — check its path, and that you may read it"
ROWS = "id,platform,text,created_at\n1,x,a refund,\n,x,nobody,\n3,x,late,yesterday\n"


@pytest.mark.usefixtures("upgraded")
def test_import_sums_up_and_a_second_time_knows_everything(shell: Shell, home: Path) -> None:
    (home / "{old} [1].csv").write_text("id,platform,text\n1,x,a refund\n2,x,hello\n")
    code, out, _ = shell("import", "{old} [1].csv", "--source", "facebook-hk")
    assert (code, out) == (0, "2 new, 0 known, 0 rejected\n")
    code, out, _ = shell("import", "{old} [1].csv", "--source", "facebook-hk")
    assert (code, out) == (0, "0 new, 2 known, 0 rejected\n")


@pytest.mark.usefixtures("upgraded")
def test_import_says_where_the_rejected_rows_are(shell: Shell, home: Path) -> None:
    (home / "old.csv").write_text(ROWS)
    code, out, _ = shell("import", "old.csv", "--source", "facebook-hk")
    assert (code, out) == (
        1,
        "1 new, 0 known, 2 rejected\nThe rejected rows, each with its reason: old.rejected.csv\n",
    )
    assert "yesterday" in (home / "old.rejected.csv").read_text()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (
            ("old.csv", "--source", "moon"),
            2,
            "--source: “moon” is not a source — use one of: facebook-hk",
        ),
        (
            ("none.csv", "--source", "facebook-hk"),
            2,
            f"none.csv: cannot be read: No such file or directory{CHECK_PATH}",
        ),
        (
            (".", "--source", "facebook-hk"),
            2,
            f".: cannot be read: Is a directory{CHECK_PATH}",
        ),
        (
            ("old.xls", "--source", "facebook-hk"),
            1,
            "Name the file .csv, .tsv, .jsonl or .ndjson.",
        ),
        (
            ("names.csv", "--source", "facebook-hk"),
            1,
            "id: The first line must name the columns, one of them id.",
        ),
        (("empty.csv", "--source", "facebook-hk"), 1, "The file is empty."),
    ],
)
@pytest.mark.usefixtures("upgraded")
def test_an_import_that_cannot_begin_says_why(
    shell: Shell, home: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    for name, content in (("old.xls", "x"), ("names.csv", "name\nx\n"), ("empty.csv", "")):
        (home / name).write_text(content)
    found, out, err = shell("import", *words)
    assert (found, out) == (code, "")
    assert err.splitlines()[-1] == told
    assert "Traceback" not in err
