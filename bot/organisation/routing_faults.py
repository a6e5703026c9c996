"""What must agree in ``[routing]`` and ``[lexicon]`` with the departments that there are."""

from collections.abc import Iterator

from bot.organisation.checks import Data, every, texts
from bot.organisation.findings import Finding, unknown
from bot.organisation.wording import shown

_DEPARTMENT = "a department that a team has"


def routing_faults(data: Data) -> Iterator[Finding]:
    """Every fault in *data* about departments that are learned for."""
    known = every(data, "team", "department")
    if not known:
        return
    lexicon = data.get("lexicon")
    for name in lexicon if isinstance(lexicon, dict) else ():
        if name not in known:
            yield Finding(("lexicon", name), *unknown(name, sorted(known), _DEPARTMENT))
    routing = data.get("routing")
    written = routing.get("renamed") if isinstance(routing, dict) else None
    renamed: Data = written if isinstance(written, dict) else {}
    for old in renamed:
        where = ("routing", "renamed", old)
        if old in known:
            mend = "take it out, or name the department that is gone"
            yield Finding(where, f"{shown(old)} is still a department", mend, known[old])
        for _, new in texts(renamed, old):
            if new not in known:
                yield Finding(where, *unknown(new, sorted(known), _DEPARTMENT))
