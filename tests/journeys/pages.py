"""Every page of the market, by who opens it; and the forms whose errors are pages too."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.http import int_to_base36

from house.market.owner import make_token
from house.notices.topics import token

from .. import persons
from ..persons import PASSWORD
from .content import Content

GUEST, SIGNING = "", "signing"
# Steps that only answer to POST, machines, and the admin, whose pages are Django's.
NO_PAGES = [
    "checkout_pay",
    "contact_talk",
    "conversation_block",
    "conversation_folder",
    "conversation_message",
    "order_questionnaire_answers",
    "order_questionnaire_sending",
    "conversation_star",
    "conversation_unanswered",
    "conversation_typing",
    "conversation_unblock",
    "file",
    "hook",
    "live_counts",
    "manifest",
    "media",
    "notice",
    "notices_read",
    "mfa_authenticate",
    "mfa_download_recovery_codes",
    "offer_image",
    "offer_image_first",
    "offer_image_removal",
    "offer_plain",
    "offer_return",
    "offer_short",
    "offer_submission",
    "calendar_address",
    "calendar_feed",
    "order_again",
    "order_refusal",
    "order_reminder",
    "order_statement_file",
    "order_withdrawal",
    "payout_removal",
    "quote_refusal",
    "quote_withdrawal",
    "ready",
    "robots",
    "request_closing",
    "request_file_removal",
    "request_pause",
    "request_removal",
    "request_reopening",
    "request_resumption",
    "request_star",
    "request_submission",
    "receipts_file",
    "seller_month_file",
    "seller_profile_removal",
    "seller_quick_removal",
    "seller_request_hiding",
    "seller_return",
    "seller_request_letters",
    "seller_request_showing",
    "settings",
    "settings_mode",
    "sitemap",
    "staff_application_decision",
    "staff_batch_approval",
    "staff_batch_bank",
    "staff_batch_sending",
    "staff_batch_sheet",
    "staff_case_closing",
    "staff_case_note",
    "staff_case_unmasking",
    "staff_offer_approval",
    "staff_request_approval",
    "staff_request_refusal",
    "staff_request_returning",
    "staff_ledger_sheet",
    "staff_offer_denial",
    "staff_payouts_collection",
    "staff_refund_retry",
    "staff_user_level",
    "staff_user_membership",
    "staff_user_roles",
    "staff_user_standing",
    "twin_answer",
]
# Pages of allauth that this market's settings close.
CLOSED = ["account_confirm_email", "account_confirm_login_code", "account_set_password"]


FRAGMENTS = ["offer_total"]  # what htmx swaps in: no page of its own


class Page(NamedTuple):
    """One address, as this person opens it (the guest has no name)."""

    who: str
    path: str
    status: int = 200

    @property
    def title(self) -> str:
        """A name for files and messages."""
        return f"{self.who or 'guest'}{self.path.replace('/', '_')}"


class Sent(NamedTuple):
    """A form sent with what it refuses."""

    who: str
    path: str
    words: dict[str, str]
    status: int = 422


def to(name: str, *arguments: object) -> str:
    return reverse(name, args=arguments or None)


def every(content: Content) -> list[Page]:
    """All of them."""
    parts = (public, account, buying, rooms, agreed, asking, selling, staff)
    return list(chain.from_iterable(part(content) for part in parts))


def public(content: Content) -> Iterator[Page]:
    offer, other = content.offers["open"], content.offers["other"]
    for who in (GUEST, "noa", "amir", "shira"):
        yield Page(who, to("home"))
        yield Page(who, to("search"))
        yield Page(who, offer.path)
    plain = [to("category", offer.category.slug), to("category", "gardening"), to("profile", "amir"), other.path]
    plain += [to("category", "renovation") + "?sub=bathrooms", to("profile", "newcomer"), to("search") + "?q=נזילה"]
    plain += [to("search") + "?q=אין כזה דבר&verified=1&place=ashkelon", to("search") + "?category=plumbing&min=10"]
    plain += [to("offer_compare", offer.pk), to("offer_compare", other.pk)]
    plain += [content.offers["paused"].path, to("offer_total", offer.pk), f"{offer.path}?package=3&quantity=4&fast=1"]
    plain += [to("legal", page) for page in ("terms", "privacy", "cookies", "accessibility")]
    plain += [to("cancel"), to("licenses"), to("support"), to("mailbox"), to("mailbox") + "?to=nobody@example.org"]
    plain += [to("letter", content.numbers["letter"])]
    yield from (Page(GUEST, path) for path in plain)
    yield Page(GUEST, "/nowhere/", 404)
    yield Page("noa", to("order", "BH-000000"), 404)


def account(content: Content) -> Iterator[Page]:
    for name in (
        "login",
        "signup",
        "reset_password",
        "reset_password_done",
        "reset_password_from_key_done",
        "inactive",
    ):
        yield Page(GUEST, to(f"account_{name}"))
    yield Page(GUEST, to("owner_link", make_token()))
    yield Page(GUEST, to("owner_link", "worn-out"), 410)
    yield Page(GUEST, to("account_reset_password_from_key", *_key(content)))
    yield Page(SIGNING, to("account_email_verification_sent"))
    for name in ("logout", "email", "change_password", "reauthenticate"):
        yield Page("noa", to(f"account_{name}"))
    for name in ("usersessions_list", "welcome", "notices", "inbox", "me", "receipts", "orders", "support", "cancel"):
        yield Page("noa", to(name))
    for name in ("notices", "inbox", "me", "receipts", "orders", "welcome", "seller_onboarding", "settings_closing"):
        yield Page("dana", to(name))
    for part in ("profile", "security", "notifications", "closing"):
        yield Page("noa", to(f"settings_{part}"))
    yield Page("amir", to("settings_profile"))
    yield Page("amir", to("my_coupons"))
    yield Page("amir", to("seller_quick"))
    yield Page("amir", to("seller_quick_edit", "preset-1"))
    yield Page("noa", to("my_coupons"))
    yield Page("amir", to("mfa_activate_totp"))
    for name in ("index", "reauthenticate", "deactivate_totp", "view_recovery_codes", "generate_recovery_codes"):
        yield Page("shira", to(f"mfa_{name}"))
    yield Page("noa", to("mfa_index"))


def _key(content: Content) -> tuple[str, str]:
    dana = content.people["dana"]
    return int_to_base36(dana.pk), default_token_generator.make_token(dana)


def buying(content: Content) -> Iterator[Page]:
    offer = content.offers["open"]
    for name in ("offer_question", "offer_report", "checkout_start"):
        yield Page("noa", to(name, offer.pk))
    yield Page("noa", to("checkout_start", offer.pk) + "?package=3&quantity=1&fast=1")
    for name in ("open", "paying", "declined", "expired"):
        yield Page("noa", to("checkout", content.checkouts[name]))
    yield Page("noa", to("checkout_start", content.offers["small"].pk))
    for name in ("paid", "paying", "stage"):
        yield Page("noa", to("checkout_done", content.checkouts[name]))
    yield Page("noa", to("twin", content.checkouts["twin"]))
    yield Page("noa", to("conversation", content.numbers["conversation"]))
    yield Page("noa", to("conversation_report", content.numbers["conversation"], content.numbers["said"]))
    yield Page("noa", to("support") + f"?about={content.orders['active'].about}")
    yield Page("dana", to("conversation_appeal", *content.numbers["masked"]))
    yield Page("dana", to("conversation", content.numbers["masked"][0]))
    for name in ("support", "closed"):
        yield Page("noa", to("support_case", content.numbers["cases"][name]))


REQUESTS = {  # the form of each kind, and closed ones; of the plan, where one stage or all of it can be meant
    "active": ("noa progress_update", "amir extension", "amir scope_change", "amir extra", "amir partial_refund"),
    "delivered": ("amir more_revisions", "amir partial_refund", "noa ask_revisions"),
    "late": ("noa cancellation",),
    "plan_first": ("noa cancellation", "amir extension"),
}


def rooms(content: Content) -> Iterator[Page]:
    """Each order as both sides see it, and the pages that ask before a step."""
    for order in content.orders.values():
        yield Page("noa", to("order", order.number))
        yield Page("amir", to("order", order.number))
    steps = {  # of each order: who, and what stands behind its number in the address
        "awaiting": ("noa requirements", "noa cancellation", "amir requirements"),
        "forgotten": ("amir abandonment",),
        "active": ("noa requirements", "noa message", "amir deliver", "amir cancellation", "noa tasks", "amir tasks"),
        "late": ("amir deliver", "noa cancellation", "noa resolution"),
        "delivered": ("noa acceptance", "noa revision"),
        "asked_by_client": ("amir consent",),
        "asked_by_provider": ("noa consent",),
        "approved": ("noa rate", "amir rate"),
        "reviewed": ("amir reply", "noa tasks"),
        "cancelled": ("noa rate", "noa resolution"),
        "update": ("amir consent", "noa resolution"),
        "extension": ("noa consent",),
        "scope": ("noa change_payment",),
        "more_revisions": ("noa change_payment",),
        "ask_revisions": ("amir consent",),
        "refund": ("noa consent",),
        "refused": ("noa dispute", "amir resolution"),
        "plan_second": ("noa acceptance", "noa resolution"),
        "plan_between": ("noa next_payment", "noa stop"),
    }
    for name, pages in steps.items():
        for who, step in (page.split() for page in pages):
            yield Page(who, to(f"order_{step}", content.orders[name].number))
    for name, kinds in REQUESTS.items():
        for who, kind in (each.split() for each in kinds):
            yield Page(who, to("order_request", content.orders[name].number, kind))
    for task in content.numbers["tasks"][:2]:
        yield Page("amir", to("order_task", content.orders["active"].number, task))
    yield Page("noa", to("receipt", content.orders["approved"].number))
    yield Page("noa", to("receipt", content.orders["cancelled"].number))
    for tab in ("completed", "cancelled", "all"):
        yield Page("noa", to("orders") + f"?tab={tab}")


def agreed(content: Content) -> Iterator[Page]:
    """Custom offers in each state, by both sides."""
    quotes = content.numbers["quotes"]
    for quote in quotes.values():
        yield Page("noa", to("quote", quote))
    for name in ("sent", "whole", "accepted"):
        yield Page("amir", to("quote", quotes[name]))
    for name in ("sent", "whole"):
        yield Page("noa", to("quote_payment", quotes[name]))
    for who, name in (("amir", "conversation"), ("amir", "asking"), ("dana", "asking")):
        yield Page(who, to("conversation", content.numbers[name]))
    yield Page("amir", to("contacts"))
    for who in ("noa", "amir"):
        yield Page(who, to("order_questionnaire", content.orders["active"].number))
    yield Page("", to("mail_stop", token(content.people["noa"], "messages")))
    yield Page("amir", to("contact_note", content.people["noa"].pk))
    yield Page("dana", to("contacts"))
    yield Page("amir", to("inbox") + "?q=השבוע")
    yield Page("amir", to("inbox") + "?folder=spam")
    yield Page("amir", to("quote_new", content.numbers["asking"]))


def asking(content: Content) -> Iterator[Page]:
    """Service requests in their states, as client, providers and staff see them."""
    wishes = content.numbers["requests"]
    for who in (GUEST, "amir"):
        yield Page(who, to("requests"))
    yield Page("noa", to("request_new"))
    for who in ("noa", "dana"):
        yield Page(who, to("my_requests"))
    for step in range(1, 5):
        yield Page("noa", to("request_edit", wishes["draft"], step))
    yield Page("noa", to("request_edit", wishes["returned"], 4))
    for name in ("open", "pending", "paused", "expired", "refused"):
        yield Page("noa", to("request", wishes[name]))
    for name in ("open", "paused"):
        yield Page("noa", to("request_proposals", wishes[name]))
    yield Page("noa", to("request_proposals", wishes["open"]) + "?starred=1")
    for who in ("amir", "new", "tal"):
        yield Page(who, to("seller_requests"))
    yield Page("amir", to("seller_requests") + "?all=1&hidden=1")
    for who in ("amir", "tal"):
        yield Page(who, to("seller_request", wishes["open"]))
    for who in ("amir", "tal"):
        yield Page(who, to("seller_request_proposal", wishes["open"]))
    yield Page("shira", to("staff_requests"))
    for name in ("pending", "open", "refused"):
        yield Page("shira", to("staff_request", wishes[name]))


def selling(content: Content) -> Iterator[Page]:
    for who in ("amir", "new"):
        for name in ("", "_onboarding", "_application", "_profile", "_offers", "_orders", "_earnings"):
            yield Page(who, to(f"seller{name}"))
    for who in ("amir", "new", "tal"):
        for name in ("coupons", "membership"):
            yield Page(who, to(f"seller_{name}"))
    for who in ("amir", "new"):
        yield Page(who, to("seller_calendar"))
    yield Page("amir", to("seller_calendar") + "?month=2026-01")
    yield Page("amir", to("checkout_done", content.checkouts["membership"]))
    for who in ("amir", "tal"):
        yield Page(who, to("seller_availability"))
    for part in ("about", "areas", "experience", "showcase", "works"):
        yield Page("amir", to("seller_profile_part", part))
    yield Page("new", to("seller_profile_part", "works"))
    for who, name in (("amir", "approved"), ("amir", "active"), ("noa", "cancelled")):
        yield Page(who, to("order_statement", content.orders[name].number))
    for who in ("amir", "new"):
        yield Page(who, to("seller_months"))
    for who in ("amir", "new"):
        yield Page(who, to("seller_payouts"))
        yield Page(who, to("seller_bank"))
        yield Page(who, to("seller_withdrawal"))
    today = content.orders["approved"].placed_at
    yield Page("amir", to("seller_month", today.year, today.month))
    yield Page("amir", to("offer_new"))
    for step in range(1, 7):
        for name in ("open", "bare", "pending"):
            yield Page("amir", to("offer_edit", content.offers[name].pk, step))
    yield from (Page("amir", to("offer_edit", content.offers[name].pk, 1)) for name in ("draft", "denied"))
    for name in ("pause", "removal", "share"):
        yield Page("amir", to(f"offer_{name}", content.offers["open"].pk))
    yield Page("amir", content.offers["draft"].path)
    yield Page("amir", to("inbox"))
    yield Page("amir", to("notices"))


def staff(content: Content) -> Iterator[Page]:
    pending = content.offers["pending"]
    for name in ("", "_offers", "_applications", "_users", "_cases", "_content"):
        yield Page("shira", to(f"staff{name}"))
    yield Page("shira", to("styleguide"))
    for offer in (pending, content.offers["open"]):
        yield Page("shira", to("staff_offer", offer.pk))
    yield Page("shira", to("staff_offer_removal", content.offers["open"].pk))
    yield Page("shira", pending.path)
    for application in content.numbers["applications"].values():
        yield Page("shira", to("staff_application", application))
    for name in ("noa", "amir", "shira"):
        yield Page("shira", to("staff_user", content.people[name].pk))
    yield Page("orna", to("staff_user", content.people["shira"].pk))
    yield Page("orna", to("staff"))
    yield Page("orna", to("staff_audit"))
    yield Page("shira", to("staff_ledger"))
    yield Page("shira", to("staff_transfer", content.numbers["transfer"]))
    yield Page("shira", to("staff_payouts"))
    yield Page("shira", to("staff_money"))
    yield Page("shira", to("staff_refund_settling", content.numbers["refund"]))
    yield Page("shira", to("staff_order_refund", content.orders["disputed"].number))
    yield Page("shira", to("staff_order", content.orders["disputed"].number))
    yield Page("amir", to("order_statement", content.orders["disputed"].number))
    for name in ("waiting", "approved", "sent", "returned"):
        yield Page("shira", to("staff_batch", content.numbers["batches"][name]))
    yield Page("shira", to("staff_batch_removal", content.numbers["batches"]["waiting"]))
    yield Page("shira", to("staff_payout_return", content.numbers["batches"]["payout"]))
    for number in content.numbers["cases"].values():
        yield Page("shira", to("staff_case", number))
    for name in ("active", "late", "cancelled", "asked_by_client"):
        yield Page("shira", to("staff_order", content.orders[name].number))
    yield Page("shira", to("staff_order_messages", content.orders["active"].number))
    yield Page("shira", to("staff_order", content.orders["plan_second"].number))
    yield Page("shira", to("staff_order_rate", content.orders["cancelled"].number))
    yield Page("shira", to("staff_case_decision", content.numbers["cases"]["held"]))
    yield Page("shira", to("staff_order_cancellation", content.orders["active"].number))
    yield Page("shira", to("staff_category", "renovation"))
    yield Page("shira", to("staff_users") + "?q=לוי")


# A bill as it is counted before it is sent.
BILL = {"title_1": "ברז", "price_1": "120", "quantity_1": "2", "days": "1", "reason": "offer"}
BILL["explanation"] = "הברז הישן מטפטף וכדאי להחליף אותו עכשיו"


def forms(content: Content) -> list[Sent]:
    """One refused form of each kind: what is wrong is said on a page of its own."""
    orders, offers = content.orders, content.offers
    return [
        Sent(GUEST, to("account_signup"), {"email": "no"}, 200),
        Sent(GUEST, to("account_login"), {"login": "noa@example.org", "password": "wrong"}, 200),
        Sent(GUEST, to("support"), {}),
        Sent(GUEST, to("cancel"), {}),
        Sent("noa", to("checkout_start", offers["open"].pk), {"package": "1", "quantity": "99"}),
        Sent("noa", to("order_requirements", orders["awaiting"].number), {}),
        Sent("noa", to("order_revision", orders["delivered"].number), {"text": "?"}),
        Sent("noa", to("order_cancellation", orders["late"].number), {}),
        Sent("noa", to("order_message", orders["active"].number), {}),
        Sent("noa", to("order_rate", orders["approved"].number), {}),
        Sent("noa", to("settings_profile"), {"names": "1"}),
        Sent("noa", to("settings_closing"), {"password": "wrong"}),
        Sent("noa", to("checkout_start", offers["open"].pk), {"package": "2", "recount": "1"}, 200),
        Sent("noa", to("order_request", orders["active"].number, "extension"), {"days": "0", "explanation": "?"}),
        Sent("noa", to("order_request", orders["plan_first"].number, "cancellation"), {}),
        Sent("noa", to("order_change_payment", orders["scope"].number), {}),
        Sent("noa", to("order_next_payment", orders["plan_between"].number), {}),
        Sent("noa", to("order_dispute", orders["refused"].number), {"text": "?"}),
        Sent("noa", to("order_tasks", orders["active"].number), {"text": "", "day": "מחר"}),
        Sent("noa", to("quote_payment", content.numbers["quotes"]["sent"]), {}),
        Sent("amir", to("order_request", orders["active"].number, "scope_change"), {"title_3": "דלת"}),
        Sent("amir", to("order_request", orders["active"].number, "extra"), {**BILL, "preview": "1"}, 200),
        Sent("amir", to("order_request", orders["delivered"].number, "partial_refund"), {"amount": "99,999"}),
        Sent("amir", to("order_consent", orders["update"].number), {"answer": "?"}),
        Sent("amir", to("order_task", orders["active"].number, content.numbers["tasks"][0]), {"state": "lost"}),
        Sent("amir", to("quote_new", content.numbers["asking"]), {"shape": "whole", "whole-price": "זול"}),
        Sent("amir", to("quote_new", content.numbers["asking"]), {"shape": "milestones", "stage2-days": "99"}),
        Sent("amir", to("seller_availability"), {"starts_on": "2020-01-01", "returns_on": "מחר"}),
        Sent("noa", to("request_new"), {"title": "להתקשר 052-1234567"}),
        Sent("noa", to("request_edit", content.numbers["requests"]["draft"], 3), {"budget": "הרבה"}),
        Sent("amir", to("seller_request_proposal", content.numbers["requests"]["open"]), {"shape": "whole"}),
        Sent("shira", to("staff_request_refusal", content.numbers["requests"]["pending"]), {}),
        Sent("amir", to("seller_coupons"), {"percent": "21"}),
        Sent("amir", to("seller_membership"), {}),
        Sent("amir", to("order_deliver", orders["plan_without"].number), {"text": "השלב האחרון מוכן"}),
        Sent("amir", to("order_deliver", orders["late"].number), {"links": "ftp://x"}),
        Sent("amir", to("offer_edit", offers["draft"].pk, 1), {"title": "טלפון 052-1234567"}),
        Sent("amir", to("offer_edit", offers["draft"].pk, 2), {"three": "1", "p1-price": "שקל", "p2-days": "x"}),
        Sent("amir", to("offer_submission", offers["draft"].pk), {}),
        Sent("amir", to("offer_pause", offers["open"].pk), {"returns_on": "2020-01-01"}),
        Sent("amir", to("seller_profile_part", "about"), {"bio": "קצר"}),
        Sent("dana", to("seller_onboarding"), {"username": "א"}),
        Sent("shira", to("staff_offer_denial", offers["pending"].pk), {}),
        Sent("shira", to("staff_case_decision", content.numbers["cases"]["held"]), {"decision": "cancel"}),
    ]


def name_of(page: Page) -> tuple[str, ...]:
    """The line of `web.urls` that a page belongs to, with what else tells pages of one line apart."""
    if page.status != 200:
        return (str(page.status),)
    match = get_resolver().resolve(page.path.split("?")[0])
    return (match.view_name, *(str(match.kwargs[each]) for each in ("step", "page", "part") if each in match.kwargs))


def few(pages: list[Page]) -> list[Page]:
    """For a slow look: the first of a name by each person, and every order's room, by its sides in turn."""
    seen: Counter[tuple[str, ...]] = Counter()
    rooms: dict[str, int] = {}
    found = []
    for page in pages:
        name = name_of(page)
        seen[page.who, *name] += 1
        turn = ("noa", "amir")[rooms.setdefault(page.path, len(rooms)) % 2] if name[0] == "order" else ""
        if name[0] not in FRAGMENTS and (page.who == turn or seen[page.who, *name] == 1):
            found.append(page)
    return found


