"""Several threads that act at one database at the same moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from sqlalchemy import Connection, event, select

from bot.store import ahead, tables as t
from bot.store.database import Database
from tests.waiting import eventually

PATIENT = 20.0
Act = Callable[[Connection], object]
Begun = list[Future[object]]


class Crowd:
    """Several threads at one database, and what it was told."""

    def __init__(self, database: Database) -> None:
        self.database, self.commits = database, 0
        self.crew = ThreadPoolExecutor(9)
        event.listen(database.engine, "commit", self._count)

    def _count(self, _connection: Connection) -> None:
        self.commits += 1

    def act(self, act: Act, *asked: ahead.Asked) -> Future[object]:
        """One who acts in a thread of their own."""
        return self.crew.submit(self.database.act, act, *asked)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """One is busy with an act of theirs for as long as the block runs."""
        begun, done = Event(), Event()

        def dawdle(_session: Connection) -> None:
            begun.set()
            assert done.wait(PATIENT)

        first = self.act(dawdle)
        assert begun.wait(PATIENT)
        try:
            yield
        finally:
            done.set()
            first.result(PATIENT)

    def line_up(self, begun: Begun, act: Act, *asked: ahead.Asked) -> None:
        """One more who acts as the last of those who wait."""
        begun.append(self.act(act, *asked))
        eventually(lambda: len(self.database._together) == len(begun), "one more who waits")

    def group(self, *acts: Act) -> Begun:
        """All of *acts*, begun while somebody is busy."""
        begun: Begun = []
        with self.busy():
            for act in acts:
                self.line_up(begun, act)
        return begun

    @property
    def noted(self) -> list[str]:
        """Whose hints are there."""
        with self.database.reading() as session:
            return sorted(session.execute(select(t.hints.c.person)).scalars())
