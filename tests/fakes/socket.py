"""Slack's end of Socket Mode: one WebSocket, as far as the SDK's client needs it."""

import base64
import hashlib
import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any, Self

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


class FakeSocket:
    """Takes one connection after the other, and keeps what is answered over them."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"ws://127.0.0.1:{self._server.getsockname()[1]}/link"
        self.answers: Queue[dict[str, Any]] = Queue()
        self.connected = threading.Event()
        self.gone = threading.Event()
        self._line: socket.socket | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    @classmethod
    @contextmanager
    def listening(cls) -> Iterator[Self]:
        """One that is there until the block ends."""
        made = cls()
        try:
            yield made
        finally:
            made._server.close()
            if made._line:
                made._line.close()

    def send(self, envelope: dict[str, Any]) -> None:
        """Tell the bot something."""
        assert self._line is not None
        data = json.dumps(envelope).encode()
        size = bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack("!H", len(data))
        self._line.sendall(bytes([0x80 | _TEXT]) + size + data)

    def _serve(self) -> None:
        while True:
            try:
                self._line, _ = self._server.accept()
            except OSError:
                return
            try:
                self._shake_hands(self._line)
                while self._read(self._line):
                    pass
            except (OSError, EOFError):
                pass
            self.gone.set()

    def _shake_hands(self, line: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += _some(line, 1)
        (key,) = [h.split(": ")[1] for h in head.decode().split("\r\n") if "WebSocket-Key" in h]
        proof = base64.b64encode(hashlib.sha1(f"{key}{_MAGIC}".encode()).digest())  # noqa: S324 — as the protocol says
        upgrade = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        line.sendall(upgrade + b"Sec-WebSocket-Accept: " + proof + b"\r\n\r\n")
        self.connected.set()

    def _read(self, line: socket.socket) -> bool:
        """Take one frame in; False once the other end has said goodbye."""
        first, second = _some(line, 2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", _some(line, 2))
        mask, data = _some(line, 4), _some(line, size)
        plain = bytes(byte ^ mask[n % 4] for n, byte in enumerate(data))
        match first & 0x0F:
            case 1:
                self.answers.put(json.loads(plain))
            case 9:
                line.sendall(bytes([0x80 | _PONG, len(plain)]) + plain)
        return first & 0x0F != _CLOSE


def _some(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = line.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data
