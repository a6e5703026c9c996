"""Look our dependencies up among known vulnerabilities; `make audit`.

A vulnerability fails it, always. With ``--tolerate-no-service`` it passes where the service that
knows them cannot be reached, or knows nothing of what we use: it then says so, aloud.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements.txt", "requirements-dev.txt")
TOLERATE = "--tolerate-no-service"
_NO_SERVICE = "The service that knows of vulnerabilities cannot be reached"


def main(arguments: Sequence[str]) -> int:
    """0 when none is known; 1 for a vulnerability, 2 when nobody could be asked."""
    found = asked()
    dependencies = (found or {}).get("dependencies", [])
    told, code = verdict(dependencies, tolerate=TOLERATE in arguments)
    sys.stdout.write(told + "\n")
    return code


def asked() -> dict[str, Any] | None:
    """What pip-audit says of everything that we pin; None when it got no answer."""
    listed = [part for name in FILES for part in ("--requirement", str(ROOT / name))]
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", *listed]
    flags = ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    done = subprocess.run([*command, *flags], capture_output=True, text=True, check=False)
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return None
    return told


def verdict(dependencies: Sequence[dict[str, Any]], *, tolerate: bool) -> tuple[str, int]:
    """What to say of pip-audit's answers, and the exit code."""
    bad = [_told(each, vuln) for each in dependencies for vuln in each.get("vulns", ())]
    if bad:
        return "\n".join(["Known vulnerabilities:", *bad]), 1
    looked = [each for each in dependencies if "skip_reason" not in each]
    if not looked:
        return f"{_NO_SERVICE}: nothing was audited.", 0 if tolerate else 2
    left = [str(each["name"]) for each in dependencies if "skip_reason" in each]
    rest = f" Not looked up: {', '.join(left)}." if left else ""
    code = 2 if left and not tolerate else 0
    return f"{len(looked)} dependencies, no known vulnerability.{rest}", code


def _told(dependency: dict[str, Any], vulnerability: dict[str, Any]) -> str:
    mended = ", ".join(vulnerability.get("fix_versions") or ["no release yet"])
    name = f"{dependency['name']} {dependency.get('version', '')}".strip()
    return f"  {name}: {vulnerability['id']}, mended in {mended}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
