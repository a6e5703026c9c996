"""Where deliveries are handed in: those that come at the same moment go in one transaction.

A commit costs nearly the same for one comment as for fifty, and SQLite makes one at a time. So
whoever comes while another transaction runs goes with the next one, and nobody waits longer than
that: a delivery that comes alone goes alone. Each is answered after the commit, and one that
cannot be stored spoils no other: then all of its transaction are tried again, each by itself.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from bot.domain.organisation import Organisation
from bot.domain.suggesting import SILENT, Adviser
from bot.errors import DatabaseAway
from bot.store.database import Database
from bot.usecases import receiving
from bot.usecases.gathering import Delivery, Gathered
from bot.usecases.receiving import Received

_MOST = 50
# While one waits for PostgreSQL, another decides; a third would only wait for the second.
_CLERKS = 2


class Reception:
    """Takes deliveries in, for as many threads as hand them in."""

    def __init__(
        self,
        database: Database,
        organisation: Organisation,
        now: Callable[[], datetime],
        adviser: Adviser = SILENT,
    ) -> None:
        """Store in *database* what *organisation* makes of it, with advice from *adviser*."""
        self._database, self._organisation = database, organisation
        self._now, self._adviser = now, adviser
        self._waiting: deque[tuple[Delivery, Future[Received]]] = deque()
        self._clerks = ThreadPoolExecutor(1 if database.is_sqlite else _CLERKS, "reception")

    def hand_in(self, delivery: Delivery) -> Future[Received]:
        """How *delivery* is answered, once it is stored.

        The future raises `DatabaseAway`, `Unstorable`, or whatever else went wrong with this one.
        """
        answer: Future[Received] = Future()
        self._waiting.append((delivery, answer))
        self._clerks.submit(self._serve)
        return answer

    def _serve(self) -> None:
        """Take in all that waits; nothing, when it went with an earlier transaction."""
        handed = sorted(self._next(), key=lambda each: each[0].order)
        outcomes = self.take([delivery for delivery, _ in handed]) if handed else []
        for (_, answer), outcome in zip(handed, outcomes, strict=True):
            if isinstance(outcome, Exception):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)

    def _next(self) -> list[tuple[Delivery, Future[Received]]]:
        found: list[tuple[Delivery, Future[Received]]] = []
        while len(found) < _MOST:
            try:
                delivery, answer = self._waiting.popleft()
            except IndexError:
                break
            # Whoever hung up before it was taken in hand sends it again.
            if answer.set_running_or_notify_cancel():
                found.append((delivery, answer))
        return found

    def take(self, deliveries: Sequence[Delivery]) -> list[Received | Exception]:
        """How each of *deliveries* was answered, or why it could not be stored."""
        try:
            return [*self._stored(deliveries)]
        except DatabaseAway as error:
            return [error] * len(deliveries)
        except Exception as error:  # noqa: BLE001 - whoever handed it in is told, and decides
            if len(deliveries) == 1:
                return [error]
        return [outcome for delivery in deliveries for outcome in self.take([delivery])]

    def _stored(self, deliveries: Sequence[Delivery]) -> list[Received]:
        """All of them, or none, are stored."""
        now = self._now()
        with self._database.transaction() as session:
            gathered = Gathered.of(session, deliveries, now=now)
            return [
                receiving.receive(
                    session,
                    delivery.changes,
                    source=delivery.source,
                    organisation=self._organisation,
                    now=now,
                    delivery_id=delivery.id,
                    adviser=self._adviser,
                    gathered=gathered,
                )
                for delivery in deliveries
            ]
