"""The second way in: a client asks, staff look, a provider answers, the client compares and orders."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from . import chapters
from .market import python
from .visitor import Visitor

pytest_plugins = "tests.journeys.fixtures"
pytestmark = pytest.mark.journey

TITLE = "חידוש חדר רחצה בדירה ישנה"
TEXT = "חדר רחצה של ארבעה מטרים בקומה שנייה. צריך פירוק מלא, צנרת חדשה, איטום וריצוף."


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_request_becomes_an_order(visitor, tmp_path, scripts):
    """GEN-04, REQ-01…09, DEC-13, DEC-39, DEC-54"""
    client, provider, staff = visitor(scripts=scripts), visitor(scripts=scripts), visitor()
    for one, name in ((client, "noa"), (provider, "amir"), (staff, "rina")):
        one.sign_in(f"{name}@example.org")
    title = f"{TITLE} {'עם' if scripts else 'בלי'} מעלית"
    ask(client, title, tmp_path)
    approve(staff, title)
    propose(provider, title)
    compare_and_pay(client, title)
    provider.go("/seller/requests/?all=1")
    expect(provider.main.get_by_role("link", name=title)).to_have_count(0)
    assert [*client.problems, *provider.problems, *staff.problems] == []


def test_one_of_three_proposals_becomes_an_order_in_milestones(visitor, tmp_path, market):
    """DEC-13, DEC-54, MIL-12: the three stand side by side, the chosen one is paid for by its first stage."""
    client, provider, staff = visitor(), visitor(), visitor()
    for one, name in ((client, "noa"), (provider, "amir"), (staff, "rina")):
        one.sign_in(f"{name}@example.org")
    title = f"{TITLE} בשלבים"
    ask(client, title, tmp_path)
    approve(staff, title)
    python("-m", "tests.journeys.opening", "rivals", env=market.env)
    propose_milestones(provider, title)

    client.go("/me/requests/")
    client.press(re.compile(title))
    client.press("השוואת ההצעות")
    for price in ("9,500", "11,000", "14,000"):
        client.sees(price)
    client.press(re.compile("להצעה המלאה.*אמיר"))
    client.sees("תוכנית השלבים")
    client.press("קבלה ותשלום")
    expect(client.main.locator(".bill .total")).to_contain_text("4,000")
    chapters.pays(client)
    number = chapters.placed(client)
    provider.go(f"/orders/{number}/")
    provider.sees("צנרת וריצוף")
    client.go("/me/requests/")
    client.sees("נמצא נותן שירות")
    assert [*client.problems, *provider.problems, *staff.problems] == []


def propose_milestones(provider: Visitor, title: str) -> None:
    provider.go("/seller/requests/")
    provider.press(title)
    provider.press("שלח הצעה")
    provider.tick("שלבים: כל שלב נמסר")
    provider.fill(text="פירוק בשלב הראשון, צנרת וריצוף בשני.")
    for number, (name, price) in enumerate((("פירוק", "4,000"), ("צנרת וריצוף", "10,000")), 1):
        provider.fill(**{f"stage{number}-name": name, f"stage{number}-price": price, f"stage{number}-days": "5"})
    provider.press("שלח הצעה")
    provider.sees("ההצעה נשלחה")


def ask(client: Visitor, title: str, folder: Path) -> None:
    """From the front page, in four short steps; each is kept."""
    plan = folder / "plan.pdf"
    plan.write_bytes(b"%PDF-1.4 a plan with its measures")
    client.go("/")
    client.press("בקשה בחינם!")
    client.field("subcategory").select_option(label="חדרי רחצה")
    client.fill(title=title)
    client.press("שמירה והמשך")
    client.fill(text=TEXT)
    client.attach("attached", plan)
    client.press("שמירה והמשך")
    client.field("place").select_option(label="אשקלון")
    client.tick("בחודש הקרוב")
    client.fill(budget="25,000")
    client.press("שמירה והמשך")
    client.sees("plan")
    client.press("שליחה לבדיקה")
    client.sees("הבקשה נשלחה לבדיקה")


def approve(staff: Visitor, title: str) -> None:
    staff.go("/staff/requests/")
    staff.press(re.compile(title))
    staff.press("אישור ופרסום")
    staff.sees("הבקשה פורסמה בלוח")


def propose(provider: Visitor, title: str) -> None:
    """REQ-08: what was typed stays when something is missing."""
    provider.go("/seller/")
    provider.press("בקשות של לקוחות")
    provider.press(title)
    provider.press("שלח הצעה")
    provider.fill(**{"text": "פירוק, צנרת, איטום בשתי שכבות וריצוף.", "whole-days": "12"})
    provider.press("שלח הצעה")
    provider.sees("יש מה לתקן לפני ששולחים")
    provider.fill(**{"whole-price": "14,000"})
    provider.press("שלח הצעה")
    provider.sees("ההצעה נשלחה")


def compare_and_pay(client: Visitor, title: str) -> None:
    client.go("/me/requests/")
    client.press(re.compile(title))
    client.press("השוואת ההצעות")
    client.sees("14,000")
    client.press(re.compile("לרשימה הקצרה"))
    client.press(re.compile("להצעה המלאה"))
    client.press(re.compile("קבלה ותשלום"))
    chapters.pays(client)
    chapters.placed(client)
    client.go("/me/requests/")
    client.sees("נמצא נותן שירות")
