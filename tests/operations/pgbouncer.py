"""A real PgBouncer in transaction mode, where one is installed."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

BINARY = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
_CONFIG = """
[databases]
* = host={host} port={port} user={user}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 500
query_wait_timeout = 30
logfile = {home}/log
"""


@contextmanager
def pooled(url: str, *, size: int) -> Iterator[str]:
    """The address, without our mark, by which the database at *url* has *size* connections."""
    assert BINARY is not None
    with tempfile.TemporaryDirectory(prefix="crosstalk-pgbouncer-", dir="/tmp") as folder:
        home, server, listen = Path(folder), make_url(url), _free_port()
        config = home / "pgbouncer.ini"
        config.write_text(
            _CONFIG.format(
                host=server.host,
                port=server.port,
                user=server.username,
                listen=listen,
                size=size,
                home=home,
            )
        )
        as_user = _give_away(home)
        process = subprocess.Popen([BINARY, str(config)], stderr=subprocess.DEVNULL, **as_user)
        try:
            _wait(listen, process, home)
            there = server.set(host="127.0.0.1", port=listen)
            yield there.render_as_string(hide_password=False)
        finally:
            process.terminate()
            process.wait(10)


def _give_away(home: Path) -> dict[str, Any]:
    """PgBouncer refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    for path in (home, *home.iterdir()):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return {"user": "nobody", "group": nobody.pw_gid, "extra_groups": []}


def _wait(port: int, process: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + 10
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    log = home / "log"
    raise RuntimeError(f"PgBouncer did not start: {log.read_text() if log.exists() else ''}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
