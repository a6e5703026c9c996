"""How much of the database an act reads: its own case, however many others there are.

Asked of a database that has not counted its rows yet, as on the first day or after a restore: until
then PostgreSQL guesses, and a guess that walks through every comment must not be open to it.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Table, text

from bot.store import absences, ahead, migrations, people, tables as t
from bot.store.database import Database
from bot.store.session import Session
from bot.usecases import hinting, owning, viewing
from bot.usecases.owning import Actor
from tests.domain.factories import ANNA
from tests.usecases.office import TWO_TEAMS, Office, change, edited

SERVICE, MOBILE, AUDIO = "service-hk", "product-mobile", "product-audio"
OTHERS = 3000
_INSTRUCTIONS = 100
_READ = text(
    "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))"
    " FROM pg_stat_xact_user_tables"
)


@pytest.fixture
def database(bare_url: str) -> Iterator[Database]:
    """A new one: what PostgreSQL has counted in another test's rows outlives them."""
    migrations.upgrade(bare_url)
    fresh = Database(bare_url)
    yield fresh
    fresh.close()


Act = Callable[[Session, Office, int], object]


def by_verb(verb: Callable[..., object], **named: Any) -> Act:
    def act(session: Session, office: Office, number: int) -> None:
        verb(session, office.organisation, number, now=office.clock.now(), **named)

    return act


def ask(session: Session, _office: Office, number: int) -> None:
    viewing.known_at_claim(session, number, ANNA, hinting.CLAIM)


def ask_ahead(session: Session, _office: Office, number: int) -> None:
    asked = (*owning.asked(number), *viewing.asked_at_claim(number, ANNA, hinting.CLAIM))
    found = ahead.answers(session, [*asked, people.asked_is_in("C0", ANNA), absences.acted("v0=")])
    assert any(found.values())


ACTS = {
    "what a claim asks ahead": ask_ahead,
    "claim": by_verb(owning.claim, team=SERVICE, by=ANNA),
    "who else talks": ask,
    "release": by_verb(owning.release, team=SERVICE, by=Actor(ANNA)),
    "hand_off": by_verb(owning.hand_off, team=SERVICE, to=AUDIO, reason="", by=ANNA),
    "resolve": by_verb(owning.resolve, team=MOBILE, outcome="answered", note="", by=ANNA),
    "reopen": by_verb(owning.reopen, team=MOBILE, by=ANNA),
    "another comment": lambda session, office, _: office.tell_in(
        session, change(external_id="new", text=TWO_TEAMS, author={"id": "new"})
    ),
    "an edit": lambda session, office, _: office.tell_in(
        session, edited(external_id="own", text="Never mind.", minutes=9)
    ),
    "look": lambda session, _office, number: viewing.case(session, number),
}


def copies(session: Session, table: Table, *, of: int, key: str, **over: str) -> None:
    """`OTHERS` more of the row whose *key* is *of*, each other in what *over* says of ``i``."""
    columns = [column.name for column in table.columns if column.name not in over]
    columns = [name for name in columns if name != "id"]
    names, values = ", ".join([*over, *columns]), ", ".join([*over.values(), *columns])
    session.execute(
        text(
            f"INSERT INTO {table.name} ({names}) "  # noqa: S608, the values are ours
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :others) "
            f"SELECT {values} FROM {table.name} CROSS JOIN n WHERE {key} = :of"
        ),
        {"others": OTHERS, "of": of},
    )


def fill(office: Office, number: int) -> None:
    """Earlier cases of as many other people, in the same source."""
    apart = {"external_id": "'e' || n.i", "author_id": "'a' || n.i"}
    other = f"{number + OTHERS} + n.i"
    with office.database.transaction() as session:
        copies(session, t.cases, of=number, key="number", number=other)
        copies(session, t.comments, of=number, key="case_number", case_number=other, **apart)
        copies(session, t.stakes, of=number, key="case_number", case_number=other)


def effort(office: Office, act: Act, number: int) -> int:
    """How much *act* made the database read: rows in PostgreSQL, hundreds of steps in SQLite."""
    with office.database.transaction() as session:
        driver: Any = session.connection.driver_connection
        if not office.database.is_sqlite:
            session.execute(text("SET LOCAL stats_fetch_consistency = 'none'"))
            # As on a connection that has been asked for some time: for any values, not for these.
            session.execute(text("SET LOCAL plan_cache_mode = 'force_generic_plan'"))
            driver.prepare_threshold = 0
            before = session.execute(_READ).scalar_one()
            act(session, office, number)
            return int(session.execute(_READ).scalar_one() - before)
        steps: list[None] = []
        driver.set_progress_handler(lambda: steps.append(None), _INSTRUCTIONS)
        try:
            act(session, office, number)
        finally:
            driver.set_progress_handler(None, 0)
        return len(steps)


@pytest.mark.parametrize("how", ["few", "many"])
def test_an_act_reads_its_own_case_and_not_the_others(office: Office, how: str) -> None:
    first = office.take_in(author={"id": "first", "name": "First"}).number
    if how == "many":
        fill(office, first)
    told = office.tell(change(external_id="own", text=TWO_TEAMS, author={"id": "own"}))
    efforts = {name: effort(office, act, told.case or 0) for name, act in ACTS.items()}
    assert max(efforts.values()) < OTHERS / 30, efforts
