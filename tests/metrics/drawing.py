"""What a picture of all that came in shows, comment by comment; as `reference`, slow and obvious."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import events as e
from bot.domain.digest import Period
from bot.domain.organisation import Organisation
from bot.domain.scope import Scope
from tests.metrics.journals import History
from tests.metrics.reference import AN_INSTANT
from tests.metrics.whom import Whom

MOST_DAYS = 31


def volume(
    histories: Sequence[History],
    organisation: Organisation,
    scope: Scope,
    period: Period,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Counter[tuple[str, date]]:
    """How many came in from each platform on each local day, of a long period on its last days."""
    whom = Whom(histories=histories, organisation=organisation, scope=scope, period=period, now=now)
    first = (period.until - AN_INSTANT).astimezone(zone).date() - timedelta(days=MOST_DAYS - 1)
    moments = _comments(whom) if scope.wide else _parts(whom)
    days = ((platform, at.astimezone(zone).date()) for at, platform in moments if whom.within(at))
    return Counter((platform, day) for platform, day in days if day >= first)


def _comments(whom: Whom) -> Iterator[tuple[datetime, str]]:
    """Where all teams are meant: every comment, each with its own platform."""
    for history in whom.cases():
        yield history.journal[0].at, history.comment.platform
        for each in history.journal:
            if isinstance(each.event, e.CommentJoined):
                yield each.at, history.joined[each.event.comment_id].platform


def _parts(whom: Whom) -> Iterator[tuple[datetime, str]]:
    """Else: each time that a team was asked."""
    for each in whom.rounds():
        if isinstance(each.beginning, e.StakeOpened):
            yield each.began, each.history.comment.platform
