"""What waits on the desk of support and moderators, and what they have closed."""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from house.catalog.models import Offer
from house.desk.actions import add_note, close, open_report, open_support_case

from .moments import DAY, HOUR, ago, by_day
from .people import Cast
from .texts import talk

# Subject and answer for each line of `support` in talk.toml.
SUPPORT = (
    ("תמונה הפוכה", "התמונה נשמרה עכשיו בכיוון הנכון. תודה שכתבת, תיקנו את זה גם לאחרים."),
    ("איפה הקבלה?", "הקבלות נמצאות בחשבון שלי, תחת מסמכים. שלחנו אותה שוב גם לתיבת ההודעות."),
    ("תשלום שנקטע", "בדקנו: לא נגבה דבר. אפשר להזמין שוב בביטחון."),
    ("שינוי שם העסק", "השדה נפתח לעריכה. שם חדש נבדק בתוך יום עבודה."),
    ("הבקשה בבדיקה", "המסמכים התקבלו במלואם. התשובה תגיע בתוך יומיים."),
    ("אין מענה", "פנינו לבעל המקצוע. אם לא תהיה תשובה עד מחר, אפשר לבטל בהחזר מלא דרך ההזמנה."),
    ("מתי הכסף זמין?", "הסכום משתחרר 14 ימים אחרי סיום ההזמנה. התאריך המדויק מופיע בעמוד ההכנסות."),
    ("בקשה לשלם מחוץ לאתר", "תודה שכתבת. הצוות בודק את הפנייה, ומומלץ להמשיך לשלם רק דרך האתר."),
)
SOLVED = 4  # of them; the others wait
NOTE = "לבדוק מול הכספים לפני שעונים."
REPORT = ("תמונות או טקסט שאינם של מי שמפרסם", "נראה לי שראיתי את אותה תמונה בפרסום של עסק אחר.")


def open_all(rng: Random, cast: Cast, offers: Sequence[Offer], now: datetime) -> None:
    """Support cases, half of them closed, and one report."""
    lines = list(zip(SUPPORT, talk()["support"], strict=True))
    people = [cast.noa, *rng.sample(cast.clients[1:], len(lines) - 1)]
    for number, ((subject, answer), text) in enumerate(lines):
        solved = number < SOLVED
        at = ago(rng, now, 60, 8) if solved else ago(rng, now, 3, 0.2)
        case = open_support_case(by=people[number], about="", subject=subject, text=text, now=at)
        if solved:
            answered = by_day(rng, at + rng.randrange(2, 9) * HOUR)
            add_note(case, by=cast.shira, text=answer, internal=False, now=answered)
            close(case, by=cast.shira, now=answered + DAY)
        elif number == SOLVED:
            add_note(case, by=cast.shira, text=NOTE, internal=True, now=now - HOUR)
    reason, text = REPORT
    offer = rng.choice(offers)
    open_report(
        by=rng.choice(cast.clients[1:]), about=f"offer:{offer.pk}", reason=reason, text=text, now=now - 6 * HOUR
    )
