"""Colours that people with any kind of sight tell apart, each with a pattern of its own.

The seven are those of Okabe and Ito, in an order in which neighbours differ in brightness as well,
for prints and screens without colour. Each has an ink of its own kind, dark enough to be
seen against the ground where the colour alone is not.
"""

from bot.ui.charts.shapes import Fill, Pattern

GROUND = "#ffffff"
TEXT = "#1d1c1d"
QUIET = "#565458"
GRID = "#dcdbdd"

SERIES = (
    Fill("#0072b2", Pattern.PLAIN, "#004a75"),
    Fill("#e69f00", Pattern.RISING, "#7d5600"),
    Fill("#009e73", Pattern.DOTS, "#00543d"),
    Fill("#f0e442", Pattern.LEVEL, "#756d00"),
    Fill("#d55e00", Pattern.FALLING, "#7a3600"),
    Fill("#56b4e9", Pattern.UPRIGHT, "#1a6091"),
)
OTHERS = Fill("#b8b8ba", Pattern.CROSSED, "#5c5c60")
MEDIAN = SERIES[0]
MARK = "#d55e00"
MARK_EDGE = "#7a3600"
REACH = "#7f8c99"
