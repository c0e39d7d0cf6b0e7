"""Money that leaves, comes back and is owed: a batch that two people approve, a payout that its bank returns, a
payment that its payer's bank takes back, and the debt that later work pays.
"""

import json
import re
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import expect

from ..treasury import banking
from . import chapters
from .market import Ground, Market, open_market, python
from .visitor import Visitor

pytest_plugins = "tests.journeys.fixtures"
pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def market(ground: Ground) -> Iterator[Market]:
    """One of its own: what others earn in the market of all stories would stand in these sums."""
    with open_market(ground, "money", worker=True) as made:
        python("-m", "tests.journeys.opening", "stand", env=made.env)
        yield made


PRICE = 15_000  # five units of the whole package
SHARE = 12_000


def test_out_to_the_bank_back_again_and_owed(visitor, market):
    """DEC-12, DEC-20, DEC-38"""
    client, provider, owner, finance = (visitor() for _ in range(4))
    client.sign_in("noa@example.org")
    provider.sign_in("amir@example.org")
    two_who_move_money(owner, finance)
    add_bank(provider)
    first, payment = big_order(client, provider)
    big_order(client, provider)
    market.manage("travel", "14d")
    clears(provider, 2 * SHARE)
    batch = withdrawn(provider, owner)
    approved_by_two(owner, finance, batch)
    one_of_it_returned(owner, provider, batch)
    the_bank_takes_it_back(client, payment)
    owes(provider, SHARE - 4_000)
    understands(provider, first)
    big_order(client, provider)
    market.manage("travel", "14d")
    clears(provider, 4_000)
    expect(provider.main.get_by_text("חוב לשוק")).to_have_count(0)
    finance.go("/staff/money/")
    finance.sees("בבדיקת הבנק")
    client.go(payment)
    client.press("ההכחשה נדחתה")
    clears(provider, 4_000 + SHARE)
    finance.page.reload()
    finance.sees("נדחתה, הכסף חזר")
    assert [*client.problems, *provider.problems, *owner.problems, *finance.problems] == []


def two_who_move_money(owner: Visitor, finance: Visitor) -> None:
    """The owner gives the role of finance; both sign in with a second factor."""
    chapters.owner(owner)
    owner.go("/staff/users/?q=shira")
    owner.press(re.compile("שירה"))
    owner.main.get_by_label("תפקיד", exact=True).select_option("finance")
    owner.press("מתן התפקיד")
    finance.sign_in("shira@example.org")
    for person in (owner, finance):
        person.go("/staff/payouts/")
        if person.main.locator('[name="password"]').count():
            person.fill(password=person.password)
            person.press("המשך")
        secret = person.main.locator("code.seal").inner_text().strip()
        for button in ("הפעלה", "המשך"):
            person.fill(code=format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))
            person.press(button)
            person.go("/staff/payouts/")
        person.sees("תשלומים לנותני שירות")


def add_bank(provider: Visitor) -> None:
    """What is typed stays when the check digits are wrong."""
    provider.go("/seller/payouts/bank/")
    wrong = {**banking.DETAILS, "account": banking.WRONG}
    for details in (wrong, banking.DETAILS):
        provider.main.get_by_label("בנק", exact=True).select_option(str(details["bank"]))
        provider.fill(**{name: str(value) for name, value in details.items() if name != "bank"})
        provider.main.locator('form button:not([name="x"])').last.click()
        if details is wrong:
            provider.sees("יש מה לתקן לפני שממשיכים")
    provider.sees("פרטי חשבון הבנק נשמרו")


def big_order(client: Visitor, provider: Visitor) -> tuple[str, str]:
    """Ordered, delivered and accepted; the number of the order, and the page of its payment at the gateway."""
    chapters.finds(client, "שיפוץ חדר רחצה", "אני אשפץ את חדר הרחצה מהיסוד")
    client.tick("מלא")
    client.field("quantity").fill("5")
    client.press("המשך להזמנה")
    client.tick("קראתי את תנאי השימוש ואת תנאי הביטול")
    client.press("המשך לתשלום")
    client.sees("חברת התשלומים לדוגמה")
    payment = client.path
    client.press("אישור התשלום")
    number = chapters.starts(client)
    chapters.delivers(provider, number, "העבודה הסתיימה, הכול נקי ומוכן לבדיקה")
    chapters.accepts(client, number)
    return number, payment


