"""A copy is put back: replay proves it equal, and nothing that Slack has comes a second time."""

import itertools
import os
import stat
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import cli, jobs, remeasuring, upkeep
from bot.config import Settings
from bot.store import journal, migrations, tables as t
from bot.store.database import Database
from bot.usecases import scheduling
from tests.domain.factories import ANNA, BEN
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.operations.conftest import ORGANISATION
from tests.operations.copies import Restore
from tests.slack.office import DANGER, HK, REFUND, Office, furnish, organisation

LEAP = 500


@pytest.fixture
def office(database: Database, slack: FakeSlack, clock: Clock) -> Office:
    org = organisation()
    furnish(slack, org)
    return Office(slack, database, clock, org)


def back(office: Office, database: Database, tmp_path: Path, *, told: bool = True) -> Office:
    """The same workspace and bot on the database that was put back."""
    file = tmp_path / "organisation.toml"
    file.write_text(ORGANISATION)
    settings = Settings(database_url=database.url, organisation_file=file)
    if told:
        assert upkeep.restored(settings, leap=LEAP, now=office.clock.now()) == 0
    after = Office(office.slack, database, office.clock, office.organisation)
    after._numbers = itertools.count(1_000)
    return after


def as_its_journal_says(database: Database) -> int:
    """How many cases there are, each of which is what its events alone make of it."""
    with database.reading() as session:
        numbers = list(session.execute(select(t.cases.c.number)).scalars())
        for number in numbers:
            assert journal.replay(session, number) == journal.load(session, number, lock=False)
    assert remeasuring.remeasure(database, check=True).differing == ()
    return len(numbers)


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Everything in *database*."""
    with database.reading() as session:
        return {
            name: sorted((tuple(row) for row in session.execute(table.select())), key=repr)
            for name, table in t.metadata.tables.items()
        }


def test_what_is_put_back_is_what_was_copied_and_its_journal_proves_it(
    office: Office, backup: Callable[[], Restore]
) -> None:
    office.comes_in(f"{REFUND} one", DANGER)
    office.work_for(5)
    office.claim(1)
    before, restore = rows(office.database), backup()
    office.comes_in("Something else entirely, and a refund")
    there = restore()
    assert rows(there) == before
    assert as_its_journal_says(there) == 2
    assert migrations.faults(there) == []


def test_what_was_posted_after_the_copy_is_found_and_not_posted_again(
    office: Office, backup: Callable[[], Restore], tmp_path: Path
) -> None:
    numbers = office.comes_in(REFUND, "Where is my parcel? refund", DANGER)
    office.owe_alert("one", "U0MANAGER")
    restore = backup()
    office.work_for(10)
    posted = office.posts()
    assert posted >= 4
    # As long as somebody takes to notice, decide and put it back.
    office.clock.advance(hours=30)
    after = back(office, restore(), tmp_path)
    assert len(after.owed()) == posted
    after.work_for(10)
    assert after.owed() == []
    assert after.posts() == posted
    markers = after.markers(HK)
    assert len(set(markers)) == len(markers) == len(numbers)
    after.claim(numbers[0], by=ANNA)
    after.work_for(2)
    assert any(f"<@{ANNA}>" in str(m.blocks) for m in after.slack.messages(HK))


def test_without_a_word_about_it_the_old_outbox_would_post_again(
    office: Office, backup: Callable[[], Restore], tmp_path: Path
) -> None:
    office.comes_in(REFUND)
    restore = backup()
    office.work_for(5)
    posted = office.posts()
    after = back(office, restore(), tmp_path, told=False)
    after.work_for(5)
    assert after.posts() == 2 * posted


def test_what_was_never_posted_is_posted_once(
    office: Office, backup: Callable[[], Restore], tmp_path: Path
) -> None:
    office.comes_in(REFUND)
    restore = backup()
    after = back(office, restore(), tmp_path)
    after.work_for(90)
    assert after.owed() == []
    assert after.posts(HK) == 1


def test_cards_show_what_the_copy_knows_and_not_what_came_after_it(
    office: Office, backup: Callable[[], Restore], tmp_path: Path
) -> None:
    (number,) = office.comes_in(REFUND)
    office.work_for(3)
    restore = backup()
    office.claim(number, by=BEN)
    office.work_for(3)
    assert f"<@{BEN}>" in str(office.slack.messages(HK)[0].blocks)
    after = back(office, restore(), tmp_path)
    after.work_for(3)
    assert f"<@{BEN}>" not in str(after.slack.messages(HK)[0].blocks)
    assert after.posts(HK) == 1


def test_a_number_that_cards_in_slack_may_have_is_not_given_again(
    office: Office,
    backup: Callable[[], Restore],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    office.comes_in(REFUND)
    restore = backup()
    office.comes_in("A second refund, about quite another thing")
    after = back(office, restore(), tmp_path)
    told = capsys.readouterr().out.splitlines()[-1]
    (number,) = after.comes_in("A third refund of somebody who waits")
    if after.database.is_sqlite:
        assert told.startswith("SQLite numbers new cases on from the copy")
        assert number == 2
    else:
        assert told == f"The next case is #{1 + LEAP + 1}."
        assert number == 1 + LEAP + 1


def test_a_digest_of_after_the_copy_is_left_to_the_next_which_tells_of_its_time(
    office: Office, backup: Callable[[], Restore], tmp_path: Path
) -> None:
    jobs.owe_digests(office.services)
    office.clock.advance(hours=23)
    jobs.owe_digests(office.services)
    office.work_for(5)
    restore = backup()
    office.clock.advance(hours=24)
    jobs.owe_digests(office.services)
    office.work_for(5)
    posted = office.posts()
    assert posted == 8
    database = restore()
    with database.transaction() as session:
        left = scheduling.pass_over_due(session, office.organisation, now=office.clock.now())
    after = back(office, database, tmp_path, told=False)
    jobs.owe_digests(after.services)
    after.work_for(5)
    assert left >= 4
    assert after.posts() == posted
    after.clock.advance(hours=24)
    jobs.owe_digests(after.services)
    with database.reading() as session:
        digests = select(t.notices.c.data).where(t.notices.c.kind == "digest")
        newest = session.execute(digests.order_by(t.notices.c.id.desc()).limit(1)).scalar_one()
    since, until = (datetime.fromisoformat(newest[end]) for end in ("since", "until"))
    assert until - since == timedelta(hours=48)


def test_a_copy_of_sqlite_is_whole_while_others_write(
    sqlite_database: Database, slack: FakeSlack, clock: Clock, tmp_path: Path
) -> None:
    org = organisation()
    office = Office(slack, sqlite_database, clock, org)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            office.comes_in(f"refund {os.urandom(12).hex()} {os.urandom(12).hex()}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            copy = tmp_path / f"{number}.db"
            assert upkeep.backup(Settings(database_url=sqlite_database.url), copy) == 0
            assert stat.S_IMODE(copy.stat().st_mode) == 0o600
            there = Database(f"sqlite:///{copy}")
            as_its_journal_says(there)
            with there.reading() as session:
                assert session.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
                assert session.scalar(select(func.count()).select_from(t.cases)) is not None
            there.close()
    finally:
        stop.set()
        writer.join()
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_a_file_that_is_there_is_never_overwritten(
    sqlite_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_database.url)
    file = tmp_path / "kept"
    file.write_text("precious")
    for name, why in ((file, "it is there already"), (tmp_path / "no" / "x", os.strerror(2))):
        assert cli.main(["db", "backup", str(name)]) == 2
        assert f"{name} cannot be written: {why} — name a new file" in capsys.readouterr().err
    assert file.read_text() == "precious"


def test_postgresql_has_better_means(
    postgres_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_database.url)
    assert cli.main(["db", "backup", str(tmp_path / "x")]) == 2
