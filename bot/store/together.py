"""Short transactions of several threads that end in one commit.

SQLite has one writer at a time, and each commit waits for the disk. When thirty people click at once,
the last would wait for thirty commits. So whoever has done their part while the next such one waits
already leaves the commit to them. Nobody is told that anything is done before it is committed, and one
whose part fails takes back only that part.
"""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from time import monotonic

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.store import driver, pending
from bot.store.turns import Turns

# Whoever came first waits no longer than that for those who came after them.
_LONGEST_SECONDS = 0.03


class Together:
    """Transactions on *engine* that share a commit; each has a turn of *turns*, of one at a time."""

    def __init__(self, engine: Engine, turns: Turns) -> None:
        self._engine, self._turns = engine, turns
        # Whoever has the turn has this too.
        self._group: _Group | None = None

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A transaction that is committed when the block has ended, or undone when it raises.

        Raises:
            DatabaseAway: there was no turn in time.
        """
        self._turns.take(joins=True)
        try:
            group = self._group = self._group or _Group(self._engine)
            with group.part() as session:
                yield session
        finally:
            self._leave()
        group.committed.result()

    def _leave(self) -> None:
        group = self._group
        if group and group.may_go_on and self._turns.pass_on(joins=True):
            return
        try:
            if group:
                group.end()
        finally:
            self._group = None
            self._turns.pass_on()


class _Group:
    """A transaction, and those who wait for its commit."""

    def __init__(self, engine: Engine) -> None:
        self.committed: Future[None] = Future()
        self._until = monotonic() + _LONGEST_SECONDS
        self._session = engine.connect()

    @property
    def may_go_on(self) -> bool:
        """Whether it is not so old that the first should wait no longer."""
        return monotonic() < self._until and not self.committed.done()

    @contextmanager
    def part(self) -> Iterator[Connection]:
        """What one of them does."""
        session, first = self._session, not self._session.in_transaction()
        pending.hold(session)
        self._begin(first=first)
        try:
            yield session
            pending.write(session)
            if not first:
                driver.send(session, "RELEASE part", ())
        except BaseException as error:
            self._undo(error, first=first)
            raise

    def _begin(self, *, first: bool) -> None:
        """The whole transaction for the first, a place to come back to for all others."""
        try:
            if first:
                self._session.begin()
            else:
                driver.send(self._session, "SAVEPOINT part", ())
        except BaseException as error:
            self._lose(error)
            raise

    def _undo(self, error: BaseException, *, first: bool) -> None:
        if first:
            self._lose(error)
            return
        try:
            driver.send(self._session, "ROLLBACK TO part", ())
            driver.send(self._session, "RELEASE part", ())
        except SQLAlchemyError as lost:
            # What failed has undone more than its own part, as a full disk does.
            self._lose(lost)

    def _lose(self, error: BaseException) -> None:
        whole = self._session.get_transaction()
        try:
            # After a commit that failed, SQLite still has the transaction open.
            if whole is not None:
                whole.rollback()
        except SQLAlchemyError:
            self._session.invalidate()
        finally:
            self._session.close()
            self.committed.set_exception(error)

    def end(self) -> None:
        """Commit, and tell all of them."""
        if self.committed.done():
            return
        try:
            self._session.commit()
        except BaseException as error:
            self._lose(error)
            raise
        self._session.close()
        self.committed.set_result(None)
