"""Files come in row by row: what is good is told as the webhook would, what is not says why."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from bot.domain.comment import Change, ChangeKind
from bot.domain.organisation import Source
from bot.errors import IntakeRejected
from bot.intake import files, lines
from bot.intake.connector import CONNECTORS

NOW = datetime(2026, 3, 2, 6, 10, tzinfo=UTC)
CHANGED = datetime(2026, 3, 1, tzinfo=UTC)
SOURCE = Source(key="forum", platform="forum")
LONG = "Has more cells than the first line has columns."
PAYLOADS = Path(__file__).parent.parent / "payloads" / "webhook"


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(path, (CHANGED.timestamp(), CHANGED.timestamp()))
    return path


def rows(path: Path, source: Source = SOURCE) -> list[files.Row]:
    return list(files.read(path, source=source, now=NOW))


def changed(row: files.Row) -> Change:
    assert row.change is not None, row.rejected
    return row.change


def ids(path: Path) -> list[str]:
    return [row.change.external_id if row.change else row.rejected for row in rows(path)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_csv_row_is_told_as_the_webhook_would(tmp_path: Path, delimiter: str, mark: str) -> None:
    names = ["id", "platform", "text", "author.name", "author.followers", "post.url", "rating",
             "tags", "media", "created_at", "mood"]  # fmt: skip
    cells = ["7", "x", '"Zwei\nZeilen, ""so""; ja"', "明", "12", "https://p.example", "4.5",
             '"a|b"', "https://a.example|https://b.example", "2026-03-02T06:02:00Z", "glad"]  # fmt: skip
    content = mark + delimiter.join(names) + "\r\n" + delimiter.join(cells) + "\r\n"
    (row,) = rows(written(tmp_path, "a.csv", content))
    change = changed(row)
    assert (change.kind, change.source) == (ChangeKind.CREATED, "forum")
    assert change.at == datetime(2026, 3, 2, 6, 2, tzinfo=UTC)
    assert change.facts == {
        "platform": "x",
        "text": 'Zwei\nZeilen, "so"; ja',
        "author": {"name": "明", "followers": 12},
        "post": {"url": "https://p.example"},
        "rating": 4.5,
        "tags": ("a", "b"),
        "media": ("https://a.example", "https://b.example"),
        "created_at": datetime(2026, 3, 2, 6, 2, tzinfo=UTC),
    }
    assert change.raw["mood"] == "glad"


@pytest.mark.parametrize("name", ["a.jsonl", "a.NDJSON"])
def test_a_json_line_is_a_whole_body_or_its_data(tmp_path: Path, name: str) -> None:
    body = json.loads((PAYLOADS / "comment__created.json").read_bytes())
    content = "\n".join([json.dumps(body), "", json.dumps(body["data"])])
    whole, alone = rows(written(tmp_path, name, content))
    (sent,) = CONNECTORS["webhook"].parse(json.dumps(body).encode(), SOURCE)
    assert whole.change == sent
    assert changed(alone).facts == sent.facts
    assert changed(alone).at == sent.facts["created_at"]
    assert (whole.number, alone.number) == (1, 3)


def test_a_row_may_tell_of_an_edit_or_a_deletion(tmp_path: Path) -> None:
    content = (
        "type,id,timestamp,text\n"
        "comment.updated,1,2026-03-02T06:00:00Z,new\n"
        "comment.deleted,1,2026-03-02T06:01:00Z,\n"
        "photo,2,,a platform's own word\n"
        "comment.liked,3,,\n"
    )
    edited, deleted, own, unknown = rows(written(tmp_path, "a.csv", content))
    assert changed(edited).kind is ChangeKind.UPDATED
    assert changed(deleted).kind is ChangeKind.DELETED
    assert changed(own).kind is ChangeKind.CREATED
    assert unknown.rejected.startswith("type: ")


def test_a_row_without_a_time_counts_from_when_the_file_was_changed(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "id,text\n1,hello\n")
    first, again = rows(path), rows(path)
    assert changed(first[0]).at == CHANGED
    assert first == again


def test_a_file_from_the_future_counts_from_now(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "id\n1\n")
    os.utime(path, (NOW.timestamp() + 86_400,) * 2)
    (row,) = rows(path)
    assert changed(row).at == NOW


def test_a_broken_csv_line_never_stops_the_next(tmp_path: Path) -> None:
    content = (
        b"id,text,rating,created_at\n"
        b"1,good,,\n"
        b'2,"an opening mark that never closes,,\n'
        b"3,good,,\n"
        b'4,"closed" badly,,\n'
        b"5,too,many,,cells\n"
        b"6,\xff,,\n"
        b"7,NUL\0 is dropped,,\n"
        b",no id,,\n"
        b"9,few\n"
        b"\n"
        b"10,rating,many,\n"
        b"11,no zone,,2026-03-02 06:00\n"
        b"12,later,,2026-03-03T06:00:00Z\n"
        b'13,"two\nlines",,\n'
    )
    found = rows(written(tmp_path, "a.csv", content))
    told = [(row.number, row.rejected.partition(":")[0]) for row in found]
    assert told == [
        (2, ""), (3, "Not CSV"), (4, ""), (5, "Not CSV"), (6, LONG), (7, "Not UTF-8."), (8, ""), (9, "id"), (10, ""), (12, "rating"),
        (13, "created_at"), (14, "timestamp"), (15, ""),
    ]  # fmt: skip
    assert changed(found[6]).facts["text"] == "NUL is dropped"
    assert changed(found[12]).facts["text"] == "two\nlines"


def test_a_broken_json_line_never_stops_the_next(tmp_path: Path) -> None:
    content = b"\n".join(
        [b"\xef\xbb\xbf" + b'{"id": "1"}', b"{", b'{"id": "\xff"}', b"[1]", b'{"id": NaN}',
         b"[" * 100_000, b'{"id": 5}', b'{"id": "2", "data": 1}',
         b'{"type": "comment.liked", "data": {"id": "1"}}', b'{"id": "\\u0000"}', b'{"id": "3"}']
    )  # fmt: skip
    assert ids(written(tmp_path, "a.jsonl", content)) == [
        "1",
        "Not JSON: see line 1, column 2.",
        "Not UTF-8.",
        "Must be one JSON object.",
        "Holds NaN, which is not JSON.",
        "Nested more than 50 levels deep.",
        "id: Must be text.",
        "2",
        "type: Must be comment.created, .updated or .deleted.",
        "id: Must not be empty.",
        "3",
    ]


def test_a_line_without_end_is_passed_over(tmp_path: Path) -> None:
    endless = b'{"id": "' + b"x" * (3 * lines.MAX_LENGTH) + b'"}\n'
    path = written(tmp_path, "a.jsonl", b'{"id": "1"}\n' + endless + b'{"id": "2"}\n')
    assert ids(path) == ["1", "Longer than 1 MiB.", "2"]
    path = written(
        tmp_path, "a.csv", b"id,text\n1,a\n2," + b"x" * (3 * lines.MAX_LENGTH) + b"\n3,b\n"
    )
    first, second, third = ids(path)
    assert (first, third) == ("1", "3")
    assert second.startswith("Not CSV: longer than 1 MiB")


def test_a_long_text_in_a_cell_is_kept(tmp_path: Path) -> None:
    (row,) = rows(written(tmp_path, "a.csv", f"id,text\n1,{'語' * 200_000}\n"))
    assert changed(row).facts["text"] == "語" * 200_000


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n1,2\n", "columns, one of them id"),
        ("a.csv", b"text,author.name\nhello,me\n", "columns, one of them id"),
        ("a.csv", b"id,text,text\n", "twice"),
        ("a.csv", "id,text\n1,a\n".encode("utf-16"), "UTF-8"),
        ("a.csv", b"id,t\xe9xt\n", "UTF-8"),
        ("a.csv", b'id,"text\n', "cannot be read"),
        ("a.xlsx", b"PK", "Name the file"),
    ],
)
def test_a_file_of_no_use_says_so_at_once(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(IntakeRejected, match=said):
        files.read(written(tmp_path, name, content), source=SOURCE, now=NOW)


def test_the_source_s_platform_is_what_a_row_does_not_say(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "id\n1\n")
    (row,) = rows(path)
    assert changed(row).facts["platform"] == "forum"
    (row,) = rows(path, Source(key="any"))
    assert row.rejected == "platform: Is required."


def test_the_reader_tells_how_far_it_is_and_lets_go_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "id,text\n" + "1,hello\n" * 100)
    with files.read(path, source=SOURCE, now=NOW) as reader:
        seen = [reader.consumed for _ in reader]
    assert seen == sorted(set(seen))
    assert seen[-1] == files.size(path) == 808
    assert reader._file.closed


@given(content=st.binary(max_size=400), kind=st.sampled_from([".csv", ".jsonl"]))
def test_no_file_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, kind: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    head = b"id,text,tags,rating\n" if kind == ".csv" else b""
    for row in rows(written(folder, f"a{kind}", head + content)):
        assert bool(row.change) != bool(row.rejected)
        with files.RejectedWriter(folder / f"a{kind}", ("id",) if head else ()) as rejected:
            rejected.write(row.number, row.original, row.rejected)
