"""Time to claim by team: a bar to the median, and a mark where nine of ten were claimed."""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain import durations
from bot.domain.charts import ClaimTimes, TeamTime
from bot.ui.charts import palette
from bot.ui.charts.font import fitted, width
from bot.ui.charts.shapes import WIDTH, Anchor, Diamond, Drawing, Line, Rect, Shape, Text

MOST_TEAMS = 12
_MARGIN = 14.0
_INSIDE = WIDTH - 2 * _MARGIN
_TITLE, _BODY, _SMALL = 14.0, 11.5, 10.5
_TOP = 78.0
_ROW, _SHORT_ROW, _BAR = 41.0, 25.0, 11.0
_MARK = 5.0
_ROOM_FOR_VALUES = 84.0


def claim_times_drawing(times: ClaimTimes, title: str) -> Drawing:
    """The picture of *times*."""
    rows, more = times.rows[:MOST_TEAMS], len(times.rows) - MOST_TEAMS
    longest = max((row.p90 or row.median or timedelta() for row in times.measured), default=None)
    shapes: list[Shape] = [
        Text(_MARGIN, 28, fitted(title, _TITLE, _INSIDE), _TITLE, palette.TEXT, bold=True),
        *_key(),
    ]
    y = _TOP
    for row in rows:
        shapes += _row(row, y, longest or timedelta())
        y += _SHORT_ROW if row.median is None else _ROW
    if more > 0:
        told = "and 1 more team" if more == 1 else f"and {more} more teams"
        shapes.append(Text(_MARGIN, y, told, _BODY, palette.QUIET))
        y += _SHORT_ROW
    return Drawing(y - 6, tuple(shapes))


def counted(row: TeamTime) -> str:
    """How many a team claimed, and how many wait for it."""
    claimed = f"{row.count:,} claimed" if row.median is not None else "none claimed"
    return f"{claimed} · {row.unanswered:,} unclaimed" if row.unanswered else claimed


def _key() -> Iterator[Shape]:
    y = 50.0
    yield Rect(_MARGIN, y - 9, 22, 10, palette.MEDIAN)
    yield Text(_MARGIN + 28, y, "half within", _BODY, palette.TEXT)
    beside = _MARGIN + 28 + width("half within", _BODY) + 22
    yield Line(beside - 8, y - 4, beside + 2, y - 4, palette.REACH, 2)
    yield Diamond(beside + 2, y - 4, _MARK, palette.MARK, palette.MARK_EDGE)
    yield Text(beside + 12, y, "9 of 10 within", _BODY, palette.TEXT)


def _row(row: TeamTime, y: float, longest: timedelta) -> Iterator[Shape]:
    count = counted(row)
    room = _INSIDE - width(count, _SMALL) - 12
    yield Text(_MARGIN, y, fitted(row.name, _BODY, room), _BODY, palette.TEXT, bold=True)
    yield Text(WIDTH - _MARGIN, y, count, _SMALL, palette.QUIET, Anchor.RIGHT)
    if row.median is None:
        return
    scale = (_INSIDE - _ROOM_FOR_VALUES) / max(longest.total_seconds(), 1)
    half = max(2.0, row.median.total_seconds() * scale)
    reach = max(half, (row.p90 or row.median).total_seconds() * scale)
    top, middle = y + 7, y + 7 + _BAR / 2
    yield Rect(_MARGIN, top, half, _BAR, palette.MEDIAN)
    yield Line(_MARGIN + half, middle, _MARGIN + reach, middle, palette.REACH, 2)
    yield Diamond(_MARGIN + reach, middle, _MARK, palette.MARK, palette.MARK_EDGE)
    beside = _MARGIN + reach + _MARK + 5
    yield Text(beside, middle + 4, _values(row), _SMALL, palette.TEXT)


def _values(row: TeamTime) -> str:
    median, p90 = row.median or timedelta(), row.p90 or row.median or timedelta()
    return f"{durations.words(median)} · {durations.words(p90)}"
