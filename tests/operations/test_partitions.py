"""The journal cut up by months, by the SQL of the documents, on a real PostgreSQL."""

import re
from collections.abc import Iterator

import pytest
from psycopg import sql
from sqlalchemy import func, select, text

from bot import remeasuring
from bot.store import journal, migrations, tables as t
from bot.store.database import Database
from tests import databases
from tests.domain.factories import ANNA
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.operations.schemas import ROOT
from tests.slack.office import DANGER, HK, REFUND, Office, furnish, organisation

PARTITION = re.search(
    r"```sql partition\n(.*?)```", (ROOT / "docs" / "scaling.md").read_text("utf-8"), re.DOTALL
)


@pytest.fixture
def office(postgres_url: str, slack: FakeSlack, clock: Clock) -> Iterator[Office]:
    """An office on a database of its own, which nobody has to put together again."""
    org = organisation()
    furnish(slack, org)
    with databases.new_database(postgres_url, "crosstalk_partitioned") as url:
        migrations.upgrade(url)
        database = Database(url)
        yield Office(slack, database, clock, org)
        database.close()


def cut_up(database: Database) -> None:
    """Do what the documents say."""
    assert PARTITION is not None
    with databases.connect(database.url) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(PARTITION[1].encode())


def parts(database: Database) -> dict[str, int]:
    """How many rows each part of the journal has, where it has any."""
    with database.reading() as session:
        query = text("SELECT tableoid::regclass::text, count(*) FROM journal GROUP BY 1")
        return {row[0]: row[1] for row in session.execute(query)}


def proved(office: Office) -> int:
    """Every case is what its journal makes of it; how many there are."""
    with office.database.reading() as session:
        numbers = list(session.execute(select(t.cases.c.number)).scalars())
        for number in numbers:
            assert journal.replay(session, number) == journal.load(session, number, lock=False)
    assert remeasuring.remeasure(office.database, check=True).differing == ()
    return len(numbers)


def test_the_story_goes_on_across_months_and_every_case_can_be_replayed(office: Office) -> None:
    (old,) = office.comes_in(REFUND)
    office.work()
    with office.database.reading() as session:
        # By the server's own month, since the documents' SQL goes by that.
        office.clock.set(session.scalar(select(func.now())) or office.clock.now())
        before = session.scalar(select(func.count()).select_from(t.journal))
    cut_up(office.database)
    assert parts(office.database) == {"journal_before": before}
    office.clock.advance(days=40)
    (new,) = office.comes_in(DANGER)
    office.claim(old, by=ANNA)
    office.claim(new, by=ANNA)
    office.work_for(5)
    office.clock.advance(days=3 * 365)
    (far,) = office.comes_in("A refund, years after that")
    office.claim(far, by=ANNA)
    office.work_for(5)
    assert proved(office) == 3
    assert len(office.slack.cards(HK)) == 3
    found = parts(office.database)
    assert found.keys() > {"journal_before", "journal_later"}
    assert any(re.fullmatch(r"journal_\d{4}_\d\d", name) for name in found)


def test_a_month_can_be_taken_out_and_the_others_stay(office: Office) -> None:
    (old,) = office.comes_in(REFUND)
    cut_up(office.database)
    office.clock.advance(days=4000)
    (new,) = office.comes_in(DANGER)
    with databases.connect(office.database.url) as connection:
        for name in parts(office.database).keys() - {"journal_later"}:
            command = sql.SQL("ALTER TABLE journal DETACH PARTITION {}")
            connection.execute(command.format(sql.Identifier(name)))
    with office.database.reading() as session:
        assert journal.history(session, old) == ()
        assert journal.replay(session, new) == journal.load(session, new, lock=False)


def test_a_case_is_still_read_by_its_index(office: Office) -> None:
    office.comes_in(REFUND)
    cut_up(office.database)
    with office.database.transaction() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        query = text("EXPLAIN SELECT * FROM journal WHERE case_number = 1 ORDER BY id")
        plan = "\n".join(session.execute(query).scalars())
    assert "Seq Scan" not in plan
    assert "journal_before" in plan
