"""Understanding what somebody asks for with ``/digest``, by the names that there are."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain import asking
from bot.domain.asked import Asked, Wanted
from bot.domain.organisation import Organisation
from bot.domain.scope import Kind, Scope
from bot.store import names
from bot.store.session import Session
from bot.usecases.measuring import zone_of

OWN = Scope(Kind.TEAM)
"""The teams of whoever asks; no team has the key ""."""

# Older campaigns are still found when they are spelt just as they were.
_NEWEST = 2000


def understood(
    session: Session,
    organisation: Organisation,
    text: str,
    *,
    person: str,
    here: Scope = OWN,
    now: datetime,
    zone: ZoneInfo,
) -> Asked:
    """What *person* means by *text*, as Slack sent it; *here* is what goes without saying.

    Days begin at midnight where those work whom it is about, else in *zone*.
    """
    platforms, campaigns = names.told(session, newest=_NEWEST) if text.strip() else ([], [])

    def read(days_in: ZoneInfo) -> Asked:
        return asking.read(
            text,
            organisation,
            person=person,
            here=here,
            platforms=platforms,
            campaigns=campaigns,
            now=now,
            zone=days_in,
        )

    asked = read(zone)
    if not isinstance(asked, Wanted) or asked.scope == OWN:
        return asked
    theirs = zone_of(session, organisation, asked.scope)
    return asked if theirs == zone else read(theirs)
