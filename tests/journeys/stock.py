"""What a market's content is built of: people, offers, and orders on their way, each by the real verbs."""

import io
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from house.catalog import actions as catalog
from house.catalog.actions import ExtraRow, PackageRow, RequirementRow
from house.catalog.models import Offer, Subcategory
from house.desk.people import decide_application, submit_application
from house.files.actions import store
from house.orders.actions import chat, requests, work
from house.orders.models import Order, ResolutionRequest
from house.orders.reasons import YES_NO
from house.people import own
from house.people.actions import describe, open_provider
from house.people.models import Place, User

from .. import make, persons

DAY = timedelta(days=1)
DESCRIPTION = make.DESCRIPTION + "\n\nבכל שלב אפשר לשאול, והתשובה מגיעה באותו יום."
EXTRAS = [
    ExtraRow(kind="other", title="פינוי פסולת", text="כולל שקים והובלה", price=150_00, max_quantity=4),
    ExtraRow(kind="other", title="צביעת התקרה", price=200_00, days=1),
]
ASKED = (
    RequirementRow(text="מה מידות החדר?", kind="text", mandatory=True),
    RequirementRow(text="באיזו קומה?", kind="choice", choices=["קרקע", "1 עד 3", "4 ומעלה"], mandatory=True),
    RequirementRow(text="מה כבר קיים?", kind="choice", choices=["חשמל", "מים", "ריצוף"], multiple=True),
    RequirementRow(text="תוכנית או צילום", kind="file"),
)


@cache
def picture(hue: int, width: int = 1280, height: int = 769) -> bytes:
    """A room in two colours, so that pictures weigh something and differ."""
    image = Image.new("RGB", (width, height), f"hsl({hue}, 30%, 82%)")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height * 0.75, width, height), fill=f"hsl({hue}, 25%, 45%)")
    draw.ellipse((width * 0.3, height * 0.2, width * 0.6, height * 0.7), fill=f"hsl({(hue + 40) % 360}, 40%, 60%)")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


def member(name: str, first: str, last: str, now: datetime, *roles: str) -> User:
    """Somebody who can sign in: the address is verified."""
    user = persons.staff(name, first, last, now, *roles) if roles else persons.client(name, first, last, now)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def trader(name: str, first: str, last: str, now: datetime, reviewer: User) -> User:
    """An authorised provider."""
    user = member(name, first, last, now)
    profile = open_provider(user, username=name, business_name="", now=now - 90 * DAY)
    describe(profile, bio=persons.BIO, business_name=f"{last} ובניו", languages=["עברית"], hours="א׳–ה׳ 8:00–17:00")
    application = submit_application(
        profile, text="קבלן שיפוצים רשום עם ניסיון של עשר שנים.", registry_number="12345", now=now - 80 * DAY
    )
    decide_application(application, decision="approved", reason="", by=reviewer, now=now - 79 * DAY)
    own.set_portrait(user, data=picture(20, 600, 600))
    return User.objects.get(pk=user.pk)


def draft(provider: User, now: datetime, slug: str, title: str, price: int, packages: int = 1) -> Offer:
    """A complete draft in a real category."""
    sub = Subcategory.objects.filter(category__slug=slug).select_related("category").order_by("position")[0]
    offer = catalog.create(by=provider, now=now)
    places = Place.objects.filter(slug="ashkelon")
    catalog.save_overview(
        offer,
        by=provider,
        now=now,
        title=title,
        category=sub.category,
        subcategory=sub,
        service_type=sub.service_types.first(),
        tags=["אשקלון", "שיפוץ"],
        where=Offer.Where.CLIENT,
        places=places,
    )
    rows = [
        PackageRow(
            name=("בסיס", "מורחב", "מלא")[number],
            text="מה שצריך לעבודה מסודרת, מההתחלה ועד הניקיון",
            price=price * (number + 1),
            days=5 + 3 * number,
            revisions=(1, 2, None)[number],
            items=sub.items[: number + 2],
            fast_days=3,
            fast_price=min(price // 4, 390_00),
        )
        for number in range(packages)
    ]
    catalog.save_packages(offer, by=provider, now=now, packages=rows, extras=EXTRAS, quantity_max=5, extra_unit_days=2)
    faq = [("יש אחריות?", "כן, שנה בכתב."), ("מי מביא חומרים?", "אנחנו, והם כלולים במחיר.")]
    catalog.save_description(offer, by=provider, now=now, description=DESCRIPTION, faq=faq)
    catalog.save_requirements(offer, by=provider, now=now, rows=ASKED)
    for number in range(1 if packages == 1 else 3):
        catalog.add_image(offer, data=picture(60 * number + offer.pk * 25 % 360), by=provider, now=now)
    return Offer.objects.get(pk=offer.pk)


def publish_offer(offer: Offer, reviewer: User, now: datetime) -> Offer:
    catalog.submit(offer, by=offer.provider, now=now, rights=True)
    catalog.approve(offer, by=reviewer, now=now)
    return Offer.objects.get(pk=offer.pk)


def order(offer: Offer, client: User, now: datetime, **choice: Any) -> Order:
    """Paid, with the requirements still to come."""
    row = make.checkout(offer, client, now, **choice)
    assert make.pay(row, now) == "paid"
    return Order.objects.get(checkout=row)


def begin(row: Order, now: datetime) -> None:
    """The client answers the mandatory requirements, and the clock starts."""
    answers = {each.position: each for each in row.requirements.all()}
    answers[1].answer = "2.1 על 1.8 מטר"
    answers[2].chosen = ["1 עד 3"]
    work.answer(row, answers, by=row.client, now=now)
    work.start(make.stage(row), by=row.client, now=now)


def file(owner: User, about: str, now: datetime, name: str = "plan.pdf") -> UUID:
    source = SimpleUploadedFile(name, b"%PDF-1.4 a plan with its measures")
    return store([source], owner=owner, about=about, now=now)[0].pk


def talk(row: Order, now: datetime) -> None:
    chat.say(row, text="שלום! מתי כדאי להגיע למדידה?", files=[], by=row.provider, now=now)
    plan = file(row.client, row.about, now)
    chat.say(row, text="מחר בבוקר. מצורפת התוכנית.", files=[plan], by=row.client, now=now + timedelta(hours=1))


def delivered(row: Order, now: datetime) -> None:
    links, files = ["https://example.com/before-and-after"], [file(row.provider, row.about, now, "warranty.pdf")]
    text = "העבודה הושלמה, האחריות מצורפת. כדאי לבדוק את הניקוז במקלחת."
    work.deliver(make.stage(row), text=text, links=links, files=files, by=row.provider, now=now)


def revised(row: Order, now: datetime) -> None:
    answers = dict.fromkeys(("in_scope", "complete"), next(iter(YES_NO)))
    text = "לתקן בבקשה את הרובה ליד החלון"
    work.revise(make.stage(row), text=text, answers=answers, files=[], by=row.client, now=now)


def asked(row: Order, by: User, now: datetime) -> ResolutionRequest:
    """One side asks to cancel, a message of the chat is its proof."""
    talk(row, now - timedelta(hours=2))
    message = row.thread.messages.first()
    assert message is not None
    return requests.ask_cancellation(
        make.stage(row),
        reason="other",
        explanation="התוכניות השתנו לגמרי ואין צורך בעבודה",
        by=by,
        now=now,
        proof={"message": message.pk},
    )
