"""List the licences of everything that a running Crosstalk needs; `make licences`.

It reads what the installed packages say of themselves, and fails where one says nothing.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "licences.md"
HEAD = """\
# Licences of what Crosstalk is built on

Everything that `requirements.txt` installs, by what each package says of itself. Made by
`make licences`; a test holds it to the lock file. Crosstalk itself is under the
[MIT licence](../LICENSE).

| Package | Licence |
| --- | --- |
"""
_NAMED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_LONGEST = 60
# What a package means that gives the whole text, or a name that others write in another way.
_KNOWN = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The MIT License (MIT)": "MIT",
}


def needed(lock: str) -> list[str]:
    """The packages that a lock file names, by their usual names."""
    return sorted({re.sub(r"[-_.]+", "-", name).lower() for name in _NAMED.findall(lock)})


def licence(package: str) -> str:
    """What an installed package says of its licence; "" for nothing."""
    told = metadata.metadata(package).json
    expression = str(told.get("license_expression") or "")
    short = str(told.get("license") or "").strip()
    classified = [
        each.rpartition(" :: ")[2]
        for each in told.get("classifier") or []
        if each.startswith(("License :: OSI Approved ::", "License :: Public"))
    ]
    whole = short if short and "\n" not in short and len(short) <= _LONGEST else ""
    found = expression or whole or " and ".join(classified)
    return _KNOWN.get(found, found)


def document(lock: str) -> str:
    """The whole page."""
    return HEAD + "".join(f"{row}\n" for row in _rows(needed(lock)))


def _rows(packages: Iterable[str]) -> Iterator[str]:
    for package in packages:
        try:
            yield f"| {package} | {licence(package) or '**unknown**'} |"
        except metadata.PackageNotFoundError:
            yield f"| {package} | **unknown**, since it is not installed here |"


def main() -> int:
    """Write the page; 1 when a licence is unknown."""
    written = document((ROOT / "requirements.txt").read_text("utf-8"))
    DOCUMENT.write_text(written, "utf-8")
    unknown = written.count("**unknown**")
    sys.stdout.write(f"{DOCUMENT.relative_to(ROOT)}: {unknown} unknown\n")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
