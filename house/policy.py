"""Every number that the business may argue about, one line each, with the rule it comes from.

Pages, help texts, mails and deadlines read these; no other module repeats one.
Money is in whole minor units (agorot), time in timedelta unless a name says otherwise.
"""

from datetime import date, timedelta
from decimal import Decimal

# Money (DEC-1, DEC-12)
CURRENCY = "ILS"  # DEC-1: one currency per installation
COMMISSION_PERCENT = 20  # DEC-12, COU-14: the provider keeps the other 80
VAT_PERCENT_SINCE = {date(2015, 10, 1): Decimal(17), date(2025, 1, 1): Decimal(18)}  # DEC-12: dated rate
CLEARING = timedelta(days=14)  # DEC-12
CLEARING_TOP_RATED = timedelta(days=7)  # DEC-12
WITHDRAWAL_MIN = 50_00  # DEC-12: what is worth a bank transfer
BATCH_TWO_ABOVE = 20_000_00  # DEC-20: a batch above this needs two people
BANK_ACCOUNT_RESTS = timedelta(days=3)  # after a change of bank details nothing is paid for so long
PRICE_MIN = 20_00  # the smallest price of a package
PRICE_MAX = 500_000_00  # the largest price of a package
ORDER_TOTAL_MAX = 2_000_000_00  # the largest total of one checkout
MILESTONES_ABOVE = {"USD": 100_00, "ILS": 370_00}  # DEC-1, MIL-09
COUPON_ORDER_MIN = {"USD": 100_00, "ILS": 370_00}  # DEC-1, COU-10

# Reconciliation with the payment provider (DEC-12)
REFUND_LATE = timedelta(hours=6)  # a refund that the gateway has not done by then is shown to finance
RECONCILE_BACK = timedelta(days=35)  # what it says of so long is compared with the books, every night
RECONCILE_AFTER = timedelta(hours=1)  # younger things may still be on their way

# Live updates
LIVE_BEAT = timedelta(seconds=20)  # a silent stream says that it lives, and its session is looked at again
STREAMS_PER_PERSON = 10  # browsers of one person that are told at once

# Clocks of an order
DECISION_WINDOW = timedelta(days=3)  # ORD-10, REV-08
DECISION_WINDOW_MILESTONE = timedelta(days=8)  # MIL-17
VERY_LATE_AFTER = timedelta(hours=24)  # ORD-12
CANCELLATION_WINDOW = timedelta(hours=48)  # CAN-03
CANCELLATION_AGAIN_AFTER = timedelta(hours=72)  # DEC-32
REQUIREMENTS_PROVIDER_MAY_CANCEL = timedelta(days=7)  # DEC-15
REQUIREMENTS_LAPSE = timedelta(days=30)  # DEC-15
REVISION_DAYS = 2  # DEC-33: what a revision gives at least
PROGRESS_UPDATE_WINDOW = timedelta(days=2)  # RES-09
EXTENSION_WINDOW = timedelta(days=4)  # RES-05
SCOPE_CHANGE_WINDOW = timedelta(hours=48)  # RES-15
SCOPE_CHANGE_SILENCE = "cancels"  # DEC-2, AMB-3: cancels | lapses
REVISIONS_REQUEST_WINDOW = timedelta(hours=48)  # AMB-3, DEC-32
PARTIAL_REFUND_WINDOW = timedelta(hours=48)  # RES-15
EXTRA_WINDOW = timedelta(hours=48)  # DEC-35
EXTENSION_DAYS_MAX = 60  # what one request may ask for
ANSWER_AGAIN_AT_LEAST = timedelta(hours=1)  # DEC-31: what is left after a payment that failed
DISPUTE_WINDOW = timedelta(days=5)  # DEC-32: support decides within
REMINDERS_BEFORE = (timedelta(hours=24), timedelta(hours=6))  # DEC-48
DEADLINE_RETRIES = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))  # DEC-49
DEADLINE_FAILURES_TO_CASE = 3  # DEC-49
CHECKOUT_EXPIRY = timedelta(minutes=30)  # DEC-31
ASK_BACK_AFTER = timedelta(minutes=2)  # a payment unheard of for this long is asked about
ASK_BACK_UNTIL = timedelta(days=3)
REVIEW_WINDOW = timedelta(days=10)  # DEC-10
REVIEW_TEXT_MIN = 10  # DEC-10, characters
REVIEWS_COUNT_FOR = timedelta(days=730)  # DEC-10: public average of two years
DELIVERY_TEXT_MIN = 20  # DEC-43, visible characters
READING_WINDOW = timedelta(hours=1)  # DEC-45: how long one logged reason opens an order's messages
TASKS_AFTER = timedelta(days=30)  # INV-04: how long the task list of an ended order may be changed
TASKS_MAX, TASK_LENGTH_MAX = 100, 200  # INV-04
TASK_DAYS_BEFORE, TASK_DAYS_AFTER = 30, 730  # INV-07: a task's day, counted from the day of the order

# Custom offers and milestones
QUOTE_DAYS = 7  # DEC-13: an offer's life if nobody says otherwise
QUOTE_DAYS_MAX = 30  # DEC-13
MILESTONES_MAX = 6  # MIL-03
MILESTONE_DAYS_MAX = 30  # MIL-04
NEXT_MILESTONE_WINDOW = timedelta(days=8)  # MIL-18, DEC-35
QUOTES_PER_DAY = 10  # DEC-13: of one provider; a custom offer is a quote like a proposal (DEC-54)

