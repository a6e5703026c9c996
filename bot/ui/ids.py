"""The names that Slack sends back to us, and the references that buttons carry.

Slack shows a button's value to the client, so it holds ids only and is read as hostile input.
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple, Self

from bot.domain.organisation import Priority
from bot.domain.scope import Scope
from bot.errors import Refused
from bot.ui.preview import Preview

CLAIM = "stake_claim"
RELEASE = "stake_release"
RESOLVE = "stake_resolve"
HANDOFF = "stake_handoff"
DECLINE = "stake_decline"
REOPEN = "stake_reopen"
INVITE = "case_invite"
TIMELINE = "case_timeline"
OPEN = "case_open"
MORE = "case_more"
ROUTE = "case_route"
DISMISS = "case_dismiss"
# Slack wants each id once in a row of controls.
TAKES = tuple(f"suggestion_take_{place}" for place in range(1, 4))
REFUSE = "suggestion_refuse"
DIGEST_POST = "digest_post"
DIGEST_READ = "digest_read"
DIGEST_OPEN = "digest_open"
SCHEDULE_NEW = "schedule_new"
SCHEDULE_PAUSE = "schedule_pause"
SCHEDULE_RESUME = "schedule_resume"
SCHEDULE_PREVIEW = "schedule_preview"
SCHEDULE_DELETE = "schedule_delete"
SCHEDULE_PAGES = ("schedule_page_earlier", "schedule_page_later")

ROUTING = "routing_open"
ROUTING_FREEZE = "routing_freeze"
ROUTING_UNFREEZE = "routing_unfreeze"
ROUTING_BACK = "routing_back"
ROUTING_DROP = "routing_drop"
ROUTING_RESTORE = "routing_restore"
ROUTING_NOT_NOW = "routing_not_now"
PROPOSAL_NOT_NOW = "proposal_not_now"

MORE_ACTIONS = "case_actions"
ADD_FACT = "case_fact"
ANSWER = "case_answer"
TELL = "case_tell"
LEAD = "case_lead"
PRIORITY = "case_priority"
WATCH = "case_watch"
UNWATCH = "case_unwatch"
WHY = "case_why"
WAVE = "case_wave"
SNOOZE = "stake_snooze"
WAIT_CUSTOMER = "stake_wait_customer"
WAIT_TEAM = "stake_wait_team"
RESUME = "stake_resume"

STILL_YES = "holder_yes"
ESC_ACK = "escalation_ack"
ESC_SNOOZE = "escalation_snooze"
SAY_WHY = "say_why"

HOME_FILTER = "home_filter"
HOME_FILTERS = tuple(f"{HOME_FILTER}_{what}" for what in ("team", "priority", "platform"))
HOME_PAGE = "home_page"
HOME_PAGES = tuple(f"{HOME_PAGE}_{where}" for where in ("earlier", "later"))

RESOLVE_FORM = "resolve_form"
HANDOFF_FORM = "handoff_form"
DECLINE_FORM = "decline_form"
INVITE_FORM = "invite_form"
ROUTE_FORM = "route_form"
DISMISS_FORM = "dismiss_form"
RECORD_FORM = "record_form"
FACT_FORM = "fact_form"
LEAD_FORM = "lead_form"
PRIORITY_FORM = "priority_form"
SNOOZE_FORM = "snooze_form"
WAIT_FORM = "wait_form"
TELL_FORM = "tell_form"
ACTIONS_FORM = "actions_form"
SCHEDULE_FORM = "schedule_form"

# How the rows of a digest begin: a button in one stands beside a case, not on its card.
ROW = "row:"

FIND_OWNERS = "find_owners"
TELL_OTHERS = "tell_others"
TEAM_OPTIONS = "team_options"
SCOPE_OPTIONS = "scope_options"

# Eighteen digits fit the databases' 64-bit integers whatever they are.
_NUMBER = r"([1-9][0-9]{0,17})"
_TEAM = r"([^\s:|\x00-\x1f]{0,100})"
_STAKE = re.compile(f"{_NUMBER}:{_TEAM}")
_CHOICE = re.compile(r"(invite|tell|why|timeline|more)\|(.{1,200})")
# Eleven digits of seconds end in the year 5138, which every calendar here can hold.
_DIGEST = re.compile(r"([0-9]{1,11})\|([0-9]{1,11})\|([01]r?p?t?)\|(.{1,300})", re.DOTALL)
_SCHEDULE = re.compile(r"([0-9]{1,4})\|([^\s:|\x00-\x1f]{0,100})")
_PROPOSAL = re.compile(r"([0-9a-f]{16})")
_INSTANT = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00)"
_SNOOZE = re.compile(f"{_INSTANT}\\|(.{{1,120}})", re.ASCII)
_UNTIL = re.compile(_INSTANT, re.ASCII)
_LONGEST_PLATFORM = 30
_PRIORITIES = "|".join(Priority)
_FILTERS = re.compile(
    f"{_TEAM}\\|({_PRIORITIES}|)\\|([^|\\x00-\\x1f]{{0,{_LONGEST_PLATFORM}}})\\|([0-9]{{1,4}})"
)


_STALE = "That button does not work any more. Please use the newest card of the case."
_STALE_ROUTING = "That button does not work any more. Please ask again with `/crosstalk routing`."
_STALE_DIGEST = "That button does not work any more. Please ask again with `/digest`."


def _read(pattern: re.Pattern[str], text: object, stale: str = _STALE) -> tuple[str, ...]:
    match = pattern.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise Refused(stale)
    return match.groups()


class StakeRef(NamedTuple):
    """One team's part in one case; team "" is triage."""

    case: int
    team: str

    def pack(self) -> str:
        """The reference as a button carries it: ``1042:service-hk``."""
        return f"{self.case}:{self.team}"

    @classmethod
    def unpack(cls, text: object) -> Self:
        """Read what `pack` wrote.

        Raises:
            Refused: *text* is anything else.
        """
        case, team = _read(_STAKE, text)
        return cls(int(case), team)


