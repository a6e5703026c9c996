"""Taking comments in: from a signed webhook to an answer that stands for a commit.

Three ways, in turn, several times: through ``crosstalk web`` by senders in processes of their own;
the same requests to the bare framework, which does nothing; and the rows that Crosstalk has written,
written again by a plain driver, without HTTP and without a thought. The import of a file is
compared with the same rows in transactions of the same size.
"""

import json
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench import faces, raw
from bench.callers import Answered, ask, post
from bot import importing, organisation
from bot.domain.organisation import Organisation
from bot.intake.signatures import sign
from bot.store.database import Database
from bot.usecases.learning import Guide

SENDERS = 8
EACH = 40
PASSES = 3
IMPORTED = 2_000
_BATCH = 100
_PATTERNS = 40
_SOURCE = "facebook-uk"
_SAID = (
    "phone broken",
    "battery refund",
    "lovely",
    "discount",
)


@dataclass(slots=True)
class Rates:
    """Comments a second in each pass."""

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)
    imported: list[float] = field(default_factory=list)
    raw_batches: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)

    @staticmethod
    def ratio(ours: Sequence[float], others: Sequence[float]) -> tuple[float, float]:
        """Ours against the others': the best of each, and the median of the pairs of passes."""
        pairs = [one / other for one, other in zip(ours, others, strict=True)]
        return max(ours) / max(others), median(pairs)


class Customers:
    """Who say something else each time, so that nobody starts a wave."""

    def __init__(self) -> None:
        self._dice = random.Random(1)  # noqa: S311 - the same in every run
        self._count = 0
        letters = "abcdefghijklmnopqrstuvw"
        self._words = [
            "".join(self._dice.choices(letters, k=self._dice.randint(3, 9))) for _ in range(4_000)
        ]

    def name(self) -> str:
        """What the platform calls the next comment."""
        self._count += 1
        return f"c-{self._count}"

    def text(self) -> str:
        """What it says."""
        words = self._dice.choices(self._words, k=14)
        return f"{' '.join(words)} {self._dice.choice(_SAID)}"

    def delivery(self) -> bytes:
        """A signed webhook."""
        name = self.name()
        told = {
            "type": "comment.created",
            "timestamp": datetime.now(UTC).isoformat(),
            "data": {
                "platform": "facebook",
                "id": name,
                "text": self.text(),
                "author": {"id": f"author-{name}", "name": "A customer", "handle": name},
                "url": f"https://facebook.example/{name}",
                "language": "en",
            },
        }
        body = json.dumps(told).encode()
        signed = sign(faces.INTAKE_SECRET, name, int(time.time()), body)
        headers = {"Content-Type": "application/json", **signed}
        return post(f"/intake/webhook/{_SOURCE}", headers, body)

    def deliveries(self, each: int = EACH) -> list[list[bytes]]:
        """What each sender has to send."""
        return [[self.delivery() for _ in range(each)] for _ in range(SENDERS)]

    def file(self, folder: Path) -> Path:
        """A file to be imported."""
        path = folder / f"{self.name()}.jsonl"
        with path.open("w", encoding="utf-8") as written:
            for _ in range(IMPORTED):
                row = {"id": self.name(), "text": self.text(), "language": "en"}
                written.write(json.dumps(row) + "\n")
        return path


def measure(database: Database, *, processes: int = 1) -> Rates:
    """What comes out in each pass."""
    customers, rates = Customers(), Rates()
    org = organisation.load(faces.ORGANISATION)
    with (
        tempfile.TemporaryDirectory() as made,
        faces.crosstalk(database.url, Path(made), processes=processes) as ours,
        faces.bare(Path(made), processes=processes) as bare,
    ):
        ask(ours, customers.deliveries(), status=202)
        patterns = raw.left_by_comments(database.url, _PATTERNS)
        for _ in range(PASSES):
            taken = ask(ours, customers.deliveries(), status=202)
            rates.ours.append(taken.rate)
            rates.p99.append(taken.percentile(0.99))
            rates.bare.append(ask(bare, customers.deliveries(), status=202).rate)
            names = [customers.name() for _ in range(SENDERS * EACH)]
            rates.raw.append(raw.write(database.url, patterns, names, threads=SENDERS).rate)
            rates.imported.append(_imported(database, org, customers.file(Path(made))))
            rates.raw_batches.append(_batches(database, patterns, customers))
    return rates


def _imported(database: Database, org: Organisation, path: Path) -> float:
    source = org.source(_SOURCE)
    if source is None:
        raise LookupError(_SOURCE)
    began = time.perf_counter()
    done = importing.import_file(
        database,
        org,
        path,
        source,
        now=datetime.now(UTC),
        progress=lambda _: None,
        adviser=Guide(database, org),
    )
    took = time.perf_counter() - began
    if done.new != IMPORTED:
        raise RuntimeError(f"only {done.new} of {IMPORTED} rows were new")
    return IMPORTED / took


def _batches(
    database: Database, patterns: Sequence[Sequence[raw.Written]], customers: Customers
) -> float:
    # An import is no delivery, so that one row fewer is written.
    fewer = [[part for part in each if part.table != "deliveries"] for each in patterns]
    names = [customers.name() for _ in range(IMPORTED)]
    done: Answered = raw.write(database.url, fewer, names, threads=1, at_once=_BATCH)
    return done.rate
