"""What can go wrong, each with the text that a person reads: what happened, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class CrosstalkError(Exception):
    """Anything that Crosstalk itself has to say no to."""


class Refused(CrosstalkError):
    """An act that ownership does not allow; the text is the private reply to who tried it.

    People in the text are written ``<@id>``, as Slack knows them.
    """


class Replayed(CrosstalkError):
    """A signed click, form or command that was carried out before, and came once more."""


class IntakeRejected(CrosstalkError):
    """A delivery that no comment can be made of.

    Attributes:
        status: the HTTP status to answer with (401, 404, 413 or 422).
        detail: what is wrong and how to mend it, without the customer's words.
        field: the path of the field that is at fault, such as ``data.id``; "" when it is not one.
    """

    def __init__(self, status: int, detail: str, field: str = "") -> None:
        super().__init__(f"{field}: {detail}" if field else detail)
        self.status = status
        self.detail = detail
        self.field = field


class DatabaseAway(CrosstalkError):
    """The database does not answer; the same thing may be tried again soon."""


class Unstorable(CrosstalkError):
    """The database refuses a value; the same thing would be refused again."""


class Scope(StrEnum):
    """How much of the outgoing traffic a failure stops."""

    MESSAGE = "message"
    CHANNEL = "channel"
    METHOD = "method"
    WORKSPACE = "workspace"


class DeliveryFailed(CrosstalkError):
    """A call to Slack that did not succeed, and what that means for trying again.

    Attributes:
        code: Slack's error code, or a word of ours for the network (``timeout``, ``refused``).
        permanent: trying the same thing again cannot help until somebody mends something.
        retry_after: seconds that Slack asked us to wait, if it did.
        scope: what is stopped by it.
        unknown: the call may have worked although no answer came.
    """

    def __init__(
        self,
        code: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        scope: Scope = Scope.MESSAGE,
        unknown: bool = False,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
        self.scope = scope
        self.unknown = unknown


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a configuration: where it is, what is wrong, how to mend it."""

    place: str
    problem: str
    mend: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem} — {self.mend}"


class Misconfigured(CrosstalkError):
    """The settings or the organisation file cannot be used; carries every fault at once."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class ModelUnreadable(CrosstalkError):
    """A stored routing model that is damaged or of another release; the rules alone go on."""
