"""What people type wrong, and what others send on purpose: a clear Hebrew sentence, never a broken page."""

import ast
import importlib
import io
import pkgutil
import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import CharField, TextField
from django.test import Client as Browser
from PIL import Image

import house.web.forms
from house import policy
from house.catalog.models import Offer
from house.files.models import Upload
from house.images import decode
from house.orders.models import Order
from house.web.forms.base import BARE
from house.web.forms.base import Form as OurForm
from house.web.sentences import SENTENCES

from .lines import AUDIENCES, LINES, Line
from .page import Field, Form, Page, send, visit
from .test_security import texts
from .world import World, new_browser, undone

pytestmark = pytest.mark.django_db

TYPED = ("text", "textarea", "search", "email", "url", "number", "password", "tel", "date")
CHOSEN = ("option", "radio", "checkbox")
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _media(world: World, settings: Any) -> None:
    settings.MEDIA_ROOT = world.media


# --- every form, found on the pages themselves


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """Everybody's pages that may hold forms."""
    for line in LINES:
        if ("GET" in line.methods and "POST" in line.methods) or line.name in ("conversation", "order"):
            yield sender(line), line.path(world)
    draft = f"/seller/offers/{world.offers['draft'].pk}"
    yield from (("amir", f"{draft}/edit/{step}/") for step in range(1, 7))
    yield from (("noa", f"/requests/{world.things['draft request'].pk}/edit/{step}/") for step in (2, 3))
    yield "reviewer", f"/staff/requests/{world.things['pending request'].pk}/"
    yield from (("amir", f"/seller/profile/{part}/") for part in ("areas", "experience", "showcase", "works"))
    yield from (("noa", f"/orders/{world.orders['delivered'].number}/{step}/") for step in ("revision", "cancellation"))
    yield from (("", f"/accounts/{page}/") for page in ("signup", "login", "password/reset"))
    yield from (("", "/support/"), ("", "/cancel/"), ("dana", "/seller/onboarding/"), ("dana", "/settings/closing/"))
    yield "opener", "/seller/application/"
    yield "noa", f"/orders/{world.orders['declined'].number}/dispute/"
    yield "amir", f"/orders/{world.orders['updating'].number}/consent/"
    yield "support", f"/staff/cases/{world.things['dispute'].number}/decision/"


def sender(line: Line) -> str:
    """Somebody who may."""
    return next((name for name in AUDIENCES[line.who] if name), "")


class Spot(NamedTuple):
    """A form, the page it stands on, and somebody who may send it."""

    who: str
    path: str
    form: Form

    def __str__(self) -> str:
        return f"{self.who or 'guest'} {self.path}"


@pytest.fixture(scope="module")
def spots(world: World) -> list[Spot]:
    """Each form of the site once."""
    found: dict[tuple[str, str, bool], Spot] = {}
    browsers = {who: world.browser(who) for who in {who for who, _path in addresses(world)}}
    for who, path in addresses(world):
        with undone():
            page = visit(browsers[who], path)
        for form in page.forms if page.status == 200 else ():
            if form.method == "post" and typed(form):
                found.setdefault(
                    (form.action or path, form.buttons[0][0], bool(who)), Spot(who, form.action or path, form)
                )
    return list(found.values())


class Senders:
    """A browser for each of them, whose session outlives whatever is sent."""

    def __init__(self, world: World, names: set[str]) -> None:
        self._browsers = {name: world.browser(name) for name in names}
        self._sessions = {name: dict(browser.cookies) for name, browser in self._browsers.items()}

    def __getitem__(self, name: str) -> Browser:
        browser = self._browsers[name]
        browser.cookies.clear()
        browser.cookies.update(self._sessions[name])
        return browser


@pytest.fixture
def senders(world, spots) -> Senders:
    return Senders(world, {spot.who for spot in spots})