class Choice(NamedTuple):
    """An entry of a card's ⋯ menu, such as ``invite``, and for which stake."""

    act: str
    ref: StakeRef

    def pack(self) -> str:
        """The choice as the menu carries it: ``invite|1042:service-hk``."""
        return f"{self.act}|{self.ref.pack()}"

    @classmethod
    def unpack(cls, text: object) -> Self:
        """Read what `pack` wrote.

        Raises:
            Refused: *text* is anything else.
        """
        act, ref = _read(_CHOICE, text)
        return cls(act, StakeRef.unpack(ref))


class DigestRef(NamedTuple):
    """A digest that can be made again: for whom, its period, and what kind of digest it is."""

    scope: Scope
    since: datetime
    until: datetime
    versus_previous: bool = False
    runs: bool = False
    preview: Preview = Preview.NO

    def pack(self) -> str:
        """The reference as a button carries it; instants as whole seconds since 1970."""
        since, until = int(self.since.timestamp()), int(self.until.timestamp())
        kind = f"{int(self.versus_previous)}{'r' * self.runs}{self.preview}"
        return f"{since}|{until}|{kind}|{self.scope}"

    @classmethod
    def unpack(cls, text: object) -> Self:
        """Read what `pack` wrote.

        Raises:
            Refused: *text* is anything else.
        """
        since, until, kind, scope = _read(_DIGEST, text, _STALE_DIGEST)
        start, end = (datetime.fromtimestamp(int(seconds), UTC) for seconds in (since, until))
        try:
            preview = Preview(kind.lstrip("01r"))
            return cls(Scope.parse(scope), start, end, "1" in kind, "r" in kind, preview)
        except ValueError:
            raise Refused(_STALE_DIGEST) from None


class ScheduleRef(NamedTuple):
    """A scheduled digest, "" for none, and which page of their list shows it."""

    key: str
    page: int = 0

    def pack(self) -> str:
        """The reference as a button carries it: ``0|service-hk``."""
        return f"{self.page}|{self.key}"

    @classmethod
    def unpack(cls, text: object) -> Self:
        """Read what `pack` wrote.

        Raises:
            Refused: *text* is anything else.
        """
        page, key = _read(_SCHEDULE, text, _STALE_DIGEST)
        return cls(key, int(page))


def unpack_proposal(text: object) -> str:
    """The key of a proposed rule, as a button carries it.

    Raises:
        Refused: *text* is anything else.
    """
    return _read(_PROPOSAL, text, _STALE_ROUTING)[0]


def pack_instant(instant: datetime) -> str:
    """An instant as an entry of a menu carries it: ISO, in UTC, in whole seconds."""
    return instant.astimezone(UTC).isoformat(timespec="seconds")


def unpack_instant(text: object) -> datetime:
    """Read what `pack_instant` wrote.

    Raises:
        Refused: *text* is anything else.
    """
    (iso,) = _read(_UNTIL, text)
    try:
        return datetime.fromisoformat(iso)
    except ValueError as error:
        raise Refused(_STALE) from error


class SnoozeRef(NamedTuple):
    """A stake whose escalation waits until an instant."""

    ref: StakeRef
    until: datetime

    def pack(self) -> str:
        """The choice as the menu carries it: ``2026-11-18T10:30:00+00:00|1042:service-hk``."""
        return f"{pack_instant(self.until)}|{self.ref.pack()}"

    @classmethod
    def unpack(cls, text: object) -> Self:
        """Read what `pack` wrote.

        Raises:
            Refused: *text* is anything else.
        """
        until, ref = _read(_SNOOZE, text)
        return cls(StakeRef.unpack(ref), unpack_instant(until))


class HomeFilters(NamedTuple):
    """What a home tab is narrowed to, "" and None for everything, and which page of it shows."""

    team: str = ""
    priority: Priority | None = None
    platform: str = ""
    page: int = 0

    @staticmethod
    def can_name(platform: str) -> bool:
        """Whether a control can carry that platform's name."""
        return len(platform) <= _LONGEST_PLATFORM and "|" not in platform and platform.isprintable()

    def pack(self) -> str:
        """The filters as each control of the tab carries them: ``service-hk|high|x|0``."""
        return f"{self.team}|{self.priority or ''}|{self.platform}|{self.page}"

    @classmethod
    def unpack(cls, text: object) -> Self:
        """Read what `pack` wrote.

        Raises:
            Refused: *text* is anything else.
        """
        team, priority, platform, page = _read(_FILTERS, text)
        return cls(team, Priority(priority) if priority else None, platform, int(page))