def unseen(pages: list[Page]) -> set[str]:
    """Lines of `web.urls` that no page of the list opens."""
    opened = {get_resolver().resolve(page.path.split("?")[0]).view_name for page in pages if page.status != 404}
    return set(_names(get_resolver().url_patterns)) - opened - {*NO_PAGES, *CLOSED}


def _names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """Every named line but those of Django's admin."""
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from [] if each.app_name == "admin" else _names(each.url_patterns)
        elif each.name:
            yield each.name


def browsers(content: Content) -> dict[str, Browser]:
    """Everybody's browser, signed in; one stands in the middle of signing up."""
    found = {name: Browser(raise_request_exception=False) for name in (GUEST, SIGNING, *content.people)}
    for name, user in content.people.items():
        found[name].force_login(user)
    persons.second_factor(found["shira"], content.people["shira"])
    persons.proved(found["amir"], content.people["amir"], "password")
    words = {"first_name": "רות", "email": "ruth@example.org", "password1": PASSWORD, "terms": "on"}
    found[SIGNING].post(to("account_signup"), words)
    return found


def cookies(content: Content) -> dict[str, str]:
    """The sessions of these browsers."""
    jars = {name: browser.cookies.get(settings.SESSION_COOKIE_NAME) for name, browser in browsers(content).items()}
    return {name: jar.value for name, jar in jars.items() if jar}
