"""Two people in one conversation: what each may do with it, and how a block ends and returns it (INB, CON, BLK)."""

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
    expect(provider.main.locator(".bubble", has_text="אין בעיה")).to_have_count(0)
    expect(provider.field("text")).to_have_value("אין בעיה")

    client.press("ביטול חסימה")
    client.sees("החסימה בוטלה")
    provider.press("שליחה")
    expect(client.main.locator(".bubble", has_text="אין בעיה")).to_be_visible()
    assert not client.problems + provider.problems
