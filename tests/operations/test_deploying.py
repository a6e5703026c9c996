"""What is ready for use (alerts, dashboard, image, compose file) is held to the code."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Histogram
from prometheus_client.metrics import MetricWrapperBase

from bot import cli, config, metrics
from bot.store.depths import STATES
from tests.operations.schemas import ROOT

ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "crosstalk.json"
FOREIGN = {"up", "process_resident_memory_bytes"}
PROCESSES = ("web", "worker", "clock")


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text("utf-8"))


def rules() -> list[dict[str, Any]]:
    (group,) = read(ALERTS)["groups"]
    return list(group["rules"])


def panels() -> list[dict[str, Any]]:
    return list(json.loads(DASHBOARD.read_text("utf-8"))["panels"])


def expressions() -> list[str]:
    shown = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [rule["expr"] for rule in rules()] + shown


def samples() -> dict[str, tuple[str, ...]]:
    """The samples that Prometheus sees, with their labels."""
    found: dict[str, tuple[str, ...]] = {}
    for metric in vars(metrics).values():
        if isinstance(metric, Counter):
            found[f"{metric._name}_total"] = metric._labelnames
        elif isinstance(metric, Histogram):
            found |= {f"{metric._name}_{end}": metric._labelnames for end in ("sum", "count")}
            found[f"{metric._name}_bucket"] = (*metric._labelnames, "le")
        elif isinstance(metric, MetricWrapperBase):
            found[metric._name] = metric._labelnames
    return found


@pytest.mark.parametrize("expression", expressions())
def test_what_is_watched_is_what_the_processes_tell(expression: str) -> None:
    known = samples()
    named = set(re.findall(r"\b(?:crosstalk_\w+|process_\w+|up)\b(?!\")", expression))
    names = {name for name in named if not name.startswith("crosstalk-")}
    assert names
    assert names - set(known) - FOREIGN == set()
    labels = {label for name in names for label in known.get(name, ("job", "instance"))}
    for listed in re.findall(r"by \(([^)]*)\)", expression):
        assert {word.strip() for word in listed.split(",")} <= labels
    assert set(re.findall(r"[{,](\w+)=", expression)) <= labels | {"job"}
    for opening, closing in ("()", "[]", "{}"):
        assert expression.count(opening) == expression.count(closing)
    for state in re.findall(r'crosstalk_outbox_(?:notices|age_seconds)\{state="(\w+)"', expression):
        assert state in STATES


def test_rates_are_of_what_only_grows_and_levels_are_not_summed_over_processes() -> None:
    for expression in expressions():
        for name in re.findall(r"(?:rate|increase)\((\w+)", expression):
            assert name.endswith(("_total", "_bucket")), expression
        for name in re.findall(r"sum(?: by \([^)]*\))? \((crosstalk_\w+)", expression):
            assert name.endswith("_total"), expression


def test_every_metric_is_on_the_dashboard() -> None:
    shown = " ".join(target["expr"] for panel in panels() for target in panel["targets"])
    told = {name for name in samples() if not name.endswith(("_sum", "_count"))}
    assert {name for name in told if name not in shown} == set()
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_every_alert_has_a_line_of_what_to_do() -> None:
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    section = text.partition("## When an alert fires")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `(Crosstalk\w+)` \| [^|]{20,} \| [^|]{20,} \|$", section, re.MULTILINE)
    assert told == [rule["alert"] for rule in rules()]
    for rule in rules():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["runbook"] == "docs/operating.md#when-an-alert-fires"


@pytest.mark.skipif(shutil.which("promtool") is None, reason="there is no promtool here")
def test_prometheus_itself_reads_the_alerts() -> None:
    done = subprocess.run(
        ["promtool", "check", "rules", str(ALERTS)], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


_OUTAGE = """
rule_files: [{alerts}]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - series: up{{job="crosstalk-web"}}
        values: 1x30
      - series: crosstalk_heartbeat_age_seconds{{name="clock"}}
        values: 5x10 _x20
    alert_rule_test:
      - {{eval_time: 9m, alertname: CrosstalkDatabaseAway, exp_alerts: []}}
      - {{eval_time: 29m, alertname: CrosstalkClockSilent, exp_alerts: []}}
      - eval_time: 29m
        alertname: CrosstalkDatabaseAway
        exp_alerts: [{{exp_labels: {{severity: page}}, exp_annotations: {annotations}}}]
