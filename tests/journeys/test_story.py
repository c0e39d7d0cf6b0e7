"""Whole stories, by hand, on a phone: the same people, pages and buttons as in the real market."""

import re

import pytest
from playwright.sync_api import Locator, expect

from . import chapters
from .visitor import Visitor

pytest_plugins = "tests.journeys.fixtures"
pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_signing_up_to_money(visitor, tmp_path, scripts):
    """A provider comes, an offer is made, approved, found, ordered, delivered twice, accepted, reviewed, paid."""
    name = "naama" if scripts else "yoav"
    title = f"אני אעשה סיור וירטואלי בסלון, מבית {name}"
    provider, client, staff = (visitor(scripts=scripts) for _ in range(3))

    provider.sign_up("נעמה", "רז", f"{name}@example.org")
    chapters.becomes_provider(provider, name)
    chapters.builds_offer(provider, title, tmp_path)
    chapters.approves(chapters.owner(staff), title)
    provider.go("/seller/offers/")
    provider.sees("מפורסמת")

    client.sign_up("אלה", "שחר", f"{name}-client@example.org")
    chapters.finds(client, f"סיור {name}", title)
    number = order(client, title)
    send_requirements(client, number)
    chapters.says(client, number, "מצורפת תוכנית הדירה", chapters.plan(tmp_path))
    work(provider, client, number, tmp_path)
    review(client, provider, number)
    see_money(provider, number)
    assert [*provider.problems, *client.problems, *staff.problems] == []


def order(client: Visitor, title: str) -> str:
    """Two units and an extra: 2 × 1,000 + 150."""
    client.sees(title)
    client.field("quantity").fill("2")
    client.tick("חומר הדמיה נוסף")
    if client.scripts:
        expect(client.page.locator("#bar-total")).to_contain_text("2,150")
    else:
        client.press("עדכון הסכום")
        expect(client.page.locator("#total")).to_contain_text("2,150")
    client.press("המשך להזמנה")
    client.sees("סיכום ותשלום")
    expect(client.page.locator("#total")).to_contain_text("2,150")
    chapters.forgets_the_terms(client)
    chapters.pays(client)
    return chapters.placed(client)


def send_requirements(client: Visitor, number: str) -> None:
    """O-2: first kept half-way, then refused while something is missing, then sent."""
    client.press("מילוי הדרישות")
    client.tick("מודרני")
    client.press("שמירה והמשך אחר כך")
    client.sees("מה שנכתב נשמר")
    client.press("מילוי הדרישות")
    client.press("שליחה והתחלת השעון")
    client.sees("יש מה לתקן לפני שממשיכים")
    client.field("r1").fill("4 על 5 מטר")
    client.press("שליחה והתחלת השעון")
    client.sees("הדרישות נשלחו, והשעון התחיל")


def work(provider: Visitor, client: Visitor, number: str, folder) -> None:
    """Draft, delivery, changes with Yes and No, delivery again, acceptance (DLV, REV, ORD-09)."""
    provider.go(f"/orders/{number}/")
    expect(provider.main.locator(".file", has_text="plan")).to_be_visible()
    provider.press("מסירת העבודה")
    provider.fill(text="טיוטה ראשונה")
    provider.attach("attached", chapters.plan(folder, "tour.pdf"))
    provider.press("שמירת טיוטה")
    provider.sees("הטיוטה נשמרה")
    client.go(f"/orders/{number}/")
    expect(client.main.get_by_text("טיוטה ראשונה")).to_have_count(0)
    chapters.delivers(provider, number, "הסיור מוכן, כולל שני חדרים וחומר נוסף")
    client.go(f"/orders/{number}/")
    expect(client.main.locator(".file", has_text="tour")).to_be_visible()
    ask_changes(client)
    chapters.delivers(provider, number, "תוקן: הקיר בסלון בגוון בהיר יותר")
    client.go(f"/orders/{number}/")
    client.press("אישור המסירה")
    client.press("אישור ושחרור הכסף")
    client.sees("המסירה אושרה והכסף שוחרר")


def ask_changes(client: Visitor) -> None:
    """REV-06: nothing is asked before both questions are answered with yes."""
    client.press("בקשת תיקונים")
    client.fill(text="הקיר בסלון כהה מדי, אפשר להבהיר?")
    client.press("שליחת הבקשה")
    client.sees("יש מה לתקן לפני שממשיכים")
    for question in ("האם השינויים כלולים במה שהוזמן?", "האם כל השינויים הרצויים מפורטים כאן?"):
        client.main.get_by_role("group", name=question).get_by_label("כן").check()
    client.press("שליחת הבקשה")
    client.sees("התיקונים בדרך")


def review(client: Visitor, provider: Visitor, number: str) -> None:
    """DEC-10: shown when both have written."""
    for name in ("quality", "communication", "value"):
        client.main.locator(f'[name="{name}"][value="5"]').check()
    client.fill(text="סיור יפה ומדויק, עם תיקונים מהירים.")
    client.press("שמירת חוות הדעת")
    client.sees("תודה, חוות הדעת נשמרה")
    provider.go(f"/orders/{number}/")
    expect(provider.main.get_by_text("סיור יפה ומדויק")).to_have_count(0)
    provider.press("כתיבת חוות דעת")
    provider.main.locator('[name="stars"][value="5"]').check()
    provider.fill(text="לקוחה ברורה ונעימה.")
    provider.press("שמירת חוות הדעת")
    provider.sees("סיור יפה ומדויק")


