"""The times until which people may put something off."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.worktime import WorkWeek, instant, intervals
from bot.ui.clock import clock

_NINE = 9 * 60

Preset = tuple[str, datetime]


def snooze_presets(now: datetime, zone: ZoneInfo, hours: WorkWeek) -> tuple[Preset, ...]:
    """Half an hour, two hours, the team's next working day, and its first one of next week.

    Each is a label and an instant; what comes to the same instant is offered once.
    """
    minute = now.replace(second=0, microsecond=0)
    offers = {
        minute + timedelta(minutes=30): "30 minutes",
        minute + timedelta(hours=2): "2 hours",
    }
    today = now.astimezone(zone).date()
    tomorrow = today + timedelta(days=1)
    monday = today + timedelta(days=7 - today.weekday())
    for earliest in (tomorrow, monday):
        opens = _opening(earliest, now, zone, hours)
        if opens is not None:
            offers.setdefault(opens, _label(opens, tomorrow, zone))
    return tuple((label, at) for at, label in offers.items())


def _opening(earliest: date, now: datetime, zone: ZoneInfo, hours: WorkWeek) -> datetime | None:
    """When the team begins on its first working day from *earliest* on."""
    for opens, closes in intervals(hours, zone, now):
        day = opens.astimezone(zone).date()
        if day >= earliest:
            # Whoever works round the clock does not mean midnight by "tomorrow".
            nine = instant(day, _NINE, zone)
            return nine if opens == instant(day, 0, zone) and nine < closes else opens
    return None


def _label(at: datetime, tomorrow: date, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    if local.date() == tomorrow:
        return f"Tomorrow {clock(at, zone, local)}"
    return clock(at, zone, None)
