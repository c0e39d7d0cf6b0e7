"""What comes along with the work: thanks by coupon, more work while at it, tasks and days."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from . import chapters
from .visitor import Visitor

pytest_plugins = "tests.journeys.fixtures"
pytestmark = pytest.mark.journey

OFFER = "אני אשפץ את חדר הרחצה מהיסוד"


def test_a_coupon_from_thanks_to_discount(visitor):
    """MEM-01, COU: a member thanks a client, who reads of it twice, uses it once, and never again."""
    client, provider = visitor(), visitor()
    client.sign_in("noa@example.org")
    provider.sign_in("amir@example.org")
    completes(client, provider)
    becomes_member(provider)
    thanks(provider)
    hears_of_it(client)
    number = uses_it(client)
    client.sees("קופון")
    assert client.sums("סכומים", "מוחזק בנאמנות") == {"מוחזק בנאמנות": 1_050}
    buys_without(client)
    chapters.delivers(provider, number, "הכול מוכן, והתקרה צבועה כמו שסוכם")
    chapters.accepts(client, number)
    assert chapters.earned(provider, number) == [840]
    provider.go("/seller/coupons/")
    expect(provider.main.get_by_role("listitem").filter(has_text="נועה ברק")).to_contain_text("נוצל")
    assert [*client.problems, *provider.problems] == []


def completes(client: Visitor, provider: Visitor) -> None:
    """COU-09: only a client whose order was completed may be thanked."""
    number = chapters.begins(client)
    chapters.delivers(provider, number, "העבודה הסתיימה, הכול נקי ומוכן לבדיקה")
    chapters.accepts(client, number)


def becomes_member(provider: Visitor) -> None:
    """COU-02, DEC-21: coupons are for members, and membership is bought where that is said."""
    provider.go("/seller/")
    provider.press("קופונים")
    provider.sees("קופונים הם חלק מהחברות")
    provider.press("לעמוד החברות")
    provider.tick("חודש")
    chapters.pays(provider)
    provider.waits_for("החברות פעילה")
    provider.press("לעמוד החברות")
    provider.sees("החברות פעילה")


def thanks(provider: Visitor) -> None:
    """COU-03…06: up to a fifth, with a word of one's own."""
    provider.press("קופונים")
    provider.tick("נועה ברק")
    provider.fill(percent="25", note="תודה על הסבלנות, ועל העוגה!")
    provider.press("שליחת הקופון")
    provider.sees("מספר שלם בין 1 ל־20")
    provider.fill(percent="15")
    provider.press("שליחת הקופון")
    provider.sees("נשלחו קופונים: 1")


def hears_of_it(client: Visitor) -> None:
    """COU-06…08: by mail and by bell, which leads to what may be bought."""
    client.go("/mailbox/?to=noa@example.org")
    client.waits_for("הטבה של")
    client.press(re.compile("הטבה של"))
    client.main.get_by_text("המכתב כטקסט").click()
    client.sees("תודה על הסבלנות")
    client.go("/notifications/")
    client.press(re.compile("הטבה של"))
    client.sees("אמיר לוי")


def uses_it(client: Visitor) -> str:
    """COU-10, COU-13: 15 of a hundred of the package, nothing of the extra: 1,000 + 200 - 150."""
    client.press(OFFER)
    client.tick("בסיס")
    client.tick("צביעת התקרה")
    client.press("המשך להזמנה")
    expect(client.page.locator("#total")).to_contain_text("1,200")
    client.press("שימוש בקופון")
    expect(client.page.locator("#total")).to_contain_text("150")
    expect(client.page.locator("#total .total")).to_contain_text("1,050")
    chapters.pays(client)
    return chapters.starts(client)


def buys_without(client: Visitor) -> None:
    """A coupon is used once: the next bill knows of none."""
    chapters.chooses(client)
    client.sees("סיכום ותשלום")
    expect(client.page.locator("#total .total")).to_contain_text("1,000")
    expect(client.main.get_by_text("קופון")).to_have_count(0)