def typed(form: Form) -> list[Field]:
    """The fields that are written into; in a form that has none, those in which something is chosen."""
    written = [each for each in form.fields if each.kind in TYPED]
    return written or [each for each in form.fields if each.kind in CHOSEN]


def body(words: dict[str, Any]) -> str:
    """A form as bytes, which may be no text at all."""
    pairs = [(name, each) for name, value in words.items() for each in (value if isinstance(value, list) else [value])]
    return "&".join(f"{quote(name)}={quote(str(each).encode('utf-8', 'surrogatepass'))}" for name, each in pairs)


def posted(browser: Browser, spot: Spot, value: str) -> Page:
    """The form with this in every field that is written into, sent by its first button."""
    words = {**spot.form.values, **{each.name: value for each in typed(spot.form)}}
    name, pressed, _label = spot.form.buttons[0]
    return Page(browser.post(spot.path, body({**words, name: pressed} if name else words), content_type=FORM))


NASTY = {
    "nothing": "",
    "a hundred thousand signs": "x" * 100_000,
    "a null": "a\x00b",
    "overrides": "\u202egnp.exe\u2066\u200b",
    "signs without a shape": "\u200b\u2060\ufeff",
    "half a surrogate": "a\ud800b",
    "a huge number": "9" * 40,
    "eighty letters": "מ" * 80,
}


@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_whatever_is_typed_into_every_form_the_answer_is_a_sentence_and_the_words_stay(spots, senders, value):
    """Each form of the site, found on its page; all its fields filled with the same."""
    complaints = []
    for spot in spots:
        with undone():
            page = posted(senders[spot.who], spot, value)
        complaints += [f"{spot}: {each}" for each in judged(page, spot, value)]
    assert complaints == []


def judged(page: Page, spot: Spot, value: str) -> Iterator[str]:
    """What is wrong with an answer to something odd."""
    if page.status >= 500:
        yield f"broke ({page.status})"
    if spot.who and page.response.headers.get("Location", "").startswith("/accounts/login/"):
        yield "was not sent by somebody who may"
    if page.status not in (200, 422):
        return
    if not page.complaints:
        yield "says nothing"
    yield from (f"does not speak Hebrew: {each[:80]}" for each in page.complaints if not re.search("[א-ת]{2}", each))
    if spot.path.startswith("/accounts/") or "\x00" in value:
        return
    wanted = value.replace("\ud800", "\ufffd" * 3)
    for each in typed(spot.form):
        found = [kept.value for form_ in page.forms for kept in form_.named(each.name)]
        if each.kind in TYPED and each.kind != "password" and wanted not in found:
            yield f"lost what was typed into {each.name}: {found}"


def test_every_form_of_ours_was_tried(spots, senders, monkeypatch):
    """A form that no page of the walk shows would be judged by nobody. And none wears the browser's own dress."""
    bound: set[type] = set()
    bare: set[str] = set()
    clean = OurForm.full_clean

    def note(form: OurForm) -> None:
        bound.update({type(form)} if form.is_bound else ())
        for name, field in form.fields.items():
            if not isinstance(field.widget, BARE) and "class" not in field.widget.attrs:
                bare.add(f"{type(form).__name__}.{name}")
        clean(form)

    monkeypatch.setattr(OurForm, "full_clean", note)
    for spot in spots:
        with undone():
            posted(senders[spot.who], spot, "")
    untried = {each.__name__ for each in leaves(OurForm)} - {each.__name__ for each in bound} - UNTRIED
    assert not untried, sorted(untried)
    assert not bare, sorted(bare)


# Bases of others; and what is asked in the middle of signing in.
UNTRIED = {"ConfirmEmailVerificationCodeForm", "SetPasswordForm", "ResetPasswordKeyForm"}
UNTRIED |= {"ActivateAppForm", "SecondFactorForm", "SecondFactorAgainForm"}
UNTRIED |= {"FolderForm"}  # a choice behind a button of its own (test_inbox.py)
UNTRIED |= {"Row"}  # of a custom offer: many inside one form (test_quotes.py)
UNTRIED |= {
    "AccountForm",
    "StepForm",
    "ReasonForm",
    "SupportForm",
    "NoteForm",
    "PictureForm",
    "AuditForm",
    "LedgerForm",
}