# Service requests
REQUEST_OPEN = timedelta(days=30)  # DEC-13
REQUESTS_LIVE_MAX = 10  # of one client, waiting or open
REQUEST_TITLE_MIN, REQUEST_TEXT_MIN, REQUEST_TEXT_MAX = 6, 30, 3_000  # REQ-02, characters
REQUEST_FILES_MAX = 10  # REQ-02
REQUEST_TOLD_MAX = 50  # DEC-47: providers who are written to about one request
REQUEST_DISTANCES = (10, 25, 50)  # kilometres, on the board
PROPOSAL_STARTS_WITHIN = timedelta(days=365)  # the day on which a proposal's work can begin

# Away
AWAY_MAX = timedelta(days=365)  # AVL-04: the latest day of return
AWAY_NOTE_MAX = 200  # AVL-06, characters

# Membership and coupons
MEMBERSHIP_PRICES = {1: 59_00, 12: 590_00}  # DEC-21: months → price with VAT
MEMBERSHIP_GRANT_MAX = 12  # DEC-21: months that staff may give at once
MEMBERSHIP_REMIND = timedelta(days=7)  # DEC-21
COUPON_PERCENT_MAX = 20  # COU-03
COUPON_CLIENTS_OF = timedelta(days=90)  # COU-09
COUPON_AGAIN_AFTER = timedelta(days=1)  # COU-06: nobody is written to more often by the same provider

# Offers
TAGS_MAX = 5  # OFR-09
TAG_LENGTH_MAX = 30  # characters of one tag
CHOICE_LENGTH_MAX = 80  # characters of one answer of a multiple-choice requirement
TITLE_MIN, TITLE_MAX = 10, 80  # OFR-04: short and understood immediately
DESCRIPTION_MIN, DESCRIPTION_MAX = 120, 1200  # OFR-17
IMAGES_MAX = 3  # GAL-02
IMAGE_MIN = (712, 430)  # GAL-04
IMAGE_BEST = (1280, 769)  # GAL-03
IMAGE_MAX = (4000, 2416)  # GAL-05
IMAGE_BYTES_MAX = 15 * 1024 * 1024  # what one picture of the gallery may weigh
IMAGE_PIXELS_MAX = 64_000_000  # what the server is willing to decode
FAQ_MAX = 10
REQUIREMENTS_MAX = 15
PACKAGES_MAX = 3  # OFR-15
DAYS_MAX = 365
REVISIONS_MAX = 10  # OFR-13: the drop-down's last number before "unlimited"
OFFERS_PER_LEVEL = {"new": 7, "level_1": 10, "level_2": 20, "top_rated": 30}  # DEC-11
EXTRAS_PER_LEVEL = {"new": 3, "level_1": 4, "level_2": 5, "top_rated": 6}  # DEC-11
QUANTITY_PER_LEVEL = {"new": 5, "level_1": 10, "level_2": 15, "top_rated": 20}  # DEC-11
EXTRA_LINES_MAX = 6  # EXT-15, EXT-16: extras of one custom offer, of one change offer
EXTRA_PRICE_PER_LEVEL = {"new": 400_00, "level_1": 1_000_00, "level_2": 2_500_00, "top_rated": 8_000_00}  # DEC-11

# Levels (DEC-11): what each asks for
LEVEL_1 = {"days": 60, "orders": 10, "earned": 1_500_00}
LEVEL_2 = {"days": 120, "orders": 50, "earned": 7_500_00}
LEVEL_RATES_MIN = 90  # percent: completion, on time, response
LEVEL_RATING_MIN = Decimal("4.7")
METRIC_WINDOW = timedelta(days=60)  # MET-01
RESPONSE_WITHIN = timedelta(hours=24)  # AMB-19, MET-11

# People
BIO_MIN, BIO_MAX = 60, 600  # PROF-02
SHOWCASE_MAX = 12  # PROF-04
PORTFOLIO_MAX = 20
OWNER_LINK_LIFE = timedelta(hours=1)
TERMS_VERSION = "1"  # GEN-16: raised with every change of the terms
TERMS_DATE = date(2026, 11, 1)

# Text and files
CONTACT_NOTE_MAX = 1_000  # characters of a note about a contact
MESSAGE_SEARCH_MAX = 120  # characters of a search in messages
MESSAGES_PER_MINUTE = 20  # of one person, to everybody together
MASS_PEOPLE = 4  # CON-03: the same words to so many in a day, and to no more
MASS_LENGTH = 20  # visible characters; shorter words are said to everybody
MESSAGE_MAX = 5_000  # characters of one message
EXPLANATION_MIN, EXPLANATION_MAX = 10, 2_000
QUICK_RESPONSES_MAX = 20  # INB-17: of one provider, beside the two that are there from the beginning
FILES_PER_MESSAGE = 10
FILE_BYTES_MAX = 50 * 1024 * 1024
LINK_MAX = 500

# Lists
PAGE_SIZE = 24
COUNT_UP_TO = 1_000  # counts above are shown as "more than"
