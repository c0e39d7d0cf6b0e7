"""What the Resolution Center is for: to part, to hear something, and to have support decide."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from . import chapters
from .visitor import Visitor

pytest_plugins = "tests.journeys.fixtures"
pytestmark = pytest.mark.journey


def two_at_work(visitor, *, scripts: bool = True) -> tuple[Visitor, Visitor, str]:
    """A client and a provider with an order of 1,000 whose clock runs."""
    client, provider = visitor(scripts=scripts), visitor(scripts=scripts)
    client.sign_in("noa@example.org")
    provider.sign_in("amir@example.org")
    return client, provider, chapters.begins(client)


def returned(client: Visitor, number: str, amount: str) -> None:
    """The receipt says what came back (an errand asks the payment company)."""
    client.go(f"/orders/{number}/receipt/")
    row = client.main.locator(".bill > div", has_text="הוחזר")
    client.waits_until(lambda: row.count() > 0 and "בדרך" not in row.inner_text(), "the refund")
    expect(row).to_contain_text(amount)


def test_silence_is_a_mutual_cancellation(visitor, market, tmp_path):
    """CAN-03…05, RES-16: both see the days that are left, and after the second it is over."""
    client, provider, number = two_at_work(visitor)
    chapters.requests(client, number, "ביטול")
    client.tick("התוכניות השתנו")
    client.fill(explanation="הדירה נמכרה ואין עוד מה לשפץ בה")
    client.press("שליחת בקשת הביטול")
    client.sees("צריך לצרף אסמכתה")
    client.attach("attached", chapters.plan(tmp_path, "sale.pdf"))
    client.press("שליחת בקשת הביטול")
    client.sees("הבקשה נשלחה")
    provider.go(f"/orders/{number}/")
    provider.sees("לענות על בקשת הביטול")
    provider.sees("הדירה נמכרה")
    expect(provider.main.locator(".file", has_text="sale")).to_be_visible()
    count_down(client, provider, re.compile(r"יום\sו־23\sשעות|47\sשעות"))
    provider.go(f"/seller/orders/{number}/deliver/")
    provider.sees("קודם צריך לענות עליה או למשוך אותה")
    provider.go(f"/orders/{number}/")
    market.manage("travel", "24h")
    client.page.reload()
    provider.page.reload()
    count_down(client, provider, re.compile(r"23\sשעות"))
    market.manage("travel", "24h")
    for who in (client, provider):
        who.waits_for("ההזמנה בוטלה")
        who.sees("בהסכמת שני הצדדים")
    returned(client, number, "1,000")
    assert [*client.problems, *provider.problems] == []


def count_down(client: Visitor, provider: Visitor, left: re.Pattern[str]) -> None:
    """CAN-05: both read how long until the cancellation, and that everything else rests."""
    for who in (client, provider):
        expect(who.main.get_by_role("heading", level=1)).to_contain_text(left)
        expect(who.main.locator(".progress .paused")).to_be_visible()


def ask_for_news(client: Visitor, number: str) -> None:
    chapters.requests(client, number, "עדכון התקדמות")
    client.sees("ההזמנה תתבטל והכסף יחזור")  # DEC-48: who may cause a cost by silence is told of it
    client.tick("אין חדשות כבר זמן מה")
    client.fill(explanation="כבר שלושה ימים לא שמעתי, מה קורה?")
    client.press("שליחת הבקשה")
    client.sees("לקבל עדכון")


def test_an_update_that_never_came_and_one_that_did(visitor, market):
    """RES-08, RES-09, AMB-4: an answer in time and work goes on; two silent days and it is over. No JavaScript."""
    client, provider, number = two_at_work(visitor, scripts=False)
    ask_for_news(client, number)
    provider.go(f"/orders/{number}/")
    provider.sees("לעדכן, אחרת ההזמנה תבוטל")
    provider.press("כתיבת עדכון")
    provider.press("שליחת העדכון")
    provider.sees("יש מה לתקן לפני שממשיכים")
    provider.fill(answer="הצנרת הוחלפה, מחר מתחילים לרצף")
    provider.press("שליחת העדכון")
    provider.sees("העדכון נשלח")
    client.go(f"/orders/{number}/")
    client.sees("הצנרת הוחלפה, מחר מתחילים לרצף")
    ask_for_news(client, number)
    market.manage("travel", "47h")
    client.page.reload()
    client.sees("לקבל עדכון")
    market.manage("travel", "1h")
    client.waits_for("ההזמנה בוטלה")
    client.sees("בלי עדכון התקדמות")
    returned(client, number, "1,000")


def call_support(who: Visitor, number: str, text: str) -> None:
    """CAN-10: from the order's page, once something was declined."""
    who.go(f"/orders/{number}/")
    who.press("פנייה לשירות הלקוחות")
    who.fill(text=text)
    who.press("פתיחת הפנייה")
    who.sees("השעונים עצרו עד להחלטה")


