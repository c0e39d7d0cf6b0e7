"""Withdrawing and paying out in the browser; whoever moves money has a second factor (DEC-12, DEC-20)."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail

from house.ledger.actions import Kind, balance
from house.people.models import User
from house.treasury import payouts
from house.treasury.models import BankAccount, Batch, Payout

from .. import persons
from ..treasury import banking
from .page import send, visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at(moments) -> None:
    """Pages stand at the tests' moment."""


def test_from_bank_details_to_a_payment_that_came_back(noa, amir, amir_web, finance_web, moments, now):
    banking.earned(noa, amir, now)
    assert "להוסיף חשבון בנק" in visit(amir_web, "/seller/payouts/").text
    send(amir_web, "/seller/payouts/bank/", {**banking.DETAILS})
    assert "אפשר למשוך אליו החל מ" in visit(amir_web, "/seller/payouts/").text
    moments.go(days=3)
    send(amir_web, "/seller/payouts/withdrawal/", {"amount": "300"})
    page = visit(amir_web, "/seller/payouts/")
    assert "ממתינה לתשלום" in page.text and "500" in page.texts("p", class_="sum-big")[0]
    assert finance_web.post("/staff/payouts/collection/").status_code == 302
    batch = Batch.objects.get()
    shown = visit(finance_web, f"/staff/payouts/{batch.pk}/")
    assert all(word in shown.text for word in (banking.ACCOUNT, banking.ID_NUMBER, "הפועלים"))
    finance_web.post(f"/staff/payouts/{batch.pk}/approval/")
    sheet = finance_web.get(f"/staff/payouts/{batch.pk}/payouts.csv").content.decode("utf-8-sig")
    assert "300.00" in sheet and banking.ACCOUNT in sheet
    finance_web.post(f"/staff/payouts/{batch.pk}/sending/")
    row = Payout.objects.get()
    assert (row.state, balance(Kind.BANK)) == ("sent", 300_00)
    send(finance_web, f"/staff/payouts/returns/{row.pk}/", {"why": "חשבון סגור"})
    page = visit(amir_web, "/seller/payouts/")
    assert "חשבון סגור" in page.text and "לעדכן את פרטי החשבון" in page.text
    assert balance(Kind.CLEARED, amir) == 800_00


def test_withdrawals_of_others_are_not_on_the_page(noa, amir, web, now):
    """DEC-12"""
    banking.earned(noa, amir, now)
    banking.with_bank(amir, now)
    payouts.withdraw(amir, amount=123_45, now=now)
    rival = web(persons.provider("rival", "טל", "מזרחי", now))
    assert "123.45" in visit(web(amir), "/seller/payouts/").text
    assert "123.45" not in visit(rival, "/seller/payouts/").text


def test_the_banks_file_needs_the_operators_number(noa, amir, finance_web, settings, now):
    banking.earned(noa, amir, now)
    banking.with_bank(amir, now)
    batch = _approved(amir, finance_web, now)
    assert finance_web.get(f"/staff/payouts/{batch.pk}/bank.txt").status_code == 404
    settings.MASAV_INSTITUTION = "12345678"
    body = finance_web.get(f"/staff/payouts/{batch.pk}/bank.txt").content
    assert body.startswith(b"K12345678") and body.endswith(b"9" * 128 + b"\r\n")


def test_no_file_for_a_bank_is_of_a_batch_that_nobody_approved(noa, amir, finance_web, settings, now):
    """DEC-20"""
    settings.MASAV_INSTITUTION = "12345678"
    banking.earned(noa, amir, now)
    banking.with_bank(amir, now)
    payouts.withdraw(amir, amount=100_00, now=now)
    finance_web.post("/staff/payouts/collection/")
    files = [f"/staff/payouts/{Batch.objects.get().pk}/{name}" for name in ("payouts.xlsx", "payouts.csv", "bank.txt")]
    assert [finance_web.get(path).status_code for path in files] == [404, 404, 404]


