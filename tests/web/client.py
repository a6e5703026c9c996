"""A client that calls the application in this process, without a socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Self

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI


class Client:
    """Requests from any thread; an error that the application lets escape escapes here."""

    def __init__(self, app: FastAPI, portal: BlockingPortal) -> None:
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://crosstalk")
        self._portal = portal

    @classmethod
    @contextmanager
    def of(cls, app: FastAPI) -> Iterator[Self]:
        """A client for *app*, and the loop that it needs."""
        with start_blocking_portal() as portal:
            client = cls(app, portal)
            yield client
            portal.call(client._client.aclose)

    def get(self, path: str) -> httpx.Response:
        return self._portal.call(self._client.get, path)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self._portal.call(partial(self._client.post, path, **more))
