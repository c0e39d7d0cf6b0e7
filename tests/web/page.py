"""A page as a browser without JavaScript reads it: its words, its links, and its forms ready to be sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client as Browser

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
UNSEEN = re.compile("[\u200e\u200f\u2066-\u2069]")
Attributes = dict[str, str]


@dataclass
class Field:
    """One control of a form; `on` says whether a browser would send it as it stands."""

    name: str
    value: str
    kind: str
    on: bool = True
    attributes: Attributes = field(default_factory=dict)


@dataclass
class Form:
    """A form with what it would send."""

    action: str
    method: str
    enctype: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, label

    @property
    def values(self) -> dict[str, Any]:
        """What a browser would send: one value for each name, or a list of several."""
        found: dict[str, Any] = {}
        for each in self.fields:
            if each.on and each.kind != "file":
                found.setdefault(each.name, []).append(each.value)
        return {name: values[0] if len(values) == 1 else values for name, values in found.items()}

    @property
    def labels(self) -> list[str]:
        return [label for _name, _value, label in self.buttons]

    def named(self, name: str) -> list[Field]:
        return [each for each in self.fields if each.name == name]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.elements: list[tuple[str, Attributes]] = []
        self.texts: list[tuple[str, Attributes, list[str]]] = []  # every element with the words inside it
        self._open: list[tuple[str, Attributes, list[str]]] = []
        self._loose: dict[str, list[Field]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get"), given.get("enctype", "")))
        if tag == "input":
            self._input(given)
        if tag == "option" and self._inside("select"):
            self._option(given)
        if tag not in VOID:
            self._open.append((tag, given, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """SVG's own way of closing; in HTML the slash means nothing."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        for _tag, _attributes, words in self._open:
            words.append(data)
        if not any(tag in ("script", "style", "title") for tag, _attributes, _words in self._open):
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            last = self._open.pop()
            self._closed(*last)
            if last[0] == tag:
                return

    def _closed(self, tag: str, given: Attributes, words: list[str]) -> None:
        text = "".join(words)
        self.texts.append((tag, given, words))
        if tag == "a":
            self.links.append((given.get("href", ""), _squeezed(" ".join(words))))
        if tag == "textarea":
            self._add(Field(given.get("name", ""), text.removeprefix("\n"), "textarea", True, given), given)
        if tag == "button" and given.get("type") != "button":
            self._button(given, _squeezed(text))
        if tag == "select":
            self._select(given)

    def _inside(self, tag: str) -> bool:
        return any(each == tag for each, _attributes, _words in self._open)

    def _form(self, given: Attributes) -> Form | None:
        return self.forms[-1] if self.forms and (self._inside("form") or "form" in given) else None

    def _add(self, row: Field, given: Attributes) -> None:
        form = self._form(given)
        if form is not None and row.name and "disabled" not in given:
            form.fields.append(row)

    def _input(self, given: Attributes) -> None:
        kind = given.get("type", "text")
        ticked = kind not in ("checkbox", "radio") or "checked" in given
        value = given.get("value", "on" if kind in ("checkbox", "radio") else "")
        self._add(Field(given.get("name", ""), value, kind, ticked, given), given)

    def _button(self, given: Attributes, label: str) -> None:
        form = self._form(given)
        if form is not None:
            form.buttons.append((given.get("name", ""), given.get("value", ""), label))

    def _option(self, given: Attributes) -> None:
        select = next(attributes for tag, attributes, _words in reversed(self._open) if tag == "select")
        row = Field(select.get("name", ""), given.get("value", ""), "option", "selected" in given, given)
        self._loose.setdefault(select.get("name", ""), []).append(row)

    def _select(self, given: Attributes) -> None:
        """Without a chosen option a drop-down sends its first."""
        options = self._loose.pop(given.get("name", ""), [])
        if options and not any(each.on for each in options) and "multiple" not in given:
            options[0].on = True
        for each in options:
            self._add(each, given)


def _squeezed(text: str) -> str:
    return " ".join(UNSEEN.sub("", text).split())


class Page:
    """A response that holds a page."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.content.decode()
        self._reader = _Reader()
        self._reader.feed(self.html)
        self._reader.close()

    @property
    def text(self) -> str:
        """The words, with single spaces and without direction marks."""
        return _squeezed(" ".join(self._reader.words))

    @property
    def forms(self) -> list[Form]:
        return self._reader.forms

    @property
    def links(self) -> list[tuple[str, str]]:
        return self._reader.links

    @property
    def elements(self) -> list[tuple[str, Attributes]]:
        return self._reader.elements

    def texts(self, tag: str, **attributes: str) -> list[str]:
        """The words of every element of this kind; `class_` must be among the element's classes."""
        kind = attributes.pop("class_", "")
        return [
            _squeezed("".join(words))
            for name, given, words in self._reader.texts
            if name == tag
            and (not kind or kind in given.get("class", "").split())
            and all(given.get(key) == value for key, value in attributes.items())
        ]

    @property
    def heading(self) -> str:
        return self.texts("h1")[0]

    @property
    def complaints(self) -> list[str]:
        """What the page says is wrong."""
        summary = self.texts("div", class_="error-summary")
        return (
            summary + self.texts("p", class_="error") + self.texts("div", class_="bad") + self.texts("p", class_="bad")
        )

    def form(self, action: str | None = None) -> Form:
        """The form that posts to this address; without one, the page's own form (it posts to the page)."""
        posts = [each for each in self.forms if each.method == "post"]
        found = [each for each in posts if each.action == (action or "")]
        assert found, f"no form for {action!r} among {[each.action for each in posts]}"
        return found[0]

    def form_of(self, field: str) -> Form:
        """The form in which this field stands."""
        return next(each for each in self.forms if each.named(field))

    def hrefs(self, beginning: str = "") -> list[str]:
        return [href for href, _text in self.links if href.startswith(beginning)]

    def unsafe(self) -> Iterator[str]:
        """What a strict policy would not let run or show: inline code, inline styles."""
        for tag, given in self.elements:
            if tag == "style" or (
                tag == "script" and "src" not in given and given.get("type") != "application/ld+json"
            ):
                yield f"<{tag}>"
            for name, value in given.items():
                if name == "style" or name.startswith("on") or value.strip().lower().startswith("javascript:"):
                    yield f"<{tag} {name}={value!r}>"


def visit(browser: Browser, path: str, **extra: Any) -> Page:
    return Page(browser.get(path, **extra))


def send(browser: Browser, path: str, words: dict[str, Any] | None = None, **extra: Any) -> Page:
    """Posts a form; the page of a redirect is not followed."""
    return Page(browser.post(path, {**(words or {}), "sent": "1"}, **extra))
