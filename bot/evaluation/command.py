"""The command: reads, runs every point of every order, and prints."""

import json
import resource
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot import organisation
from bot.classifier import Router
from bot.evaluation import trial
from bot.evaluation.measures import mean
from bot.evaluation.reading import Line, parted, read

_COLUMNS = ("micro_f1", "macro_f1", "exact_match", "mean_average_precision")
_MB = 1e6


def evaluate(
    path: Path,
    org: Path,
    *,
    curve: Sequence[int | None] = (None,),
    seeds: int = 3,
    as_json: bool = False,
) -> int:
    """``crosstalk routing evaluate``.

    Args:
        path: the labelled comments.
        org: the organisation file.
        curve: after how many comments to ask; None is all of them.
        seeds: in how many orders.
        as_json: for other programs.

    Raises:
        Misconfigured: a file cannot be used.
    """
    own = organisation.load(org)
    train, test = parted(read(path))
    before = _memory()
    departments = Router(own).departments
    counts = [count for count in curve if count is None or count <= len(train)]
    _warn(curve, train, test, departments)

    def after(count: int | None) -> Any:
        runs = [trial.run(own, train, test, seed, count) for seed in range(seeds)]
        return _mean([trial.summary(each, departments) for each in runs])

    report = {
        "file": str(path),
        "train": len(train),
        "test": len(test),
        "departments": list(departments),
        "seeds": seeds,
        "rules_micro_f1": trial.by_rules(own, test),
        "points": [after(count) for count in counts],
        "memory_mb": max(0.0, _memory() - before),
    }
    if as_json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    else:
        _show(report)
    return 0


def _warn(
    curve: Sequence[int | None],
    train: Sequence[Line],
    test: Sequence[Line],
    departments: Sequence[str],
) -> None:
    """Say on stderr what makes the numbers other than somebody may think."""
    many = [count for count in curve if count is not None and count > len(train)]
    if many:
        left_out = " and ".join(f"{count:,}" for count in many)
        sys.stderr.write(f"{left_out}: left out, there are {len(train):,} to learn from\n")
    strange = Counter(label for line in (*train, *test) for label in line.labels)
    for label in sorted(set(strange) - set(departments)):
        said = f"“{label[:60]}” is no department of the organisation file"
        sys.stderr.write(f"{said}: {strange[label]:,} labels that nobody can get right\n")


def _memory() -> float:
    """The process's memory in megabytes: what it has now, or at most had where that is unknown."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return pages * resource.getpagesize() / _MB


def _mean(runs: Sequence[Any]) -> Any:
    """The mean of several reports of the same form; nothing where none has a value."""
    first = runs[0]
    if isinstance(first, Mapping):
        return {key: _mean([run[key] for run in runs]) for key in first}
    if isinstance(first, int):
        return first
    given = [run for run in runs if run is not None]
    return mean(given) if given else None


def _show(report: Mapping[str, Any]) -> None:
    console = Console()
    title = f"{report['train']} comments to learn from, {report['test']} to ask, {report['seeds']} orders"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    heads = (
        "Learned",
        "Micro",
        "Macro",
        "Exact",
        "MAP",
        "At 90 %",
        "At 95 %",
        "ms",
        "p99",
        "Fit",
    )
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    for point in report["points"]:
        table.add_row(
            f"{point['learned']:,.0f}",
            *(f"{point[name]:.3f}" for name in _COLUMNS),
            *(_covered(point["coverage"][str(one)]) for one in trial.PRECISIONS),
            f"{point['ms_median']:.2f}",
            f"{point['ms_p99']:.2f}",
            f"{point['fit_seconds']:.1f}",
        )
    console.print(table)
    console.print(
        "Micro and macro are F1. At 90 %: so many get a team by themselves (and so many of these rightly)."
    )
    console.print(f"The written rules alone: {report['rules_micro_f1']:.3f} micro F1")
    last = report["points"][-1] if report["points"] else {}
    for what, name in (("department", "by_department"), ("language", "by_language")):
        shares = ", ".join(f"{key} {value:.3f}" for key, value in last.get(name, {}).items())
        if shares:
            console.print(f"By {what}: {shares}", markup=False)
    console.print(f"Memory: {report['memory_mb']:.0f} MB more than before")


def _covered(found: Mapping[str, float | None]) -> str:
    share, right = found["share"] or 0.0, found["precision"]
    return f"{share:.0%}" if right is None else f"{share:.0%} ({right:.0%})"
