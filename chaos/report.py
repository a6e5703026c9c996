"""What a run came to, in a table, and the history of the first case that is wrong."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from chaos.evidence import WRONGS, Evidence, Finding
from chaos.plan import Plan
from chaos.real import Measured
from chaos.run import Result

_SHOWN = 5

# When something was, and what.
Moment = tuple[float, object]


def tell(console: Console, results: list[Result]) -> None:
    """Print everything that is worth knowing about *results*."""
    table = Table(title="What the checker counted", title_justify="left")
    table.add_column("")
    for result in results:
        table.add_column(f"{result.plan.kind}, seed {result.plan.seed}", justify="right")
    columns = [_figures(result) for result in results]
    for name in columns[0]:
        table.add_row(name, *(column[name] for column in columns))
    console.print(table)
    for result in results:
        _tell_wrong(console, result)


def tell_measured(console: Console, plans: list[Plan], results: list[list[Measured]]) -> None:
    """Print what was measured with the waits of production, in seconds."""
    table = Table(title="With production's own waits: seconds", title_justify="left")
    table.add_column("")
    table.add_column("at most", justify="right")
    for plan in plans:
        table.add_column(plan.kind, justify="right")
    for row in zip(*results, strict=False):
        took = ("never" if one.took is None else f"{one.took:.1f}" for one in row)
        table.add_row(row[0].what, f"{row[0].within:.0f}", *took)
    console.print(table)


def _figures(result: Result) -> dict[str, str]:
    evidence = result.evidence
    found = Counter(finding.wrong for finding in result.findings)
    accepted = [post for post in evidence.slack.posts if post.accepted_at is not None]
    figures: dict[str, object] = {
        "seconds of trouble": f"{result.plan.seconds:.0f}",
        "deliveries answered": sum(told.taken for told in evidence.history.told),
        "comments": len(evidence.comments),
        "clicks and forms answered": sum(p.status == 200 for p in evidence.history.pressed),
        "messages posted": len(accepted),
        "digests": len(evidence.runs),
        "processes that died": result.deaths,
        "… at a failpoint": result.at_failpoints,
        "PostgreSQL crashes": evidence.history.count("crashed PostgreSQL"),
        "faults of Slack": sum(evidence.slack.seen.values()),
        "seconds to settle": f"{result.settled_after:.1f}",
    }
    wrong: dict[str, object] = {wrong: found[wrong] for wrong in WRONGS}
    return {name: str(value) for name, value in (figures | wrong).items()}


def _tell_wrong(console: Console, result: Result) -> None:
    if not result.findings:
        return
    seed, first = result.plan.seed, result.findings[0]
    console.print(f"\n{result.plan.kind}, seed {seed}: {len(result.findings)} wrong. The first:")
    for finding in result.findings[:_SHOWN]:
        console.print(f"  {finding.wrong}: {finding.what}", markup=False, soft_wrap=True)
    console.print(f"\nThe history of what is first wrong (logs: {result.folder}):")
    for line in history_of(result.evidence, first):
        console.print(f"  {line}", markup=False, soft_wrap=True)


def history_of(evidence: Evidence, finding: Finding) -> Iterator[str]:
    """Everything that happened to the case of *finding*, oldest first."""
    numbers = {row["external_id"]: row["case_number"] for row in evidence.comments}
    case = finding.case or numbers.get(finding.comment)
    comments = {name for name, number in numbers.items() if case and number == case}
    comments.add(finding.comment)
    lines = [
        *_done(evidence, case, comments),
        *_posted(evidence, case),
        *_kept(evidence, case),
    ]
    for at, line in sorted(lines, key=lambda one: one[0]):
        yield f"{datetime.fromtimestamp(at, UTC):%H:%M:%S.%f} {line}"


def _done(evidence: Evidence, case: int | None, comments: set[str]) -> Iterator[Moment]:
    """What everybody did about it, and what went wrong meanwhile."""
    history = evidence.history
    yield from ((told.began, told) for told in history.told if told.external_id in comments)
    yield from ((pressed.began, pressed) for pressed in history.pressed if pressed.case == case)
    yield from ((each.began, each) for each in history.replays if each.of.case == case)
    yield from ((e.at, e) for e in evidence.refusals if f"#{case} " in f"{e.text} ")
    yield from ((trouble.began, trouble) for trouble in history.troubles)


def _posted(evidence: Evidence, case: int | None) -> Iterator[Moment]:
    for row in evidence.notices:
        if row["case_number"] == case:
            yield from ((p.asked_at, p) for p in evidence.posts.get(str(row["id"]), []))


def _kept(evidence: Evidence, case: int | None) -> Iterator[Moment]:
    """What stands of it in the database."""
    for row in evidence.journal:
        if row["case_number"] == case:
            who = f"{row['team']} by {row['by'] or '-'}"
            yield row["at"].timestamp(), f"journal: {row['kind']} {who}"
    for row in evidence.notices:
        if row["case_number"] == case:
            yield row["created_at"].timestamp(), f"notice {row['id']}: {row['key']}"
