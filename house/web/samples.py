"""Made-up things for the style guide: enough to show every component in every state, without the database."""

from datetime import datetime, timedelta
from types import SimpleNamespace as Thing
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from house.people.models import Profile

from .forms.base import Form, MoneyField
from .forms.talk import FilesField, words
from .paging import Page
from .room import LOOKS, Mark

CHOICES = [("a", _("תשובה ראשונה")), ("b", _("תשובה שנייה, ארוכה יותר, שנשברת לשתי שורות במסך צר"))]


class SampleForm(Form):
    """Every shape of a field."""

    line = forms.CharField(label=_("שורה"), max_length=60)
    mail = forms.EmailField(label=_("דוא״ל"))
    secret = forms.CharField(label=_("סיסמה"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    price = MoneyField(label=_("מחיר"))
    text = words(_("כמה שורות"), longest=200)
    one = forms.ChoiceField(label=_("רשימה"), choices=CHOICES)
    cards = forms.ChoiceField(label=_("בחירה אחת"), choices=CHOICES, widget=forms.RadioSelect)
    boxes = forms.MultipleChoiceField(label=_("כמה בחירות"), choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    agreed = forms.BooleanField(label=_("הסכמה"))
    attached = FilesField(label=_("קבצים"))


def _person(name: str, level: str) -> Thing:
    label = Profile.Level(level).label
    profile = Thing(level=level, get_level_display=lambda: label, is_authorised=level != "new")
    return Thing(display_name=name, first_name=name.split()[0], picture=None, profile=profile)


def _offer(title: str, level: str, stars: float | None, reviews: int) -> Thing:
    return Thing(
        cover=None,
        path="/search/",
        title=title,
        provider=_person(_now("יעל סבג"), level),
        rating=stars,
        reviews=reviews,
        place_name=_now("אשקלון והסביבה"),
        price_from=1_840_000,
    )


def _review(now: datetime, reply: str) -> Thing:
    author = _person(_now("רוני מזרחי"), "new")
    text = _now("עבודה נקייה, הגיעו בזמן, והשאירו הכול מסודר.")
    return Thing(author=author, stars=4.7, published_at=now, text=text, reply=reply)


def samples(now: datetime) -> dict[str, Any]:
    """The context of the style guide."""
    files = [
        Thing(pk=UUID(int=1), stem=_now("תוכנית קומה"), kind="PDF", human_size="1.8 MB", width=None),
        Thing(pk=UUID(int=2), stem="bathroom-2", kind="JPEG", human_size="640 KB", width=1280),
    ]
    return {
        "people": [_person(_now("נועה ברק"), level) for level in Profile.Level.values],
        "levels": Profile.Level.choices,
        "offers": [
            _offer(_now("אני אשפץ את חדר הרחצה מהיסוד, עם איטום בשתי שכבות ואחריות בכתב לשנה"), "top_rated", 4.9, 1204),
            _offer(_now("אני אתקין גופי תאורה"), "new", None, 0),
        ],
        "empty_form": SampleForm(prefix="e"),
        "wrong_form": SampleForm({"w-line": "", "w-mail": "noa@", "w-price": "18,400"}, prefix="w"),
        "middle": Page([], 3, True),
        "files": files,
        "reviews": [_review(now, ""), _review(now - timedelta(days=40), _now("תודה רבה, היה תענוג."))],
        "looks": LOOKS.values(),
        "marks": [
            Mark(_now("ההזמנה שולמה"), "23/11/2026", "done"),
            Mark(_now("הדרישות נשלחו"), "24/11/2026", "done"),
            Mark(_now("בעבודה"), "", "now"),
            Mark(_now("מסירה"), "", "paused"),
            Mark(_now("אישור וסיום"), "", ""),
        ],
        "silence": Thing(
            acts=True,
            title=_now("בלי תגובה עד אז, המסירה תיחשב מאושרת"),
            money=_now("הסכום שמוחזק ישוחרר."),
            part=35,
            since=now - timedelta(days=1),
            due=now + timedelta(days=2),
        ),
        "bill": [
            {"kind": "package", "title": _now("מורחב"), "quantity": 2, "amount": 360_000},
            {"kind": "fast", "title": "", "quantity": 1, "amount": 20_000},
            {"kind": "coupon", "title": "15%", "quantity": 1, "amount": -54_000},
            {"title": _now("פינוי פסולת"), "quantity": 3, "price": 15_000},
        ],
        "tones": ("", "info", "good", "warn", "bad", "urgent"),
    }