def clears(provider: Visitor, amount: int) -> None:
    provider.go("/seller/payouts/")
    free = provider.main.locator(".sum-big").first
    provider.waits_until(lambda: f"{amount:,}" in free.inner_text(), f"{amount:,} that may be withdrawn")


def withdrawn(provider: Visitor, owner: Visitor) -> str:
    """20,000 and 4,000, in one batch; returns its page."""
    for amount in ("20000", "4000"):
        provider.go("/seller/payouts/withdrawal/")
        provider.fill(amount=amount)
        provider.press(re.compile("משיכה"))
        provider.sees("הבקשה נרשמה")
    owner.page.reload()
    owner.press("איסוף למנה חדשה")
    owner.sees("24,000")
    return owner.path


def approved_by_two(owner: Visitor, finance: Visitor, batch: str) -> None:
    """DEC-20: above the limit one yes is not enough."""
    owner.press("אישור המנה")
    owner.sees("חסר אישור של אדם נוסף")
    expect(owner.main.get_by_role("button", name="הקובץ נשלח לבנק")).to_have_count(0)
    finance.go(batch)
    finance.press("אישור המנה")
    finance.press("הקובץ נשלח לבנק")
    finance.sees("ומקבלי הכסף יודעים")


def one_of_it_returned(owner: Visitor, provider: Visitor, batch: str) -> None:
    owner.go(batch)
    row = owner.main.get_by_role("row").filter(has_text="4,000")
    row.get_by_role("link", name="חזר מהבנק").click()
    owner.fill(why="החשבון סגור")
    owner.main.locator("form button").last.click()
    owner.sees("ההחזרה נרשמה")
    clears(provider, 4_000)
    provider.sees("החשבון סגור")
    provider.sees("לעדכן את פרטי החשבון")


def the_bank_takes_it_back(client: Visitor, payment: str) -> None:
    client.go(payment)
    client.press("הכחשת העסקה")


def owes(provider: Visitor, amount: int) -> None:
    provider.go("/seller/payouts/")
    provider.waits_for("חוב לשוק")
    provider.sees(f"{amount:,}")
    provider.go("/seller/earnings/")
    provider.sees("חזר ללקוח/ה:")


def understands(provider: Visitor, number: str) -> None:
    """A statement whose rows say in words what happened, and whose sums agree."""
    provider.go(f"/orders/{number}/statement/")
    labels = ("שולם, כולל מע״מ", "הבנק לקח בחזרה", "שוחרר לנותן/ת השירות", "מוחזק עכשיו בנאמנות")
    text = provider.main.locator(".bill").first.inner_text()
    found = [int(re.search(rf"{label}[^\d]*([\d,]+)", text)[1].replace(",", "")) for label in labels]
    assert found == [PRICE, PRICE, 0, 0]
    provider.sees("הבנק של הלקוח/ה לקח את התשלום בחזרה")
    provider.sees("מתוך מה ששוחרר")


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_same_order_is_paid_by_stripe(stripe_market, context, scripts):
    """DEC-31: declined, then paid at another company's page; an order, a refund, a dispute: as with the twin."""
    made, there = stripe_market
    client, provider = (Visitor(context(java_script_enabled=scripts), made, scripts=scripts) for _ in range(2))
    client.sign_in("noa@example.org")
    provider.sign_in("amir@example.org")
    number = paid_at_stripe(client)
    chapters.delivers(provider, number, "העבודה הסתיימה, הכול נקי ומוכן לבדיקה")
    chapters.accepts(client, number)
    assert chapters.earned(provider, number) == [800]
    payments = json.loads(there.get("/v1/payment_intents"))["data"]
    paid = [row for row in payments if row["status"] == "succeeded"][-1]
    there.dispute(paid["id"], 1_000_00, tell="charge.dispute.funds_withdrawn")
    provider.go(f"/orders/{number}/statement/")
    provider.waits_for("הבנק לקח בחזרה")
    there.dispute(paid["id"], 1_000_00, "won", tell="charge.dispute.funds_reinstated")
    provider.waits_for("הבנק דחה את ההכחשה, והכסף חזר")
    assert [*client.problems, *provider.problems] == []


def paid_at_stripe(client: Visitor) -> str:
    chapters.chooses(client)
    client.tick("קראתי את תנאי השימוש ואת תנאי הביטול")
    client.press("המשך לתשלום")
    client.page.get_by_role("button", name="Decline").click()
    client.page.get_by_role("button", name="Pay", exact=True).click()
    return chapters.starts(client)
