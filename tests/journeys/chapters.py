"""Chapters of the stories that people live through by hand: each is told as one person sees it."""

import io
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from ..make import DESCRIPTION
from .visitor import Visitor

OWNER = "orna@example.org"
PLAN = b"%PDF-1.4 the plan of a flat"


def picture(folder: Path, name: str, width: int, height: int) -> Path:
    """A photograph on the person's phone."""
    out = io.BytesIO()
    Image.effect_noise((width // 8, height // 8), 40).resize((width, height)).convert("RGB").save(out, "JPEG")
    (folder / name).write_bytes(out.getvalue())
    return folder / name


def plan(folder: Path, name: str = "plan.pdf") -> Path:
    (folder / name).write_bytes(PLAN)
    return folder / name


def becomes_provider(provider: Visitor, username: str) -> None:
    """ACC-04: from the welcome page to a mode of one's own."""
    provider.go("/welcome/")
    provider.press("לפתיחת מצב מכירה")
    provider.fill(username=username, business_name="הדמיות הדרום")
    provider.press("פתיחת מצב מכירה")
    provider.sees("צעדים ראשונים")


def builds_offer(provider: Visitor, title: str, folder: Path) -> None:
    """OFR-02: six steps, with pictures, to the button that sends the offer."""
    provider.press("הצעה ראשונה")
    provider.press("לשלב הראשון")
    _overview(provider, title)
    _packages(provider)
    provider.fill(description=DESCRIPTION, **{"q0-question": "כמה זה לוקח?", "q0-answer": "שבוע, כולל תיקונים."})
    provider.press("שמירה והמשך")
    _requirements(provider)
    _gallery(provider, folder)
    provider.press("המשך")
    provider.sees("הכול מוכן")
    provider.press("פרסם/שלח ההצעה")
    provider.sees("צריך לאשר שהתמונות שלך")
    provider.tick("התמונות והטקסטים שלי")
    provider.press("פרסם/שלח ההצעה")
    provider.sees("ההצעה נשלחה לבדיקה")


def _overview(provider: Visitor, title: str) -> None:
    provider.fill(title=title, tags="הדמיה, סלון")
    provider.field("subcategory").select_option(label="הדמיות")
    provider.tick("אונליין")
    provider.press("שמירה והמשך")
    provider.field("service_type").select_option(label="סיור וירטואלי")  # OFR-08: asked once it is known what for
    provider.press("שמירה והמשך")


def _packages(provider: Visitor) -> None:
    provider.tick("חבילה אחת")
    provider.press("שמירה ועדכון השדות")
    provider.fill(**{"p1-text": "סיור של חדר אחד", "p1-price": "1,000", "p1-days": "5", "quantity_max": "5"})
    provider.field("p1-revisions").select_option("1")
    provider.main.get_by_text("תוספת חדשה").first.click()
    provider.fill(**{"x0-title": "חומר הדמיה נוסף", "x0-price": "150"})
    provider.press("שמירה והמשך")


def _requirements(provider: Visitor) -> None:
    provider.fill(**{"r0-text": "מה מידות החדר?", "r1-text": "איזה סגנון?", "r1-choices": "מודרני\nכפרי"})
    provider.main.locator('[name="r0-mandatory"]').check()
    provider.field("r1-kind").select_option("choice")
    provider.press("שמירה והמשך")


def _gallery(provider: Visitor, folder: Path) -> None:
    """One picture fits, one is too large and is shrunk by a press (DEC-50)."""
    provider.attach("images", picture(folder, "room.jpg", 1280, 769))
    provider.press("העלאה")
    provider.sees("תמונה ראשית")
    provider.attach("images", picture(folder, "large.jpg", 4400, 2600))
    provider.press("העלאה")
    provider.press("הקטנה אוטומטית והמשך")
    provider.sees("להציג ראשונה")


def approves(staff: Visitor, title: str) -> None:
    """F-3: from the queue, in a browser of their own."""
    staff.go("/staff/")
    staff.go("/staff/moderation/")
    staff.press(title)
    staff.press("אישור")


def owner(staff: Visitor) -> Visitor:
    """The owner: made by the link that the server prints, later signed in as everybody is."""
    link = re.search(r"/owner/\S+", staff.market.manage("owner_link"))
    if link is None:
        staff.sign_in(OWNER)
        return staff
    staff.go(link[0])
    staff.fill(first_name="אורנה", email=OWNER, password=staff.password)
    staff.tick("קראתי את תנאי השימוש")
    staff.press("יצירת החשבון")
    return staff


def finds(client: Visitor, words: str, title: str) -> None:
    """From the home page's search box to the offer."""
    client.go("/")
    client.fill(q=words)
    client.press("חיפוש")
    client.press(title)


def chooses(client: Visitor) -> None:
    """From the search to the bill of the ready provider's offer."""
    finds(client, "שיפוץ חדר רחצה", "אני אשפץ את חדר הרחצה מהיסוד")
    client.tick("בסיס")
    client.press("המשך להזמנה")


def forgets_the_terms(client: Visitor) -> None:
    """GEN-16: nothing is paid before they are agreed to."""
    client.press("המשך לתשלום")
    client.sees("כדי להמשיך לתשלום צריך לאשר את התנאים")


def pays(client: Visitor, answer: str = "אישור התשלום") -> None:
    """The bill, the terms, and the imaginary payment company's own page."""
    client.tick("קראתי את תנאי השימוש ואת תנאי הביטול")
    client.press("המשך לתשלום")
    client.sees("חברת התשלומים לדוגמה")
    client.press(answer)


def placed(client: Visitor, said: str = "ההזמנה בדרך") -> str:
    """Until the market has heard of the payment; returns the order's number."""
    client.waits_for(f"התשלום התקבל, {said}")
    client.press("לעמוד ההזמנה")
    return client.path.split("/")[2]


def begins(client: Visitor) -> str:
    """An order of the ready provider's offer: paid, and its requirements are sent."""
    chooses(client)
    pays(client)
    return starts(client)


def starts(client: Visitor) -> str:
    """What was paid for: its requirements are sent, and the clock starts."""
    number = placed(client)
    client.press("מילוי הדרישות")
    client.field("r1").fill("2 על 3 מטר")
    client.tick("קרקע")
    client.press("שליחה והתחלת השעון")
    client.sees("הדרישות נשלחו, והשעון התחיל")
    return number


def says(writer: Visitor, number: str, text: str, *files: Path) -> None:
    """In the order's chat."""
    writer.go(f"/orders/{number}/")
    writer.fill(text=text)
    if files:
        writer.attach("attached", *files)
    writer.press("שליחה")
    writer.sees(text)


def delivers(provider: Visitor, number: str, text: str, *files: Path) -> None:
    provider.go(f"/orders/{number}/")
    provider.press("מסירת העבודה")
    provider.fill(text=text)
    if files:
        provider.attach("attached", *files)
    provider.press("מסירה")
    provider.sees("העבודה נמסרה.")


def accepts(client: Visitor, number: str) -> None:
    client.go(f"/orders/{number}/")
    client.press("אישור המסירה")
    client.press("אישור ושחרור הכסף")
    client.sees("המסירה אושרה והכסף שוחרר")


def requests(who: Visitor, number: str, kind: str) -> None:
    """From the order's page to the form of one kind of request (RES-03)."""
    who.go(f"/orders/{number}/")
    who.press("מרכז הפתרונות")
    who.sees("מה צריך להשתנות?")
    who.press(re.compile(f"^{kind}$"))


def earned(provider: Visitor, number: str) -> list[int]:
    """The provider's shares of an order, the smallest first."""
    provider.go("/seller/earnings/")
    rows = provider.main.get_by_role("row").filter(has_text=number)
    expect(rows.first).to_be_visible()
    return sorted(int(re.sub(r"\D", "", text)) for text in rows.locator("strong").all_inner_texts())