def open_case(staff: Visitor, text: str) -> None:
    """From the board to the dispute, whose page carries the order's diary."""
    staff.go("/staff/")
    staff.press("מחלוקות")
    staff.main.locator(".list-row").last.click()
    staff.sees(text)
    staff.sees("יומן ההזמנה")
    staff.sees("הדרישות נשלחו והשעון התחיל")


def decide(staff: Visitor, decision: str, why: str) -> None:
    staff.tick(decision)
    staff.fill(why=why)
    staff.press("רישום ההחלטה")


def refuse_to_part(client: Visitor, provider: Visitor, number: str, proof: Path) -> None:
    """CAN-06: the client asks to cancel, the provider declines."""
    chapters.requests(client, number, "ביטול")
    client.tick("אין מענה מנותן/ת השירות")
    client.fill(explanation="אף אחד לא הגיע לדירה כבר שבוע")
    client.attach("attached", proof)
    client.press("שליחת בקשת הביטול")
    client.sees("הבקשה נשלחה")
    provider.go(f"/orders/{number}/")
    provider.press("דחיית הבקשה")
    provider.sees("הבקשה נדחתה")


def test_support_says_go_on_and_then_cancels(visitor, market, tmp_path):
    """CAN-10, DEC-32, SUP-08: a decline, a case that holds every clock, a decision; later another one, with a fault."""
    client, provider, number = two_at_work(visitor)
    staff = visitor()
    staff.sign_in("shira@example.org")
    refuse_to_part(client, provider, number, chapters.plan(tmp_path, "door.pdf"))
    call_support(client, number, "אין תשובה לטלפון ואין עבודה, לבטל בבקשה.")
    market.manage("travel", "8d")
    provider.go(f"/orders/{number}/")
    provider.sees("השעונים עצרו עד להחלטה")
    open_case(staff, "אין תשובה לטלפון")
    decide(staff, "להמשיך כמו שסוכם", "נקבע מועד חדש עם שני הצדדים")
    staff.sees("ההחלטה נרשמה")
    client.go(f"/orders/{number}/")
    client.sees("התקבלה החלטה, והשעונים ממשיכים")
    client.sees("נותרו 4 ימים")
    refuse_to_part(client, provider, number, chapters.plan(tmp_path, "again.pdf"))
    call_support(client, number, "גם במועד החדש לא הגיע איש.")
    open_case(staff, "גם במועד החדש")
    decide(staff, "ביטול והחזר של מה שמוחזק", "שתי הבטחות שלא קוימו")
    staff.sees("ההחלטה הזו צריכה גם את זה")
    staff.field("reason").select_option("provider_fault")
    staff.field("fault").select_option("provider")
    staff.press("רישום ההחלטה")
    staff.sees("ההחלטה נרשמה")
    client.go(f"/orders/{number}/")
    client.sees("ההזמנה בוטלה והכסף הוחזר")
    returned(client, number, "1,000")
    assert [*client.problems, *provider.problems, *staff.problems] == []


def test_support_returns_a_part(visitor, market):
    """DEC-12, DEC-34: an offer of a part is declined, support finds another sum, and the rest is released."""
    client, provider, number = two_at_work(visitor)
    staff = visitor()
    staff.sign_in("shira@example.org")
    chapters.delivers(provider, number, "העבודה הסתיימה, נשאר לסיים רק את הדלת")
    chapters.requests(provider, number, "החזר חלקי")
    provider.tick("חלק מהעבודה לא בוצע")
    provider.fill(amount="100", explanation="הדלת לא הגיעה, אז זה מה שיורד")
    provider.press("שליחת הבקשה")
    provider.sees("הבקשה נשלחה")
    client.go(f"/orders/{number}/")
    client.sees("הוצע החזר חלקי של")
    client.press("דחיית הבקשה")
    client.sees("הבקשה נדחתה")
    call_support(client, number, "דלת עולה הרבה יותר ממאה שקלים.")
    market.manage("travel", "4d")
    client.page.reload()
    client.sees("השעונים עצרו עד להחלטה")
    open_case(staff, "דלת עולה")
    decide(staff, "החזר חלקי, והמסירה נשארת", "מחיר הדלת לפי הצעת המחיר")
    staff.sees("ההחלטה הזו צריכה גם את זה")
    staff.fill(amount="250")
    staff.press("רישום ההחלטה")
    staff.sees("ההחלטה נרשמה")
    client.go(f"/orders/{number}/")
    client.sees("לבדוק את המסירה")
    client.press("אישור המסירה")
    client.sees("750")
    client.press("אישור ושחרור הכסף")
    client.sees("המסירה אושרה והכסף שוחרר")
    returned(client, number, "250")
    assert chapters.earned(provider, number) == [600]
