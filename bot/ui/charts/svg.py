"""A drawing as an SVG that can stand inside of a page: no scripts, no addresses, no fonts."""

from collections.abc import Iterable, Iterator
from html import escape

from bot.ui.charts import palette
from bot.ui.charts.shapes import Diamond, Drawing, Fill, Line, Pattern, Rect, Shape, Text

_FONTS = "system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
_TILE = 4
_STROKES = {
    Pattern.PLAIN: "",
    Pattern.RISING: "M-1 1 1-1M0 4 4 0M3 5 5 3",
    Pattern.FALLING: "M-1 3 1 5M0 0 4 4M3-1 5 1",
    Pattern.CROSSED: "M0 4 4 0M0 0 4 4",
    Pattern.LEVEL: "M0 2H4",
    Pattern.UPRIGHT: "M2 0V4",
    Pattern.DOTS: "M1.4 2H2.6M2 1.4V2.6",
}


def svg(drawing: Drawing, alt: str, name: str) -> str:
    """*drawing* as an element; *alt* is read aloud, *name* keeps its ids apart from others'."""
    fills = {shape.fill for shape in drawing.shapes if isinstance(shape, Rect)}
    size = f'width="{_n(drawing.width)}" height="{_n(drawing.height)}"'
    whole = f'viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}" {size} role="img"'
    about = f'aria-label="{_safe(alt)}" font-family="{_FONTS}"'
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {whole} {about}>',
            f'<rect width="100%" height="100%" fill="{palette.GROUND}"/>',
            f"<defs>{''.join(_patterns(fills, name))}</defs>",
            *(_element(shape, name) for shape in drawing.shapes),
            "</svg>",
        )
    )


def _patterns(fills: Iterable[Fill], name: str) -> Iterator[str]:
    for fill in sorted(fills, key=lambda fill: fill.pattern):
        stroke = f'<path d="{_STROKES[fill.pattern]}" stroke="{fill.ink}" stroke-width=".65"/>'
        yield (
            f'<pattern id="{name}-{fill.pattern}" width="{_TILE}" height="{_TILE}" '
            f'patternUnits="userSpaceOnUse"><path d="M0 0H4V4H0Z" fill="{fill.colour}"/>{stroke}</pattern>'
        )


def _element(shape: Shape, name: str) -> str:
    match shape:
        case Rect():
            fill = f'fill="url(#{name}-{shape.fill.pattern})" stroke="{shape.fill.ink}"'
            box = f'x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.width)}"'
            return f'<rect {box} height="{_n(shape.height)}" {fill} stroke-width=".65"/>'
        case Line():
            ends = (
                f'x1="{_n(shape.x1)}" y1="{_n(shape.y1)}" x2="{_n(shape.x2)}" y2="{_n(shape.y2)}"'
            )
            return f'<line {ends} stroke="{shape.colour}" stroke-width="{_n(shape.width)}"/>'
        case Diamond():
            r = _n(shape.radius)
            path = f"M{_n(shape.x)} {_n(shape.y - shape.radius)}l{r} {r}-{r} {r}-{r}-{r}z"
            return f'<path d="{path}" fill="{shape.colour}" stroke="{shape.edge}"/>'
        case Text():
            return _text(shape)


def _text(text: Text) -> str:
    place = f'x="{_n(text.x)}" y="{_n(text.y)}" font-size="{_n(text.size)}" fill="{text.colour}"'
    weight = ' font-weight="600"' if text.bold else ""
    halo = f' stroke="{palette.GROUND}" stroke-width="4" paint-order="stroke"' if text.halo else ""
    # A name in Arabic keeps its own direction without turning round where it stands.
    return (
        f'<text {place} text-anchor="{text.anchor}"{weight}{halo} unicode-bidi="isolate">'
        f"{_safe(text.words)}</text>"
    )


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _safe(text: str) -> str:
    # XML has no place for a few characters that are neither controls nor letters.
    return escape(text.translate({0xFFFE: None, 0xFFFF: None}))
