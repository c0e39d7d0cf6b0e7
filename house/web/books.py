"""What the books are called on the pages of staff."""

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
}
