"""Every line of `web.urls`: whom it opens for, and how it may be asked. A line without a row fails a test.

`who` is a word of `AUDIENCES`. Others are led to sign in, to the opening of provider mode, or find nothing (404).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.urls import URLResolver, get_resolver, reverse

from house.market.owner import make_token
from house.notices.topics import token
from house.web.views.calendar import token_of

from ..treasury import banking
from .world import World

GET, POST, BOTH, ANY = ("GET",), ("POST",), ("GET", "POST"), ("GET", "POST", "DELETE")

CLIENTS = ("noa", "dana")
PROVIDERS = ("amir", "rival", "frozen")
STAFF = ("reviewer", "moderator", "support", "editor", "finance", "owner")
PEOPLE = (*CLIENTS, *PROVIDERS, *STAFF)
GUEST, BANNED = "", "banned"

AUDIENCES: dict[str, tuple[str, ...]] = {
    "everybody": (GUEST, *PEOPLE),
    "who is signing in": (),  # in the middle of it; everybody else is led to its beginning, or home
    "members": PEOPLE,
    "the client": ("noa",),
    "its writer": ("dana",),
    "both sides": ("noa", "amir"),
    "both sides, support": ("noa", "amir", "support", "owner"),
    "providers": PROVIDERS,
    "its provider": ("amir",),
    "the order's provider": ("amir",),
    "staff": STAFF,
    "reviewers": ("reviewer", "owner"),
    "moderators": ("moderator", "owner"),
    "support": ("support", "owner"),
    "editors": ("editor", "owner"),
    "owners": ("owner",),
    "offers' staff": ("reviewer", "moderator", "owner"),
    "cases' staff": ("support", "moderator", "owner"),
    "people's staff": ("reviewer", "moderator", "support", "owner"),
    "money's staff": ("finance", "owner"),
    "members, as allauth judges": PEOPLE,  # whoever has no second factor has no codes either
    "orders' staff": ("support", "moderator", "finance", "owner"),
}
# Whoever has no provider mode is led to its opening.
LEADS_TO_OPENING = ("providers", "its provider")


class Line(NamedTuple):
    """One address, as the world has it."""

    name: str
    who: str
    methods: tuple[str, ...]
    where: Callable[[World], Any] = lambda world: ()
    words: dict[str, Any] = {}

    @property
    def is_allauths(self) -> bool:
        return self.name.startswith(("account_", "mfa_", "usersessions_"))

    def path(self, world: World) -> str:
        found = self.where(world)
        return reverse(self.name, args=found if isinstance(found, tuple) else (found,))


def offer(name: str, *more: Any) -> Callable[[World], Any]:
    return lambda world: (world.offers[name].pk, *more)


def order(name: str) -> Callable[[World], Any]:
    return lambda world: world.orders[name].number


def said_by(who: str) -> Callable[[World], tuple[int, int]]:
    """A message of somebody in the conversation that both sides have."""

    def found(world: World) -> tuple[int, int]:
        thread = world.things["thread"]
        return thread.pk, thread.messages.filter(author=world.people[who])[0].pk

    return found


def thing(name: str, part: str = "pk", *before: Any) -> Callable[[World], Any]:
    return lambda world: (*before, getattr(world.things[name], part))


def checkout(name: str) -> Callable[[World], Any]:
    return lambda world: world.checkouts[name].token


def person(name: str) -> Callable[[World], Any]:
    return lambda world: world.people[name].pk


def image(world: World) -> tuple[int, int]:
    found = world.offers["open"].images.get()
    return found.offer_id, found.pk


def fixed(*values: Any) -> Callable[[World], Any]:
    return lambda world: values


# fmt: off
LINES = [
    # The market
    Line("home", "everybody", GET),
    Line("category", "everybody", GET, fixed("renovation")),
    Line("search", "everybody", GET),
    Line("offer_plain", "everybody", GET, offer("open")),
    Line("offer", "everybody", GET, lambda world: (world.offers["open"].pk, world.offers["open"].slug)),
    Line("offer_compare", "everybody", GET, offer("open")),
    Line("offer_total", "everybody", GET, offer("open")),
    Line("offer_question", "members", BOTH, offer("open")),
    Line("offer_report", "members", BOTH, offer("open"), {"reason": "copied"}),
    Line("offer_short", "everybody", GET, offer("open")),
    Line("requests", "everybody", GET),
    Line("profile", "everybody", GET, fixed("amir")),
    Line("legal", "everybody", GET, fixed("terms")),
    Line("cancel", "everybody", BOTH),
    Line("licenses", "everybody", GET),
    # People; allauth's own
    Line("account_login", "everybody", BOTH),
    Line("account_logout", "everybody", BOTH),
    Line("account_inactive", "everybody", GET),
    Line("account_signup", "everybody", BOTH),
    Line("account_reauthenticate", "members", BOTH),
    Line("account_email", "members", BOTH),
    Line("account_email_verification_sent", "who is signing in", BOTH),
    Line("account_change_password", "members", BOTH),
    Line("account_set_password", "members", BOTH),
    Line("account_reset_password", "everybody", BOTH),
    Line("account_confirm_login_code", "who is signing in", BOTH),
    Line("account_reset_password_done", "everybody", GET),
    Line("account_reset_password_from_key", "everybody", BOTH, fixed("1", "abc-def")),
    Line("account_reset_password_from_key_done", "everybody", GET),
    Line("usersessions_list", "members", BOTH),
    Line("mfa_index", "members", GET),
    Line("mfa_authenticate", "who is signing in", BOTH),
    Line("mfa_reauthenticate", "members, as allauth judges", BOTH),
    Line("mfa_activate_totp", "members, as allauth judges", BOTH),
    Line("mfa_deactivate_totp", "members, as allauth judges", BOTH),
    Line("mfa_view_recovery_codes", "members, as allauth judges", GET),
    Line("mfa_generate_recovery_codes", "members, as allauth judges", BOTH),
    Line("mfa_download_recovery_codes", "members, as allauth judges", GET),
    Line("welcome", "members", GET),
    Line("settings", "everybody", ANY),  # leads on
    Line("settings_profile", "members", BOTH),
    Line("settings_security", "members", BOTH),
    Line("settings_notifications", "members", BOTH),
    Line("mail_stop", "everybody", BOTH, lambda world: token(world.people["noa"], "messages")),
    Line("settings_mode", "members", POST),
    Line("settings_closing", "members", BOTH),
    Line("live_counts", "members", GET),
    Line("notices", "members", GET),
    Line("notices_read", "members", POST),
    Line("notice", "the client", GET, thing("notice")),
    Line("owner_link", "everybody", BOTH, lambda world: make_token(), {"email": "new@example.org"}),
    # Conversations
    Line("inbox", "members", GET),
    Line("conversation", "both sides", GET, thing("thread")),
    Line("conversation_message", "both sides", BOTH, thing("thread")),
    Line("conversation_block", "both sides", POST, thing("thread")),
    Line("conversation_unblock", "both sides", POST, thing("thread")),
    Line("conversation_star", "both sides", POST, thing("thread"), {"on": "1"}),
    Line("conversation_unanswered", "both sides", POST, thing("thread")),
    Line("conversation_folder", "both sides", POST, thing("thread"), {"folder": "archived"}),
    Line("contacts", "members", GET),
    Line("contact_note", "the order's provider", BOTH, person("noa"), {"text": "הערה"}),
    Line("contact_talk", "the order's provider", POST, person("noa")),
    Line("conversation_typing", "both sides", POST, thing("thread")),
    Line("conversation_appeal", "its writer", BOTH, lambda world: world.things["masked"]),
    Line("conversation_report", "the client", BOTH, said_by("amir"), {"reason": "spam"}),
    # Service requests
    Line("my_requests", "members", GET),
    Line("request_new", "members", BOTH),
    Line("request", "the client", GET, thing("returned request")),
    Line("request_edit", "the client", BOTH, lambda world: (world.things["draft request"].pk, 1)),
    Line("request_file_removal", "the client", POST, lambda world: (world.things["draft request"].pk, world.things["request file"].pk)),
    Line("request_submission", "the client", POST, thing("draft request")),
    Line("request_removal", "the client", POST, thing("draft request")),
    Line("request_pause", "the client", POST, thing("open request")),
    Line("request_resumption", "the client", POST, thing("paused request")),
    Line("request_closing", "the client", POST, thing("open request")),
    Line("request_reopening", "the client", POST, thing("closed request")),
    Line("request_proposals", "the client", GET, thing("open request")),
    Line("request_star", "the client", POST, lambda world: (world.things["open request"].pk, world.things["proposal"].pk)),
    Line("seller_availability", "providers", BOTH),
    Line("seller_return", "providers", POST),
    Line("seller_requests", "providers", GET),
    Line("seller_request_letters", "providers", POST),
    Line("seller_request", "providers", GET, thing("open request")),
    Line("seller_request_hiding", "providers", POST, thing("open request")),
    Line("seller_request_showing", "providers", POST, thing("open request")),
    Line("seller_request_proposal", "providers", BOTH, thing("open request"), {"shape": "whole"}),
    Line("quote_new", "its provider", BOTH, thing("thread"), {"shape": "whole"}),
    Line("quote", "both sides", GET, thing("quote")),
    Line("quote_payment", "the client", BOTH, thing("quote")),
    Line("quote_refusal", "the client", POST, thing("quote")),
    Line("quote_withdrawal", "the order's provider", POST, thing("quote")),
    # Buying
    Line("me", "members", GET),
    Line("receipts", "members", GET),
    Line("receipts_file", "members", GET, fixed("csv")),
    Line("my_coupons", "members", GET),
    Line("checkout_start", "members", BOTH, offer("open")),
    Line("checkout", "the client", GET, checkout("open")),
    Line("checkout_pay", "the client", POST, checkout("open")),
    Line("checkout_done", "the client", GET, checkout("paying")),
    # The order room
    Line("orders", "members", GET),
    Line("order", "both sides", GET, order("active")),
    Line("order_requirements", "both sides", BOTH, order("awaiting"), {"r1": "שני מטר"}),
    Line("order_reminder", "the order's provider", POST, order("awaiting")),
    Line("order_message", "both sides", BOTH, order("active")),
    Line("order_acceptance", "the client", BOTH, order("delivered")),
    Line("order_revision", "the client", BOTH, order("delivered")),
    Line("order_cancellation", "both sides", BOTH, order("active")),
    Line("order_withdrawal", "both sides", POST, order("asked")),
    Line("order_consent", "both sides", BOTH, order("asked")),
    Line("order_refusal", "both sides", POST, order("asked")),
    Line("order_resolution", "both sides", GET, order("active")),
    Line("order_request", "both sides", BOTH, lambda world: (world.orders["active"].number, "extension"), {"days": "3"}),
    Line("order_change_payment", "the client", BOTH, order("active")),
    Line("order_dispute", "both sides", BOTH, order("active")),
    Line("order_next_payment", "the client", BOTH, order("active")),
    Line("order_stop", "the client", BOTH, order("active")),
    Line("order_abandonment", "the order's provider", BOTH, order("forgotten")),
    Line("order_again", "the client", GET, order("done")),
    Line("receipt", "the client", GET, order("done")),
    Line("order_statement", "both sides", GET, order("done")),
    Line("order_statement_file", "both sides", GET, lambda world: (world.orders["done"].number, "xlsx")),
    Line("order_rate", "both sides", BOTH, order("done")),
    Line("order_reply", "the order's provider", BOTH, order("done")),
    Line("order_questionnaire", "both sides", GET, order("active")),
    Line("order_questionnaire_answers", "the client", BOTH, order("active"), {"name": "סטודיו"}),
    Line("order_questionnaire_sending", "the order's provider", POST, order("active")),
    Line("order_tasks", "both sides", BOTH, order("active"), {"day": "2026-12-01"}),
    Line("order_task", "both sides", BOTH, lambda world: (world.orders["active"].number, world.things["task"].pk)),
    Line("file", "both sides, support", GET, lambda world: world.things["file"]),
    Line("support", "everybody", BOTH),
    Line("support_case", "the client", BOTH, thing("case", "number")),
    # Selling
    Line("seller", "providers", GET),
    Line("seller_onboarding", "members", BOTH),
    Line("seller_application", "providers", BOTH),
    Line("seller_profile", "providers", GET),
    Line("seller_profile_part", "providers", BOTH, fixed("about")),
    Line("seller_profile_removal", "providers", POST, thing("work", "pk", "works")),
    Line("seller_offers", "providers", GET),
    Line("offer_new", "providers", BOTH),
    Line("offer_edit", "its provider", BOTH, offer("open", 1)),
    Line("offer_image", "its provider", POST, offer("open")),
    Line("offer_image_removal", "its provider", POST, image),
    Line("offer_image_first", "its provider", POST, image),
    Line("offer_submission", "its provider", POST, offer("draft")),
    Line("offer_pause", "its provider", BOTH, offer("open")),
    Line("offer_return", "its provider", POST, offer("paused")),
    Line("offer_removal", "its provider", BOTH, offer("open")),
    Line("offer_share", "its provider", GET, offer("open")),
    Line("seller_orders", "providers", GET),
    Line("order_deliver", "its provider", BOTH, order("active")),
    Line("seller_earnings", "providers", GET),
    Line("seller_months", "providers", GET),
    Line("seller_month", "providers", GET, fixed(2026, 11)),
    Line("seller_month_file", "providers", GET, fixed(2026, 11, "csv")),
    Line("seller_payouts", "providers", GET),
    Line("seller_bank", "providers", BOTH, words=banking.DETAILS),
    Line("seller_withdrawal", "providers", BOTH, words={"amount": "60"}),
    Line("payout_removal", "its provider", POST, thing("payout")),
    Line("seller_quick", "providers", BOTH),
    Line("seller_quick_edit", "providers", BOTH, fixed("preset-1")),
    Line("seller_quick_removal", "providers", POST, fixed("preset-2")),
    Line("seller_coupons", "providers", BOTH),
    Line("seller_membership", "providers", BOTH, words={"months": "1"}),
    Line("seller_calendar", "providers", GET),
    Line("calendar_address", "providers", POST),
    Line("calendar_feed", "everybody", GET, lambda world: token_of(world.people["amir"])),  # who knows the address
    # Staff (DEC-20)
    Line("staff", "staff", GET),
    Line("staff_offers", "offers' staff", GET),
    Line("staff_offer", "offers' staff", GET, offer("pending")),
    Line("staff_offer_approval", "reviewers", POST, offer("pending")),
    Line("staff_requests", "offers' staff", GET),
    Line("staff_request", "offers' staff", GET, thing("pending request")),
    Line("staff_request_approval", "reviewers", POST, thing("pending request")),
    Line("staff_request_returning", "reviewers", POST, thing("pending request"), {"reason": "חסרות מידות"}),
    Line("staff_request_refusal", "offers' staff", POST, thing("pending request"), {"reason": "פרסומת"}),
    Line("staff_offer_denial", "reviewers", BOTH, offer("pending")),
    Line("staff_offer_removal", "moderators", BOTH, offer("open")),
    Line("staff_applications", "reviewers", GET),
    Line("staff_application", "reviewers", GET, thing("application")),
    Line("staff_application_decision", "reviewers", BOTH, thing("application"), {"decision": "approved"}),
    Line("staff_users", "people's staff", GET),
    Line("staff_user", "people's staff", GET, person("noa")),
    Line("staff_user_level", "reviewers", BOTH, person("amir")),
    Line("staff_user_standing", "moderators", BOTH, person("noa")),
    Line("staff_user_membership", "owners", BOTH, person("amir"), {"months": "1"}),
    Line("staff_user_roles", "owners", BOTH, person("dana"), {"role": "owner", "step": "grant"}),
    Line("staff_cases", "cases' staff", GET),
    Line("staff_case", "support", GET, thing("case", "number")),
    Line("staff_case_note", "support", BOTH, thing("case", "number")),
    Line("staff_case_decision", "support", BOTH, thing("case", "number"), {"decision": "continue"}),
    Line("staff_case_unmasking", "support", BOTH, thing("appeal", "number")),
    Line("staff_case_closing", "support", BOTH, thing("case", "number")),
    Line("staff_order", "orders' staff", GET, order("active")),
    Line("staff_order_messages", "moderators", BOTH, order("active"), {"why": "דיווח על תשלום מחוץ לאתר"}),
    Line("staff_order_rate", "support", BOTH, order("cancelled"), {"counts": "", "why": "בדקנו: הטעות אינה שלך"}),
    Line("staff_order_cancellation", "support", BOTH, order("active"), {"reason": "fraud"}),
    Line("staff_ledger", "money's staff", GET),
    Line("staff_transfer", "money's staff", GET, thing("transfer")),
    Line("staff_ledger_sheet", "money's staff", GET, fixed("csv")),
    Line("staff_order_refund", "money's staff", BOTH, thing("released order", "number"), {"amount": "1", "why": "פיצוי"}),
    Line("staff_money", "money's staff", GET),
    Line("staff_refund_retry", "money's staff", POST, thing("refused refund")),
    Line("staff_refund_settling", "money's staff", BOTH, thing("refund to settle"), {"how": "transfer", "why": "הועבר"}),
    Line("staff_payouts", "money's staff", GET),
    Line("staff_payouts_collection", "money's staff", POST),
    Line("staff_batch", "money's staff", GET, thing("batch")),
    Line("staff_batch_approval", "money's staff", POST, thing("batch")),
    Line("staff_batch_sending", "money's staff", POST, thing("approved batch")),
    Line("staff_batch_removal", "money's staff", BOTH, thing("batch"), {"why": "תאריך שגוי"}),
    Line("staff_batch_bank", "money's staff", GET, thing("approved batch")),
    Line("staff_batch_sheet", "money's staff", GET, lambda world: (world.things["approved batch"].pk, "csv")),
    Line("staff_payout_return", "money's staff", BOTH, thing("sent payout"), {"why": "חשבון סגור"}),
    Line("staff_content", "editors", GET),
    Line("staff_category", "editors", BOTH, fixed("renovation")),
    Line("staff_audit", "owners", GET),
    Line("styleguide", "staff", GET),
    # Machines
    Line("hook", "everybody", POST, fixed("local")),
    Line("ready", "everybody", GET),
    Line("robots", "everybody", GET),
    Line("sitemap", "everybody", GET),
    Line("manifest", "everybody", GET),
    Line("media", "everybody", GET, lambda world: world.offers["open"].images.get().image.name),
    # The payment provider's twin and the demo's mailbox: whoever knows the address
    Line("twin", "everybody", GET, lambda world: world.checkouts["paying"].gateway_ref),
    Line("twin_answer", "everybody", POST, lambda world: (world.checkouts["paying"].gateway_ref, "approve")),
    Line("mailbox", "everybody", GET),
    Line("letter", "everybody", GET, thing("letter")),
]
# fmt: on

# What the rightful person would send; a stranger sends the same.
WORDS = {
    "text": "הכול לפי מה שסוכם, עם אחריות בכתב",
    "links": "https://example.com/pictures",
    "reason": "other",
    "explanation": "התוכניות השתנו ואין צורך בעבודה",
    "in_scope": "yes",
    "complete": "yes",
    "quality": "5",
    "communication": "5",
    "value": "5",
    "stars": "5",
    "package": "1",
    "quantity": "1",
    "key": "a" * 22,
    "invoice_name": "נועה",
    "terms": "on",
    "rights": "1",
    "to": "staff",
    "level": "level_1",
    "why": "כך הוחלט",
    "step": "suspend",
    "title": "אני אעשה משהו אחר לגמרי",
    "where": "online",
    "bio": "בונים ומשפצים באשקלון והסביבה כבר עשור, עם יחס אישי ולוח זמנים ברור לכל עבודה.",
    "username": "somebody-new",
    "name": "שיפוצים אחרים",
    "position": "1",
    "first_name": "אחרת",
    "names": "1",
    "removal": "1",
}


class Pattern(NamedTuple):
    """A line of the resolver, flattened."""

    name: str | None
    path: str
    callback: Any

    @property
    def is_admins(self) -> bool:
        return self.path.startswith("admin/")


def flat(patterns: Any = None, before: str = "") -> list[Pattern]:
    """Every line of the site."""
    found = []
    for each in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(each.pattern)
        if isinstance(each, URLResolver):
            found += flat(each.url_patterns, path)
        else:
            found.append(Pattern(each.name, path, each.callback))
    return found