def leaves(form: type) -> set[type]:
    """Every form of `house.web.forms`."""
    for module in pkgutil.iter_modules(house.web.forms.__path__):
        importlib.import_module(f"house.web.forms.{module.name}")
    children: list[type] = form.__subclasses__()
    below = {each for child in children for each in (child, *leaves(child))}
    return {each for each in below if each.__module__.startswith("house.web.forms.")}


SNEAKY = "\u202e\u200b\u2066"


def test_overrides_and_invisible_signs_are_taken_out_of_whatever_is_kept(spots, senders):
    """They could turn the rest of a page around, or make two names look the same."""
    kept = []
    for spot in spots:
        words = {each.name: WORTHY.get(each.name) or each.value or "מילים שכולם מבינים" for each in typed(spot.form)}
        sent = {**spot.form.values, **{name: f"{text}{SNEAKY}" for name, text in words.items()}, "terms": "on"}
        with undone():
            if senders[spot.who].post(spot.path, body(sent), content_type=FORM).status_code == 302:
                kept += [f"{spot}: {each}" for each in sneaky()]
    assert kept == []


WORTHY = {
    "text": "הכול לפי מה שסוכם, עם אחריות בכתב",
    "bio": "בונים ומשפצים באשקלון והסביבה כבר עשור, עם יחס אישי ולוח זמנים ברור לכל עבודה שלנו.",
    "username": "new-name",
    "links": "https://example.com/",
}


def sneaky() -> set[str]:
    """Columns in which such a sign stands."""
    return {
        f"{model.__name__}.{field.name}"
        for model, field in texts()
        if isinstance(field, CharField | TextField)
        and model._default_manager.filter(**{f"{field.name}__contains": "\u202e"}).exists()
    }


# --- numbers


@pytest.fixture
def draft(world) -> Offer:
    return world.offers["draft"]


