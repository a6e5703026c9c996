"""``make fuzz``: what coverage leads a fuzzer to, given to each connector's ``verify`` and ``parse``.

Nothing but `IntakeRejected` may come out of them, and nothing that a database could not hold.
"""

import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

_ROOT = Path(__file__).parent.parent
_PAYLOADS = _ROOT / "tests" / "payloads"
_TARGETS = ("verify", "parse")
_NOW = datetime(2026, 3, 2, 6, 10, tzinfo=UTC)
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - nobody's
_NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature", "x-other")
_SECONDS = 60
# One input may take so long, in seconds: an answer that takes longer is a finding too.
_SLOW = 5
_MOST_BYTES = 20_000
_DONE = "Done "

Target = Callable[[bytes], None]


def main() -> int:
    """Each connector and target in a process of its own, or one of them when it is named."""
    if len(sys.argv) > 1:
        _fuzz(*sys.argv[1:])
    console, found = Console(), 0
    seconds = int(os.environ.get("SECONDS") or _SECONDS)
    for name in sorted(importlib.import_module("bot.intake.connector").CONNECTORS):
        for what in _TARGETS:
            found += _run(console, name, what, seconds)
    return 1 if found else 0


def _run(console: Console, name: str, what: str, seconds: int) -> bool:
    """Fuzz one function for so long; say whether anything was found."""
    folder = Path(tempfile.mkdtemp(prefix="crosstalk-fuzz-"))
    corpus = folder / "corpus"
    corpus.mkdir()
    for payload in (_PAYLOADS / name).glob("*"):
        (corpus / payload.name).write_bytes(_seed(payload.read_bytes(), what))
    limits = [f"-max_total_time={seconds}", f"-timeout={_SLOW}", f"-max_len={_MOST_BYTES}"]
    command = [sys.executable, "-m", "chaos.fuzz", name, what, str(corpus), *limits]
    done = subprocess.run(
        [*command, f"-artifact_prefix={folder}/"], cwd=_ROOT, capture_output=True, check=False
    )
    told = done.stderr.decode(errors="replace").splitlines()
    summary = next((line for line in told if line.startswith(_DONE)), "did not end")
    console.print(f"{name}.{what}: {summary}", highlight=False)
    if done.returncode:
        console.print("\n".join(told[-30:]), markup=False)
        console.print(f"What it was given: {folder}")
    return done.returncode != 0


def _seed(payload: bytes, what: str) -> bytes:
    return payload if what == "parse" else payload[:200]


def _fuzz(name: str, what: str, *options: str) -> None:
    """Fuzz in this process, until the time is over or something is found; never returns."""
    # Not among what development needs: there is none for every machine.
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["bot.intake", "bot.domain", "json"]):
        intake = importlib.import_module("bot.intake.connector")
        payload = importlib.import_module("bot.intake.payload")
    connector = intake.CONNECTORS[name]
    rejected = importlib.import_module("bot.errors").IntakeRejected
    make = _verifying if what == "verify" else _parsing
    target = make(atheris, intake, connector, payload)

    def given(data: bytes) -> None:
        try:
            target(data)
        except rejected:
            return

    atheris.Setup([sys.argv[0], *options], given)
    atheris.Fuzz()


def _parsing(atheris: Any, intake: Any, connector: Any, payload: Any) -> Target:
    del atheris, intake
    source = importlib.import_module("bot.domain.organisation").Source(
        key="instagram-hk", platform="instagram"
    )

    def parse(data: bytes) -> None:
        for change in connector.parse(data, source):
            for held in (change.external_id, dict(change.facts), dict(change.raw)):
                if payload.storable(held) != held:
                    raise AssertionError(f"no database would keep this as it is: {held!r}")

    return parse


def _verifying(atheris: Any, intake: Any, connector: Any, payload: Any) -> Target:
    del payload

    def verify(data: bytes) -> None:
        given = atheris.FuzzedDataProvider(data)
        headers = {}
        secrets = [_SECRET, given.ConsumeUnicode(60)]
        if given.ConsumeBool():
            # Rightly signed, and then something of it is changed.
            headers = intake.sign(_SECRET, "msg_1", int(_NOW.timestamp()), b"{}")
        for _ in range(given.ConsumeIntInRange(0, 4)):
            headers[given.PickValueInList(list(_NAMES))] = given.ConsumeUnicode(80)
        body = given.ConsumeBytes(given.remaining_bytes())
        connector.verify(intake.Request(headers, body), secrets, _NOW)

    return verify


if __name__ == "__main__":
    sys.exit(main())
