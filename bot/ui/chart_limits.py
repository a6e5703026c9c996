"""What Slack would refuse in a chart of its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.ui.text import size

# Slack's first description said six, and takes more by now; what is six is taken everywhere.
MOST_SERIES = 6
MOST_POINTS = 20
LONGEST_LABEL = 20
MOST_CHARTS = 2
_LONGEST_AXIS = 50
_KINDS = {"bar", "line", "area"}


def chart_faults(chart: Any) -> Iterator[str]:
    """What is wrong with the ``chart`` of a ``data_visualization`` block."""
    if not isinstance(chart, Mapping) or chart.get("type") not in _KINDS:
        yield "is no bar, line or area chart"
        return
    yield from _fields("chart", chart, {"type", "series", "axis_config"})
    axis = chart.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, Mapping) else None
    if not isinstance(axis, Mapping) or not isinstance(categories, list):
        yield "lacks its categories"
        return
    yield from _axis(axis, categories)
    series = chart.get("series")
    if not isinstance(series, list) or not 1 <= len(series) <= MOST_SERIES:
        yield f"must have 1 to {MOST_SERIES} series"
        return
    yield from _labels("series", [_get(each, "name") for each in series])
    for each in series:
        yield from _series(each, categories)


def _axis(axis: Mapping[str, Any], categories: list[Any]) -> Iterator[str]:
    if not 1 <= len(categories) <= MOST_POINTS:
        yield f"must have 1 to {MOST_POINTS} categories"
    yield from _labels("categories", categories)
    yield from _fields("axis_config", axis, {"categories", "x_label", "y_label"})
    for name in ("x_label", "y_label"):
        label = axis.get(name, "")
        if not isinstance(label, str) or size(label) > _LONGEST_AXIS:
            yield f"{name} is longer than {_LONGEST_AXIS}"


def _series(series: Any, categories: list[Any]) -> Iterator[str]:
    data = _get(series, "data")
    if not isinstance(data, list) or [_get(point, "label") for point in data] != categories:
        yield "has a series whose points are not the categories"
        return
    yield from _fields("series", series, {"name", "data"})
    for point in data:
        value = _get(point, "value")
        if not isinstance(value, int | float) or isinstance(value, bool):
            yield "has a value that is no number"


def _labels(what: str, labels: list[Any]) -> Iterator[str]:
    for label in labels:
        if not isinstance(label, str) or not label.strip() or size(label) > LONGEST_LABEL:
            yield f"{what} need names of 1 to {LONGEST_LABEL} characters"
    if len(set(map(str, labels))) < len(labels):
        yield f"{what} repeat a name"


def _fields(what: str, value: Mapping[str, Any], allowed: set[str]) -> Iterator[str]:
    for name in sorted(set(value) - allowed):
        yield f"{what} has the unknown field {name}"


def _get(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None