# typed: (as money in agorot, as a whole number); None is a refusal
NUMBERS = {
    "120": (120_00, 120),
    " 120 ": (120_00, 120),
    "120.50": (120_50, None),
    "1,200": (1200_00, None),
    "1,200 ₪": (1200_00, None),
    "₪120": (120_00, None),
    "١٢٣": (123_00, 123),
    "-120": (None, None),
    "0": (None, None),
    "120.555": (None, None),
    "1e9": (None, None),
    "NaN": (None, None),
    "Infinity": (None, None),
    "0x10": (None, None),
    "מאה": (None, None),
    "12 0": (None, None),
    "1_200": (None, None),
    "9" * 40: (None, None),
    "1e2": (None, None),
    "--5": (None, None),
    "²": (None, None),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_sum_is_read_as_people_write_it_or_refused_with_a_sentence(world, draft, text):
    """OFR-14: nothing is guessed, nothing breaks, nothing typed is lost."""
    amir, path = world.browser("amir"), f"/seller/offers/{draft.pk}/edit/2/"
    money, whole = NUMBERS[text]
    for field, wanted in (("p1-price", money), ("p1-days", whole), ("x0-price", money), ("quantity_max", whole)):
        with undone():
            words = visit(amir, path).form().values | {"p1-fast_days": "", "p1-fast_price": "", field: text}
            page = send(amir, path, words)
            if wanted is None or wanted > LIMITS.get(field, wanted):
                assert (field, page.status) == (field, 422)
                assert page.complaints and page.form().values[field] == text
            else:
                assert (field, page.status, stored(draft, field)) == (field, 302, wanted)


LIMITS = {"x0-price": policy.EXTRA_PRICE_PER_LEVEL["new"], "quantity_max": 20, "p1-days": policy.DAYS_MAX}


def stored(offer: Offer, field: str) -> int | None:
    package, extra = offer.packages.get(position=1), offer.extras.first()
    assert extra is not None
    row = Offer.objects.get(pk=offer.pk)
    return {
        "p1-price": package.price,
        "p1-days": package.days,
        "x0-price": extra.price,
        "quantity_max": row.quantity_max,
    }[field]


ODD = ["-1", "0", "1e9", "NaN", "١٢٣", "2.5", "0x10", "1,000", "9" * 40, "²", "שתיים", "%00", "1 1", "٣"]


@pytest.mark.parametrize("value", ODD)
def test_a_choice_that_makes_no_sense_is_refused_on_every_page_that_reads_it(world, value):
    """ORD-02: the page of the offer, the live total, the checkout by address and by form."""
    offer = world.offers["open"]
    extra = offer.extras.first()
    noa, guest = world.browser("noa"), new_browser()
    for name in ("package", "quantity", f"extra_{extra.pk}"):
        query = f"?{quote(name)}={quote(value)}"
        pages = [visit(guest, offer.path + query), visit(guest, f"/offers/{offer.pk}/total/{query}")]
        words = {"package": "1", name: value, "key": "k" * 22, "invoice_name": "נועה", "terms": "on"}
        paying = Page(noa.post(f"/offers/{offer.pk}/checkout/", body(words), content_type=FORM))
        opened_ = visit(noa, f"/offers/{offer.pk}/checkout/{query}")
        assert [page.status for page in pages] == [200, 200]
        if name.startswith("extra") and value in ("0", "9" * 40, "1e9") and paying.status == 302:
            assert value == "0"
            continue
        assert (name, paying.status, opened_.status) == (name, 422, 409)
        assert all(re.search("[א-ת]", page.texts("p", class_="note")[-1]) for page in pages)
        assert paying.complaints


@pytest.mark.parametrize(
    "name", ["extra_²", "extra_٣", "extra_", "extra_x", "extra_-1", "extra_" + "9" * 60, "extra_1.5", "extra_\x00"]
)
def test_a_made_up_extra_breaks_nothing(world, name):
    offer = world.offers["open"]
    for path in (offer.path, f"/offers/{offer.pk}/total/"):
        assert visit(new_browser(), f"{path}?{quote(name)}=1").status == 200
    assert visit(world.browser("noa"), f"/offers/{offer.pk}/checkout/?{quote(name)}=1").status in (200, 409)


def test_an_extra_is_known_by_its_whole_number(world):
    """Ids grow with every saving of an offer; one of a million is not one of ten thousand."""
    offer = world.offers["open"]
    extra = offer.extras.first()
    made_up = f"extra_{extra.pk}0000000"[:13]
    assert visit(world.browser("noa"), f"/offers/{offer.pk}/checkout/?{made_up}=1").status == 409
    type(extra).objects.filter(pk=extra.pk).update(id=123_456_789)
    page = visit(new_browser(), f"{offer.path}?package=1&extra_123456789=1")
    assert "1,150 ₪" in page.texts("div", id="total")[0]


# --- addresses


@pytest.mark.parametrize("number", ["0", "-1", "x", "²", "٣", "99999999999", "1e3", "", "\x00", "1; DROP TABLE"])
def test_a_page_number_that_makes_no_sense_is_the_first_or_an_empty_one(world, number):
    noa, amir, owner = (world.browser(name) for name in ("noa", "amir", "owner"))
    for browser, path in (
        (noa, "/orders/?tab=all"),
        (noa, "/notifications/?a=1"),
        (noa, "/inbox/?a=1"),
        (noa, "/me/documents/?a=1"),
        (amir, "/seller/earnings/?a=1"),
        (amir, "/seller/offers/?a=1"),
        (owner, "/staff/users/?a=1"),
        (owner, "/staff/audit/?a=1"),
        (new_browser(), "/search/?a=1"),
        (new_browser(), "/c/renovation/?a=1"),
        (new_browser(), "/mailbox/?a=1"),
    ):
        assert visit(browser, f"{path}&page={quote(number)}").status == 200, path


STRANGE = [
    "/seller/offers/{offer}/edit/0/",
    "/seller/offers/{offer}/edit/7/",
    "/seller/offers/{offer}/edit/99999999999999999999/",
    "/seller/offers/99999999999999999999/edit/1/",
    "/seller/offers/{offer}/edit/one/",
    "/offers/99999999999999999999/",
    "/offers/99999999999999999999-x/",
    "/o/99999999999999999999/",
    "/offers/99999999999999999999/checkout/",
    "/offers/-1/",
    "/files/not-a-uuid/",
    "/files/00000000-0000-0000-0000-000000000000/",
    "/orders/BH-%00/",
    "/orders/%F0%9F%98%80/",
    "/orders/BH-1'%20OR%201=1/",
    "/orders/%ff%fe/",
    "/checkout/%00/",
    "/checkout/" + "x" * 500 + "/",
    "/notifications/99999999999999999999/",
    "/inbox/99999999999999999999/",
    "/support/%00/",
    "/pro/nobody/",
    "/pro/%D7%90/",
    "/c/nothing/",
    "/legal/secret/",
    "/media/offers/%00.jpg",
    "/media/offers/" + "x" * 300 + ".jpg",
    "/seller/profile/works/99999999999999999999/removal/",
    "/staff/users/99999999999999999999/",
    "/%c0%ae%c0%ae/etc/passwd",
]


@pytest.mark.parametrize("path", STRANGE)
def test_an_address_that_leads_nowhere_is_not_found(world, path):
    path = path.format(offer=world.offers["draft"].pk)
    for who in ("amir", "owner"):
        page = visit(world.browser(who), path)
        assert page.status in (404, 405, 302), (who, page.status)
        assert page.status != 404 or "לא נמצא" in page.heading


@pytest.mark.parametrize(
    "query", ["q=%ff%fe", "q=%00", "q=" + "א" * 5000, "q=%ED%A0%80", "min=%F0&category=%00&sub=%ff", "a=1" * 900]
)
def test_a_search_for_noise_is_a_page(query):
    assert visit(new_browser(), f"/search/?{query}").status == 200


def test_a_child_of_an_unknown_number_is_not_found(world):
    """Ids in bodies and paths, as large as they like."""
    offer = world.offers["open"].pk
    amir = world.browser("amir")
    for path in (f"/seller/offers/{offer}/images/{10**30}/first/", f"/seller/offers/{offer}/images/0/removal/"):
        assert send(amir, path).status == 404
    number = world.orders["active"].number
    for proof in ("message:" + "9" * 30, "message:x", "delivery:", "late", ":", "message:-1"):
        words = {"reason": "other", "explanation": "התוכניות השתנו ואין צורך", "proof": proof}
        assert send(world.browser("noa"), f"/orders/{number}/cancellation/", words).status == 422
    for waiting in ("x", "", "0", "9" * 40):
        assert send(amir, f"/seller/offers/{offer}/images/", {"waiting": waiting}).status == 422


# --- broken envelopes


@pytest.mark.parametrize(
    ("content_type", "raw"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=", b"empty boundary"),
        ("multipart/form-data; boundary=x", b"\x00" * 100),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name="text"\r\n\r\n!\r\n--x--',
        ),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(2001))),
        ("application/x-www-form-urlencoded", b"text=" + b"x" * (5 * 1024 * 1024 + 1)),
        ("application/json", b'{"text": "x"}'),
        ("text/plain; charset=nonsense", b"text=x"),
        ("", b"text=x"),
    ],
)
def test_a_damaged_form_is_a_mistake_of_the_sender(world, content_type, raw):
    browser = world.browser("noa")
    path = f"/orders/{world.orders['active'].number}/messages/"
    before = world.orders["active"].thread.messages.count()
    page = Page(browser.generic("POST", path, raw, content_type=content_type))
    assert page.status in (200, 400, 422)
    assert re.search("[א-ת]{3}", page.heading)
    assert world.orders["active"].thread.messages.count() == before


