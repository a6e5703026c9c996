"""What the documents say is compared with what is there."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from prometheus_client import Counter
from prometheus_client.metrics import MetricWrapperBase

from bot import cli, config, jobs, metrics
from bot.domain import events
from bot.domain.measures import Measures, Standing
from bot.slack import delivery

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PARTS = ("**Context.**", "**Decision.**", "**Why.**", "**What it costs.**", "*Checks:*")


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    headings = {
        re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings
        elif not target.startswith("https://"):
            assert (document.parent / target).exists(), target


def test_every_setting_is_documented() -> None:
    named = r"(?:text|database|secret|secrets|number|choice)\(\s*\"([A-Z_]+)\""
    settings = set(re.findall(named, Path(config.__file__).read_text("utf-8")))
    assert len(settings) > 10
    assert set(re.findall(r"^#? ?([A-Z_]+)=", text_of(".env.example"), re.MULTILINE)) == settings
    listed = text_of("README.md").partition("The settings, each")[2].partition("\n\nThey come")[0]
    names = "".join(re.findall(r"^- ([^:(]+)", listed, re.MULTILINE))
    assert set(re.findall(r"`([A-Z_]+)`", names)) == settings


def test_no_example_of_the_readme_is_wider_than_a_phone_takes_lying_on_its_side() -> None:
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text_of("README.md"), re.MULTILINE | re.DOTALL)
    assert len(blocks) > 10
    lines = [line for block in blocks for line in block.splitlines()]
    assert [line for line in lines if len(line) > 76] == []


def test_the_settings_that_are_shown_can_be_read() -> None:
    given = re.findall(r"^(?:# )?([A-Z_]+)=(\S*)$", text_of(".env.example"), re.MULTILINE)
    shown = dict(reversed(given))
    assert config.load(shown) == config.load({})


def test_every_process_of_the_procfile_can_be_started() -> None:
    lines = text_of("Procfile").splitlines()
    assert [line.split(":")[0] for line in lines] == ["release", "web", "worker", "clock"]
    for line in lines:
        command = line.partition(": ")[2]
        assert command.startswith("python -m bot ")
        assert cli._parser().parse_args(command.split()[3:]).run


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda file: file.name[:3])
def test_every_decision_names_tests_that_are_there(decision: Path) -> None:
    text = decision.read_text("utf-8")
    assert text.startswith(f"# {decision.name[:3]} ")
    assert [part for part in PARTS if part not in text] == []
    checks = re.findall(r"`(tests/\S+?)::(test_\w+)`", text.partition("*Checks:*")[2])
    assert checks
    for file, test in checks:
        assert f"def {test}(" in text_of(file)


def test_the_decisions_are_numbered_without_a_gap() -> None:
    assert [int(file.name[:3]) for file in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in wanted}
    (decision,) = (file for file in DECISIONS if file.name.startswith("007"))
    told = set(re.findall(r"[a-z0-9-]+", decision.read_text("utf-8")))
    assert names - told == set()
    assert len(names) > 20


def test_every_metric_is_explained() -> None:
    found = (value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase))
    names = {m._name + ("_total" if isinstance(m, Counter) else "") for m in found}
    table = text_of("docs/operating.md").partition("## Metrics")[2].partition("## Logs")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == names


def test_every_number_of_a_digest_is_explained_by_its_events() -> None:
    text = text_of("docs/metrics.md")
    explained = set(re.findall(r"^\| [^|]+ \| `(\w+)` \|", text, re.MULTILINE))
    counted = {each.name for each in (*fields(Measures), *fields(Standing))} - {"standing"}
    told_in_sentences = {"resolved_cases"}
    shared = {"shares", "concentration", "carried_by", "joint_rate", "waits"}
    assert explained == (counted | shared) - told_in_sentences
    kinds = {kind.__name__ for kind in get_args(events.Event)}
    assert set(re.findall(r"`([A-Z]\w+)`", text)) <= kinds


def test_every_job_of_the_clock_is_explained_with_how_often_it_runs() -> None:
    table = text_of("docs/operating.md").partition("| Job |")[2].partition("\n\n")[0]
    told = re.findall(r"^\| `(\w+)` \| (\d+) (s|h) \|", table, re.MULTILINE)
    seconds = {"s": 1, "h": 3600}
    assert [(name, int(n) * seconds[unit]) for name, n, unit in told] == [
        (job.name, job.seconds) for job in jobs.JOBS
    ]


def test_the_connections_that_are_counted_are_those_of_the_processes() -> None:
    text = text_of("docs/scaling.md")
    formula = r"web processes × DATABASE_POOL \+ workers × (\d+) \+ clocks × (\d+) \+ (\d+) for"
    (counted,) = re.findall(formula, text)
    worker, clock, own = map(int, counted)
    # A worker reads what it sends in so many threads, and has three beside them.
    assert (worker, clock) == (delivery._RENDER_AT_ONCE + 3, len(jobs.JOBS) + 1)
    told = re.findall(
        r"Two of each come to (\d+) .*?DATABASE_POOL=(\d+)`\D+\((\d+)\)", text, re.DOTALL
    )
    ((most, fewer, then),) = told
    beside = 2 * (worker + clock) + own
    pool = config.load({}).database_pool
    assert (int(most), int(then)) == (2 * pool + beside, 2 * int(fewer) + beside)


def test_every_promise_names_tests_and_commands_that_are_there() -> None:
    text = text_of("docs/promises.md")
    named = set(re.findall(r"\btests/[\w/]+(?:\.py)?", text))
    assert len(named) > 30
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    targets = set(re.findall(r"^(\w+):", text_of("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`make (\w+)", text)) <= targets
