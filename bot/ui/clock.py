"""Moments and ages as people read them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain import durations

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def clock(instant: datetime, zone: ZoneInfo, beside: datetime | None) -> str:
    """``14:02 HKT``; with its date where that is not the local date of *beside*, or none is given."""
    return f"{moment(instant, zone, beside)} {_zone_name(instant.astimezone(zone))}"


def moment(instant: datetime, zone: ZoneInfo, beside: datetime | None) -> str:
    """Like `clock`, for places where the zone is named already."""
    local = instant.astimezone(zone)
    wall = f"{local:%H:%M}"
    if beside is None:
        return f"{day(local)} {wall}"
    near = beside.astimezone(zone)
    if local.date() == near.date():
        return wall
    year = "" if local.year == near.year else f" {local.year}"
    return f"{day(local)}{year} {wall}"


def day(local: date) -> str:
    """``Mon 23 Nov``, in English whatever the machine speaks."""
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"


def age(since: datetime, now: datetime) -> str:
    """How long ago *since* was: ``5 h``."""
    return durations.words(now - since)


def heard(where: str, written: datetime | None, arrived: datetime, now: datetime) -> str:
    """What follows an author's name: ``wrote on X 5 h ago``, where *where* is X.

    Where nobody knows when, it is how long the comment has been here: ``on X, here for 4 h``.
    """
    if written:
        return f"wrote on {where} {age(written, now)} ago"
    return f"on {where}, here for {age(arrived, now)}"


def _zone_name(local: datetime) -> str:
    name = local.tzname() or "UTC"
    # Many zones have no letters of their own, only "+04" or "+0545".
    if name[0] not in "+-":
        return name
    hours, minutes = name[1:3].lstrip("0") or "0", name[3:5]
    return f"UTC{name[0]}{hours}" + (f":{minutes}" if minutes else "")
