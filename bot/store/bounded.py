"""Connections to PostgreSQL on which nobody waits for ever.

The server itself ends a statement after thirty seconds. Where no answer has come after that,
something between us and the server swallows what is sent: keepalives are answered, the system never
gives up, and the thread would hang.
"""

from typing import Any

from psycopg import Connection, OperationalError, errors

MOST_SECONDS = 40.0


class BoundedConnection(Connection[Any]):
    """Gives up, and is of no further use, when nothing has come for `MOST_SECONDS`."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for what *gen* asks of the server.

        Raises:
            OperationalError: no answer came.
        """
        try:
            return super().wait(gen, interval, timeout or MOST_SECONDS)
        except errors._WaitTimeout as error:  # noqa: SLF001 - it has no public name
            if timeout:
                raise
            self.pgconn.finish()
            raise OperationalError("the server does not answer") from error
