"""Volume by day and platform: bars of one day each, with the platforms stacked in them."""

from collections.abc import Iterator
from datetime import date

from bot.domain.charts import OTHERS, Volume
from bot.ui.charts import palette
from bot.ui.charts.font import fitted, width
from bot.ui.charts.shapes import WIDTH, Anchor, Drawing, Fill, Line, Rect, Shape, Text
from bot.ui.clock import day

MOST_PLATFORMS = len(palette.SERIES)
_MARGIN = 14.0
_INSIDE = WIDTH - 2 * _MARGIN
_TITLE, _BODY, _SMALL = 14.0, 11.5, 10.5
_KEY_TOP, _KEY_ROW, _SWATCH = 62.0, 19.0, 11.0
_KEY_GAP = 24.0
_PLOT = 170.0
_AXIS = 24.0
# With more days than this, only Mondays have room for their names, and the highest for its number.
_NAMED_DAYS = 10


def volume_drawing(volume: Volume, title: str) -> Drawing:
    """The picture of *volume*."""
    shown, title = volume.largest(MOST_PLATFORMS), volume_title(volume, title)
    fills = tuple(map(_fill, range(len(shown.platforms)), shown.platforms))
    rows = (len(fills) + 1) // 2
    top = _KEY_TOP + rows * _KEY_ROW + 18
    return Drawing(
        top + _PLOT + 42,
        (
            Text(_MARGIN, 28, fitted(title, _TITLE, _INSIDE), _TITLE, palette.TEXT, bold=True),
            Text(_MARGIN, 47, fitted(summary(volume), _BODY, _INSIDE), _BODY, palette.QUIET),
            *_key(shown, fills, rows),
            *_plot(shown, fills, top),
        ),
    )


def volume_title(volume: Volume, title: str = "Came in by day and platform") -> str:
    """*title*, which says so where only the last days of a longer time are shown."""
    return f"{title}, last {len(volume.days)} days" if volume.cut else title


def summary(volume: Volume) -> str:
    """All of it in one line: how many, when, and the highest day."""
    if not volume.days:
        return "Nothing came in"
    when = _span(volume.days[0], volume.days[-1])
    when = f"the last {len(volume.days)} days: {when}" if volume.cut else when
    if not volume.total:
        return f"Nothing came in, {when}"
    most = max(volume.by_day)
    highest = [on for on, count in zip(volume.days, volume.by_day, strict=True) if count == most]
    told = f"{volume.total:,} came in, {when}"
    if len(highest) > 1 or len(volume.days) == 1:
        return told
    return f"{told}; most on {day(highest[0]).rpartition(' ')[0]}: {most:,}"


def _span(first: date, last: date) -> str:
    """``2 to 8 Mar``, ``30 Mar to 5 Apr``, ``Mon 2 Mar``."""
    if first == last:
        return day(first)
    begin, end = (day(each).partition(" ")[2] for each in (first, last))
    same = (first.year, first.month) == (last.year, last.month)
    return f"{first.day if same else begin} to {end}"


def _fill(place: int, name: str) -> Fill:
    last = place == MOST_PLATFORMS and name == OTHERS
    return palette.OTHERS if last else palette.SERIES[place]


def _key(shown: Volume, fills: tuple[Fill, ...], rows: int) -> Iterator[Shape]:
    entries = zip(shown.platforms, shown.by_platform, fills, strict=True)
    column = (_INSIDE + _KEY_GAP) / 2
    for place, (name, count, fill) in enumerate(entries):
        x = _MARGIN + column * (place // rows)
        y = _KEY_TOP + _KEY_ROW * (place % rows)
        number = f"{count:,}"
        room = column - _SWATCH - 16 - _KEY_GAP - width(number, _BODY)
        named = fitted(name, _BODY, room)
        yield Rect(x, y, _SWATCH, _SWATCH, fill)
        yield Text(x + _SWATCH + 6, y + 10, named, _BODY, palette.TEXT)
        end = x + column - _KEY_GAP
        yield Text(end, y + 10, number, _BODY, palette.QUIET, Anchor.RIGHT)


def _plot(shown: Volume, fills: tuple[Fill, ...], top: float) -> Iterator[Shape]:
    bottom, left = top + _PLOT, _MARGIN + _AXIS
    step = tick(max(shown.by_day, default=0))
    highest = max(step, -(-max(shown.by_day, default=0) // step) * step)
    unit = _PLOT / highest
    for mark in range(0, highest + 1, step):
        y = bottom - mark * unit
        yield Line(left, y, WIDTH - _MARGIN, y, palette.TEXT if mark == 0 else palette.GRID)
        yield Text(left - 5, y + 3.5, short(mark), _SMALL, palette.QUIET, Anchor.RIGHT)
    pitch = (WIDTH - _MARGIN - left) / max(1, len(shown.days))
    few = len(shown.days) <= _NAMED_DAYS
    bar = min(34.0, pitch * (0.68 if few else 0.76))
    peak = max(shown.by_day, default=0)
    for place, on in enumerate(shown.days):
        middle = left + pitch * (place + 0.5)
        y = bottom
        for counts, fill in zip(shown.counts, fills, strict=True):
            if counts[place]:
                y -= counts[place] * unit
                yield Rect(middle - bar / 2, y, bar, counts[place] * unit, fill)
        total = shown.by_day[place]
        if total and (few or total == peak):
            yield Text(middle, y - 5, short(total), _SMALL, palette.TEXT, Anchor.MIDDLE, halo=True)
            # One number says it where several days share the height.
            peak = peak if few else -1
        yield from _day(on, middle, bottom, named=few, first=place == 0)


def _day(on: date, middle: float, bottom: float, *, named: bool, first: bool) -> Iterator[Shape]:
    weekday, number, month = day(on).split()
    monthly = f"{number} {month}"
    if named:
        yield Text(middle, bottom + 15, weekday, _SMALL, palette.TEXT, Anchor.MIDDLE)
        below = monthly if first or on.day == 1 else number
        yield Text(middle, bottom + 28, below, _SMALL, palette.QUIET, Anchor.MIDDLE)
    elif on.weekday() == 0:
        yield Line(middle, bottom, middle, bottom + 4, palette.TEXT)
        yield Text(middle, bottom + 16, weekday, _SMALL, palette.TEXT, Anchor.MIDDLE)
        yield Text(middle, bottom + 29, monthly, _SMALL, palette.QUIET, Anchor.MIDDLE)


def tick(highest: int) -> int:
    """The distance of lines on the scale: 1, 2 or 5 with zeros, at most five of them."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if highest <= 5 * step:
                return step
        size *= 10


def short(number: int) -> str:
    """A number that has little room: ``950``, ``12k``, ``1.5k``."""
    if number < 10_000:
        return f"{number}"
    for size, letter in ((10**9, "bn"), (10**6, "m"), (10**3, "k")):
        if number >= size:
            return (
                f"{number / size:.3g}{letter}"
                if number < 1000 * size
                else f"{number // size}{letter}"
            )
    return f"{number}"
