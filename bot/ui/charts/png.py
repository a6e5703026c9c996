"""A drawing as a PNG."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from bot.ui.charts import palette
from bot.ui.charts.font import sized
from bot.ui.charts.shapes import Anchor, Diamond, Drawing, Fill, Line, Pattern, Rect, Text

# Sharp on a phone, and when somebody opens it on a large screen.
SCALE = 3
_ANCHORS = {Anchor.LEFT: "ls", Anchor.MIDDLE: "ms", Anchor.RIGHT: "rs"}
_STEP = 4 * SCALE
_OUTLINE = 2
_BOLDER = 0.8


def png(drawing: Drawing) -> bytes:
    """*drawing* in pixels, three for each unit; equal drawings give equal bytes."""
    size = (round(drawing.width * SCALE), round(drawing.height * SCALE))
    image = Image.new("RGB", size, palette.GROUND)
    pen = ImageDraw.Draw(image)
    for shape in drawing.shapes:
        match shape:
            case Rect():
                _rect(image, pen, shape)
            case Line():
                _line(pen, shape)
            case Diamond():
                _diamond(image, shape)
            case Text():
                _text(pen, shape)
    written = BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _rect(image: Image.Image, pen: ImageDraw.ImageDraw, rect: Rect) -> None:
    left, top = round(rect.x * SCALE), round(rect.y * SCALE)
    right = max(left + 1, round((rect.x + rect.width) * SCALE))
    bottom = max(top + 1, round((rect.y + rect.height) * SCALE))
    image.paste(_tiled(rect.fill, (right - left, bottom - top)), (left, top))
    pen.rectangle((left, top, right - 1, bottom - 1), outline=rect.fill.ink, width=_OUTLINE)


def _line(pen: ImageDraw.ImageDraw, line: Line) -> None:
    ends = tuple(round(value * SCALE) for value in (line.x1, line.y1, line.x2, line.y2))
    pen.line(ends, fill=line.colour, width=max(1, round(line.width * SCALE)))


def _diamond(image: Image.Image, mark: Diamond) -> None:
    # Drawn larger and shrunk, so that its slopes are smooth.
    finer, reach = 4, round(mark.radius * SCALE) + 2
    side = 2 * reach * finer
    mask = Image.new("L", (side, side))
    inner = Image.new("L", (side, side))
    for layer, radius in ((mask, mark.radius), (inner, mark.radius - 1.2)):
        middle, far = side / 2, radius * SCALE * finer
        corners = [(middle, middle - far), (middle + far, middle), (middle, middle + far)]
        ImageDraw.Draw(layer).polygon([*corners, (middle - far, middle)], fill=255)
    place = (round(mark.x * SCALE) - reach, round(mark.y * SCALE) - reach)
    for layer, colour in ((mask, mark.edge), (inner, mark.colour)):
        shrunk = layer.resize((2 * reach, 2 * reach), Image.Resampling.BOX)
        image.paste(Image.new("RGB", shrunk.size, colour), place, shrunk)


def _text(pen: ImageDraw.ImageDraw, text: Text) -> None:
    place = (round(text.x * SCALE), round(text.y * SCALE))
    font, anchor = sized(round(text.size * SCALE)), _ANCHORS[text.anchor]
    if text.halo:
        wide = 2 * SCALE
        pen.text(place, text.words, palette.GROUND, font, anchor, stroke_width=wide)
    stroke = _BOLDER if text.bold else 0
    pen.text(place, text.words, text.colour, font, anchor, stroke_width=stroke)


@lru_cache(maxsize=16)
def _tile(fill: Fill) -> Image.Image:
    step, ink = _STEP, fill.ink
    tile = Image.new("RGB", (step, step), fill.colour)
    pen = ImageDraw.Draw(tile)
    if fill.pattern in {Pattern.RISING, Pattern.CROSSED}:
        pen.line((-step, 2 * step, 2 * step, -step), fill=ink, width=2)
        pen.line((-step, step, step, -step), fill=ink, width=2)
        pen.line((0, 2 * step, 2 * step, 0), fill=ink, width=2)
    if fill.pattern in {Pattern.FALLING, Pattern.CROSSED}:
        pen.line((-step, -step, 2 * step, 2 * step), fill=ink, width=2)
        pen.line((0, -step, 2 * step, step), fill=ink, width=2)
        pen.line((-step, 0, step, 2 * step), fill=ink, width=2)
    if fill.pattern is Pattern.LEVEL:
        pen.line((0, step // 2, step, step // 2), fill=ink, width=2)
    if fill.pattern is Pattern.UPRIGHT:
        pen.line((step // 2, 0, step // 2, step), fill=ink, width=2)
    if fill.pattern is Pattern.DOTS:
        pen.ellipse((step // 2 - 2, step // 2 - 2, step // 2 + 1, step // 2 + 1), fill=ink)
    return tile


def _tiled(fill: Fill, size: tuple[int, int]) -> Image.Image:
    area, tile = Image.new("RGB", size), _tile(fill)
    for x in range(0, size[0], _STEP):
        for y in range(0, size[1], _STEP):
            area.paste(tile, (x, y))
    return area
