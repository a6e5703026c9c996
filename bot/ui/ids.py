"""The names that Slack sends back to us, and the references that buttons carry.

Slack shows a button's value to the client, so it holds ids only and is read as hostile input.
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple, Self

from bot.errors import Refused

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
DIGEST_POST = "digest_post"
HOME_PAGE = "home_page"

RESOLVE_FORM = "resolve_form"
HANDOFF_FORM = "handoff_form"
DECLINE_FORM = "decline_form"
INVITE_FORM = "invite_form"
ROUTE_FORM = "route_form"
DISMISS_FORM = "dismiss_form"
RECORD_FORM = "record_form"

# How the rows of a digest begin: a button in one stands beside a case, not on its card.
ROW = "row:"

FIND_OWNERS = "find_owners"
TEAM_OPTIONS = "team_options"

# Eighteen digits fit the databases' 64-bit integers whatever they are.
_NUMBER = r"([1-9][0-9]{0,17})"
_TEAM = r"([^\s:|\x00-\x1f]{0,100})"
_STAKE = re.compile(f"{_NUMBER}:{_TEAM}")
_CHOICE = re.compile(r"(invite|timeline)\|(.{1,200})")
# Eleven digits of seconds end in the year 5138, which every calendar here can hold.
_DIGEST = re.compile(f"{_TEAM}\\|([0-9]{{1,11}})\\|([0-9]{{1,11}})")


def _read(pattern: re.Pattern[str], text: object) -> tuple[str, ...]:
    match = pattern.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise Refused("That button does not work any more. Please use the newest card of the case.")
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
    """An entry of a card's ⋯ menu: ``invite`` or ``timeline``, and for which stake."""

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
    """A digest that can be made again: a team's key, "" for all teams, and its period."""

    scope: str
    since: datetime
    until: datetime

    def pack(self) -> str:
        """The reference as a button carries it; instants as whole seconds since 1970."""
        return f"{self.scope}|{int(self.since.timestamp())}|{int(self.until.timestamp())}"

    @classmethod
    def unpack(cls, text: object) -> Self:
        """Read what `pack` wrote.

        Raises:
            Refused: *text* is anything else.
        """
        scope, since, until = _read(_DIGEST, text)
        start, end = (datetime.fromtimestamp(int(seconds), UTC) for seconds in (since, until))
        return cls(scope, start, end)
