"""The same numbers as Slack's own chart, for workspaces that have it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import count

from bot.domain.charts import ClaimTimes, TeamTime, Volume
from bot.ui.chart_limits import LONGEST_LABEL, MOST_POINTS, MOST_SERIES
from bot.ui.charts.font import drawable
from bot.ui.charts.volume import volume_title
from bot.ui.clock import day
from bot.ui.kit import Block
from bot.ui.text import cut

_TITLE = 50
# The longest that is still read in the smaller unit.
_MINUTES, _HOURS = timedelta(hours=3), timedelta(hours=72)
_NONE = ": none"
_NOTHING = "none"


def volume_block(volume: Volume, title: str = "Came in by day and platform") -> Block:
    """A bar for each day and platform, or for each week when there are too many days."""
    shown = volume.largest(MOST_SERIES)
    if len(shown.platforms) > MOST_SERIES:
        shown = volume.largest(MOST_SERIES - 1)
    days = [_category(on, weekly=len(shown.days) > MOST_POINTS) for on in shown.days]
    categories = list(dict.fromkeys(days))
    series = [
        (name, [_sum(days, counts, category) for category in categories])
        for name, counts in zip(_unlike(shown.platforms), shown.counts, strict=True)
    ]
    return _bars(volume_title(volume, title), series, categories, "comments")


def claim_times_block(times: ClaimTimes, title: str = "Time to claim by team") -> Block:
    """Two bars for each team, half within and 9 of 10 within; one that claimed nothing says so."""
    rows = (times.rows if len(times.rows) <= MOST_POINTS else times.measured)[:MOST_POINTS]
    longest = max((row.p90 or row.median or timedelta() for row in rows), default=timedelta())
    unit, one = _unit(longest)
    categories = _unlike(_named(row) for row in rows)
    halves = [_in(row.median, one) for row in rows]
    most = [_in(row.p90 or row.median, one) for row in rows]
    return _bars(title, [("half within", halves), ("9 of 10 within", most)], categories, unit)


def _named(row: TeamTime) -> str:
    if row.median is not None:
        return row.name
    return cut(drawable(row.name) or "–", LONGEST_LABEL - len(_NONE)) + _NONE


def _bars(
    title: str, series: Sequence[tuple[str, Sequence[float]]], categories: list[str], unit: str
) -> Block:
    # Slack refuses a chart of nothing.
    categories = categories or [_NOTHING]
    series = [
        (name, values or [0]) for name, values in series or [(_NOTHING, [0] * len(categories))]
    ]
    return {
        "type": "data_visualization",
        "title": cut(drawable(title) or "–", _TITLE),
        "chart": {
            "type": "bar",
            "series": [
                {
                    "name": name,
                    "data": [
                        {"label": label, "value": value}
                        for label, value in zip(categories, values, strict=True)
                    ],
                }
                for name, values in series
            ],
            "axis_config": {"categories": categories, "y_label": unit},
        },
    }


def _category(on: date, *, weekly: bool) -> str:
    return day(on - timedelta(days=on.weekday())) if weekly else day(on)


def _sum(days: Sequence[str], counts: Sequence[int], category: str) -> int:
    return sum(n for name, n in zip(days, counts, strict=True) if name == category)


def _unlike(names: Iterable[str]) -> list[str]:
    """*names* as labels; those that look alike once they are cut get numbers."""
    found: list[str] = []
    for name in names:
        label = cut(drawable(name) or "–", LONGEST_LABEL)
        for number in count(2):
            if label not in found:
                break
            ending = f" {number}"
            label = cut(drawable(name) or "–", LONGEST_LABEL - len(ending)) + ending
        found.append(label)
    return found


def _unit(longest: timedelta) -> tuple[str, timedelta]:
    if longest <= _MINUTES:
        return "minutes", timedelta(minutes=1)
    return ("hours", timedelta(hours=1)) if longest <= _HOURS else ("days", timedelta(days=1))


def _in(length: timedelta | None, unit: timedelta) -> float:
    return round((length or timedelta()) / unit, 1)
