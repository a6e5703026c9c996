"""Until when somebody is away, as they type it: a weekday, a date, or a time of day."""

from datetime import datetime, timedelta

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DATES = ("%Y-%m-%d", "%d %b %Y", "%d %B %Y")
_BEGINS = 9


def ends(text: str, now: datetime) -> datetime | None:
    """When an absence ends, in the zone of *now* and after it; None where that is not understood.

    A day ends it at nine in the morning.
    """
    words = text.casefold().removeprefix("until").strip()
    found = (read(words, now) for read in (_weekday, _date, _time))
    return next((until for until in found if until is not None and until > now), None)


def _weekday(words: str, now: datetime) -> datetime | None:
    if words == "tomorrow":
        return _morning(now, 1)
    for number, name in enumerate(_WEEKDAYS):
        if words in {name, name[:3]}:
            return _morning(now, (number - now.weekday() - 1) % 7 + 1)
    return None


def _morning(now: datetime, days: int) -> datetime:
    day = now.date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, _BEGINS, tzinfo=now.tzinfo)


def _date(words: str, now: datetime) -> datetime | None:
    for text in (words, f"{words} {now.year}", f"{words} {now.year + 1}"):
        for form in _DATES:
            until = _read(text, form, now)
            if until is not None and (morning := until.replace(hour=_BEGINS)) > now:
                return morning
    return None


def _time(words: str, now: datetime) -> datetime | None:
    at = _read(words, "%H:%M", now)
    if at is None:
        return None
    until = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return until if until > now else until + timedelta(days=1)


def _read(text: str, form: str, now: datetime) -> datetime | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=now.tzinfo)
    except ValueError:
        return None
