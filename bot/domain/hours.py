"""Working time for very many spans at once: a team's hours laid out once, then looked up."""

from bisect import bisect_right
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.measures import MICROSECOND, Span
from bot.domain.worktime import WorkWeek, instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_ONE = date(1970, 1, 1).toordinal()
_MINUTE = 60_000_000
_DAY = 24 * 60 * _MINUTE


class Hours:
    """The working time of one team between two instants; the same as `worktime.between`."""

    def __init__(self, week: WorkWeek, zone: ZoneInfo, reach: Span) -> None:
        """Lay the hours out from *reach*'s first instant to its last, in microseconds."""
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._before: list[int] = []
        self._known: dict[int, int] = {}
        worked = 0
        for opens, closes in _intervals(week, zone, reach):
            begins = max(opens, self._closes[-1] if self._closes else opens)
            if closes > begins:
                self._opens.append(begins)
                self._closes.append(closes)
                self._before.append(worked)
                worked += closes - begins

    @property
    def shifts(self) -> list[tuple[int, int, int]]:
        """When each shift begins and ends, and the working time before it."""
        return list(zip(self._opens, self._closes, self._before, strict=True))

    def lengths(self, spans: Collection[Span]) -> list[int]:
        """The working time of each span; 0 for one that ends before it begins."""
        # Half a million spans a month in a large company, and a moment is often in several.
        known, until = self._known, self._until
        for moment in {moment for span in spans for moment in span}.difference(known):
            known[moment] = until(moment)
        return [known[end] - known[begin] if end > begin else 0 for begin, end in spans]

    def _until(self, moment: int) -> int:
        """The working time from the beginning of what was laid out until *moment*."""
        index = bisect_right(self._opens, moment) - 1
        if index < 0:
            return 0
        return self._before[index] + min(moment, self._closes[index]) - self._opens[index]


def _intervals(week: WorkWeek, zone: ZoneInfo, reach: Span) -> Iterator[Span]:
    since, until = reach
    first = (_EPOCH + since * MICROSECOND).astimezone(zone).date() - timedelta(days=2)
    last = (_EPOCH + until * MICROSECOND).astimezone(zone).date()
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day not in week.closed and week.days[day.weekday()]:
            yield from _on(day, week.days[day.weekday()], zone)


def _on(day: date, shifts: tuple[tuple[int, int], ...], zone: ZoneInfo) -> Iterator[Span]:
    # A shift may run into the next day. Where no clock changes meanwhile, minutes are just added.
    now = zone.utcoffset(datetime.combine(day, time()))
    if now is not None and now == zone.utcoffset(datetime.combine(day + timedelta(days=2), time())):
        midnight = (day.toordinal() - _DAY_ONE) * _DAY - now // MICROSECOND
        for opens, closes in shifts:
            yield midnight + opens * _MINUTE, midnight + closes * _MINUTE
        return
    for opens, closes in shifts:
        yield _micros(instant(day, opens, zone)), _micros(instant(day, closes, zone))


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // MICROSECOND
