"""``crosstalk routing evaluate``: numbers for routing on labelled comments."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot import cli
from bot.evaluation import measures
from bot.evaluation.measures import Answer

ORGANISATION = """
timezone = "Europe/London"
triage_channel = "#triage"

[[source]]
key = "posts"

[[team]]
key = "service"
name = "Service"
department = "service"
channel = "#service"
lead = "U0LEAD"
hours = "Mon-Fri 09:00-17:00"
claim_within = "1h"
resolve_within = "1d"

[[team]]
key = "product"
name = "Product"
department = "product"
channel = "#product"
lead = "U0LEAD"
hours = "Mon-Fri 09:00-17:00"
claim_within = "1h"
resolve_within = "1d"

[[rule]]
name = "care"
when.text = ["refund", "parcel"]
then.departments = ["service"]

[[rule]]
name = "things"
when.text = ["battery", "hinge"]
then.departments = ["product"]
"""


@pytest.fixture
def org(tmp_path: Path) -> Path:
    path = tmp_path / "organisation.toml"
    path.write_text(ORGANISATION, encoding="utf-8")
    return path


def labelled(path: Path, *, split: bool = False) -> Path:
    rows = []
    for at in range(40):
        row = {"text": f"where is my parcel {at}", "labels": ["service"], "lang": "en"}
        if at % 2:
            row = {"text": f"zipper {at} jams", "labels": ["product"], "lang": "en"}
        rows.append(row | ({"split": "test" if at > 29 else "train"} if split else {}))
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert cli.main(["routing", "evaluate", *arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_every_point_of_the_curve_is_measured(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = labelled(tmp_path / "labelled.jsonl", split=True)
    found = report(
        capsys, str(file), "--org", str(org), "--learning-curve", "0,10,all", "--seeds", "2"
    )
    assert (found["train"], found["test"], found["seeds"]) == (30, 10, 2)
    assert found["rules_micro_f1"] == pytest.approx(2 / 3)
    points = found["points"]
    assert isinstance(points, list)
    assert [point["learned"] for point in points] == [0, 10, 30]
    assert points[-1]["micro_f1"] == 1.0
    assert points[-1]["by_department"] == {"service": 1.0, "product": 1.0}
    assert points[-1]["by_language"] == {"en": 1.0}
    assert set(points[-1]["coverage"]) == {"0.9", "0.95"}


def test_rules_are_right_about_departments_whichever_team_it_would_be(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ORGANISATION.replace(
        'department = "service"', 'department = "service"\nregions = ["HK"]'
    )
    org.write_text(here, encoding="utf-8")
    file = labelled(tmp_path / "labelled.jsonl", split=True)
    found = report(capsys, str(file), "--org", str(org), "--seeds", "1")
    assert found["rules_micro_f1"] == pytest.approx(2 / 3)


def test_the_table_is_whole_on_a_usual_screen(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    file = labelled(tmp_path / "labelled.jsonl")
    assert cli.main(["routing", "evaluate", str(file), "--org", str(org), "--seeds", "1"]) == 0
    table = capsys.readouterr().out
    assert "Fit" in table
    assert "…" not in table


def test_without_a_split_every_fourth_is_asked(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = report(capsys, str(labelled(tmp_path / "l.jsonl")), "--org", str(org), "--seeds", "1")
    assert (found["train"], found["test"]) == (30, 10)


def test_people_get_a_table(tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = labelled(tmp_path / "labelled.jsonl")
    assert cli.main(["routing", "evaluate", str(file), "--org", str(org), "--seeds", "1"]) == 0
    assert "The written rules alone: " in capsys.readouterr().out


def evaluated(file: Path, org: Path, capsys: pytest.CaptureFixture[str], *rows: object) -> str:
    """What stderr says of a file with these rows; other than texts they are made JSON."""
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    file.write_text("\n".join(lines), encoding="utf-8")
    cli.main(["routing", "evaluate", str(file), "--org", str(org), "--seeds", "1"])
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("nothing", "is not JSON: Expecting value at column 1"),
        ('{"text": "a", "labels": []', "is not JSON: Expecting ',' delimiter at column 27"),
        ('"text"', "is not an object in braces"),
        ('{"labels": []}', "has no text"),
        ('{"text": "a"}', "has no labels"),
        ('{"text": 1, "labels": []}', "its text is not a text in quotes"),
        ('{"text": "a", "labels": "service"}', "its labels are not a list of texts"),
        ('{"text": "a", "labels": [1]}', "its labels are not a list of texts"),
        ('{"text": "a", "labels": [], "lang": 5}', "its lang is not a text in quotes"),
        ('{"text": "a", "labels": [], "split": "dev"}', "its split is neither train nor test"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_fault(
    row: str, problem: str, tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = evaluated(tmp_path / "bad.jsonl", org, capsys, {"text": "a", "labels": []}, "", row)
    assert said.startswith(f"bad.jsonl:3: {problem} — write lines like ")


def test_every_such_line_is_named_but_not_a_thousand(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = evaluated(tmp_path / "bad.jsonl", org, capsys, *["x"] * 1_000).splitlines()
    assert [line.partition(": ")[0] for line in said[:-1]] == [
        f"bad.jsonl:{n}" for n in range(1, 21)
    ]
    assert said[-1].startswith("bad.jsonl: has 980 more lines that cannot be used")


def test_a_file_that_cannot_be_read_is_told_what_to_look_at(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing, latin = tmp_path / "none.jsonl", tmp_path / "latin.jsonl"
    latin.write_bytes('{"text": "caf\u00e9", "labels": []}'.encode("latin-1"))
    for path, said in ((missing, "check its path"), (latin, "is not UTF-8")):
        assert cli.main(["routing", "evaluate", str(path), "--org", str(org)]) != 0
        assert said in capsys.readouterr().err


def test_a_text_may_have_line_ends_that_no_file_has(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"text": f"refund\u2028{n}\x85", "labels": ["service"]} for n in range(8)]
    assert evaluated(tmp_path / "odd.jsonl", org, capsys, *rows) == ""
    assert evaluated(tmp_path / "bom.jsonl", org, capsys, "\ufeff" + json.dumps(rows[0])) == ""


def test_lines_to_learn_from_only_leave_nothing_to_ask(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"text": "a", "labels": [], "split": "train"}
    assert "to learn from and none to ask" in evaluated(tmp_path / "a.jsonl", org, capsys, row, row)


def test_a_label_that_is_no_department_is_told(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"text": "refund", "labels": ["servce"]}] * 4
    said = evaluated(tmp_path / "a.jsonl", org, capsys, *rows)
    assert said == (
        "“servce” is no department of the organisation file: 4 labels that nobody can get right\n"
    )


def test_a_point_beyond_what_there_is_to_learn_is_left_out(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = labelled(tmp_path / "labelled.jsonl")
    asked = [str(file), "--org", str(org), "--learning-curve", "10,200,all", "--seeds", "1"]
    assert cli.main(["routing", "evaluate", *asked, "--json"]) == 0
    printed = capsys.readouterr()
    assert [point["learned"] for point in json.loads(printed.out)["points"]] == [10, 30]
    assert printed.err == "200: left out, there are 30 to learn from\n"


def test_every_number_that_is_promised_is_reported(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = labelled(tmp_path / "labelled.jsonl")
    found = report(capsys, str(file), "--org", str(org), "--learning-curve", "all")
    assert found["seeds"] == 3
    assert isinstance(found["memory_mb"], float)
    (point,) = found["points"]
    assert set(point) == {
        "learned", "micro_f1", "macro_f1", "exact_match", "mean_average_precision", "coverage",
        "by_language", "by_department", "ms_median", "ms_p99", "fit_seconds",
    }  # fmt: skip
    assert all(set(each) == {"share", "precision"} for each in point["coverage"].values())
    assert 0 < point["ms_median"] <= point["ms_p99"]


def test_the_organisations_own_lexicon_counts(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"text": f"the zibbler is odd {n}", "labels": ["product"]} for n in range(8)]
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    asked = [str(file), "--org", str(org), "--learning-curve", "0", "--seeds", "1"]

    def micro() -> float:
        (point,) = report(capsys, *asked)["points"]
        return float(point["micro_f1"])

    assert micro() == 0.0
    org.write_text(f'{ORGANISATION}\n[lexicon]\nproduct = ["zibbler"]\n', encoding="utf-8")
    assert micro() == 1.0


@pytest.mark.parametrize("curve", ["some", "1,-2", ""])
def test_a_curve_is_numbers(curve: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        cli.main(["routing", "evaluate", str(tmp_path), "--learning-curve", curve])


def answer(truth: set[str], **said: float) -> Answer:
    sure = frozenset(name for name, share in said.items() if share > 0.8)
    return Answer(
        truth=frozenset(truth), said=said, certain={0.9: sure}, lang="en", milliseconds=1.0
    )


def test_the_measures_are_the_usual_ones() -> None:
    answers = [
        answer({"a"}, a=0.9, b=0.1),
        answer({"a", "b"}, a=0.6, b=0.4),
        answer({"b"}, a=0.85, b=0.7),
        answer(set(), a=0.2, b=0.3),
    ]
    assert measures.micro(answers) == pytest.approx(2 * 3 / 8)
    assert measures.of_department(answers, "b") == pytest.approx(2 / 3)
    assert measures.exact(answers) == pytest.approx(2 / 4)
    assert measures.coverage(answers, 0.9) == (0.5, 0.5)
    assert measures.average_precision(answers, ["a"]) == pytest.approx((1 + 2 / 3) / 2)
