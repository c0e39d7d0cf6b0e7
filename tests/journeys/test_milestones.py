"""A renovation in three milestones, from a question on an offer to the provider's earnings."""

import re

import pytest
from playwright.sync_api import expect

from . import chapters
from .visitor import Visitor

pytest_plugins = "tests.journeys.fixtures"
pytestmark = pytest.mark.journey

STAGES = (
    {"name": "פירוק ופינוי", "outcome": "חלל נקי, בלי ריצוף ובלי כלים", "price": "3,000", "days": "4"},
    {"name": "ריצוף וחיפוי", "outcome": "רצפה וקירות לפי הדוגמה", "price": "5,000", "days": "6"},
    {"name": "גמר וניקיון", "outcome": "כלים מחוברים ודירה נקייה", "price": "2,000", "days": "3"},
)


def test_a_renovation_in_three_milestones(visitor, tmp_path):
    """COF, MIL: one grows, one is cancelled by consent, the rest is completed, and every sum is right."""
    client, provider = visitor(), visitor()
    client.sign_in("noa@example.org")
    provider.sign_in("amir@example.org")
    question = "יש לי דירה של שלושה חדרים, אפשר בשלבים?"
    ask(client, question)
    offer_milestones(provider, question)
    number = buy_the_first(client)
    money(client, paid=3_000, released=0, held=3_000, to_come=7_000)
    the_scope_grows(provider, client, number)
    money(client, paid=3_600, released=0, held=3_600, to_come=7_000)
    chapters.delivers(provider, number, "הפירוק הסתיים והפסולת פונתה, כולל הקיר הנוסף")
    approve_and_go_on(client, number)
    money(client, paid=8_600, released=3_600, held=5_000, to_come=2_000)
    more_time(provider, client, number)
    money(client, paid=8_600, released=3_600, held=5_000, to_come=2_000)
    cancel_this_stage(provider, client, number)
    money(client, paid=8_600, released=3_600, held=0, to_come=2_000, returned=5_000)
    start_the_last(client)
    money(client, paid=10_600, released=3_600, held=2_000, to_come=0, returned=5_000)
    deliver_the_whole(provider, number, tmp_path)
    approve_the_last(client, number)
    money(client, paid=10_600, released=5_600, held=0, to_come=0, returned=5_000)
    see_the_receipt(client, number)
    see_the_earnings(provider, number)
    assert [*client.problems, *provider.problems] == []


def money(client: Visitor, *, paid: int, released: int, held: int, to_come: int, returned: int = 0) -> None:
    """The plan's sums; what was paid is all somewhere."""
    assert paid == released + held + returned
    shown = {"שולם עד עכשיו": paid, "שוחרר": released, "מוחזק בנאמנות": held, "עוד לא נגבה": to_come}
    assert client.sums("תוכנית השלבים", *shown) == shown


def ask(client: Visitor, question: str) -> None:
    """COF-01: a question before ordering opens a conversation."""
    chapters.finds(client, "שיפוץ חדר רחצה", "אני אשפץ את חדר הרחצה מהיסוד")
    client.press("שאלה לפני הזמנה")
    client.fill(text=question)
    client.press("שליחה")
    client.sees(question)


def offer_milestones(provider: Visitor, question: str) -> None:
    """COF-03, MIL-03…11: from the conversation, on one page."""
    provider.go("/inbox/")
    provider.press(question)
    provider.press("הצעה אישית")
    provider.tick("שלבים: כל שלב נמסר")
    provider.fill(text="שיפוץ מלא של חדר הרחצה בשלושה שלבים, כולל חומרים.")
    provider.press("שליחת ההצעה")
    provider.sees("יש מה לתקן לפני ששולחים")
    for number, stage in enumerate(STAGES, 1):
        provider.fill(**{f"stage{number}-{name}": text for name, text in stage.items()})
    provider.press("שליחת ההצעה")
    provider.sees("ההצעה נשלחה")


def buy_the_first(client: Visitor) -> str:
    """COF-04, MIL-12: a card in the conversation, a page, and only the first milestone is charged."""
    client.page.reload()
    client.press(re.compile("הצעה אישית.*10,000", re.DOTALL))
    client.sees("תוכנית השלבים")
    client.sees("ריצוף וחיפוי")
    client.press("קבלה ותשלום")
    expect(client.main.locator(".bill .total")).to_contain_text("3,000")
    chapters.pays(client)
    return chapters.placed(client)


