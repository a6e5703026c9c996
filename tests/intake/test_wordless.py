"""Files in which nobody says anything in words: meant so, or with a column by another name."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import IntakeRejected
from bot.intake import files
from bot.intake.wordless import require_words
from tests.domain import factories as make

NOW = datetime(2030, 1, 1, tzinfo=UTC)
PHOTO = "https://a.example/1.png"


def refusal(tmp_path: Path, *rows: dict[str, Any]) -> str:
    """What is said of a file of *rows*; "" when it is taken."""
    path = tmp_path / "old.jsonl"
    path.write_text("\n".join(json.dumps({"platform": "x", **row}) for row in rows) + "\n")
    source = make.organisation().sources[0]
    with files.read(path, source=source, now=NOW) as found:
        try:
            require_words(found)
        except IntakeRejected as why:
            return f"{why.status} {why.field}: {why.detail}"
    return ""


@pytest.mark.parametrize(
    "rows",
    [
        [{"id": "1", "text": "a refund"}, {"id": "2"}],
        [{"id": "1"}, {"id": "2", "text": "a refund"}],
        [{"id": "1", "text": "", "rating": 1}],
        [{"id": "1", "text": None, "media": [PHOTO]}],
        [{"type": "comment.deleted", "id": "1"}],
        [{"type": "comment.updated", "id": "1", "region": "HK"}],
        [{"id": ""}],
    ],
)
def test_words_or_an_empty_field_beside_stars_or_a_photo_are_enough(
    tmp_path: Path, rows: list[dict[str, Any]]
) -> None:
    assert refusal(tmp_path, *rows) == ""


@pytest.mark.parametrize(
    ("row", "has"),
    [
        ({"id": "1", "comment": "a refund"}, "platform, id, comment"),
        ({"id": "1", "comment": "a refund", "rating": 1}, "platform, id, comment, rating"),
        ({"id": "1", "body": "a refund", "media": [PHOTO]}, "platform, id, body, media"),
        ({"id": "1", "text": "  "}, "platform, id, text"),
    ],
)
def test_a_file_in_which_nobody_says_anything_is_refused_with_the_names_that_it_has(
    tmp_path: Path, row: dict[str, Any], has: str
) -> None:
    assert refusal(tmp_path, row, row | {"id": "2"}) == (
        f"422 text: No comment in it has any words. Call the column with them “text”; there are: {has}."
    )


def test_a_whole_delivery_is_looked_into(tmp_path: Path) -> None:
    whole = {"type": "comment.created", "timestamp": "2026-11-18T10:00:00Z"}
    data = {"platform": "x", "id": "1", "message": "a refund"}
    assert refusal(tmp_path, whole | {"data": data}).endswith("there are: platform, id, message.")
