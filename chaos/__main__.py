"""``make chaos``: a minute with fixed seeds, or as many as MINUTES says with random ones."""

import os
import secrets
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from chaos.plan import Kind, Plan
from chaos.report import tell
from chaos.run import Result, run

_SECONDS = 60.0
_SEEDS: dict[Kind, int] = {"PostgreSQL": 20261123, "SQLite": 20261124}
# Of the time, so much is PostgreSQL's: it is the one with several processes of each sort.
_SHARES: dict[Kind, float] = {"PostgreSQL": 0.7, "SQLite": 0.3}


def plans() -> list[Plan]:
    """The runs that the environment asks for: MINUTES or SECONDS, SEED, NAIVE, ONLY."""
    minutes, seed = os.environ.get("MINUTES", ""), os.environ.get("SEED", "")
    seconds = float(minutes) * 60 if minutes else float(os.environ.get("SECONDS", _SECONDS))
    only = os.environ.get("ONLY", "")
    naive = os.environ.get("NAIVE", "") not in {"", "0"}
    shares = {kind: share for kind, share in _SHARES.items() if only in {"", kind}}
    found = []
    for kind, share in shares.items():
        chosen = int(seed) if seed else secrets.randbits(32) if minutes else _SEEDS[kind]
        lasts = seconds * share / sum(shares.values())
        found.append(Plan(seed=chosen, kind=kind, seconds=lasts, naive=naive))
    return found


def main() -> int:
    """Run, print, and say by the exit code whether everything was in order."""
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="crosstalk-chaos-"))
    results: list[Result] = []
    for plan in plans():
        where = folder / plan.kind
        where.mkdir()
        how = "naive workers" if plan.naive else "the workers as they are"
        console.print(f"{plan.kind}: {plan.seconds:.0f} s of trouble, seed {plan.seed}, {how}")
        results.append(run(plan, where))
    tell(console, results)
    return 1 if any(result.findings for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