def the_scope_grows(provider: Visitor, client: Visitor, number: str) -> None:
    """RES-10, O-21: what is added is seen before it is sent, and paid for when it is accepted."""
    chapters.requests(provider, number, "שינוי בהיקף העבודה")
    provider.fill(title_1="פירוק של קיר נוסף", price_1="600")
    provider.field("days").select_option("1")
    provider.press("חישוב הסכום החדש")
    provider.sees("3,600")
    provider.tick("התגלה בשטח משהו שלא היה ידוע")
    provider.fill(explanation="מאחורי הארון התגלה קיר גבס שצריך לפרק")
    provider.press("שליחת הבקשה")
    provider.sees("הבקשה נשלחה")
    client.go(f"/orders/{number}/")
    client.sees("קיר גבס")
    client.press("אישור ותשלום")
    chapters.pays(client)
    chapters.placed(client, "השינוי נכנס להזמנה")


def approve_and_go_on(client: Visitor, number: str) -> None:
    """DEC-48, MIL-13: one button approves this stage and leads to the payment of the next."""
    client.go(f"/orders/{number}/")
    client.sees("להחליט על שלב 1")
    client.press("אישור המסירה")
    client.sees("3,600")
    client.press("אישור והתחלת שלב 2")
    client.sees("התחלת שלב 2")
    chapters.pays(client)
    chapters.placed(client, "השלב הבא התחיל")


def more_time(provider: Visitor, client: Visitor, number: str) -> None:
    """RES-04, RES-12: three days more, and not a shekel."""
    chapters.requests(provider, number, "הארכת המועד")
    provider.field("days").select_option("3")
    provider.tick("חומרים מתעכבים")
    provider.fill(explanation="האריחים יגיעו מהנמל רק ביום ראשון")
    provider.press("שליחת הבקשה")
    provider.sees("הבקשה נשלחה")
    client.go(f"/orders/{number}/")
    client.sees("יש בקשה להאריך")
    client.press("אישור הבקשה")
    client.press("הסכמה להארכה")
    client.sees("המועד הוארך")


def cancel_this_stage(provider: Visitor, client: Visitor, number: str) -> None:
    """MIL-19, DEC-36: only the second stage; its money comes back, what was approved stays."""
    chapters.requests(provider, number, "ביטול")
    provider.tick("רק השלב הזה")
    provider.tick("אין אפשרות לבצע את העבודה במועד")
    provider.fill(explanation="האריחים שנבחרו לא ייובאו יותר לארץ")
    provider.press("שליחת בקשת הביטול")
    provider.sees("הבקשה נשלחה")
    client.go(f"/orders/{number}/")
    client.press("הסכמה לביטול")
    client.press("הסכמה לביטול")
    client.sees("הביטול התקבל בהסכמה והכסף הוחזר")


def start_the_last(client: Visitor) -> None:
    """DEC-35: after a cancelled milestone the next one may begin."""
    client.sees("להתחיל את שלב 3")
    client.press("התחלת שלב 3")
    chapters.pays(client)
    chapters.placed(client, "השלב הבא התחיל")


def deliver_the_whole(provider: Visitor, number: str, folder) -> None:
    """MIL-10, DEC-43: the last one needs a tick and a file or a link."""
    provider.go(f"/orders/{number}/")
    provider.press("מסירת העבודה")
    provider.fill(text="כל חדר הרחצה מוכן, נקי ומחובר. מצורפת תעודת האחריות.")
    provider.press(re.compile("^מסירה$"))
    provider.sees("יש מה לתקן לפני שממשיכים")
    provider.main.locator('[name="full"]').check()
    provider.attach("attached", chapters.plan(folder, "warranty.pdf"))
    provider.press(re.compile("^מסירה$"))
    provider.sees("העבודה נמסרה.")


def approve_the_last(client: Visitor, number: str) -> None:
    """MIL-20: a cancelled milestone does not make the order a cancelled one."""
    client.go(f"/orders/{number}/")
    expect(client.main.locator(".file", has_text="warranty")).to_be_visible()
    chapters.accepts(client, number)
    client.go(f"/orders/{number}/")
    client.sees("ההזמנה הושלמה")


def see_the_receipt(client: Visitor, number: str) -> None:
    """Everything that was paid, and what came back."""
    client.press("קבלה")
    expect(client.main.locator(".total")).to_contain_text("10,600")
    client.sees("5,000")


def see_the_earnings(provider: Visitor, number: str) -> None:
    """DEC-12, MIL-16: four fifths of 3,600 and of 2,000, nothing of what was cancelled."""
    assert chapters.earned(provider, number) == [1_600, 2_880]
