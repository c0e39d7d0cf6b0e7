"""The lists a person chooses from: why to cancel (RES-13), and the questions before a revision (REV-06)."""

from django.utils.translation import gettext_noop

from house.process import Party

CANCELLATION = {
    Party.CLIENT: {
        "very_late": gettext_noop("המסירה מאחרת ביותר מיממה"),
        "not_as_agreed": gettext_noop("העבודה לא תואמת את מה שסוכם"),
        "no_answer": gettext_noop("אין מענה מנותן/ת השירות"),
        "changed_plans": gettext_noop("התוכניות השתנו"),
        "by_mistake": gettext_noop("ההזמנה נעשתה בטעות"),
        "other": gettext_noop("סיבה אחרת"),
    },
    Party.PROVIDER: {
        "cannot_deliver": gettext_noop("אין אפשרות לבצע את העבודה במועד"),
        "missing_information": gettext_noop("חסר מידע שבלעדיו אי אפשר לעבוד"),
        "out_of_scope": gettext_noop("הדרישות חורגות ממה שסוכם"),
        "no_answer": gettext_noop("אין מענה מהלקוח/ה"),
        "other": gettext_noop("סיבה אחרת"),
    },
}

KINDS = {
    "cancellation": gettext_noop("ביטול"),
    "progress_update": gettext_noop("עדכון התקדמות"),
    "extension": gettext_noop("הארכת המועד"),
    "scope_change": gettext_noop("שינוי בהיקף העבודה"),
    "more_revisions": gettext_noop("סבבי תיקונים נוספים"),
    "ask_revisions": gettext_noop("בקשה לסבבי תיקונים"),
    "partial_refund": gettext_noop("החזר חלקי"),
    "extra": gettext_noop("תוספת להזמנה"),
}
SILENCES = {  # what silence does, in words (DEC-48)
    "cancels": gettext_noop("ההזמנה תתבטל והכסף יחזור"),
    "lapses": gettext_noop("הבקשה תיסגר ולא ישתנה דבר"),
}
SILENT_STAGE = gettext_noop("השלב יתבטל והכסף ששולם עליו יחזור")  # a cancellation that names one stage (DEC-36)
DELIVERED = gettext_noop("העבודה נמסרה, והיא מחכה בעמוד ההזמנה.")  # a delivery answers an update

DECIDED = {  # what support decided in a case, told to both sides (DEC-32)
    "continue": gettext_noop("ההזמנה ממשיכה כפי שסוכם"),
    "revision": gettext_noop("נוסף סבב תיקונים אחד"),
    "refund": gettext_noop("%(amount)s חוזרים לאמצעי התשלום, והמסירה נשארת"),
    "cancel": gettext_noop("השלב בוטל והכסף ששולם עליו הוחזר"),
}

COMMON = {"other": gettext_noop("סיבה אחרת")}
WORK_GREW = {
    "more_work": gettext_noop("נוספה עבודה שלא סוכמה מראש"),
    "client_asked": gettext_noop("הלקוח/ה ביקשו שינוי"),
    "found_on_site": gettext_noop("התגלה בשטח משהו שלא היה ידוע"),
    **COMMON,
}
NEED_TIME = {
    "more_work": gettext_noop("היקף העבודה גדל"),
    "materials": gettext_noop("חומרים מתעכבים"),
    "weather": gettext_noop("מזג האוויר"),
    "personal": gettext_noop("סיבה אישית"),
    **COMMON,
}
REVISIONS = {
    "small_things": gettext_noop("נשארו דברים קטנים לתיקון"),
    "misunderstanding": gettext_noop("אי־הבנה לגבי מה שסוכם"),
    **COMMON,
}

# RES-13: the list of each kind, for each side that may open it.
REASONS: dict[str, dict[Party, dict[str, str]]] = {
    "cancellation": CANCELLATION,
    "progress_update": {
        Party.CLIENT: {
            "no_news": gettext_noop("אין חדשות כבר זמן מה"),
            "date_near": gettext_noop("המועד מתקרב"),
            "late": gettext_noop("המועד עבר"),
            **COMMON,
        }
    },
    "extension": {Party.CLIENT: NEED_TIME, Party.PROVIDER: NEED_TIME},
    "scope_change": {Party.PROVIDER: WORK_GREW},
    "extra": {Party.PROVIDER: {"offer": gettext_noop("הצעה לתוספת"), **WORK_GREW}},
    "more_revisions": {Party.PROVIDER: REVISIONS},
    "ask_revisions": {Party.CLIENT: REVISIONS},
    "partial_refund": {
        Party.PROVIDER: {
            "less_done": gettext_noop("חלק מהעבודה לא בוצע"),
            "good_will": gettext_noop("פיצוי על אי־נוחות"),
            "late": gettext_noop("פיצוי על איחור"),
            **COMMON,
        }
    },
}

SUPPORT_CANCELLATION = {
    "fraud": gettext_noop("רכישה שנעשתה במרמה"),
    "by_mistake": gettext_noop("ההזמנה נעשתה בטעות"),
    "missing_information": gettext_noop("חסר מידע להתחלת העבודה"),
    "provider_fault": gettext_noop("העבודה לא בוצעה כפי שסוכם"),
    "client_fault": gettext_noop("אין שיתוף פעולה מצד הלקוח/ה"),
    "blocked": gettext_noop("חשבון של אחד הצדדים נחסם"),
}
EXEMPT_FROM_RATE = frozenset({"fraud", "by_mistake", "missing_information"})  # MET-05

REVISION_QUESTIONS = {
    "in_scope": gettext_noop("האם השינויים כלולים במה שהוזמן?"),
    "complete": gettext_noop("האם כל השינויים הרצויים מפורטים כאן?"),
}
YES_NO = {"yes": gettext_noop("כן"), "no": gettext_noop("לא")}
