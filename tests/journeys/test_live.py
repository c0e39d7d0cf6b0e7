"""Two people look at the same things at once: what one does, the other sees without a reload (INB, ORD-01)."""

import pytest
from playwright.sync_api import expect

from . import chapters

pytest_plugins = "tests.journeys.fixtures"
pytestmark = pytest.mark.journey


def test_a_conversation_and_an_order_move_before_both_eyes(visitor):
    client, provider = visitor(), visitor()
    client.sign_in("noa@example.org")
    provider.sign_in("amir@example.org")
    number = chapters.begins(client)
    provider.go(f"/orders/{number}/")
    client.go(f"/orders/{number}/")
    provider.page.evaluate("window.unmoved = true")

    client.field("text").press_sequentially("מתי מתחילים?")
    expect(provider.main.get_by_text("בצד השני כותבים")).to_be_visible()
    client.press("שליחה")
    expect(provider.main.locator(".bubble", has_text="מתי מתחילים?")).to_be_visible()
    expect(provider.page.locator("#new-notices .count")).to_be_visible()
    assert provider.page.evaluate("window.unmoved"), "the page was never loaded anew"
    assert not client.problems + provider.problems
