"""``make chaos``: a minute with fixed seeds, or as many as MINUTES says with random ones.

SEED=7 takes that seed. NAIVE=1 lets workers post again without a look, and has to fail. REAL=1 measures
with production's own waits instead.
"""

import argparse
import os
import secrets
import shutil
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console

from chaos.plan import Kind, Plan
from chaos.real import measure
from chaos.report import tell, tell_measured
from chaos.run import run

_SECONDS = 60.0
_SEEDS: dict[Kind, int] = {"PostgreSQL": 20261123, "SQLite": 20261124}


def plans() -> list[Plan]:
    """The runs that the environment asks for: MINUTES or SECONDS, SEED, NAIVE, ONLY."""
    minutes, seed = os.environ.get("MINUTES", ""), os.environ.get("SEED", "")
    seconds = float(minutes) * 60 if minutes else float(os.environ.get("SECONDS", _SECONDS))
    only = os.environ.get("ONLY", "")
    naive = os.environ.get("NAIVE", "") not in {"", "0"}
    return [
        Plan(
            seed=int(seed) if seed else secrets.randbits(32) if minutes else fixed,
            kind=kind,
            seconds=seconds,
            naive=naive,
        )
        for kind, fixed in _SEEDS.items()
        if only in {"", kind}
    ]


def _real(console: Console, folder: Path, chosen: list[Plan]) -> bool:
    """Measure with the waits of production; say whether every promise was kept."""
    with ThreadPoolExecutor() as both:
        results = list(both.map(lambda plan: measure(plan, folder / plan.kind), chosen))
    tell_measured(console, chosen, results)
    return all(each.well for measured in results for each in measured)


def _broken_threads() -> list[str]:
    """What threads of the run itself fail with from now on: without them less goes wrong."""
    found: list[str] = []

    def note(failed: threading.ExceptHookArgs) -> None:
        found.append(f"{failed.thread and failed.thread.name}: {failed.exc_value!r}")
        threading.__excepthook__(failed)

    threading.excepthook = note
    return found


def main() -> int:
    """Run, print, and say by the exit code whether everything was in order."""
    argparse.ArgumentParser(prog="python -m chaos", description=__doc__).parse_args()
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="crosstalk-chaos-"))
    chosen = plans()
    for plan in chosen:
        (folder / plan.kind).mkdir()
    if os.environ.get("REAL", "") not in {"", "0"}:
        return 0 if _real(console, folder, chosen) else 1
    for plan in chosen:
        how = "naive workers" if plan.naive else "the workers as they are"
        console.print(f"{plan.kind}: {plan.seconds:.0f} s of trouble, seed {plan.seed}, {how}")
    broken = _broken_threads()
    with ThreadPoolExecutor() as both:
        results = list(both.map(lambda plan: run(plan, folder / plan.kind), chosen))
    tell(console, results)
    for fault in broken:
        console.print(f"The run itself failed, and proves nothing: {fault}", markup=False)
    if broken or any(result.findings for result in results):
        return 1
    # The logs are only for finding out what went wrong.
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
