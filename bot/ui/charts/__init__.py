"""The pictures of a digest: as PNG, as SVG, as Slack's own chart, and in words."""

from bot.domain.charts import ClaimTimes, Volume
from bot.ui.charts.blocks import claim_times_block, volume_block
from bot.ui.charts.claims import claim_times_drawing
from bot.ui.charts.png import png
from bot.ui.charts.svg import svg
from bot.ui.charts.volume import volume_drawing, volume_title
from bot.ui.charts.words import LONGEST_ALT, claim_times_alt, claims_title, volume_alt

__all__ = [
    "LONGEST_ALT",
    "claim_times_alt",
    "claim_times_block",
    "claim_times_png",
    "claim_times_svg",
    "claims_title",
    "volume_alt",
    "volume_block",
    "volume_png",
    "volume_svg",
    "volume_title",
]


def volume_png(volume: Volume, title: str) -> bytes:
    """What came in by day and platform, as a PNG."""
    return png(volume_drawing(volume, title))


def volume_svg(volume: Volume, title: str) -> str:
    """What came in by day and platform, as an SVG element."""
    return svg(volume_drawing(volume, title), volume_alt(volume), "volume")


def claim_times_png(times: ClaimTimes, title: str) -> bytes:
    """How long each team took to claim, as a PNG."""
    return png(claim_times_drawing(times, title))


def claim_times_svg(times: ClaimTimes, title: str) -> str:
    """How long each team took to claim, as an SVG element."""
    return svg(claim_times_drawing(times, title), claim_times_alt(times, title), "claims")
