"""A wire between a program and its database, that can be cut at the worst moment."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

_COMMIT = b"COMMIT"


class Wire:
    """Passes on what goes to and from *port*.

    Attributes:
        port: where to connect instead.
        cut_at_commit: hang up when the answer to a COMMIT comes back, without passing it on.
        swallows: keep every connection open, and pass nothing on.
    """

    def __init__(self, port: int) -> None:
        self._server = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.cut_at_commit = False
        self.swallows = False
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._listener.close()
        for end in self._open:
            _hang_up(end)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._server))
                self._open += [near, far]
                cut = threading.Event()
                threading.Thread(target=self._pass_on, args=(near, far, cut), daemon=True).start()
                threading.Thread(target=_answer, args=(far, near, cut), daemon=True).start()

    def _pass_on(self, near: socket.socket, far: socket.socket, cut: threading.Event) -> None:
        with suppress(OSError):
            while data := near.recv(65_536):
                if self.swallows:
                    continue
                if self.cut_at_commit and _COMMIT in data:
                    cut.set()
                far.sendall(data)
        _hang_up(far)


def _answer(far: socket.socket, near: socket.socket, cut: threading.Event) -> None:
    with suppress(OSError):
        # What comes after a COMMIT says that it was done, and that is not to be heard.
        while (data := far.recv(65_536)) and not cut.is_set():
            near.sendall(data)
    _hang_up(near)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
