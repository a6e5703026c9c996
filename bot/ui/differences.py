"""How the numbers of a digest differ from what is usual, or from what was before."""

from collections.abc import Callable, Iterator
from fractions import Fraction

from bot.domain import durations
from bot.domain.measures import Measures, Times
from bot.domain.report import Compared, Report

NOTHING_BEFORE = "There is nothing before to compare with."
_NONE = "none"
# As wide as the plus, and read aloud as what it is.
_MINUS = "\u2212"
# A smaller difference is chance.
_FEW = 3
# A multiple of next to nothing sounds like more than it is.
_SMALL = 2
# From here on a multiple, or a part, is nearer than "as many".
_TWICE, _HALF = Fraction(7, 4), Fraction(4, 7)
_THIRD, _QUARTER = Fraction(5, 12), Fraction(7, 24)
_MULTIPLES = "twice,three times,four times,five times,six times,seven times,eight times,nine times"
_TIMES = dict(enumerate((*_MULTIPLES.split(","), "ten times"), 2))


def change(value: int, name: str, report: Report) -> str:
    """How *value* compares with what is usual, where the difference is worth a word."""
    compared = report.compared
    if compared is None or name not in compared.counts:
        return ""
    usual = compared.counts[name]
    if abs(value - usual) < _FEW or _HALF < _ratio(value, usual) < _TWICE:
        return ""
    shown = amount(usual)
    return _multiple(value, usual, compared) or (
        f"usually {shown}" if compared.weeks else f"{shown} before"
    )


def _ratio(value: int, usual: float) -> Fraction:
    return Fraction(value) / Fraction(usual) if usual else Fraction(value)


def _multiple(value: int, usual: float, compared: Compared) -> str:
    """How many times the usual that is; "" where only numbers say it well."""
    ratio = _ratio(value, usual)
    if usual < _SMALL or ratio < _QUARTER:
        return ""
    if ratio >= _TWICE:
        times = round(ratio)
        word = _TIMES.get(times, f"{times} times")
        return f"{word} the usual" if compared.weeks else f"{word} as many as before"
    part, of = ("half", "") if ratio >= _THIRD else ("a third", " of")
    return f"{part}{of} the usual" if compared.weeks else f"{part} as many as before"


def amount(usual: float) -> str:
    """An average that people can picture: ``7``, ``1.5``, ``none``."""
    if usual < 0.05:
        return _NONE
    return f"{usual:.1f}".removesuffix(".0") if usual < 3 else f"{usual:.0f}"


def against(report: Report, name: str) -> str:
    """How a number differs from what it is usually: ``+7, usually 7``; "" where none is known."""
    compared = report.compared
    if compared is None or name not in compared.counts:
        return ""
    usual = amount(compared.counts[name])
    # Of what is shown, so that whoever does the sum finds it right.
    more = getattr(report.measures, name) - (0.0 if usual == _NONE else float(usual))
    if not more:
        return "as usual" if compared.weeks else "as before"
    difference = f"{abs(more):.1f}".removesuffix(".0")
    word = "usually" if compared.weeks else "before"
    return f"{'+' if more > 0 else _MINUS}{difference}, {word} {usual}"


def times(now: Measures, before: Measures) -> str:
    """The medians of two periods side by side, for *vs previous*; "" where there are none."""
    told = (
        *_pair("claimed", now.time_to_claim, before.time_to_claim, now.claimed),
        *_pair("resolved", now.time_to_resolve, before.time_to_resolve, now.resolved),
    )
    return " ".join(f"{each}." for each in told)


def _pair(word: str, now: Times, before: Times, done: int) -> Iterator[str]:
    """What one median was, and is; nothing where only the one that was is there, and still some were."""
    if now.count:
        several = now.count > 1
        of = f"Of {now.count} {word}, half were" if several else f"One was {word}"
        said = f"{of} within {_median(now)}"
        if not before.count:
            yield f"{said}; before, nothing was"
        elif several and before.count > 1:
            yield f"{said} (before: {_median(before)})"
        else:
            yield f"{said} (before: {_within(before)})"
    elif before.count and not done:
        yield f"Nothing was {word}; before, {_within(before)}"


def _within(found: Times) -> str:
    return f"{'half' if found.count > 1 else 'one'} within {_median(found)}"


def _median(found: Times) -> str:
    return "–" if found.clock.median is None else durations.words(found.clock.median)


def basis(report: Report, dates: Callable[..., str], *, brief: bool = False) -> Iterator[str]:
    """What *usually* and *before* stand for; *dates* says from when to when a period lasts."""
    found = report.compared
    if report.nothing_before:
        yield NOTHING_BEFORE
    elif found is not None and found.weeks:
        weeks = "the week" if found.weeks == 1 else f"the {found.weeks} weeks"
        yield f"Usually: {'' if brief else 'the same time of '}{weeks} before."
    elif found is not None and found.period:
        yield f"Before: {dates(found.period, report.zone)}."