def see_money(provider: Visitor, number: str) -> None:
    """DEC-12: 80 of a hundred, after fourteen days."""
    provider.go("/seller/earnings/")
    sums = provider.main.locator(".sums .card")
    expect(sums.nth(0)).to_contain_text("0")
    expect(sums.nth(1)).to_contain_text("1,720")
    provider.market.manage("travel", "14d")
    provider.waits_until(lambda: "1,720" in sums.nth(0).inner_text(), "the cleared money")
    provider.press(re.compile("סיור"))
    provider.sees(number)


def test_three_days_of_silence_accept(visitor, market, tmp_path):
    """ORD-10: the client says nothing, and the money goes its way."""
    client, provider = visitor(), visitor()
    client.sign_in("noa@example.org")
    number = chapters.begins(client)
    provider.sign_in("amir@example.org")
    chapters.delivers(provider, number, "העבודה הסתיימה, הכול נקי ומוכן לבדיקה")
    market.manage("travel", "71h")
    client.go(f"/orders/{number}/")
    client.sees("לבדוק את המסירה")
    market.manage("travel", "1h")
    client.waits_for("הושלמה")
    provider.go("/seller/earnings/")
    provider.sees(number)


def test_a_cancellation_by_consent(visitor):
    """CAN-02: the provider asks, the client agrees, the money comes back."""
    client, provider = visitor(), visitor()
    client.sign_in("noa@example.org")
    number = chapters.begins(client)
    provider.sign_in("amir@example.org")
    chapters.requests(provider, number, "ביטול")
    provider.tick("אין אפשרות לבצע את העבודה במועד")
    provider.fill(explanation="נפצעתי ביד ואי אפשר לעבוד החודש")
    provider.press("שליחת בקשת הביטול")
    client.go(f"/orders/{number}/")
    client.sees("נפצעתי ביד")
    client.press("הסכמה לביטול")
    client.press("הסכמה לביטול")
    client.sees("בוטלה")
    client.go("/me/documents/")
    client.sees("1,000")


def test_a_declined_card_then_another_try(visitor):
    """PAY: nothing is charged, the same terms are tried again."""
    client = visitor()
    client.sign_in("noa@example.org")
    chapters.chooses(client)
    chapters.pays(client, "סירוב")
    client.waits_for("התשלום לא עבר")
    client.press("ניסיון נוסף")
    client.press("אישור התשלום")
    chapters.placed(client)


def test_an_order_with_the_keyboard_only(visitor):
    """Tab, arrows, Space and Enter lead from the offer to the payment company; the focus is never hidden."""
    client = visitor()
    client.sign_in("noa@example.org")
    client.go("/search/?q=שיפוץ חדר רחצה")
    keys = Keyboard(client)
    keys.reach(client.page.get_by_role("link", name="אני אשפץ את חדר הרחצה מהיסוד"), "Enter")
    keys.reach(client.main.get_by_label("מורחב"), "ArrowDown")
    keys.reach(client.field("quantity"))
    client.page.keyboard.type("2")
    keys.reach(client.main.get_by_label("צביעת התקרה"), "Space")
    expect(client.page.locator("#bar-total")).to_contain_text("6,200")
    keys.reach(client.page.locator(".action-bar").get_by_role("button"), "Enter")
    keys.reach(client.main.get_by_label("קראתי את תנאי השימוש"), "Space")
    keys.reach(client.main.get_by_role("button", name="המשך לתשלום"), "Enter")
    keys.reach(client.main.get_by_role("button", name="אישור התשלום").first, "Enter")
    chapters.placed(client)


class Keyboard:
    """Moves by Tab alone."""

    MOST = 150  # stops on one page
    HIDDEN = """() => {
        const at = document.activeElement.getBoundingClientRect();
        const points = [[.5, .5], [.1, .5], [.9, .5]];
        const found = points.map(([x, y]) => document.elementFromPoint(at.left + at.width * x, at.top + at.height * y));
        return found.every((each) => !each || !document.activeElement.contains(each) && !each.contains(document.activeElement)
            && !each.closest("label")?.contains(document.activeElement)) ? document.activeElement.outerHTML : "";
    }"""

    def __init__(self, client: Visitor) -> None:
        self.page = client.page

    def reach(self, wanted: Locator, key: str = "") -> None:
        """Tabs to an element, and presses a key there."""
        wanted.wait_for()
        for _stop in range(self.MOST):
            self.page.keyboard.press("Tab")
            assert not self.page.evaluate(self.HIDDEN)
            if wanted.evaluate("element => element === document.activeElement"):
                break
        else:
            raise AssertionError(f"Tab never reaches {wanted}")
        if key:
            self.page.keyboard.press(key)
