"""Every page in a real browser: axe finds nothing, nothing hangs over the edge, every target can be hit."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab

from ..journeys.pages import GUEST, SIGNING, name_of

pytest_plugins = "tests.journeys.fixtures"

AXE = (Path(__file__).parents[1] / "node" / "node_modules" / "axe-core" / "axe.min.js").read_text()
WIDTHS = {360: 740, 320: 640, 768: 1024, 1280: 800}
PEOPLE = (GUEST, SIGNING, "noa", "amir", "dana", "new", "tal", "shira", "orna")
# The style guide with every component, and the pages that most people see most of the time.
BUSIEST = [("styleguide",), ("home",), ("search",), ("category",), ("offer",), ("profile",), ("checkout_start",)]
BUSIEST += [("order",), ("offer_edit", "2"), ("seller_earnings",), ("staff_offer",)]

# With `preload` axe fetches each style sheet and each sound again: for rules about turned screens and autoplay.
JUDGE = """async (preload) => {
    const { violations } = await axe.run({ resultTypes: ["violations"], preload });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).slice(0, 3).join(" | ")}`);
}"""
# In a page from right to left, what does not fit hangs over the left edge. What scrolls in a box of its own may.
OVERFLOW = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    const inBox = (each) => each && (getComputedStyle(each).overflowX !== "visible" || inBox(each.parentElement));
    const over = ({ left, right, width }) => width && (left < -1 || right > wide + 1);
    const all = [...document.body.querySelectorAll("*")];
    const found = all.filter((each) => over(each.getBoundingClientRect()) && !inBox(each.parentElement));
    return found.slice(-3).map((each) => `${wide} px, too wide: ${each.outerHTML.slice(0, 120)}`);
}"""
# A link in the middle of a sentence is as high as its line (WCAG 2.5.8, "inline"); a label is part of its box.
SMALL = """() => {
    const reach = (each) => [each, ...(each.labels ?? [])].map((part) => part.getBoundingClientRect());
    const fits = (each) => reach(each).some(({ width, height }) => width >= 23.99 && height >= 23.99);
    const stretched = (each) => getComputedStyle(each, "::after").position === "absolute";
    const inText = (each) => getComputedStyle(each).display === "inline"
        && each.parentElement.textContent.trim().length > each.textContent.trim().length;
    const targets = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary");
    const seen = [...targets].filter((each) => each.checkVisibility({ visibilityProperty: true }));
    return seen.filter((each) => !fits(each) && !stretched(each) && !inText(each))
        .map((each) => `smaller than 24 px: ${each.outerHTML.slice(0, 120)}`);
}"""


def problems(tab: Tab, address: str) -> Iterator[str]:
    """What is wrong with a page on a phone, and what is too wide on any screen."""
    for width, height in WIDTHS.items():
        tab.set_viewport_size({"width": width, "height": height})
        if width == 360:
            tab.goto(address)
            yield from tab.evaluate(JUDGE, False)
            yield from tab.evaluate(SMALL)
        yield from tab.evaluate(OVERFLOW)


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who or "guest")
def test_axe_finds_nothing_on_any_page(phone, exhibition, who):
    """On a phone; there every target has 24 pixels, and no page is wider than a screen from 320 pixels on."""
    pages = [page.path for page in exhibition.pages if page.who == who]
    one = phone(who).new_page()
    one.add_init_script(AXE)
    found = [f"{path} {each}" for path in pages for each in problems(one, exhibition.market.address + path)]
    assert pages
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", BUSIEST, ids="-".join)
def test_axe_finds_nothing_on_the_busiest_pages(phone, exhibition, name):
    """In both schemes, on a phone, a tablet and a desktop."""
    page = next(page for page in exhibition.pages if name_of(page) == name)
    one, found = phone(page.who).new_page(), []
    one.emulate_media(reduced_motion="reduce")
    one.goto(exhibition.market.address + page.path)
    one.evaluate(AXE)
    for width, scheme in product((360, 768, 1280), ("light", "dark")):
        one.set_viewport_size({"width": width, "height": WIDTHS[width]})
        one.emulate_media(color_scheme=scheme)
        found += [f"{width} px, {scheme}: {each}" for each in one.evaluate(JUDGE, True)]
    assert not found, "\n".join(found)
