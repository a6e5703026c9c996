"""What we build on is audited, and its licences are known."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts import audit, licences

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.txt").read_text("utf-8")
GOOD = {"name": "alpha", "version": "1.0", "vulns": []}
BAD = {
    "name": "beta",
    "version": "2.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.1"]}],
}
SKIPPED = {"name": "gamma", "skip_reason": "could not be found"}


def test_every_package_that_is_pinned_stands_among_the_licences_and_none_is_unknown() -> None:
    written = licences.DOCUMENT.read_text("utf-8")
    rows = [line.split(" | ") for line in written.splitlines() if line.startswith("| ")][2:]
    assert [row[0].removeprefix("| ") for row in rows] == licences.needed(LOCK)
    assert all(row[1].removesuffix(" |").strip() for row in rows)
    assert "unknown" not in written


def test_a_licence_is_that_which_the_package_tells() -> None:
    assert licences.licence("sqlalchemy") == "MIT"
    assert licences.licence("python-dateutil") == "Apache-2.0 OR BSD-3-Clause"


@pytest.mark.parametrize(
    ("found", "strict", "tolerant", "said"),
    [
        ([GOOD], 0, 0, "1 dependencies, no known vulnerability."),
        ([GOOD, BAD], 1, 1, "beta 2.0: PYSEC-2026-1, mended in 2.1"),
        ([SKIPPED, BAD], 1, 1, "beta 2.0"),
        ([GOOD, SKIPPED], 2, 0, "Not looked up: gamma"),
        ([SKIPPED], 2, 0, "cannot be reached: nothing was audited"),
        ([], 2, 0, "nothing was audited"),
    ],
)
def test_a_vulnerability_always_fails_and_silence_only_where_it_is_not_tolerated(
    found: list[dict[str, Any]], strict: int, tolerant: int, said: str
) -> None:
    for tolerate, code in ((False, strict), (True, tolerant)):
        told, answer = audit.verdict(found, tolerate=tolerate)
        assert (said in told, answer) == (True, code)


def test_the_audit_asks_of_everything_that_is_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 1, json.dumps({"dependencies": [BAD]}), "")

    monkeypatch.setattr(subprocess, "run", run)
    assert audit.main([audit.TOLERATE]) == 1
    assert {Path(part).name for part in asked[0] if part.endswith(".txt")} == set(audit.FILES)


def test_an_answer_that_is_none_counts_as_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = subprocess.CompletedProcess([], 1, "", "no route to host")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: nothing)
    assert (audit.main([]), audit.main([audit.TOLERATE])) == (2, 0)
