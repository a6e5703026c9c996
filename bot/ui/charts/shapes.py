"""What a picture is made of, before it becomes a PNG or an SVG.

Lengths are those of a phone's screen: a picture is 360 units wide.
"""

from dataclasses import dataclass
from enum import StrEnum

WIDTH = 360.0


class Pattern(StrEnum):
    """How an area is filled, so that nobody has to tell it by its colour."""

    PLAIN = "plain"
    RISING = "rising"
    DOTS = "dots"
    LEVEL = "level"
    FALLING = "falling"
    UPRIGHT = "upright"
    CROSSED = "crossed"


class Anchor(StrEnum):
    """Which end of a text stands at its place."""

    LEFT = "start"
    MIDDLE = "middle"
    RIGHT = "end"


@dataclass(frozen=True, slots=True)
class Fill:
    """A colour, the pattern in it, and the colour of the pattern and the outline."""

    colour: str
    pattern: Pattern
    ink: str


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled area with a thin outline."""

    x: float
    y: float
    width: float
    height: float
    fill: Fill


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Diamond:
    """A mark with its centre at a place."""

    x: float
    y: float
    radius: float
    colour: str
    edge: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words whose baseline begins, is centred, or ends at a place; *halo* keeps lines away."""

    x: float
    y: float
    words: str
    size: float
    colour: str
    anchor: Anchor = Anchor.LEFT
    bold: bool = False
    halo: bool = False


Shape = Rect | Line | Diamond | Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: shapes, later ones above earlier ones."""

    height: float
    shapes: tuple[Shape, ...]
    width: float = WIDTH
