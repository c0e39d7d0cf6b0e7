"""What people type wrong, and what others send on purpose: a clear Hebrew sentence, never a broken page."""
import re
from collections.abc import Iterator
from typing import Any
import pytest
from .lines import AUDIENCES, LINES, Line
from .page import Form, Page
from .world import World, undone
pytestmark = pytest.mark.django_db

TYPED = ("text", "textarea", "search", "email", "url", "number", "hidden", "password", "tel", "date")
NASTY = {
    "empty": "",
    "spaces": "   ",
    "long": "א" * 100_000,
    "null": "a\x00b",
    "bidi": "\u202eabc\u2066\u200b",
    "invisible": "\u200b\u2060\ufeff",
    "surrogate": "a\ud800b",
    "emoji": "😀" * 20,
    "negative": "-5",
    "huge": "9" * 40,
    "exponent": "1e9",
    "nan": "NaN",
    "inf": "Infinity",
    "arabic": "١٢٣",
    "half": "2.5",
    "hex": "0x10",
    "shekel": "1,200 ₪",
    "superscript": "²",
    "underscore": "1_000",
    "lines": "a\nb\r\nc",
    "uuid": "not-a-uuid",
    "code": "<script>x</script>{{7*7}}",
    "sql": "'; DROP TABLE x; --%s%%",
    "word80": "מ" * 80,
    "word31": "מ" * 31,
}

from urllib.parse import quote
def body(words):
    pairs=[(k,each) for k,v in words.items() for each in (v if isinstance(v,list) else [v])]
    return "&".join(f"{quote(k)}={quote(str(v).encode('utf-8','surrogatepass'))}" for k,v in pairs)
def sender(line: Line) -> str:
    return next((name for name in AUDIENCES[line.who] if name), "")

@pytest.fixture(autouse=True)
def _media(world, settings): settings.MEDIA_ROOT = world.media


MORE = [("amir", lambda w, n=n: f"/seller/offers/{w.offers[n2].pk}/edit/{n}/") for n in (1,2,3,4) for n2 in ("draft",)]
def more(w):
    for n in (1,2,3,4):
        yield "amir", f"/seller/offers/{w.offers['draft'].pk}/edit/{n}/"
    for p in ("areas","experience","showcase","works"):
        yield "amir", f"/seller/profile/{p}/"
    yield "dana", "/settings/closing/"
    yield "dana", "/seller/onboarding/"
    yield "", "/accounts/signup/"
    yield "", "/accounts/login/"
    yield "", "/support/"
    yield "", "/cancel/"
    yield "noa", w.things["thread"] and f"/inbox/{w.things['thread'].pk}/"
    yield "frozen", "/seller/application/"
    yield "amir", f"/seller/offers/{w.offers['draft'].pk}/edit/5/"
    yield "amir", f"/seller/offers/{w.offers['draft'].pk}/edit/6/"
    yield "noa", f"/orders/{w.orders['awaiting'].number}/requirements/"

def test_probe(world):
    out=[]
    for who, path in [(sender(l), l.path(world)) for l in LINES if l.methods==("GET","POST")]+list(more(world)):
        b=world.browser(who); name=path
        session=b.cookies.get("sessionid"); session=session.value if session else ""
        with undone(): a=b.get(path)
        forms=[f for f in Page(a).forms if f.method=="post" and f.action not in ("/settings/mode/",)] if a.status_code==200 else []
        if not forms: print("noform",name); 
        for f in forms:
            for n,v in NASTY.items():
                words=dict(f.values)
                for x in f.fields:
                    if x.kind in TYPED and x.name!="csrfmiddlewaretoken": words[x.name]=v
                    elif n in("uuid","null","huge","superscript"): words[x.name]=v
                if f.buttons and f.buttons[0][0]: words[f.buttons[0][0]]=f.buttons[0][1]
                if session: b.cookies["sessionid"]=session
                with undone():
                    a=b.post(f.action or path, body(words), content_type="application/x-www-form-urlencoded")
                if a.status_code>=500: out.append((name,n,a.status_code)); print("BROKEN",name,n)
                elif a.status_code in(200,422):
                    p=Page(a)
                    if not p.complaints: print("nocomplaint",name,n, a.status_code)
                    for c in p.complaints:
                        if re.search("[a-zA-Z]{4}",c.replace("https","")) and n not in("code","sql","uuid"): print("english",name,n,c[:150])
                elif a.status_code not in (302,): print("answer",name,f.action,n,a.status_code)
    print(out)
