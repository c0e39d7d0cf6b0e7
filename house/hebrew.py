"""Hebrew words for numbers, times and money: a ground module without models.

Everything here returns plain text. Where text cannot carry markup (mail subjects, titles, messages to
share), Latin names, numbers and prices are wrapped in Unicode isolates.
"""

from datetime import date, datetime, timedelta

from house.clock import ISRAEL

RLI, LRI, FSI, PDI = "\u2067", "\u2066", "\u2068", "\u2069"
NBSP = "\u00a0"
LRM = "\u200e"
SYMBOLS = {"ILS": "₪", "USD": "$"}

# one, two, 3–10, 11 and more (singular again)
UNITS = {
    "minute": ("דקה", "שתי דקות", "דקות", "דקות"),
    "hour": ("שעה", "שעתיים", "שעות", "שעות"),
    "day": ("יום", "יומיים", "ימים", "יום"),
    "week": ("שבוע", "שבועיים", "שבועות", "שבועות"),
    "month": ("חודש", "חודשיים", "חודשים", "חודשים"),
    "year": ("שנה", "שנתיים", "שנים", "שנה"),
    "revision": ("סבב תיקונים אחד", "שני סבבי תיקונים", "סבבי תיקונים", "סבבי תיקונים"),
    "review": ("חוות דעת אחת", "שתי חוות דעת", "חוות דעת", "חוות דעת"),
    "order": ("הזמנה אחת", "שתי הזמנות", "הזמנות", "הזמנות"),
    "offer": ("הצעה אחת", "שתי הצעות", "הצעות", "הצעות"),
    "unit": ("יחידה אחת", "שתי יחידות", "יחידות", "יחידות"),
    "file": ("קובץ אחד", "שני קבצים", "קבצים", "קבצים"),
}
WEEKDAYS = ("ב׳", "ג׳", "ד׳", "ה׳", "ו׳", "שבת", "א׳")
MONTHS = ("ינואר", "פברואר", "מרץ", "אפריל", "מאי", "יוני", "יולי", "אוגוסט", "ספטמבר", "אוקטובר", "נובמבר", "דצמבר")


def count(number: int, unit: str) -> str:
    """יום, יומיים, 3 ימים, 14 יום."""
    one, two, few, many = UNITS[unit]
    if number in (1, 2):
        return one if number == 1 else two
    return f"{grouped(number)}{NBSP}{few if 0 <= number <= 10 else many}"


def grouped(number: int) -> str:
    """18,400."""
    return f"{number:,}"


def isolate(text: object) -> str:
    """Text of unknown direction, closed off from its surroundings."""
    return f"{FSI}{text}{PDI}"


def amount(minor: int) -> str:
    """18,400 or 18,400.50: the agorot only when there are any."""
    whole, rest = divmod(abs(minor), 100)
    return grouped(whole) + (f".{rest:02d}" if rest else "")


def price(minor: int, currency: str = "ILS") -> str:
    """A price in plain text: isolated, the sign of the currency after the number."""
    sign = f"{LRM}-" if minor < 0 else ""
    return f"{RLI}{sign}{amount(minor)}{NBSP}{SYMBOLS[currency]}{PDI}"


def duration(window: timedelta) -> str:
    """The two largest units: "יומיים ו־4 שעות"; minutes only under one hour; never less than a minute."""
    minutes = int(window.total_seconds() // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return count(days, "day") + (f" ו{joined(count(hours, 'hour'))}" if hours else "")
    if hours:
        return count(hours, "hour")
    return count(max(minutes, 1), "minute")


def left(window: timedelta) -> str:
    """נותרו יומיים, נותר יום, נותרה שעה: the verb follows what remains."""
    text = duration(window)
    verb = {UNITS["day"][0]: "נותר", UNITS["hour"][0]: "נותרה", UNITS["minute"][0]: "נותרה"}.get(text, "נותרו")
    return f"{verb} {text}"


def in_hours(window: timedelta) -> str:
    """The same, but hours alone under two days: beside days that are rounded up (AMB-2) it says nothing else."""
    hours = window // timedelta(hours=1)
    return count(hours, "hour") if 24 <= hours < 48 else duration(window)


def left_in_hours(window: timedelta) -> str:
    """נותרו 33 שעות."""
    return f"נותרו {in_hours(window)}" if window >= timedelta(hours=24) else left(window)


def joined(text: str) -> str:
    """A number after ו takes a maqaf: ו־4 שעות, ושעתיים."""
    return f"־{text}" if text[0].isdigit() else text


def day(moment: datetime | date) -> str:
    """25/11/2026."""
    local = moment.astimezone(ISRAEL) if isinstance(moment, datetime) else moment
    return f"{local.day}/{local.month}/{local.year}"


def weekday(moment: datetime | date) -> str:
    """יום ד׳, or שבת."""
    local = moment.astimezone(ISRAEL) if isinstance(moment, datetime) else moment
    name = WEEKDAYS[local.weekday()]
    return name if name == "שבת" else f"יום {name}"


def clock_time(moment: datetime) -> str:
    """14:00."""
    return moment.astimezone(ISRAEL).strftime("%H:%M")


def exactly(moment: datetime) -> str:
    """יום ד׳, 25/11/2026, בשעה 14:00."""
    return f"{weekday(moment)}, {day(moment)}, בשעה {clock_time(moment)}"


def near_day(moment: datetime, now: datetime) -> str:
    """היום, אתמול, מחר, else the weekday with its date."""
    away = (moment.astimezone(ISRAEL).date() - now.astimezone(ISRAEL).date()).days
    return {0: "היום", -1: "אתמול", 1: "מחר"}.get(away) or f"{weekday(moment)}, {day(moment)}"


def ago(moment: datetime, now: datetime) -> str:
    """לפני שעתיים; under a minute: עכשיו; after a month: the date."""
    past = now - moment
    if past < timedelta(minutes=1):
        return "עכשיו"
    if past < timedelta(days=30):
        largest = duration(past).split(" ו")[0]
        return f"לפני {largest}"
    return day(moment)


def month_name(year: int, month: int) -> str:
    """נובמבר 2026."""
    return f"{MONTHS[month - 1]} {year}"
