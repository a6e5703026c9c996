"""Growth on paper: what a day of so many comments uses, from the cost of each step as measured here.

Nothing is measured at 10⁸ comments; what is measured is one comment, and the rest is multiplied.
What grows faster than the number of comments would not show. What Slack allows is in its documents.
"""

import logging
import os
from dataclasses import dataclass

import structlog
from rich.console import Console
from rich.table import Table

from bench.steps import Measured, measure
from bot.store import migrations
from bot.store.database import Database
from tests import postgres
from tests.postgres import PostgresServer, find_binaries

COUNT = int(os.environ.get("COMMENTS", "1500"))
DAYS = (10**4, 10**6, 10**8)
TEAMS = 10**4
DAY = 86_400.0
# The busiest minute against the mean of the day; the share of comments that people act on.
PEAK, ACTED = 3.0, 0.5
# Slack: a message a second in a channel; "several hundred a minute" in a workspace; changes are of
# tier 3, "50 or more a minute", for the app in a workspace.
CHANNEL_A_DAY, POSTS_A_DAY, UPDATES_A_DAY = DAY, 300 * 1440.0, 50 * 1440.0


@dataclass(frozen=True, slots=True)
class Use:
    """What *comments* a day use."""

    comments: float
    costs: Measured

    def cores(self, *steps: tuple[str, float], theirs: bool = False) -> float:
        """Cores in the busiest minute, for each step so many times a comment."""
        found = ((self.costs.steps[name], times) for name, times in steps)
        used = sum((cost.theirs if theirs else cost.ours) * times for cost, times in found)
        return used / 1e3 * self.comments / DAY * PEAK

    def log(self) -> float:
        """Bytes a day of the server's log."""
        found = ((self.costs.steps[name].log, times) for name, times in self.times())
        return self.comments * sum(size * times for size, times in found)

    def commits(self) -> float:
        """A second, in the busiest minute."""
        found = ((self.costs.steps[name].commits, times) for name, times in self.times())
        return self.comments / DAY * PEAK * sum(count * times for count, times in found)

    def times(self) -> tuple[tuple[str, float], ...]:
        """How often a comment goes through each step."""
        c = self.costs
        return (
            ("comment in", 1),
            ("card posted", c.cards),
            ("claim or resolve", c.acts * ACTED),
            ("card updated", c.updates * ACTED),
            ("case with something due", 1),
        )


def show(console: Console) -> None:
    """Measure, multiply, print."""
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet)
    # As a server in use writes: with every page whole in its log after a checkpoint, and to disk.
    postgres._OPTIONS.update(fsync="on", full_page_writes="on")  # noqa: SLF001 - the tests' own server
    with PostgresServer(find_binaries(os.environ)) as server:
        server.execute("CREATE DATABASE growth")
        url = server.url("growth")
        migrations.upgrade(url)
        database = Database(url)
        with console.status(f"{COUNT:,} comments through their lives …"):
            found = measure(server, database, COUNT)
        database.close()
    _show_steps(console, found)
    _show_growth(console, found)


def _show_steps(console: Console, found: Measured) -> None:
    table = Table(
        "Step", "Our processor", "The server's", "Commits", "Its log", title_justify="left"
    )
    for name, cost in found.steps.items():
        table.add_row(
            name,
            f"{cost.ours:.2f} ms",
            f"{cost.theirs:.2f} ms",
            f"{cost.commits:.1f}",
            f"{cost.log / 1e3:.1f} kB",
        )
    console.print(table)
    rows = ", ".join(f"{name} {count:.1f}" for name, count in found.rows.items())
    console.print(
        f"A comment: {found.cards:.2f} cards, {found.acts:.1f} acts and {found.updates:.1f} changes"
        f" of cards when all its stakes are finished.\nRows: {rows}."
        f"\nOn disk: {found.tables / 1e3:.1f} kB and {found.indexes / 1e3:.1f} kB of indexes."
    )


def _show_growth(console: Console, found: Measured) -> None:
    table = Table("A day", *(f"{comments:.0e}" for comments in DAYS), title_justify="left")
    uses = [Use(comments, found) for comments in DAYS]
    web = ("comment in", 1.0), ("claim or resolve", found.acts * ACTED)
    worker = ("card posted", found.cards), ("card updated", found.updates * ACTED)
    clock = (("case with something due", 1.0),)
    rows = {
        "comments a second, busiest minute": lambda u: f"{u.comments / DAY * PEAK:,.1f}",
        "cores of web processes": lambda u: f"{u.cores(*web):,.2f}",
        "cores of workers": lambda u: f"{u.cores(*worker):,.2f}",
        "cores of clocks": lambda u: f"{u.cores(*clock):,.2f}",
        "cores of PostgreSQL": lambda u: f"{u.cores(*u.times(), theirs=True):,.2f}",
        "commits a second": lambda u: f"{u.commits():,.0f}",
        "log of the server a day": lambda u: f"{u.log() / 1e9:,.1f} GB",
        "disk a year, kept for ever": lambda u: f"{_year(u) / 1e12:,.2f} TB",
        "rows of the journal a year": lambda u: f"{u.comments * 365 * found.rows['journal']:.1e}",
        f"cards a day in each of {TEAMS:,} channels": lambda u: (
            f"{u.comments * found.cards / TEAMS:,.0f}"
        ),
        "of what a channel may take": lambda u: (
            f"{u.comments * found.cards / TEAMS / CHANNEL_A_DAY:.1%}"
        ),
        "workspaces for posts alone": lambda u: f"{u.comments * found.cards / POSTS_A_DAY:,.2f}",
        "workspaces for changes of cards": lambda u: (
            f"{u.comments * ACTED * found.updates / UPDATES_A_DAY:,.2f}"
        ),
    }
    for name, told in rows.items():
        table.add_row(name, *(told(use) for use in uses))
    console.print(table)
    team = found.steps["digest of a team"]
    every = found.steps["digest of everything"]
    console.print(
        f"Digests: {team.ours + team.theirs:.0f} ms for a team and {every.ours + every.theirs:.0f} ms"
        f" for all, over the {COUNT:,} comments of a day here."
        f"\nThe busiest minute has {PEAK:g} times the mean; people act on {ACTED:.0%} of the comments;"
        " no two comments are alike, so no wave takes any of them together."
    )


def _year(use: Use) -> float:
    return use.comments * 365 * (use.costs.tables + use.costs.indexes)
