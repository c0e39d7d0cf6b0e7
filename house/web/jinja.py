"""The template environment: globals and filters that every page may use."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.templatetags.static import static as find_static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from house import hebrew, policy

VENDOR = {"icons": "vendor/lucide@1.62.0/icons.svg", "htmx": "vendor/htmx.org@2.0.11/htmx.min.js"}
STYLES = ("tokens", "base", "layout", "forms", "parts", "pages", "account", "staff", "quotes", "rooms")
HEBREW_FONT = "vendor/rubik@5.3.0/rubik-hebrew-wght-normal.woff2"
LATIN_FONT = "vendor/rubik@5.3.0/rubik-latin-trimmed.woff2"


# The same for as long as the process lives, and asked for a hundred times a page.
static = cache(find_static)
fixed_url = cache(reverse)


def url(name: str, *args: object, **kwargs: object) -> str:
    """A link by the name of its line in `web.urls`."""
    if not args and not kwargs:
        return fixed_url(name)
    return reverse(name, args=args or None, kwargs=kwargs or None)


def price(minor: int, currency: str = policy.CURRENCY) -> SafeString:
    """18,400 ₪, isolated so that the sign stays at the left of the number."""
    sign = "-" if minor < 0 else ""
    mark = "\u200e" if sign else ""
    text = f"{mark}{sign}{hebrew.amount(minor)}"
    return format_html('<bdi dir="rtl" class="nowrap">{}&nbsp;{}</bdi>', text, hebrew.SYMBOLS[currency])


def signed(minor: int, currency: str = policy.CURRENCY) -> SafeString:
    """+2,400 ₪: the plus needs the same care as the minus."""
    sign = "+" if minor > 0 else "-" if minor < 0 else ""
    text = f"\u200e{sign}{hebrew.amount(minor)}"
    return format_html('<bdi dir="rtl" class="nowrap">{}&nbsp;{}</bdi>', text, hebrew.SYMBOLS[currency])


@cache
def icon(name: str, classes: str = "") -> SafeString:
    """An icon of the sprite; a word always stands beside it or in `aria-label` of its button."""
    link = f"{static(VENDOR['icons'])}#{name}"
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}"/></svg>', classes, link)


def ltr(text: object) -> SafeString:
    """Numbers of orders, file names, addresses: isolated left to right."""
    return format_html('<bdi dir="ltr">{}</bdi>', text)


def moment(value: datetime) -> SafeString:
    """The exact moment, machine-readable too."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), hebrew.exactly(value))


def short_moment(value: datetime) -> SafeString:
    """25/11/2026 14:00."""
    text = f"{hebrew.day(value)} {hebrew.clock_time(value)}"
    return format_html('<time datetime="{}"><bdi dir="ltr">{}</bdi></time>', value.isoformat(), text)


def rtl_isolated(text: object) -> Markup:
    """User text inside a sentence of ours."""
    return Markup("<bdi>{}</bdi>").format(text)


@cache
def styles() -> SafeString:
    """The style sheets in the order of their layers."""
    links = [format_html('<link rel="stylesheet" href="{}">', static(f"css/{name}.css")) for name in STYLES]
    return mark_safe("\n".join(links))


def minutes(number: int) -> str:
    """40 דקות, שעתיים: a mean in whole minutes."""
    return hebrew.duration(timedelta(minutes=number))


FILTERS: dict[str, Callable[..., Any]] = {
    "price": price,
    "signed": signed,
    "ltr": ltr,
    "moment": moment,
    "short_moment": short_moment,
    "day": hebrew.day,
    "time": hebrew.clock_time,
    "duration": hebrew.duration,
    "left": hebrew.left,
    "weekday": hebrew.weekday,
    "count": hebrew.count,
    "ago": hebrew.ago,
    "near_day": hebrew.near_day,
    "grouped": hebrew.grouped,
    "iso": rtl_isolated,
    "minutes": minutes,
}
GLOBALS: dict[str, Any] = {
    "url": url,
    "static": static,
    "icon": icon,
    "styles": styles,
    "policy": policy,
    "VENDOR": VENDOR,
    "FONTS": (HEBREW_FONT, LATIN_FONT),
}


def environment(**options: Any) -> Environment:
    """Jinja2 as Django's settings ask for it."""
    # Django hands over autoescape=True among the options.
    env = Environment(**{**options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True})  # noqa: S701
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(FILTERS)
    env.globals.update(GLOBALS)
    return env
