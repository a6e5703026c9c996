"""Connections that are held open without ever asking for anything, of which a process can have so many."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0


class Connection(H11Protocol):
    """Closes where no whole head of a request has come in time, however it drips.

    The server itself waits for the first one for ever, and so does it for the next one from its
    first byte on.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(  # type: ignore[override] # as the server's own does
        self, transport: asyncio.Transport
    ) -> None:
        """Somebody is there."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._expect_nothing()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Look at what has come in."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._expect_nothing()

    def on_response_complete(self) -> None:
        """They have their answer, and may ask for something else."""
        self._expect_head()
        super().on_response_complete()

    def _expect_head(self) -> None:
        self._expect_nothing()
        self._deadline = self.loop.call_later(HEAD_SECONDS, self.timeout_keep_alive_handler)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
