"""What a page costs a phone that was never here before: compressed, with fonts and pictures, without scrolling."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import BrowserContext

from ..journeys.pages import GUEST, name_of

pytest_plugins = "tests.journeys.fixtures"

KB = 1024
HOME, PAGE, SCRIPTS = 150 * KB, 300 * KB, 45 * KB
TABS = 6  # used at once
# What guests see is weighed page by page; of the rest those with pictures or long forms. The shell is the same.
HEAVIEST = {"me", "orders", "order", "notices", "inbox", "checkout_start", "welcome", "offer_edit", "styleguide"}
HEAVIEST |= {"seller", "seller_offers", "seller_earnings", "seller_profile_part"}
HEAVIEST |= {"staff_offer", "staff_offers", "staff_users", "staff_audit"}


class Scale:
    """Adds up what the network brings for one page, by the kind of thing."""

    def __init__(self, context: BrowserContext) -> None:
        self.tab = context.new_page()
        self.kinds: dict[str, str] = {}
        self.bytes: Counter[str] = Counter()
        protocol = context.new_cdp_session(self.tab)
        protocol.send("Network.enable")
        protocol.send("Network.setCacheDisabled", {"cacheDisabled": True})
        protocol.on("Network.responseReceived", self._begun)
        protocol.on("Network.loadingFinished", self._ended)

    def _begun(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def _ended(self, event: dict[str, Any]) -> None:
        self.bytes[self.kinds.get(event["requestId"], "Other")] += int(event["encodedDataLength"])


def weigh(scales: Sequence[Scale], addresses: Sequence[str]) -> list[Counter[str]]:
    """Opens some pages beside each other, and waits until nothing more comes."""
    used = list(zip(scales, addresses, strict=False))
    for scale, address in used:
        scale.bytes = Counter()
        scale.tab.goto(address, wait_until="commit")
    for scale, _address in used:
        scale.tab.wait_for_load_state("networkidle")
    return [scale.bytes for scale, _address in used]


def test_no_page_is_heavy(phone, exhibition):
    """The home page 150 KB, every other 300 KB, 45 KB of them scripts; one page of each name."""
    named = {name_of(page): page for page in reversed(exhibition.pages)}
    pages = [page for name, page in named.items() if page.who == GUEST or name[0] in HEAVIEST]
    found = {}
    for who in {page.who for page in pages}:
        paths, browser = [page.path for page in pages if page.who == who], phone(who)
        scales = [Scale(browser) for _tab in range(min(TABS, len(paths)))]
        for some in (paths[start : start + TABS] for start in range(0, len(paths), TABS)):
            weights = weigh(scales, [exhibition.market.address + path for path in some])
            found |= dict(zip(some, weights, strict=True))
    heavy = {path: each for path, each in found.items() if each.total() > (HOME if path == "/" else PAGE)}
    assert "/" in found
    assert heavy == {}
    assert {path: each for path, each in found.items() if each["Script"] > SCRIPTS} == {}
