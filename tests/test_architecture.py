"""The house rules that a machine can check."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
GATEWAY = ROOT / "bot" / "slack" / "gateway.py"
UPLOADING = ROOT / "bot" / "slack" / "uploading.py"
CONNECTIONS = ROOT / "bot" / "slack" / "connections.py"
LONGEST_FILE = 300
CHECK_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def calls_of(name: str, file: Path) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree(file)) if isinstance(node, ast.Call)]
    return [call for call in calls if ast.unparse(call.func).split(".")[-1] == name]


def imported_by(file: Path) -> Iterator[str]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def test_imports_point_down() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECK_IMPORTS, "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_is_longer_than_a_sitting() -> None:
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in modules("bot", "handlers", "tests", "alembic")
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}
    assert len(lengths) > 50


def test_the_domain_imports_nothing_from_outside_of_python() -> None:
    strangers = {
        (file.name, name)
        for file in modules("bot/domain")
        for name in imported_by(file)
        if name != "bot" and name not in sys.stdlib_module_names
    }
    assert strangers == set()


def test_slack_clients_are_built_in_one_place() -> None:
    builders = {
        file
        for file in modules("bot", "handlers")
        for name in ("WebClient", "WebhookClient", "KeepingClient")
        if calls_of(name, file)
    }
    assert builders == {GATEWAY}


def test_the_slack_client_never_repeats_a_call_by_itself() -> None:
    for name, place in {"KeepingClient": GATEWAY, "Uploader": UPLOADING}.items():
        (call,) = calls_of(name, place)
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert given["retry_handlers"] == "[]"
        assert "timeout" in given
    (call,) = calls_of("request", CONNECTIONS)
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    assert (given["retries"], given["redirect"]) == ("False", "False")
