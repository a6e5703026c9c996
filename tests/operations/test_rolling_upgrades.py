"""A migration works with the code that still runs, and two releases may upgrade at once."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import CrosstalkError, Misconfigured
from bot.store import migrations, revisions
from bot.store.database import Database
from tests.operations.schemas import (
    ROOT,
    Schema,
    broken_for,
    names,
    reflected,
    uniques,
    upgrade_to,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LATER = '''"""What a later release needs."""
import sqlalchemy as sa
from alembic import op

revision = "{name}"
down_revision = "{before}"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("mood", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("cases", "mood")
'''
BEFORE = """
lead TEXT DEFAULT '' NOT NULL, note TEXT, old TEXT, size INTEGER DEFAULT 0 NOT NULL
"""
AFTER = """
lead TEXT NOT NULL, note TEXT NOT NULL, size TEXT DEFAULT '' NOT NULL, kind TEXT NOT NULL,
mood TEXT, ok TEXT DEFAULT '' NOT NULL
"""
UPGRADE = """
import sys
from pathlib import Path
from bot.store import migrations
migrations.FOLDER = Path(sys.argv[2])
print("ready", flush=True)
sys.stdin.read()
migrations.upgrade(sys.argv[1])
"""


@pytest.fixture
def bare(bare_url: str) -> Iterator[Database]:
    database = Database(bare_url)
    yield database
    database.close()


def later_release(folder: Path, name: str) -> Path:
    """The migrations of a release after this one, whose newest is called *name*."""
    shutil.copytree(ROOT / "alembic", folder / "alembic")
    text = LATER.format(name=name, before=migrations.head())
    (folder / "alembic" / "versions" / f"{name}_later.py").write_text(text)
    return folder / "alembic"


@pytest.mark.parametrize(
    ("found", "wanted", "well"),
    [
        ("0007", "0007", True),
        ("0006", "0007", False),
        ("0009", "0007", True),
        ("0009_0007", "0007", True),
        ("0009_0008", "0007", False),
        ("0012_0008", "0009_0008", True),
        ("0009_0008", "0012_0008", False),
        (None, "0007", False),
        ("later", "0007", False),
        ("0009_", "0007", False),
        ("٠٠٠٩", "0007", False),
    ],
)
def test_the_name_of_a_state_tells_which_releases_it_serves(
    found: str | None, wanted: str, well: bool
) -> None:
    assert revisions.fits(found, wanted) is well


def test_every_state_is_named_by_the_rule_and_none_forgets_what_was_taken_away() -> None:
    found = [revisions.parse(name) for name in names()]
    known = [revision for revision in found if revision is not None]
    assert len(known) == len(found)
    assert [revision.number for revision in known] == list(range(1, len(known) + 1))
    for before, after in pairwise(revision for revision in known):
        assert after.serves >= before.serves, f"{after.number:04} must go on saying it"
        assert after.serves <= after.number


def test_no_migration_takes_away_what_releases_still_use(bare: Database) -> None:
    seen, once = {}, {}
    for name in names():
        upgrade_to(bare.url, name)
        seen[name], once[name] = reflected(bare), uniques(bare)
    for before, after in pairwise(names()):
        state = revisions.parse(after)
        assert state is not None
        # Releases before the first that looks at it are upgraded one by one.
        oldest = before if state.number <= revisions.FIRST else state.oldest
        base = next(name for name in names() if name.startswith(oldest[:4]))
        assert broken_for(seen[base], seen[after]) == [], f"{after} breaks releases for {base}"
        tables = {table for table, _ in seen[base]}
        new = {one for one in once[after] - once[base] if one[0] in tables}
        assert new == set(), f"{after} allows only once what releases for {base} write twice"


def test_what_would_break_running_code_is_seen(tmp_path: Path) -> None:
    found: list[Schema] = []
    for columns in (BEFORE, AFTER):
        database = Database(f"sqlite:///{tmp_path / str(len(found))}.db")
        with database.transaction() as session:
            session.exec_driver_sql(f"CREATE TABLE cases (id INTEGER PRIMARY KEY, {columns})")
        found.append(reflected(database))
        database.close()
    assert broken_for(*found) == [
        "cases.old is gone",
        "cases.kind is new and has to be filled",
        "cases.lead has lost its default",
        "cases.note may not be empty any more",
        "cases.size was INTEGER and is TEXT",
    ]
    assert broken_for(found[1], found[1]) == []


class OlderCode:
    """What the release before does all day, by the tables as it knows them."""

    def __init__(self, database: Database) -> None:
        self.known = MetaData()
        self.known.reflect(database.engine)
        self.database = database
        self.written = 0
        self.errors: list[Exception] = []
        self._numbers = count(1)

    def one_comment(self) -> None:
        """A comment comes in with a case, a stake and its facts, and is read again."""
        tables, number = self.known.tables, next(self._numbers)
        lists: dict[str, Any] = {"units": [], "regions": [], "tags": []}
        said = {"source": "old", "external_id": str(number), "facts": {}}
        due = {"opened_at": NOW, "claim_due": NOW, "resolve_due": NOW}
        with self.database.transaction() as session:
            query = insert(tables["cases"]).values(opened_at=NOW, **lists)
            key = session.execute(query).inserted_primary_key
            case = {"case_number": key[0] if key else 0}
            for table, row in (
                ("comments", {**said, **case, "received_at": NOW}),
                ("stakes", {**case, **due, "team": "a", "position": 0, "reasons": []}),
                ("journal", {**case, "at": NOW, "kind": "StakeOpened", "data": {}}),
            ):
                session.execute(insert(tables[table]).values(**row))
            session.execute(select(tables["cases"]).order_by("number").limit(1)).one()
        self.written += 1

    def until(self, stop: threading.Event) -> None:
        """One comment after the other until *stop* is set."""
        while not stop.is_set():
            try:
                self.one_comment()
            except (CrosstalkError, SQLAlchemyError) as error:
                self.errors.append(error)
                return


def test_the_code_before_goes_on_while_the_newest_migration_runs_and_after_it(
    bare: Database,
) -> None:
    before, newest = names()[-2:]
    upgrade_to(bare.url, before)
    code = OlderCode(bare)
    code.one_comment()
    stop = threading.Event()
    workers = [threading.Thread(target=code.until, args=(stop,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    upgrade_to(bare.url, newest)
    at_the_end = code.written
    stop.wait(0.3)
    stop.set()
    for worker in workers:
        worker.join()
    assert code.errors == []
    code.one_comment()
    with bare.reading() as session:
        cases = code.known.tables["cases"]
        assert session.scalar(select(func.count()).select_from(cases)) == code.written
    assert code.written > at_the_end > 0
    assert migrations.faults(bare) == []


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_two_releases_upgrade_at_once_and_both_can_work_with_it(
    bare: Database, tmp_path: Path, order: tuple[str, str]
) -> None:
    folders = {"old": ROOT / "alembic", "new": later_release(tmp_path, "0099")}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, bare.url, str(folders[which])],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for which in (*order, *order)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    errors = [process.communicate(timeout=60)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 4, "\n".join(errors)
    assert migrations.current(bare) == "0099"
    assert migrations.faults(bare) == []
    migrations.upgrade(bare.url)
    assert migrations.current(bare) == "0099"


def test_an_upgrade_by_a_release_that_is_not_served_any_more_says_so(
    bare: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "FOLDER", later_release(tmp_path, "0099_0098"))
        migrations.upgrade(bare.url)
    head = migrations.head()
    with pytest.raises(Misconfigured) as caught:
        migrations.upgrade(bare.url)
    assert str(caught.value.faults[0]) == (
        "the database: is at 0099_0098, newer than this release, which was written for"
        f" {head} — start a release written for 0098 or later"
    )


def test_a_state_that_nobody_knows_is_no_later_release(bare: Database) -> None:
    migrations.upgrade(bare.url)
    with bare.transaction() as session:
        session.exec_driver_sql("UPDATE alembic_version SET version_num = 'else'")
    with pytest.raises(Exception, match="else"):
        migrations.upgrade(bare.url)
