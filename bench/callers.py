"""Callers in processes of their own: each keeps one connection and asks again when it is answered.

The requests are made and signed beforehand, so that while the time runs a caller does little more
than write bytes and read them.
"""

import multiprocessing
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from time import perf_counter

_PATIENCE = 30.0
_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Answered:
    """How long it took until all were answered, and each, in seconds."""

    took: float
    waits: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.waits) / self.took

    def percentile(self, share: float) -> float:
        """So many of the answers came within this, in milliseconds."""
        return sorted(self.waits)[min(len(self.waits) - 1, int(share * len(self.waits)))] * 1000


def post(path: str, headers: dict[str, str], body: bytes) -> bytes:
    """A request as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def ask(ports: Sequence[int], lots: Sequence[Sequence[bytes]], *, status: int) -> Answered:
    """A caller for each of *lots*, all at once; every answer must have *status*.

    The callers share the *ports* evenly, as a load balancer would have them do. Whoever has been answered
    stays until all have: that a process ends takes the machine's time from those who still wait.

    Raises:
        RuntimeError: one had another.
    """
    together = _FORK.Barrier(len(lots) + 1)
    ears, callers = [], []
    for lot, port in zip(lots, cycle(ports), strict=False):
        ear, mouth = _FORK.Pipe(duplex=False)
        caller = _FORK.Process(target=_call, args=(port, lot, status, together, mouth), daemon=True)
        caller.start()
        mouth.close()
        ears.append(ear)
        callers.append(caller)
    try:
        together.wait(_PATIENCE)
        together.wait(len(lots[0]) * _PATIENCE)
        told = [ear.recv() for ear in ears]
    except (BrokenBarrierError, EOFError):
        raise RuntimeError("a caller was not answered as it should be; see above") from None
    for caller in callers:
        caller.join()
    began = min(begin for begin, _, _ in told)
    ended = max(end for _, end, _ in told)
    return Answered(ended - began, tuple(wait for _, _, waits in told for wait in waits))


def _call(
    port: int, lot: Sequence[bytes], status: int, together: Barrier, mouth: Connection
) -> None:
    try:
        mouth.send(_asked(port, lot, status, together))
    except BaseException:
        together.abort()
        raise


def _asked(
    port: int, lot: Sequence[bytes], status: int, together: Barrier
) -> tuple[float, float, list[float]]:
    expected = b"HTTP/1.1 %d " % status
    waits = []
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        together.wait(_PATIENCE)
        began = perf_counter()
        for request in lot:
            asked = perf_counter()
            line.sendall(request)
            answer = _answer(line)
            waits.append(perf_counter() - asked)
            if not answer.startswith(expected):
                raise RuntimeError(answer.decode(errors="replace"))
        ended = perf_counter()
        together.wait(len(lot) * _PATIENCE)
    return began, ended, waits


def _answer(line: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        got += _more(line)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(
        int(each.partition(b":")[2])
        for each in head.split(b"\r\n")
        if each.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        body += _more(line)
    return head + b"\r\n\r\n" + body


def _more(line: socket.socket) -> bytes:
    chunk = line.recv(65_536)
    if not chunk:
        raise RuntimeError("the server hung up")
    return chunk
