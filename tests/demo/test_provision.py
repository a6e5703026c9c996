"""Getting local-slack: the right package, once, with a clear word when it cannot be had."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo import provision
from bot.demo.interruption import DemoFailed, Interruption
from bot.demo.processes import Children

HERE = provision.package_name(os.uname().sysname, os.uname().machine)

NPM = """#!/bin/sh
echo "$@" > "$(dirname "$0")/asked"
{}
"""
INSTALL = """
while [ "$1" != "--prefix" ]; do shift; done
home="$2/node_modules/{package}"
mkdir -p "$home/bin"
echo '{{"version": "{version}"}}' > "$home/package.json"
touch "$home/bin/local-slack"
"""


@pytest.fixture
def children() -> Iterator[Children]:
    with Children(Interruption()) as children:
        yield children


@pytest.fixture
def said() -> list[str]:
    return []


def put_npm(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    for name in ("npm", "node"):
        (folder / name).write_text(NPM.format(script))
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.parametrize(
    ("system", "machine", "package"),
    [
        ("Linux", "x86_64", "local-slack-linux-x64"),
        ("Linux", "aarch64", "local-slack-linux-arm64"),
        ("Darwin", "arm64", "local-slack-darwin-arm64"),
        ("Darwin", "x86_64", "local-slack-darwin-x64"),
        ("Linux", "AMD64", "local-slack-linux-x64"),
    ],
)
def test_each_system_has_its_package(system: str, machine: str, package: str) -> None:
    assert provision.package_name(system, machine) == package


@pytest.mark.parametrize(("system", "machine"), [("Windows", "AMD64"), ("Linux", "riscv64")])
def test_other_systems_are_told_where_it_runs(system: str, machine: str) -> None:
    with pytest.raises(DemoFailed, match="runs on Linux and macOS"):
        provision.package_name(system, machine)


def test_the_pinned_version_is_installed_without_running_scripts(
    tmp_path: Path, children: Children, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = INSTALL.format(package=HERE, version=provision.VERSION)
    put_npm(tmp_path / "path", script, monkeypatch)
    binary = provision.local_slack(tmp_path, children, said.append)
    assert binary == tmp_path / "node_modules" / HERE / "bin" / "local-slack"
    asked = (tmp_path / "path" / "asked").read_text()
    assert f"{HERE}@{provision.VERSION}" in asked
    assert "--ignore-scripts" in asked
    assert "--no-save" in asked
    assert len(said) == 1


def test_what_is_installed_is_not_installed_again(
    tmp_path: Path, children: Children, said: list[str]
) -> None:
    home = tmp_path / "node_modules" / HERE
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "local-slack").touch()
    (home / "package.json").write_text(json.dumps({"version": provision.VERSION}))
    provision.local_slack(tmp_path, children, said.append)
    assert said == []


def test_another_version_is_replaced(
    tmp_path: Path, children: Children, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "node_modules" / HERE
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "local-slack").touch()
    (home / "package.json").write_text('{"version": "0.1.7"}')
    script = INSTALL.format(package=HERE, version=provision.VERSION)
    put_npm(tmp_path / "path", script, monkeypatch)
    provision.local_slack(tmp_path, children, said.append)
    assert json.loads((home / "package.json").read_text()) == {"version": provision.VERSION}


def test_a_failing_npm_shows_what_it_said(
    tmp_path: Path, children: Children, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_npm(tmp_path / "path", "echo 'npm error code ENOTFOUND'; exit 1", monkeypatch)
    with pytest.raises(DemoFailed, match=r"npm install did not succeed(.|\n)*ENOTFOUND"):
        provision.local_slack(tmp_path, children, said.append)


def test_npm_trusts_whom_the_machine_trusts(
    tmp_path: Path, children: Children, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "company.pem"
    bundle.touch()
    monkeypatch.delenv("NODE_EXTRA_CA_CERTS", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    put_npm(tmp_path / "path", 'echo "trusts $NODE_EXTRA_CA_CERTS"; exit 1', monkeypatch)
    with pytest.raises(DemoFailed, match=f"trusts {bundle}"):
        provision.local_slack(tmp_path, children, said.append)


def test_what_somebody_has_said_of_node_stays() -> None:
    said = {"NODE_EXTRA_CA_CERTS": "/own.pem", "SSL_CERT_FILE": "/no/such.pem"}
    assert provision.trusting(said).items() >= said.items()


def test_certificates_that_cannot_be_looked_at_are_passed_over() -> None:
    """Those of another person, or behind a name that the system does not take."""
    unreadable = f"/{'x' * 300}.pem"
    found = provision.trusting({"SSL_CERT_FILE": unreadable})
    assert found.get("NODE_EXTRA_CA_CERTS") != unreadable


def test_a_package_without_the_binary_is_not_taken_for_installed(
    tmp_path: Path, children: Children, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_npm(tmp_path / "path", "exit 0", monkeypatch)
    with pytest.raises(DemoFailed, match="has no bin/local-slack"):
        provision.local_slack(tmp_path, children, said.append)
