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