def _approved(amir, finance_web, now) -> Batch:
    payouts.withdraw(amir, amount=100_00, now=now)
    finance_web.post("/staff/payouts/collection/")
    batch = Batch.objects.get()
    finance_web.post(f"/staff/payouts/{batch.pk}/approval/")
    return batch


@pytest.mark.parametrize(
    "wrong", [{"account": banking.WRONG}, {"id_number": "123456789"}, {"bank": "13"}, {"branch": "אבג"}, {"holder": ""}]
)
def test_what_was_typed_stays_when_details_are_refused(amir_web, wrong):
    words = {**banking.DETAILS, **wrong}
    answer = amir_web.post("/seller/payouts/bank/", words)
    assert (answer.status_code, BankAccount.objects.count()) == (422, 0)
    assert str(words["account"]) in answer.content.decode()


@pytest.mark.parametrize("amount", ["0", "-5", "10", "801", "1e3", "אלף", ""])
def test_a_sum_that_cannot_be_is_refused_with_a_sentence(noa, amir, amir_web, now, amount):
    banking.earned(noa, amir, now)
    banking.with_bank(amir, now)
    assert amir_web.post("/seller/payouts/withdrawal/", {"amount": amount}).status_code == 422
    assert not Payout.objects.exists()


# --- the second factor


def code_of(user: User, secret: str = "") -> str:
    secret = secret or Authenticator.objects.get(user=user, type="totp").wrap().instance.data["secret"]
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_without_a_second_factor_finance_is_led_to_one(finance, web):
    """DEC-20: a password alone moves no money."""
    assert web(finance).get("/staff/payouts/")["Location"] == "/accounts/2fa/totp/activate/"


def test_a_session_that_began_with_a_password_alone_is_asked_for_a_code(finance, web):
    persons.second_factor(web(finance), finance)
    other = web(finance)
    place = urlsplit(other.get("/staff/payouts/")["Location"])
    assert (place.path, parse_qs(place.query)) == ("/accounts/2fa/reauthenticate/", {"next": ["/staff/payouts/"]})
    assert other.post(f"{place.path}?{place.query}", {"code": "000000"}).status_code == 200
    answer = other.post(f"{place.path}?{place.query}", {"code": code_of(finance)})
    assert answer["Location"] == "/staff/payouts/"
    assert other.get("/staff/payouts/").status_code == 200


def test_an_app_is_switched_on_told_and_asked_for_at_the_next_sign_in(
    finance, client, django_capture_on_commit_callbacks
):
    words = {"login": finance.email, "password": persons.PASSWORD}
    EmailAddress.objects.create(user=finance, email=finance.email, verified=True, primary=True)
    assert client.post("/accounts/login/", words).status_code == 302
    again = client.get("/accounts/2fa/totp/activate/")["Location"]
    assert client.post(again, {"password": persons.PASSWORD}).status_code == 302
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = client.session["mfa.totp.secret"]
    assert 'dir="rtl"' in page and "data:image/svg+xml" in page and secret in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(finance, secret)})
    assert answer.status_code == 302
    assert Authenticator.objects.filter(user=finance, type="totp").exists()
    assert [letter.subject for letter in mail.outbox] == ["אימות דו־שלבי הופעל"]
    assert "קודי גיבוי" in client.get("/accounts/2fa/").content.decode()
    client.post("/accounts/logout/")
    place = client.post("/accounts/login/", words)["Location"]
    assert place.startswith("/accounts/2fa/authenticate/")
    assert "עוד צעד אחד" in client.get(place).content.decode()
    assert client.get("/staff/payouts/").status_code == 302


def test_a_backup_code_works_once(finance, web):
    persons.second_factor(web(finance), finance)
    code = Authenticator.objects.get(user=finance, type="recovery_codes").wrap().get_unused_codes()[0]
    path = "/accounts/2fa/reauthenticate/?next=/staff/payouts/"
    first, second = web(finance), web(finance)
    assert first.post(path, {"code": code}).status_code == 302
    assert second.post(path, {"code": code}).status_code == 200
    assert second.get("/staff/payouts/").status_code == 302
