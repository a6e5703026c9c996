"""`crosstalk import`: what it says of a file, and of one that it cannot begin with."""

from pathlib import Path

import pytest

from tests.cli.conftest import Shell

CHECK_PATH = " — check its path, and that you may read it"
NO_WORDS = "No comment in it has any words. Call the column with them “text”;"
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


@pytest.mark.usefixtures("upgraded")
def test_import_says_which_comments_have_no_words(shell: Shell, home: Path) -> None:
    (home / "few.csv").write_text(
        "id,platform,text,rating\n1,x,a refund,\n2,x,,1\n3,x,hello,\n4,x, ,\n"
    )
    _, out, _ = shell("import", "few.csv", "--source", "facebook-hk")
    assert out == "4 new, 0 known, 0 rejected\n2 without any words: lines 3, 5\n"
    stars = "".join(f"{n},x,,5\n" for n in range(20, 33))
    (home / "stars.csv").write_text(f"id,platform,text,rating\n{stars}")
    _, out, _ = shell("import", "stars.csv", "--source", "facebook-hk")
    lines = ", ".join(str(n) for n in range(2, 12))
    assert out.endswith(f"\n13 without any words: lines {lines} and 3 more\n")
    (home / "one.jsonl").write_text(
        '{"id": "a", "platform": "x", "text": "hi"}\n{"id": "b", "platform": "x", "media": ["https://x.example/1.png"]}\n'
    )
    _, out, _ = shell("import", "one.jsonl", "--source", "facebook-hk")
    assert out.endswith("\n1 without any words: line 2\n")


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
        (
            ("wrong.csv", "--source", "facebook-hk"),
            1,
            f"text: {NO_WORDS} there are: id, platform, comment, rating.",
        ),
    ],
)
@pytest.mark.usefixtures("upgraded")
def test_an_import_that_cannot_begin_says_why(
    shell: Shell, home: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    for name, content in (
        ("old.xls", "x"),
        ("names.csv", "name\nx\n"),
        ("empty.csv", ""),
        ("wrong.csv", "id,platform,comment,rating\n1,x,a refund,2\n2,x,hello,5\n"),
    ):
        (home / name).write_text(content)
    found, out, err = shell("import", *words)
    assert (found, out) == (code, "")
    assert err.splitlines()[-1] == told
    assert "Traceback" not in err
