"""The Web API over connections that stay open.

The SDK opens a connection for each call. To reach Slack anew takes two or three times as long as the
call itself, which a channel's pace then loses with every message.
"""

import base64
import socket
import ssl
from collections.abc import Iterator
from functools import cache
from typing import Any, cast
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, proxy_bypass

import urllib3
from slack_sdk import WebClient
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

# As many as a worker has messages under way, and some for whoever looks around beside it.
_MOST = 80
# Some firewalls forget a silent connection without a word, and what is then sent over it waits for an
# answer in vain. Being heard of keeps it known to them, and the loss of it is noticed before it is used.
_PROBES = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}


class KeepingClient(WebClient):
    """A client that uses a connection again, from any thread; it repeats nothing by itself."""

    def __init__(self, **given: Any) -> None:
        super().__init__(ssl=trusted(), **given)
        self._pools = _pools(self.base_url, self.proxy, self.ssl)

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        # The one place where the SDK touches the network. Were it to ask elsewhere in a later release,
        # all would work as before, over a connection for each call; a test would tell.
        try:
            answer = self._pools.request(
                "POST",
                url,
                body=cast("bytes", req.data),
                headers=dict(req.header_items()),
                timeout=self.timeout,
                retries=False,
                redirect=False,
            )
        except HTTPError as error:
            raise URLError(_beneath(error)) from error
        return {"status": answer.status, "headers": dict(answer.headers), "body": _text(answer)}


@cache
def trusted() -> ssl.SSLContext:
    """Whom this machine trusts; to read that anew takes longer than many calls."""
    return ssl.create_default_context()


def _pools(
    address: str, proxy: str | None, context: ssl.SSLContext | None
) -> urllib3.PoolManager | urllib3.ProxyManager:
    options: dict[str, Any] = {
        "maxsize": _MOST,
        "ssl_context": context,
        "socket_options": [*HTTPConnection.default_socket_options, *_signs_of_life()],
    }
    if not proxy or proxy_bypass(urlsplit(address).netloc):
        return urllib3.PoolManager(**options)
    # As the SDK takes it: whatever it says of its kind, one talks plainly to a proxy.
    name, _, place = proxy.rpartition("://")[2].rstrip("/").rpartition("@")
    known = base64.b64encode(unquote(name).encode()).decode()
    headers = {"Proxy-Authorization": f"Basic {known}"} if name else {}
    return urllib3.ProxyManager(f"http://{place}", proxy_headers=headers, **options)


def _signs_of_life() -> Iterator[tuple[int, int, int]]:
    yield socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1
    for name, value in _PROBES.items():
        # Not every system has all three.
        if hasattr(socket, name):
            yield socket.IPPROTO_TCP, getattr(socket, name), value


def _text(answer: urllib3.BaseHTTPResponse) -> str:
    return answer.data.decode("utf-8", "replace")


def _beneath(error: BaseException) -> BaseException:
    """What the system itself said, where that is what went wrong."""
    found: BaseException | None = error
    while found is not None and not isinstance(found, OSError):
        found = found.__cause__ or found.__context__
    return found or error
