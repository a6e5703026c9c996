"""An office to try use cases in: an organisation on a database, and comments that come in."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from threading import Barrier
from typing import Any, TypeVar

from sqlalchemy import select

from bot.domain import events as e
from bot.domain.case import Case
from bot.domain.comment import Change, ChangeKind, Comment
from bot.domain.organisation import Organisation, Priority, Promise
from bot.store import comments, journal, tables as t
from bot.store.database import Database
from bot.store.session import Session
from bot.usecases import receiving
from bot.usecases.receiving import Received
from tests.domain.factories import organisation
from tests.fakes.clock import START, Clock

ORGANISATION = organisation()
TWO_TEAMS = "My phone needs a repair"
"""A text for Service HK, which leads, and Product Mobile."""
FOR_NOBODY = "你好"
"""A text that no rule matches."""

Result = TypeVar("Result")


def change(
    kind: ChangeKind = ChangeKind.CREATED,
    *,
    external_id: str = "1001",
    minutes: float = 0,
    source: str = "facebook-hk",
    raw: dict[str, Any] | None = None,
    **facts: Any,
) -> Change:
    """Something a source says, *minutes* after the test's clock began."""
    return Change(
        kind=kind,
        source=source,
        external_id=external_id,
        at=START + timedelta(minutes=minutes),
        facts=facts,
        raw=raw or {},
    )


def edited(**over: Any) -> Change:
    """The author changed the comment."""
    return change(ChangeKind.UPDATED, **over)


def deleted(**over: Any) -> Change:
    """The author took the comment away."""
    return change(ChangeKind.DELETED, **over)


@dataclass(frozen=True, kw_only=True)
class Office:
    """A database with an organisation at work on it, by the test's clock."""

    database: Database
    clock: Clock
    organisation: Organisation = ORGANISATION
    _ids: Iterator[int] = field(default_factory=lambda: count(5001))

    def tell(
        self, *changes: Change, source: str = "facebook-hk", delivery_id: str = "", by: str = ""
    ) -> Received:
        """Take one delivery in."""
        with self.database.transaction() as session:
            return self.tell_in(session, *changes, source=source, delivery_id=delivery_id, by=by)

    def tell_in(
        self,
        session: Session,
        *changes: Change,
        source: str = "facebook-hk",
        delivery_id: str = "",
        by: str = "",
    ) -> Received:
        """Take one delivery in, in a transaction that is open."""
        known = self.organisation.source(source)
        assert known is not None
        return receiving.receive(
            session,
            changes,
            source=known,
            organisation=self.organisation,
            now=self.clock.now(),
            delivery_id=delivery_id,
            by=by,
        )

    def another(self, **facts: Any) -> Change:
        """A comment that nobody has told of yet."""
        return change(external_id=str(next(self._ids)), **facts)

    def take_in(self, text: str = TWO_TEAMS, **facts: Any) -> Case:
        """A new comment comes in; its case."""
        told = self.tell(self.another(text=text, **facts))
        assert (told.status, bool(told.case)) == (receiving.NEW, True)
        return self.case(told.case)

    def act(
        self, verb: Callable[..., Result], number: int, *arguments: Any, **named: Any
    ) -> Result:
        """One act of `owning`, in a transaction of its own."""
        with self.database.transaction() as session:
            return verb(
                session, self.organisation, number, *arguments, now=self.clock.now(), **named
            )

    def case(self, number: int | None) -> Case:
        """The case as it is stored, which its journal alone must give as well."""
        with self.database.reading() as session:
            found = journal.load(session, number or 0, lock=False)
            assert found is not None
            assert journal.replay(session, found.number) == found
        return found

    def comment(self, number: int | None) -> Comment:
        """The comment of a case, as it is stored."""
        with self.database.reading() as session:
            found = comments.of_case(session, number or 0)
        assert found is not None
        return found

    def events(self, number: int | None) -> list[e.Event]:
        """What happened to a case, oldest first."""
        with self.database.reading() as session:
            return [recorded.event for recorded in journal.history(session, number or 0)]

    def numbers(self) -> list[int]:
        """All cases."""
        with self.database.reading() as session:
            return list(session.execute(select(t.cases.c.number)).scalars())

    def notices(self, *columns: str) -> dict[str, Any]:
        """What is in the outbox: by key, a value, or several, of each."""
        with self.database.reading() as session:
            rows = session.execute(select(t.notices).order_by(t.notices.c.key)).mappings().all()
        one = len(columns) == 1
        return {
            row["key"]: row[columns[0]] if one else tuple(row[name] for name in columns)
            for row in rows
        }


def at_once(acts: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Do all of *acts* in the same instant, each in its thread; what each gave or raised."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], Result]) -> Result | Exception:
        ready.wait(timeout=30)
        try:
            return act()
        except Exception as error:  # noqa: BLE001, the test looks at each of them
            return error

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def swift(office: Office) -> Office:
    """The same office, whose teams promise to be quick about what is urgent."""
    soon = {Priority.URGENT: Promise(timedelta(minutes=10), timedelta(minutes=20))}
    teams = tuple(replace(team, promises=soon) for team in office.organisation.teams)
    return replace(office, organisation=replace(office.organisation, teams=teams))
