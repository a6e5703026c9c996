"""Commands load what they need, and nothing that only others need."""

import ast
import gc
import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from bot import cli, demo
from bot.entries import Entry

ROOT = Path(__file__).parents[2]
ENTRIES = {name: value for name, value in vars(cli).items() if isinstance(value, Entry)}


def members() -> Iterator[tuple[str, str]]:
    """What the command line asks of modules that it does not import."""
    for node in ast.walk(ast.parse(inspect.getsource(cli))):
        match node:
            case ast.Attribute(value=ast.Name(id=name)) if name in ENTRIES:
                yield ENTRIES[name].name, node.attr
    for start in ("everything", "web", "worker", "clock"):
        yield "bot.main", start


@pytest.mark.parametrize(("module", "member"), sorted(set(members())))
def test_what_a_command_asks_for_is_there(module: str, member: str) -> None:
    assert hasattr(import_module(module), member)


@pytest.mark.parametrize("looked", [True, False])
def test_nobody_looks_for_garbage_while_a_module_loads_and_then_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looked: bool
) -> None:
    (tmp_path / "a_heavy_one.py").write_text("import gc\nLOOKED = gc.isenabled()\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "a_heavy_one", raising=False)
    (gc.enable if looked else gc.disable)()
    try:
        assert Entry("a_heavy_one").LOOKED is False
        assert gc.isenabled() is looked
    finally:
        gc.enable()


def test_the_demo_s_port_is_the_one_that_the_command_tells() -> None:
    assert cli._parser().parse_args(["demo"]).port == demo.PORT


@pytest.mark.parametrize("module", ["fastapi", "numpy", "sqlalchemy", "slack_sdk", "rich.progress"])
def test_the_command_line_by_itself_loads_nothing_heavy(module: str) -> None:
    look = f"import sys, bot.cli; sys.exit({module!r} in sys.modules)"
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, "-c", look], env=environ, check=False).returncode == 0
