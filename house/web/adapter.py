"""Where allauth meets the market: its accounts are made by our verb, its words are Hebrew, its letters ours."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from house.notices.actions import write_to
from house.people.actions import sign_up
from house.people.models import User

from .forms.people import check_password
from .request import Request

LINKS = ("password_reset_url", "signup_url")


class Adapter(DefaultAccountAdapter):
    """allauth asks, the rooms answer."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("החשבון הזה אינו פעיל."),
        "duplicate_email": _("זו הכתובת של החשבון הזה."),
        "email_password_mismatch": _("הדוא״ל או הסיסמה אינם נכונים."),
        "email_taken": _("אי אפשר להשתמש בכתובת הזו."),
        "enter_current_password": _("הסיסמה הנוכחית אינה נכונה."),
        "incorrect_code": _("הקוד אינו נכון."),
        "incorrect_password": _("הסיסמה אינה נכונה."),
        "invalid_password_reset": _("הקישור כבר לא תקף. אפשר לבקש קישור חדש."),
        "too_many_login_attempts": _("היו יותר מדי ניסיונות. אפשר לנסות שוב בעוד כמה דקות."),
        "same_as_current": _("זו הכתובת הנוכחית."),
        "rate_limited": _("היו יותר מדי בקשות. אפשר לנסות שוב בעוד רגע."),
    }

    def save_user(self, request: Request, user: User, form: Any, commit: bool = True) -> User:
        """An account by the verb of people, with the terms' version and moment (ACC-04, GEN-16)."""
        words = form.cleaned_data
        return sign_up(
            email=words["email"],
            password=words["password1"],
            first_name=words["first_name"],
            last_name=words["last_name"],
            terms=words["terms"],
            marketing=words["marketing"],
            now=request.now,
        )

    def clean_password(self, password: str, user: User | None = None) -> str:
        check_password(password, user)
        return password

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Closed and blocked people do not come in (DEC-37); only who knows the password hears why."""
        if user.standing == User.Standing.BLOCKED:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("welcome")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings_security")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return reverse("settings_security")

    def render_mail(self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None) -> Any:
        """The plain letter, and the same paragraphs in the look of our letters."""
        letter = super().render_mail(template_prefix, email, context, headers)
        assert isinstance(letter, EmailMultiAlternatives)
        link = next((context[name] for name in LINKS if name in context), "")
        shown = {
            "subject": letter.subject,
            "parts": letter.body.split("\n\n"),
            "link": link,
            "code": context.get("code"),
        }
        letter.attach_alternative(render_to_string("account/email/letter.html", shown), "text/html")
        return letter

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down delays a letter; it never breaks the page that asked for it."""
        letter = self.render_mail(template_prefix, email, {"request": self.request, "email": email, **context})
        html = next((str(part.content) for part in letter.alternatives), "")
        write_to(email, subject=str(letter.subject), text=str(letter.body), html=html)


class SecondFactor(DefaultMFAAdapter):
    """The second factor's refusals in Hebrew; its letters go our way, as the account's do."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("כל עוד אימות דו־שלבי פעיל, אי אפשר להוסיף כתובת דוא״ל."),
        "cannot_delete_authenticator": _("אי אפשר לכבות את האימות הדו־שלבי."),
        "cannot_generate_recovery_codes": _("קודי גיבוי נוצרים אחרי הפעלת אפליקציית אימות."),
        "incorrect_code": _("הקוד אינו נכון. כדאי לחכות לקוד הבא ולנסות שוב."),
        "unverified_email": _("לפני ההפעלה צריך לאמת את כתובת הדוא״ל."),
    }
