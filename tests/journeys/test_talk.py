"""Two people who want peace or a rest: a conversation blocked and opened again, a vacation (INB, CON, BLK, AVL)."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from . import chapters

pytest_plugins = "tests.journeys.fixtures"
pytestmark = pytest.mark.journey


def test_a_conversation_is_kept_blocked_and_opened_again(visitor):
    """CON-01, BLK-03, BLK-05"""
    client, provider = visitor(), visitor()
    client.sign_in("noa@example.org")
    provider.sign_in("amir@example.org")
    chapters.begins(client)
    client.go("/me/contacts/")
    client.press("לשיחה")
    provider.go(client.path)
    client.fill(text="אפשר לשנות את הגוון?")
    client.press("שליחה")
    expect(provider.main.locator(".bubble", has_text="אפשר לשנות את הגוון?")).to_be_visible()

    talk = client.path.split("#")[0]
    client.press("סימון בכוכב")
    client.go("/inbox/?folder=starred")
    client.sees("אפשר לשנות את הגוון?")

    client.go(talk)
    client.main.locator("summary.tool").click()
    client.press("חסימה")
    client.sees("החסימה בתוקף")
    provider.fill(text="אין בעיה")
    provider.press("שליחה")
    expect(provider.main.get_by_role("alert")).to_be_visible()
    expect(provider.main.locator(".bubble", has_text="אין בעיה")).to_have_count(0)
    expect(provider.field("text")).to_have_value("אין בעיה")

    client.press("ביטול חסימה")
    client.sees("החסימה בוטלה")
    provider.press("שליחה")
    expect(client.main.locator(".bubble", has_text="אין בעיה")).to_be_visible()
    assert not client.problems + provider.problems


def test_a_vacation_starts_and_ends(visitor):
    """AVL-02, AVL-07: it is ended by hand; that it ends by itself stands in people/test_away.py."""
    client, provider = visitor(), visitor()
    client.sign_in("noa@example.org")
    provider.sign_in("amir@example.org")
    title = "אני אשפץ את חדר הרחצה מהיסוד"
    chapters.finds(client, "שיפוץ חדר רחצה", title)
    offer = client.path

    provider.go("/seller/availability/")
    today = date.fromisoformat(provider.field("starts_on").input_value())
    provider.fill(returns_on=(today + timedelta(days=5)).isoformat())
    provider.press("שמור")
    provider.sees("אין קבלת הזמנות עד")
    client.go(offer)
    client.sees("אין כרגע קבלה של הזמנות חדשות")
    client.go("/search/?q=שיפוץ חדר רחצה")
    expect(client.main.get_by_role("link", name=title)).to_have_count(0)

    provider.press("חזרה עכשיו")
    provider.sees("ההצעות שוב בשוק")
    chapters.chooses(client)
    assert not client.problems + provider.problems
