"""A person at a browser, who sees and presses what everybody sees and presses."""

import re
from collections.abc import Callable
from pathlib import Path
from re import Pattern

from playwright.sync_api import BrowserContext, Locator, Page, expect

from ..persons import PASSWORD
from .market import Market

PATIENCE = 20_000  # milliseconds for what a busy machine brings
expect.set_options(timeout=PATIENCE)
CODE = re.compile(r"\b[A-Z0-9]{4}-?[A-Z0-9]{4}\b|\b[A-Z0-9]{6,8}\b")


def problem(kind: str, text: str) -> list[str]:
    """What the console of a healthy page never says; a refused form (422) or step (409) is said there too."""
    return [text] if kind == "error" and not re.search("status of (422|409)", text) else []


class Visitor:
    """Opens pages, fills fields by their labels, presses buttons by their words."""

    password = PASSWORD

    def __init__(self, context: BrowserContext, market: Market, *, scripts: bool = True) -> None:
        self.context = context
        self.market = market
        self.scripts = scripts
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda line: self.problems.extend(problem(line.type, line.text)))

    @property
    def main(self) -> Locator:
        """The page without its header, footer and tab bar; a bar of actions counts."""
        return self.page.locator("main, .action-bar")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.market.address)

    def go(self, path: str) -> None:
        self.page.goto(self.market.address + path)

    def press(self, words: str | Pattern[str]) -> None:
        """A button or a link, whichever carries these words; the first of several alike."""
        named = self.main.get_by_role("button", name=words).or_(self.main.get_by_role("link", name=words))
        named.locator("visible=true").first.click()

    def fill(self, **fields: str) -> None:
        """Fields by their names in the form."""
        for name, text in fields.items():
            self.field(name).fill(text)

    def field(self, name: str) -> Locator:
        return self.main.locator(f'[name="{name}"]').locator("visible=true").first

    def tick(self, words: str) -> None:
        """A box or a round button by its words."""
        self.main.get_by_label(words).first.check()

    def attach(self, name: str, *files: Path) -> None:
        self.main.locator(f'input[type="file"][name="{name}"]').set_input_files(files)

    def sums(self, region: str, *labels: str) -> dict[str, int]:
        """The sums of a region of the page, each after its label, in whole units of the currency."""
        text = self.main.get_by_role("region", name=region).inner_text()
        found = {label: re.search(rf"{label}[^\d]*([\d,]+)", text) for label in labels}
        return {label: int(match[1].replace(",", "")) for label, match in found.items() if match}

    def sees(self, words: str) -> None:
        expect(self.main.get_by_text(words).locator("visible=true").first).to_be_visible()

    def waits_for(self, words: str) -> None:
        """Loads the page again and again until the worker has brought what is awaited."""
        self.waits_until(lambda: self.main.get_by_text(words).locator("visible=true").count() > 0, words)

    def waits_until(self, come: Callable[[], bool], what: str) -> None:
        """The same, for whatever can be looked at."""
        for _each in range(PATIENCE // 400):
            if come():
                return
            self.page.wait_for_timeout(400)
            self.page.reload()
        raise AssertionError(f"{what} did not come to {self.path}")

    def code(self, email: str) -> str:
        """The code of the latest letter in the demo's mailbox, read in a tab of its own."""
        reader = Visitor(self.context, self.market)
        reader.go(f"/mailbox/?to={email}")
        letter = reader.page.locator("main .list-row").first
        reader.waits_until(lambda: letter.count() > 0, f"a letter to {email}")
        letter.click()
        text = reader.page.locator(".mail-text").text_content() or ""
        found = CODE.search(text)
        assert found, text
        reader.page.close()
        return found[0]

    def sign_up(self, first: str, last: str, email: str) -> None:
        """By the real pages, with the code from the letter."""
        self.go("/accounts/signup/")
        self.fill(first_name=first, last_name=last, email=email, password1=PASSWORD)
        self.tick("קראתי את תנאי השימוש")
        self.press("הרשמה")
        self.fill(code=self.code(email))
        self.press("אישור הקוד")
        self.sees(f"שלום {first}")

    def sign_in(self, email: str) -> None:
        self.go("/accounts/login/")
        self.fill(login=email, password=PASSWORD)
        self.press("כניסה")
        expect(self.page.locator(".header-tools .avatar")).to_be_visible()
