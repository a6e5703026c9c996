"""``crosstalk routing evaluate``: numbers for routing on labelled comments."""

import json
from pathlib import Path

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


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert cli.main(["routing", "evaluate", *arguments, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
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


def test_without_a_split_every_fourth_is_asked(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = report(capsys, str(labelled(tmp_path / "l.jsonl")), "--org", str(org), "--seeds", "1")
    assert (found["train"], found["test"]) == (30, 10)


def test_people_get_a_table(tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = labelled(tmp_path / "labelled.jsonl")
    assert cli.main(["routing", "evaluate", str(file), "--org", str(org), "--seeds", "1"]) == 0
    assert "The written rules alone: " in capsys.readouterr().out


def test_every_line_that_cannot_be_used_is_named(
    tmp_path: Path, org: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"text": "a"}\nnothing\n{"text": 1, "labels": []}\n', encoding="utf-8")
    assert cli.main(["routing", "evaluate", str(file), "--org", str(org)]) == 2
    said = capsys.readouterr().err
    assert all(f"bad.jsonl:{line}" in said for line in (1, 2, 3))


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
