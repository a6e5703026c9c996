"""What the processes of a run wrote down: errors, refusals, and the failpoints they went through."""

import json
from collections import Counter
from collections.abc import Iterator

from chaos.child import REFUSED
from chaos.failpoints import FAILPOINTS, KILLED, PASSED
from chaos.history import Refusal

# What a process logs when something went wrong that nobody had thought of.
_UNTHOUGHT_OF = (
    '"delivery_failed"', '"render_failed", "level": "error"', '"case_not_ticked"',
    '"intake.failed"', '"slack.failed"', "raised an exception",
    "Fatal Python error",
)  # fmt: skip


class Logs:
    """The lines of all processes, by the name of their place and by their sort."""

    def __init__(self, lines: list[tuple[str, str, str]]) -> None:
        self._lines = lines

    def surprises(self) -> Iterator[str]:
        """Errors that no fault of Slack or of the database explains."""
        for name, _, line in self._lines:
            if any(event in line for event in _UNTHOUGHT_OF):
                yield f"{name} logged: {line[:300]}"

    def refusals(self) -> Iterator[Refusal]:
        """Whom they refused what."""
        for _, _, line in self._lines:
            if line.startswith("{") and REFUSED in line:
                told = json.loads(line)
                yield Refusal(person=told["person"], at=told["at"], text=told["text"])

    def deaths(self) -> Counter[str]:
        """How often they died at each failpoint."""
        return Counter(
            line.removeprefix(KILLED) for _, _, line in self._lines if line.startswith(KILLED)
        )

    def never_passed(self) -> list[str]:
        """The failpoints that nobody ever went through, by the sorts of process that ran."""
        passed = {
            (sort, line.removeprefix(PASSED))
            for _, sort, line in self._lines
            if line.startswith(PASSED)
        }
        return [
            f"{sort}: {point}"
            for sort in sorted({sort for _, sort, _ in self._lines})
            for point in FAILPOINTS[sort]
            if (sort, str(point)) not in passed
        ]