def test_more_work_and_what_is_due(visitor):
    """EXT-14…17, INV-03, INV-04: an extra is paid for, another declined; tasks are shared, and every day is known."""
    client, provider, stranger = visitor(), visitor(), visitor()
    client.sign_in("noa@example.org")
    provider.sign_in("amir@example.org")
    number = chapters.begins(client)
    before = due(client)
    offers_more(provider, number, "צביעת הדלת", "300", "2")
    client.go(f"/orders/{number}/")
    client.press("אישור ותשלום")
    chapters.pays(client)
    chapters.placed(client, "השינוי נכנס להזמנה")
    assert client.sums("סכומים", "מוחזק בנאמנות", "צביעת הדלת") == {"מוחזק בנאמנות": 1_600, "צביעת הדלת": 600}
    assert (due(client) - before).days == 2
    offers_more(provider, number, "ידיות חדשות", "90", "1")
    client.go(f"/orders/{number}/")
    client.sees("הוצעה תוספת להזמנה")
    client.press("דחיית הבקשה")
    client.sees("הבקשה נדחתה")
    assert client.sums("סכומים", "מוחזק בנאמנות") == {"מוחזק בנאמנות": 1_600}
    share_a_task(client, provider, number, due(client))
    see_the_calendar(provider, stranger, due(client))
    assert [*client.problems, *provider.problems] == []


def due(client: Visitor) -> date:
    """The day of the delivery, as the progress bar of the order's page says it."""
    found = re.search(r"(\d+)/(\d+)/(\d{4})", client.main.locator(".progress li", has_text="מסירה").inner_text())
    assert found
    return date(int(found[3]), int(found[2]), int(found[1]))


def offers_more(provider: Visitor, number: str, what: str, price: str, quantity: str) -> None:
    """EXT-15, EXT-16: what, how many, and how many days it adds."""
    chapters.requests(provider, number, "תוספת להזמנה")
    provider.fill(title_1=what, price_1=price, quantity_1=quantity, explanation="אפשר לעשות את זה באותו ביקור")
    provider.field("days").select_option("2")
    provider.tick("הצעה לתוספת")
    provider.press("שליחת הבקשה")
    provider.sees("הבקשה נשלחה")


def share_a_task(client: Visitor, provider: Visitor, number: str, day: date) -> None:
    """INV-07: one side writes it down, the other says that it is in hand, and both see it."""
    client.press("לרשימת המשימות")
    client.fill(text="לבחור ידית לדלת", day=day.isoformat())
    client.press("הוספה")
    client.sees("המשימה נוספה")
    provider.go(f"/orders/{number}/")
    provider.press("לבחור ידית לדלת")
    provider.tick("בעבודה")
    provider.press("שמירה")
    provider.sees("המשימה נשמרה")
    client.go(f"/orders/{number}/")
    expect(client.main.get_by_role("region", name="משימות")).to_contain_text("בעבודה")


def see_the_calendar(provider: Visitor, stranger: Visitor, day: date) -> None:
    """INV-03: the delivery and the task stand on their day, also in the feed, which needs no password."""
    provider.go("/seller/")
    provider.press("לוח שנה")
    shown = provider.main.get_by_role("heading", name=f"{day.day}/{day.month}/{day.year}")
    if not shown.count():
        provider.press("הבא")
    expect(shown).to_be_visible()
    provider.sees("לבחור ידית לדלת")
    provider.main.get_by_text("הצגת הכתובת").click()
    feed = provider.main.get_by_label("כתובת ליומן").input_value()
    answer = stranger.context.request.get(feed)
    assert answer.ok
    assert answer.headers["content-type"].startswith("text/calendar")
    told = answer.text().replace("\r\n ", "")
    assert "SUMMARY:משימה: לבחור ידית לדלת" in told
    assert f"SUMMARY:מסירה: {OFFER}" in told
    provider.press("לבחור ידית לדלת")
    provider.sees("משימות ההזמנה")
