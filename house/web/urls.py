"""The whole site on one page. One URL, one verb; nouns, not verbs, in paths.

Every line here has a row in tests/web/test_strangers.py; a line without one fails.
"""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, register_converter
from django.views.generic.base import RedirectView

from .sheets import SheetKind
from .views import (
    calendar,
    checkout,
    coupons,
    inbox,
    market,
    me,
    membership,
    milestones,
    notices,
    offers,
    orders,
    quotes,
    resolution,
    reviews,
    seller,
    seller_profile,
    staff,
    staff_content,
    staff_offers,
    staff_people,
    statements,
    support,
    system,
    tasks,
    wizard,
)
from .views import (
    settings as account,
)

register_converter(SheetKind, "sheet")

urlpatterns = [
    # The market: public, GET, indexable
    path("", market.home, name="home"),
    path("c/<slug:category>/", market.category, name="category"),
    path("search/", market.search, name="search"),
    path("offers/<int:pk>/", offers.short, name="offer_plain"),
    path("offers/<int:pk>-<str:slug>/", offers.show, name="offer"),
    path("offers/<int:pk>/compare/", offers.compare, name="offer_compare"),
    path("offers/<int:pk>/total/", offers.total, name="offer_total"),
    path("offers/<int:pk>/question/", offers.question, name="offer_question"),
    path("offers/<int:pk>/report/", offers.report, name="offer_report"),
    path("o/<int:pk>/", offers.short, name="offer_short"),
    path("pro/<slug:username>/", market.profile, name="profile"),
    path("legal/<slug:page>/", system.legal, name="legal"),
    path("cancel/", system.cancel, name="cancel"),
    path("licenses/", system.licenses, name="licenses"),
    # People
    path("accounts/", include("allauth.urls")),
    path("welcome/", account.welcome, name="welcome"),
    path("settings/", RedirectView.as_view(pattern_name="settings_profile"), name="settings"),
    path("settings/profile/", account.profile, name="settings_profile"),
    path("settings/security/", account.security, name="settings_security"),
    path("settings/notifications/", account.notifications, name="settings_notifications"),
    path("settings/mode/", account.mode, name="settings_mode"),
    path("settings/closing/", account.closing, name="settings_closing"),
    path("notifications/", notices.index, name="notices"),
    path("notifications/read/", notices.read_all, name="notices_read"),
    path("notifications/<int:pk>/", notices.follow, name="notice"),
    path("owner/<str:token>/", account.owner, name="owner_link"),
    # Conversations (the full inbox comes later)
    path("inbox/", inbox.index, name="inbox"),
    path("inbox/<int:pk>/", inbox.show, name="conversation"),
    path("inbox/<int:pk>/messages/", inbox.message, name="conversation_message"),
    path("inbox/<int:pk>/quote/", quotes.new, name="quote_new"),
    path("quotes/<int:pk>/", quotes.show, name="quote"),
    path("quotes/<int:pk>/payment/", quotes.payment, name="quote_payment"),
    path("quotes/<int:pk>/refusal/", quotes.refusal, name="quote_refusal"),
    path("quotes/<int:pk>/withdrawal/", quotes.withdrawal, name="quote_withdrawal"),
    # Buying
    path("me/", me.home, name="me"),
    path("me/documents/", me.receipts, name="receipts"),
    path("offers/<int:pk>/checkout/", checkout.start, name="checkout_start"),
    path("checkout/<str:token>/", checkout.show, name="checkout"),
    path("checkout/<str:token>/payment/", checkout.pay, name="checkout_pay"),
    path("checkout/<str:token>/done/", checkout.done, name="checkout_done"),
    # The order room
    path("orders/", orders.index, name="orders"),
    path("orders/<str:number>/", orders.show, name="order"),
    path("orders/<str:number>/requirements/", orders.requirements, name="order_requirements"),
    path("orders/<str:number>/reminder/", orders.reminder, name="order_reminder"),
    path("orders/<str:number>/messages/", orders.message, name="order_message"),
    path("orders/<str:number>/acceptance/", orders.acceptance, name="order_acceptance"),
    path("orders/<str:number>/revision/", orders.revision, name="order_revision"),
    path("orders/<str:number>/cancellation/", resolution.cancellation, name="order_cancellation"),
    path("orders/<str:number>/withdrawal/", resolution.withdrawal, name="order_withdrawal"),
    path("orders/<str:number>/consent/", resolution.consent, name="order_consent"),
    path("orders/<str:number>/refusal/", resolution.refusal, name="order_refusal"),
    path("orders/<str:number>/resolution/", resolution.index, name="order_resolution"),
    path("orders/<str:number>/resolution/<slug:kind>/", resolution.write, name="order_request"),
    path("orders/<str:number>/change/payment/", resolution.payment, name="order_change_payment"),
    path("orders/<str:number>/dispute/", resolution.dispute, name="order_dispute"),
    path("orders/<str:number>/next/payment/", milestones.payment, name="order_next_payment"),
    path("orders/<str:number>/stop/", milestones.stop, name="order_stop"),
    path("orders/<str:number>/abandonment/", orders.abandonment, name="order_abandonment"),
    path("orders/<str:number>/again/", orders.again, name="order_again"),
    path("orders/<str:number>/receipt/", me.receipt, name="receipt"),
    path("orders/<str:number>/statement/", statements.order, name="order_statement"),
    path("orders/<str:number>/statement.<sheet:kind>", statements.order_file, name="order_statement_file"),
    path("orders/<str:number>/rate/", reviews.rate, name="order_rate"),
    path("orders/<str:number>/reply/", reviews.reply, name="order_reply"),
    path("orders/<str:number>/tasks/", tasks.index, name="order_tasks"),
    path("orders/<str:number>/tasks/<int:pk>/", tasks.task, name="order_task"),
    path("files/<uuid:pk>/", orders.file, name="file"),
    path("support/", support.ask, name="support"),
    path("support/<str:number>/", support.show, name="support_case"),
    # Selling
    path("seller/", seller.home, name="seller"),
    path("seller/onboarding/", seller.onboarding, name="seller_onboarding"),
    path("seller/application/", seller.application, name="seller_application"),
    path("seller/profile/", seller_profile.index, name="seller_profile"),
    path("seller/profile/<slug:part>/", seller_profile.part, name="seller_profile_part"),
    path("seller/profile/<slug:part>/<int:pk>/removal/", seller_profile.removal, name="seller_profile_removal"),
    path("seller/offers/", seller.offers, name="seller_offers"),
    path("seller/offers/new/", wizard.new, name="offer_new"),
    path("seller/offers/<int:pk>/edit/<int:step>/", wizard.edit, name="offer_edit"),
    path("seller/offers/<int:pk>/images/", wizard.image, name="offer_image"),
    path("seller/offers/<int:pk>/images/<int:image>/removal/", wizard.image_removal, name="offer_image_removal"),
    path("seller/offers/<int:pk>/images/<int:image>/first/", wizard.image_first, name="offer_image_first"),
    path("seller/offers/<int:pk>/submission/", wizard.submission, name="offer_submission"),
    path("seller/offers/<int:pk>/pause/", wizard.pause, name="offer_pause"),
    path("seller/offers/<int:pk>/return/", wizard.reactivation, name="offer_return"),
    path("seller/offers/<int:pk>/removal/", wizard.removal, name="offer_removal"),
    path("seller/offers/<int:pk>/share/", wizard.share, name="offer_share"),
    path("seller/orders/", seller.orders, name="seller_orders"),
    path("seller/orders/<str:number>/deliver/", orders.deliver, name="order_deliver"),
    path("seller/earnings/", seller.earnings, name="seller_earnings"),
    path("seller/statements/", statements.months, name="seller_months"),
    path("seller/statements/<int:year>-<int:month>/", statements.month, name="seller_month"),
    path("seller/statements/<int:year>-<int:month>.<sheet:kind>", statements.month_file, name="seller_month_file"),
    path("seller/coupons/", coupons.index, name="seller_coupons"),
    path("seller/membership/", membership.index, name="seller_membership"),
    path("seller/calendar/", calendar.index, name="seller_calendar"),
    path("calendar/<str:token>.ics", calendar.feed, name="calendar_feed"),
    # Staff
    path("staff/", staff.home, name="staff"),
    path("staff/moderation/", staff_offers.queue, name="staff_offers"),
    path("staff/moderation/<int:pk>/", staff_offers.show, name="staff_offer"),
    path("staff/moderation/<int:pk>/approval/", staff_offers.approval, name="staff_offer_approval"),
    path("staff/moderation/<int:pk>/denial/", staff_offers.denial, name="staff_offer_denial"),
    path("staff/moderation/<int:pk>/removal/", staff_offers.removal, name="staff_offer_removal"),
    path("staff/applications/", staff_people.applications, name="staff_applications"),
    path("staff/applications/<int:pk>/", staff_people.application, name="staff_application"),
    path("staff/applications/<int:pk>/decision/", staff_people.decision, name="staff_application_decision"),
    path("staff/users/", staff_people.users, name="staff_users"),
    path("staff/users/<int:pk>/", staff_people.user, name="staff_user"),
    path("staff/users/<int:pk>/level/", staff_people.level, name="staff_user_level"),
    path("staff/users/<int:pk>/standing/", staff_people.standing, name="staff_user_standing"),
    path("staff/users/<int:pk>/roles/", staff_people.roles, name="staff_user_roles"),
    path("staff/cases/", staff.cases, name="staff_cases"),
    path("staff/cases/<str:number>/", staff.case, name="staff_case"),
    path("staff/cases/<str:number>/note/", staff.case_note, name="staff_case_note"),
    path("staff/cases/<str:number>/decision/", staff.case_decision, name="staff_case_decision"),
    path("staff/cases/<str:number>/closing/", staff.case_closing, name="staff_case_closing"),
    path("staff/orders/<str:number>/", staff.order, name="staff_order"),
    path("staff/orders/<str:number>/cancellation/", staff.order_cancellation, name="staff_order_cancellation"),
    path("staff/content/", staff_content.categories, name="staff_content"),
    path("staff/content/<slug:category>/", staff_content.category, name="staff_category"),
    path("staff/audit/", staff.audit, name="staff_audit"),
    path("staff/styleguide/", system.styleguide, name="styleguide"),
    path("admin/", admin.site.urls),
    # Machines
    path("hooks/<slug:gateway>/", checkout.hook, name="hook"),
    path("readyz", system.ready, name="ready"),
    path("robots.txt", system.robots, name="robots"),
    path("sitemap.xml", system.sitemap, name="sitemap"),
    path("manifest.webmanifest", system.manifest, name="manifest"),
    path("media/<path:name>", system.media, name="media"),
]

if settings.PAYMENTS_GATEWAY == "local":
    urlpatterns.append(path("twin/", include("house.gateways.payments.twin.urls")))
if settings.DEMO:
    urlpatterns.append(path("mailbox/", notices.mailbox, name="mailbox"))
    urlpatterns.append(path("mailbox/<int:pk>/", notices.letter, name="letter"))

handler400 = "house.web.views.system.bad_request"
handler403 = "house.web.views.system.forbidden"
handler404 = "house.web.views.system.not_found"
handler500 = "house.web.views.system.broken"
