"""The questions about a client's business (ONB-02…21), in the order of the rules. Nobody is asked for a password:
where the seed speaks of credentials, who may give access is enough (AMB-33).
"""

from django.utils.translation import gettext_noop

QUESTIONS: dict[str, tuple[str, str]] = {  # code: (question, a word of help)
    "name": (gettext_noop("מה שם העסק?"), ""),
    "website": (gettext_noop("מה כתובת האתר?"), ""),
    "social": (
        gettext_noop("באילו רשתות חברתיות העסק פעיל?"),
        gettext_noop("קישורים, ומי יכול לתת הרשאת גישה. סיסמאות לא כותבים כאן ולא בשום מקום."),
    ),
    "about": (gettext_noop("מי אתם ומה אתם עושים?"), ""),
    "services": (gettext_noop("מה השירותים או המוצרים?"), ""),
    "problem": (gettext_noop("איזו בעיה אתם פותרים, ואיך?"), ""),
    "why": (gettext_noop("למה אנשים ירצו את המוצר או השירות?"), ""),
    "strengths": (gettext_noop("מה החוזקות?"), ""),
    "weaknesses": (gettext_noop("מה החולשות?"), ""),
    "unique": (gettext_noop("מה מייחד אתכם?"), ""),
    "message": (gettext_noop("מה המסר העיקרי, ומה רוצים שהקהל יעשה?"), ""),
    "goals": (gettext_noop("מה מטרות השיווק, ואיך נדע שהושגו?"), ""),
    "audience": (gettext_noop("מי קהל היעד?"), gettext_noop("מקום, גיל, מגדר, תחומי עניין.")),
    "persona": (gettext_noop("מי הלקוח או הלקוחה שלכם? תיאור של אדם אחד"), ""),
    "competitors": (gettext_noop("מי המתחרים?"), ""),
    "branding": (gettext_noop("איך נראה המותג?"), gettext_noop("ספר מותג, צבעים, גופנים, סגנונות.")),
    "media": (gettext_noop("איפה החומרים?"), gettext_noop("קישור ללוגו, לתמונות ולסרטונים.")),
    "voice": (gettext_noop("באיזה קול המותג מדבר?"), ""),
    "more": (gettext_noop("מה עוד כדאי לדעת?"), ""),
    "faq": (
        gettext_noop("מה שואלים אתכם, ומה עונים?"),
        gettext_noop("כל השאלות הנפוצות של העוקבים, עם התשובות."),
    ),
}
