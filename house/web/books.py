"""What the books are called on the pages of staff."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from house.ledger.models import Account

ACCOUNTS = {
    Account.Kind.GATEWAY: _("חברת התשלומים"),
    Account.Kind.ESCROW: _("נאמנות"),
    Account.Kind.PENDING: _("נותן/ת השירות, בהמתנה"),
    Account.Kind.CLEARED: _("נותן/ת השירות, זמין"),
    Account.Kind.PAYOUT: _("נותן/ת השירות, בדרך לבנק"),
    Account.Kind.BANK: _("הועבר לבנק"),
    Account.Kind.DEBT: _("חוב"),
    Account.Kind.COMMISSION: _("עמלת השוק"),
    Account.Kind.VAT: _("מע״מ על העמלה"),
    Account.Kind.FEES: _("עמלת סליקה"),
    Account.Kind.LOSS: _("הפסד של השוק"),
}
TRANSFERS = {
    "paid": _("תשלום"),
    "fee": _("עמלת סליקה"),
    "release": _("שחרור"),
    "refund": _("החזר"),
    "clear": _("סליקה"),
    "membership": _("חברות"),
    "payout_asked": _("בקשת משיכה"),
    "payout_taken_back": _("ביטול משיכה"),
    "payout_sent": _("העברה לבנק"),
    "payout_returned": _("העברה שחזרה"),
    "chargeback": _("הכחשת עסקה"),
    "chargeback_won": _("הכחשה שנדחתה"),
    "late_refund": _("החזר אחרי שחרור"),
    "refund_failed": _("החזר בדרך אחרת"),
}
REASONS = {  # why money went back, where it is not an order's ending
    "partial": _("החזר חלקי"),
    "late": _("החזר אחרי שחרור"),
    "chargeback_won": _("הכחשה שנדחתה אחרי ביטול"),
    "second_payment": _("אותו תשלום נגבה פעמיים"),
    "after_expired": _("התשלום הגיע אחרי שנגמר הזמן"),
    "after_declined": _("התשלום הגיע אחרי סירוב"),
    "wrong_amount": _("נגבה סכום אחר"),
    "mutual": _("ביטול בהסכמה"),
    "no_response": _("ביטול בלי תשובה"),
    "no_update": _("ביטול בלי עדכון התקדמות"),
    "no_requirements": _("ביטול בלי דרישות"),
    "support": _("ביטול בידי שירות הלקוחות"),
    "chargeback": _("ביטול אחרי הכחשה"),
}
OTHERWISE = _("לא היה עוד מה לקנות בכסף")  # what was to be bought had gone meanwhile


def refund_reason(reason: str) -> str | Promise:
    """Why a refund was asked for, in words."""
    return REASONS.get(reason, OTHERWISE)
