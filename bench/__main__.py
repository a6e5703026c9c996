"""``make bench``: runs the benchmarks on SQLite and PostgreSQL and prints what they cost."""

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench import clicks, delivery, digests, escalation, faces, growth, idle, intake
from bot.store import migrations
from bot.store.database import Database
from tests.postgres import PostgresServer, find_binaries


@contextmanager
def databases() -> Iterator[dict[str, Database]]:
    """A migrated, empty database of each kind."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        urls = {"SQLite": f"sqlite:///{Path(folder) / 'bench.db'}"}
        server = stack.enter_context(PostgresServer(find_binaries(os.environ), durable=True))
        server.execute("CREATE DATABASE bench")
        urls["PostgreSQL"] = server.url("bench")
        opened = {}
        for name, url in urls.items():
            migrations.upgrade(url)
            opened[name] = Database(url)
            stack.callback(opened[name].close)
        yield opened


def _crews() -> Iterator[tuple[str, Database, int]]:
    """A new database of each kind with one web process; the one that several share, with several."""
    for crew in (1, faces.SEVERAL):
        with databases() as opened:
            for name, database in opened.items():
                if crew == 1 or not database.is_sqlite:
                    yield name, database, crew


def take_in(console: Console, table: Table) -> None:
    """How fast comments are taken in."""
    for name, database, crew in _crews():
        with console.status(f"intake on {name} …"):
            found = intake.measure(database, processes=crew)
        webhooks = f"webhooks by {intake.SENDERS} senders, {crew} web"
        rows = [
            (f"{webhooks}, against the bare framework", found.ours, found.bare),
            (f"{webhooks}, against the same rows in raw SQL", found.ours, found.raw),
        ]
        if crew == 1:
            imports = "an import, against the same rows in raw SQL"
            rows.append((imports, found.imported, found.raw_batches))
        for what, ours, plain in rows:
            best, usual = found.ratio(ours, plain)
            ratio = f"{best:.2f} ({usual:.2f})"
            table.add_row(what, name, f"{max(ours):,.0f}/s", f"{max(plain):,.0f}/s", ratio)


def click(console: Console, table: Table) -> None:
    """How long Slack waits for the answer to a click."""
    for name, database, crew in _crews():
        with console.status(f"clicks on {name} …"):
            found = clicks.measure(database, processes=crew)
        for share, words in ((0.5, "half"), (0.99, "99 of 100")):
            ours, bare = found.within(share)
            what = f"{words} of the clicks of {clicks.CLICKERS} people at once, {crew} web, against a listener that does nothing"
            table.add_row(what, name, f"{ours:,.1f} ms", f"{bare:,.1f} ms", f"{ours / bare:.2f}")


def escalate(console: Console, table: Table) -> None:
    """What a tick of the clock costs, however many stakes are open."""
    few, many, due = escalation.FEW, escalation.MANY, escalation.DUE
    one = f"a tick with {due} due of {many:,} open stakes"
    with databases() as opened, Progress(console=console, transient=True) as progress:
        for name, database in opened.items():
            cost = escalation.measure(database, progress, name)
            rows = (
                (f"{one}, against {due} due of {few:,}", cost.many.tick, cost.few.tick),
                (f"{one}, against an indexed COUNT of them", cost.many.tick, cost.many.count),
                (
                    f"finding {due} due of {many:,}, against of {few:,}",
                    cost.many.find,
                    cost.few.find,
                ),
                ("finding them, against an indexed COUNT", cost.many.find, cost.many.count),
            )
            for what, ours, plain in rows:
                ratio = f"{ours / plain:.2f}"
                table.add_row(what, name, f"{ours:,.2f} ms", f"{plain:,.2f} ms", ratio)


TABLED = {"intake": take_in, "clicks": click, "escalation": escalate}
BENCHES = (*TABLED, "digests", "growth", "delivery", "idle")


def main() -> None:
    """Run those that are named, or all, and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("which", nargs="*", help=f"some of {', '.join(BENCHES)}; else all")
    which = parser.parse_args().which or BENCHES
    if unknown := set(which) - set(BENCHES):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    console = Console()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    machine += f", load {os.getloadavg()[0]:.0f}"
    table = Table("What", "Database", "Ours", "Plain", "Ratio", title=machine, title_justify="left")
    for name, bench in TABLED.items():
        if name in which:
            bench(console, table)
    console.print(table if table.row_count else machine)
    if "digests" in which:
        digests.show(console)
    if "growth" in which:
        growth.show(console)
    with tempfile.TemporaryDirectory() as folder:
        if "delivery" in which:
            with PostgresServer(find_binaries(os.environ)) as server:
                delivery.show(console, server, Path(folder))
        if "idle" in which:
            with databases() as opened:
                idle.show(console, opened, Path(folder))


# The processes that make the history import this module too.
if __name__ == "__main__":
    main()
