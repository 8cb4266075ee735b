"""Moments as a person reads them: in their own time zone, near ones by the words people use.

Pure: now and the zone come in as arguments. It never guesses a zone and never shows a bare number
that could be read in another one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from core.ui.numbers import ABSENT

_ARTIFICIAL = ("Etc/", "SystemV/", "US/", "posix/", "right/")
_JUST_NOW = 60.0
_STEPS = ((7_200, 60, "min"), (172_800, 3_600, "h"), (5_184_000, 86_400, "days"))


@cache
def zone_names() -> tuple[str, ...]:
    """Return the IANA names a person may choose, UTC first, then by region."""
    named = (
        name for name in available_timezones() if "/" in name and not name.startswith(_ARTIFICIAL)
    )
    return ("UTC", *sorted(named))


def find_zone(name: str) -> tzinfo:
    """Return the zone of that IANA name; UTC when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def format_clock(moment: datetime | None, zone: tzinfo = UTC) -> str:
    """Return the time of day to the second with its zone: "14:32:07 CET", "14:32:07 UTC"."""
    if moment is None:
        return ABSENT
    local = moment.astimezone(zone)
    return f"{local:%H:%M:%S} {_zone_word(local)}"


def format_stamp(moment: datetime | None, zone: tzinfo = UTC) -> str:
    """Return day and time to the second, which sort as text: "2026-11-21 14:32:07"."""
    return ABSENT if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def format_when(moment: datetime | None, *, now: datetime, zone: tzinfo = UTC) -> str:
    """Return the day in words and the minute: "today 14:32", "yesterday 18:02", "3 Nov 09:15"."""
    if moment is None:
        return ABSENT
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    return f"{_day_word(local.date(), today)} {local:%H:%M}"


def format_ago(moment: datetime | None, *, now: datetime) -> str:
    """Return how long ago in one step: "just now", "3 min ago", "5 h ago", "12 days ago"."""
    if moment is None:
        return "never"
    age = (now - moment).total_seconds()
    if age < _JUST_NOW:
        return "just now"
    for limit, by, unit in _STEPS:
        if age < limit:
            return f"{int(age // by)} {unit} ago"
    return f"{int(age // 2_592_000)} months ago"


def format_until(moment: datetime | None, *, now: datetime) -> str:
    """Return what is left: "never expires", "expired", "expires in 29 days"."""
    if moment is None:
        return "never expires"
    left = (moment - now).total_seconds()
    if left <= 0:
        return "expired"
    hours = max(1, round(left / 3_600))
    return f"expires in {hours} h" if hours < 48 else f"expires in {round(left / 86_400)} days"


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the first moment of `day` in `zone`, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _day_word(day: date, today: date) -> str:
    if day == today:
        return "today"
    if day == today - timedelta(days=1):
        return "yesterday"
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"


def _zone_word(local: datetime) -> str:
    word = local.tzname() or ""
    # Zones without letters of their own name themselves "+03".
    return f"UTC{word}" if word[:1] in "+-" else word
