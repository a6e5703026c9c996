"""Files of comments become cases: as they are read, every row accounted for, safe to run again."""

import csv
import gc
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.domain.comment import Change
from bot.errors import DatabaseAway, IntakeRejected, Unstorable
from bot.importing import Summary, import_file
from bot.store import tables as t
from bot.store.database import Database
from bot.usecases import receiving
from tests.domain import factories as make
from tests.fakes.clock import Clock

ROWS = 1_100
REFUSED = "comment-77"


@pytest.fixture
def take(database: Database, clock: Clock) -> Callable[..., Summary]:
    """Import a file for Hong Kong's Facebook page."""
    organisation = make.organisation()

    def run(path: Path) -> Summary:
        return import_file(
            database,
            organisation,
            path,
            organisation.sources[0],
            now=clock.advance(timedelta(seconds=1)),
            progress=lambda _: None,
        )

    return run


def stored(database: Database, table: Any = t.comments) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def lines(path: Path, *rows: dict[str, Any] | str) -> Path:
    told = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(told) + "\n")
    return path


def comment(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"comment-{number}", "text": f"refund number {number}", **more}


def test_thousands_of_rows_are_stored_while_the_file_is_still_being_read(
    sqlite_database: Database, clock: Clock, tmp_path: Path
) -> None:
    path = lines(tmp_path / "many.jsonl", *(comment(n) for n in range(ROWS)))
    organisation = make.organisation()
    seen: list[tuple[int, int]] = []
    summary = import_file(
        sqlite_database,
        organisation,
        path,
        organisation.sources[0],
        now=clock.now(),
        progress=lambda consumed: seen.append((consumed, stored(sqlite_database))),
    )
    assert summary == Summary(new=ROWS, known=0, rejected=0, rejects=None)
    consumed = [position for position, _ in seen]
    assert consumed == sorted(consumed)
    assert consumed[-1] == path.stat().st_size
    assert consumed[0] < path.stat().st_size / 10
    assert [rows for _, rows in seen] == list(range(100, ROWS + 1, 100))
    assert stored(sqlite_database, t.stakes) == ROWS


def test_the_same_file_again_is_all_known(
    take: Callable[..., Summary], database: Database, tmp_path: Path
) -> None:
    path = lines(tmp_path / "again.jsonl", *(comment(n) for n in range(250)))
    assert take(path) == Summary(new=250)
    assert take(path) == Summary(known=250)
    assert stored(database, t.changes) == 250


def test_rows_that_cannot_be_used_are_kept_with_their_reason_and_stop_nobody(
    take: Callable[..., Summary], database: Database, tmp_path: Path
) -> None:
    path = lines(
        tmp_path / "some.jsonl",
        comment(1),
        "not json",
        {"id": 5, "text": "a number for an id"},
        {"text": "no id"},
        comment(2, created_at="yesterday"),
        comment(3),
        comment(1),
    )
    summary = take(path)
    rejects = tmp_path / "some.rejected.jsonl"
    assert summary == Summary(new=2, known=1, rejected=4, rejects=rejects)
    assert stored(database, t.cases) == 2
    reasons = [json.loads(line)["rejected_because"] for line in rejects.read_text().splitlines()]
    assert reasons == [
        "Not JSON: see line 1, column 1.",
        "id: Must be text.",
        "id: Is required.",
        "created_at: Must be RFC 3339 with its zone, such as 2026-03-01T09:30:00Z.",
    ]


def test_the_file_of_rejects_is_mended_and_imported(
    take: Callable[..., Summary], database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("id,text,rating\n1,=SUM(refund),5\n2,refund,many\n")
    summary = take(path)
    assert (summary.new, summary.rejected) == (1, 1)
    rejects = tmp_path / "table.rejected.csv"
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["rejected_because"] == "rating: Must be a number."
    rejects.write_text(rejects.read_text("utf-8-sig").replace("many", "1"))
    assert take(rejects) == Summary(new=1)
    assert take(path).known == 1
    assert stored(database, t.cases) == 2


def test_nothing_rejected_leaves_no_file(take: Callable[..., Summary], tmp_path: Path) -> None:
    path = lines(tmp_path / "good.jsonl", comment(1), "nonsense")
    assert take(path).rejects == tmp_path / "good.rejected.jsonl"
    lines(path, comment(1))
    assert take(path) == Summary(known=1)
    assert list(tmp_path.glob("good*")) == [path]


def refusing(session: Any, changes: list[Change], **more: Any) -> receiving.Received:
    if changes[0].external_id == REFUSED:
        raise Unstorable("DataError")
    return receive(session, changes, **more)


receive = receiving.receive


def test_a_row_that_the_database_refuses_spoils_nothing_but_itself(
    take: Callable[..., Summary],
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receiving, "receive", refusing)
    path = lines(tmp_path / "mixed.jsonl", *(comment(n) for n in range(150)), "nonsense")
    summary = take(path)
    assert (summary.new, summary.known, summary.rejected) == (149, 0, 2)
    assert stored(database, t.cases) == 149
    kept = [json.loads(line) for line in (tmp_path / "mixed.rejected.jsonl").open()]
    assert kept[0]["id"] == REFUSED
    assert kept[0]["rejected_because"] == "could not be stored (DataError)"


def test_a_database_that_goes_away_in_the_middle_loses_nothing_that_the_next_run_does_not_find(
    take: Callable[..., Summary],
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = lines(tmp_path / "long.jsonl", *(comment(n) for n in range(250)))

    def away(session: Any, changes: list[Change], **more: Any) -> receiving.Received:
        if changes[0].external_id == "comment-150":
            raise DatabaseAway("OperationalError")
        return receive(session, changes, **more)

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "receive", away)
        with pytest.raises(DatabaseAway):
            take(path)
    assert stored(database, t.cases) == 100
    assert take(path) == Summary(new=150, known=100)


@pytest.mark.parametrize(
    ("name", "content"), [("empty.csv", ""), ("table.csv", "name,text\na,b\n"), ("table.xls", "x")]
)
def test_a_file_that_is_no_table_of_comments_is_refused_as_a_whole(
    take: Callable[..., Summary], database: Database, tmp_path: Path, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(IntakeRejected):
        take(path)
    assert stored(database) == 0


def test_edits_and_deletions_in_a_file_are_applied_to_what_is_known(
    take: Callable[..., Summary], database: Database, tmp_path: Path
) -> None:
    def told(kind: str, minute: int, **data: Any) -> dict[str, Any]:
        at = f"2026-11-20T09:{minute:02d}:00Z"
        return {"type": f"comment.{kind}", "timestamp": at, "data": {"id": "1", **data}}

    path = lines(
        tmp_path / "story.jsonl",
        told("created", 1, text="refund"),
        told("updated", 2, text="refund, please"),
        told("deleted", 3),
    )
    assert take(path) == Summary(new=1, known=2)
    with database.reading() as session:
        case = session.execute(select(t.cases)).mappings().one()
    assert case["edited_at"] is not None
    assert case["deleted_at"] is not None


@pytest.mark.parametrize("ends", ["well", "badly"])
def test_the_garbage_collector_is_left_as_it_was(
    ends: str, take: Callable[..., Summary], database: Database, tmp_path: Path
) -> None:
    before = gc.get_threshold()
    path = lines(tmp_path / "some.jsonl", comment(1))
    if ends == "badly":
        path = lines(tmp_path / "some.csv", "no columns, none of them of use")
        with pytest.raises(IntakeRejected):
            take(path)
    else:
        assert take(path).new == stored(database) == 1
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