"""


@pytest.mark.skipif(shutil.which("promtool") is None, reason="there is no promtool here")
def test_an_outage_of_the_database_is_told_as_such(tmp_path: Path) -> None:
    (away,) = [rule for rule in rules() if rule["alert"] == "CrosstalkDatabaseAway"]
    told = json.dumps(away["annotations"])
    file = tmp_path / "outage.yml"
    file.write_text(_OUTAGE.format(alerts=json.dumps(str(ALERTS)), annotations=told), "utf-8")
    done = subprocess.run(
        ["promtool", "test", "rules", str(file)], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def compose() -> dict[str, Any]:
    found: dict[str, Any] = read(ROOT / "compose.yaml")
    return found


def ours() -> dict[str, dict[str, Any]]:
    return {name: each for name, each in compose()["services"].items() if "command" in each}


def settings() -> set[str]:
    text = (ROOT / ".env.example").read_text("utf-8")
    return set(re.findall(r"^#? ?([A-Z_]+)=", text, re.MULTILINE))


def test_the_services_are_the_processes_of_the_procfile() -> None:
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()
    wanted = [line.partition("python -m bot ")[2].split() for line in lines]
    assert [each["command"] for each in ours().values()] == wanted
    for each in ours().values():
        assert cli._parser().parse_args(each["command"]).run


def test_nobody_starts_before_the_database_is_upgraded() -> None:
    for name in PROCESSES:
        waits = ours()[name]["depends_on"]
        assert waits == {"migrate": {"condition": "service_completed_successfully"}}
        assert ours()[name]["restart"] == "unless-stopped"
    assert ours()["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert ours()["migrate"]["restart"] != "unless-stopped"


def test_the_database_is_well_only_when_others_can_reach_it() -> None:
    # While the image sets it up for the first time it answers on its socket, but not by TCP.
    check = compose()["services"]["postgres"]["healthcheck"]["test"]
    assert check[:2] == ["CMD", "pg_isready"]
    assert "--host=127.0.0.1" in check


def test_the_services_know_settings_that_there_are_and_no_secret_stands_in_the_file() -> None:
    known, files = settings(), compose()["secrets"]
    for each in ours().values():
        for name, value in each["environment"].items():
            assert name.removesuffix("_FILE") in known
            if name.endswith("_FILE"):
                secret = Path(value).name
                assert value == f"/run/secrets/{secret}"
                assert secret in each["secrets"]
    told = {name: value for each in ours().values() for name, value in each["environment"].items()}
    plain = {name: value for name, value in told.items() if not name.endswith("_FILE")}
    assert config.load(plain)
    assert all(secret["file"] == f"./secrets/{name}" for name, secret in files.items())
    text = (ROOT / "compose.yaml").read_text("utf-8") + (ROOT / "Dockerfile").read_text("utf-8")
    assert re.search(r"xox[bp]-|xapp-|whsec_|postgres(?:ql)?://", text) is None
    assert "secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_a_process_has_time_to_end_and_may_write_nowhere() -> None:
    for each in ours().values():
        assert int(each["stop_grace_period"].removesuffix("s")) > 10
        assert each["read_only"] is True
        assert each["cap_drop"] == ["ALL"]


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def test_the_image_holds_what_it_needs_and_runs_as_nobody_in_particular() -> None:
    found = instructions()
    copied = [words.split()[:-1] for kind, words in found if kind == "COPY"]
    sources = {name for words in copied for name in words if "--from" not in name} - {"/venv"}
    assert {name for name in sources if not (ROOT / name).exists()} == set()
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {line[1:] for line in allowed if line.startswith("!")} == sources
    assert allowed[1] == "*"
    users = [words for kind, words in found if kind == "USER"]
    assert users == ["10001"]
    stages = [words for kind, words in found if kind == "FROM"]
    assert len(stages) == 2
    installs = [words for kind, words in found if kind == "RUN" and "install" in words]
    assert all("--require-hashes" in words for words in installs)


def test_the_image_s_settings_are_settings_and_its_command_is_a_command() -> None:
    found = dict(instructions())
    names = set(re.findall(r"\b([A-Z_]{4,})=", found["ENV"]))
    assert names - settings() == {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
    assert json.loads(found["ENTRYPOINT"]) == ["python", "-m", "bot"]
    assert cli._parser().parse_args(json.loads(found["CMD"])).run


def test_every_process_that_goes_on_is_looked_at_where_it_answers() -> None:
    assert ours()["migrate"]["healthcheck"] == {"disable": True}
    port = dict(re.findall(r"\b([A-Z_]+)=(\S+)", dict(instructions())["ENV"]))["PORT"]
    for name in PROCESSES:
        check = ours()[name]["healthcheck"]["test"]
        assert check[:3] == ["CMD", "python", "-c"]
        compile(check[3], name, "exec")
        assert f"os.environ.get('METRICS_PORT', '{port}')" in check[3]
        assert ("METRICS_PORT" in ours()[name]["environment"]) == (name != "web")


def test_the_organisation_file_is_where_the_image_looks_for_it() -> None:
    looked = re.findall(r"CROSSTALK_ORG=(\S+)", dict(instructions())["ENV"])
    for each in ours().values():
        (volume,) = each["volumes"]
        assert [volume["target"]] == looked
        assert volume["read_only"] is True