def test_a_length_that_lies_is_refused_at_the_gateways_door():
    for length in ("-1", "x", "²", str(10**12)):
        answer = new_browser().generic(
            "POST", "/hooks/local/", b"{}", content_type="application/json", CONTENT_LENGTH=length
        )
        assert answer.status_code in (400, 413), length


# --- pictures that lie


def jpeg(width: int, height: int, **extra: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (180, 80, 30)).save(out, "JPEG", **extra)
    return out.getvalue()


def bomb(side: int = 10_000) -> bytes:
    """A hundred million pixels in a few thousand bytes."""
    rows = zlib.compress(b"\x00" * (side // 8 + 1) * side, 9)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def exif(orientation: int) -> Image.Exif:
    """Turned, and with a place that nobody meant to tell."""
    found = Image.Exif()
    found[0x0112] = orientation
    found.get_ifd(0x8825).update({1: "N", 2: (31.0, 40.0, 12.0), 3: "E", 4: (34.0, 34.0, 2.0)})
    return found


def gallery(world: World, data: bytes, name: str = "room.jpg", kind: str = "image/jpeg") -> Page:
    path = f"/seller/offers/{world.offers['draft'].pk}/images/"
    return Page(world.browser("amir").post(path, {"images": SimpleUploadedFile(name, data, kind)}))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
LIES = {
    "a text": (b"hello " * 100, "אינו תמונה תקינה"),
    "a drawing with a script": (SVG, "אינו תמונה תקינה"),
    "a page": (b"<html><script>alert(1)</script>", "אינו תמונה תקינה"),
    "half a picture": (jpeg(1280, 769)[:1500], "אינו תמונה תקינה"),
    "a head without a body": (jpeg(1280, 769)[:20], "אינו תמונה תקינה"),
    "another kind of picture": (b"GIF89a" + b"\x00" * 500, "אינו תמונה תקינה"),
    "a bomb": (bomb(), "גדולה מדי לעיבוד"),
    "too heavy": (b"\xff\xd8\xff" + b"\x00" * policy.IMAGE_BYTES_MAX, "כבד מדי: עד 15"),
}


@pytest.mark.parametrize(("data", "said"), LIES.values(), ids=LIES)
def test_what_is_no_picture_of_ours_is_refused_with_a_sentence(world, data, said):
    """GAL-03…05: bytes are looked at; names and types are never believed."""
    before = world.offers["draft"].images.count()
    page = gallery(world, data)
    assert (page.status, world.offers["draft"].images.count()) == (422, before)
    assert said in page.complaints[0]
    assert not Upload.objects.filter(about__startswith="picture:").exists()


@pytest.mark.parametrize("name", ["../../evil.jpg", "evil.php", "a" * 300 + ".jpg", "\u202egpj.exe", "room"])
def test_the_name_of_a_picture_is_ours(world, name):
    assert gallery(world, jpeg(1300, 800), name=name).status == 302
    stored = world.offers["draft"].images.last().image.name
    assert re.fullmatch(r"offers/\d{4}/\d{2}/[0-9a-f]{32}\.jpg", stored)


def test_a_picture_from_a_phone_is_shrunk_by_one_press(world):
    """DEC-50"""
    page = gallery(world, jpeg(4032, 3024))
    assert page.status == 422
    assert "גדולה מדי (4032×3024)" in page.complaints[0]
    form = next(each for each in page.forms if each.named("waiting"))
    assert form.labels == ["הקטנה אוטומטית והמשך"]
    assert send(world.browser("amir"), form.action, form.values).status == 302
    image = world.offers["draft"].images.last()
    assert (image.width, image.height) == (3221, 2416)
    assert not Upload.objects.filter(about__startswith="picture:").exists()


def test_a_portrait_stands_upright_and_tells_no_place(world):
    """DEC-50: turned by EXIF, without its GPS."""
    tall = jpeg(1600, 1200, exif=exif(6))
    assert gallery(world, tall).status == 302
    image = world.offers["draft"].images.last()
    assert (image.width, image.height) == (1200, 1600)
    with image.image.open("rb") as file:
        kept = Image.open(io.BytesIO(file.read()))
        assert dict(kept.getexif()) == {} and "exif" not in kept.info
    with image.card.open("rb") as file:
        assert decode(file.read()).size == (640, 480)


def test_a_phones_portrait_is_shrunk_upright(world):
    """DEC-50"""
    page = gallery(world, jpeg(4032, 3024, exif=exif(6)))
    assert "3024×4032" in page.complaints[0]
    form = next(each for each in page.forms if each.named("waiting"))
    send(world.browser("amir"), form.action, form.values)
    image = world.offers["draft"].images.last()
    assert (image.width, image.height) == (1812, 2416)


def test_a_picture_whose_shape_cannot_fit_is_cropped_by_the_press(world):
    """DEC-50, GAL-04: a long strip would fall below the least height."""
    page = gallery(world, jpeg(7000, 500))
    form = next(each for each in page.forms if each.named("waiting"))
    assert send(world.browser("amir"), form.action, form.values).status == 302
    image = world.offers["draft"].images.last()
    assert image.width <= policy.IMAGE_MAX[0] and image.height >= policy.IMAGE_MIN[1]


def test_a_portrait_of_a_person_that_is_no_picture_is_refused(world):
    page = send(
        world.browser("noa"), "/settings/profile/", {"portrait": "1", "picture": SimpleUploadedFile("me.jpg", SVG)}
    )
    assert page.status == 422
    assert any("אינו תמונה תקינה" in each for each in page.complaints)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a\u202eb.pdf", "x" * 400 + ".pdf", "קובץ עם רווחים.pdf", "a/b\\c.pdf", "😀", "…", "😀.😀"],
)
def test_the_name_of_a_file_is_cleaned(world, name):
    noa, order = world.browser("noa"), world.orders["active"]
    assert (
        send(noa, f"/orders/{order.number}/messages/", {"attached": SimpleUploadedFile(name, b"%PDF-1.4")}).status
        == 302
    )
    upload = Upload.objects.latest("at", "pk")
    assert not re.search("[/\\\\\u202e\x00]", upload.name)
    assert len(upload.name) <= 160
    assert re.fullmatch(r"uploads/[0-9a-f]{2}/[0-9a-f]{32}", str(upload.file.name))


# --- sentences


def raised() -> Iterator[tuple[str, set[str]]]:
    """Every refusal that the code can raise, with the facts it brings."""
    for path in (settings.BASE / "house").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in ("Refusal", "PictureProblem"):
                continue
            if node.args and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value), {str(each.arg) for each in node.keywords}


def test_every_refusal_has_its_sentence_and_the_facts_that_fill_it():
    wrong = []
    for code, facts in raised():
        wanted = set(re.findall(r"%\((\w+)\)", str(SENTENCES.get(code, "%(sentence)"))))
        wrong += [code] if wanted - facts else []
    assert wrong == []
    assert set(SENTENCES) == {code for code, _facts in raised()}


def test_the_middle_of_a_race_is_told_as_a_sentence(world):
    """The state changed while the page was open: 409, and a way back."""
    noa, order = world.browser("noa"), world.orders["done"]
    page = send(
        noa, f"/orders/{order.number}/acceptance/", headers={"referer": f"http://testserver/orders/{order.number}/"}
    )
    assert (page.status, "המצב השתנה" in page.text) == (409, True)
    assert Order.objects.get(pk=order.pk).state == "completed"
