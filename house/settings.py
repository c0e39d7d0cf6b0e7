"""One settings file, read from the environment. `.env.example` lists every variable."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE = Path(__file__).resolve().parent.parent
env = environ.Env()
TESTING = "pytest" in sys.modules

VAR = Path(env.str("VAR_DIR", default=str(BASE / "var")))
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in ("http", "https") or not _site.hostname:
    raise ImproperlyConfigured(f"SITE_URL must look like https://example.org, not {SITE_URL!r}.")
HTTPS = _site.scheme == "https"

SECRET_KEY = env.str("SECRET_KEY", default="a-key-for-tests-only-" + "x" * 40 if TESTING else environ.Env.NOTSET)
DEBUG = False
DEMO = env.bool("DEMO", default=False)
ALLOWED_HOSTS = sorted({_site.hostname, "127.0.0.1", "localhost", "[::1]", *env.list("ALLOWED_HOSTS", default=[])})
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "house.market",
    "house.people",
    "house.files",
    "house.ledger",
    "house.notices",
    "house.payments",
    "house.gateways.payments.twin",
    "house.catalog",
    "house.inbox",
    "house.board",
    "house.quotes",
    "house.orders",
    "house.reputation",
    "house.treasury",
    "house.desk",
    "house.worker",
    "house.stream",
    "house.web",
    "house.demo",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "house.web.middleware.Health",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "house.web.middleware.MarketClock",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "house.web.middleware.LastSeen",
    "house.web.middleware.Standing",
    "house.web.middleware.Refusals",
]

ROOT_URLCONF = "house.web.urls"
WSGI_APPLICATION = "house.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE / "house/web/templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "house.web.jinja.environment",
            "extensions": ["jinja2.ext.i18n"],
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "house.web.context.shell",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database: DATABASE_URL, else the embedded server that bin/run keeps under var/.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"postgres:///house?host={VAR / 'run'}")}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
_role = env.str("DATABASE_ROLE", default="")
if _role:
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = f"-c role={_role}"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
CSRF_FAILURE_VIEW = "house.web.views.system.csrf_failure"
# allauth: accounts by e-mail, whose answers never tell whether an account exists
ACCOUNT_ADAPTER = "house.web.adapter.Adapter"
ACCOUNT_FORMS = {
    name: f"house.web.forms.people.{form}"
    for name, form in {
        "login": "LoginForm",
        "signup": "SignupForm",
        "add_email": "AddEmailForm",
        "change_password": "ChangePasswordForm",
        "set_password": "SetPasswordForm",
        "reset_password": "ResetPasswordForm",
        "reset_password_from_key": "ResetPasswordKeyForm",
        "confirm_email_verification_code": "ConfirmEmailVerificationCodeForm",
        "reauthenticate": "ReauthenticateForm",
    }.items()
}
# The second factor of whoever moves money: an authenticator app, and codes for the day the phone is lost.
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "build-in house"
MFA_ADAPTER = "house.web.adapter.SecondFactor"
MFA_FORMS = {
    "authenticate": "house.web.forms.people.SecondFactorForm",
    "reauthenticate": "house.web.forms.people.SecondFactorAgainForm",
    "activate_totp": "house.web.forms.people.ActivateAppForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
# Beside allauth's own throttles: what somebody without an account may send us.
ACCOUNT_RATE_LIMITS = {"letter_to_support": "5/h/ip,3/h/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.bool("BEHIND_PROXY", default=False))
USERSESSIONS_TRACK_ACTIVITY = True

# Shared by all processes, so that allauth's throttles count together.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"},
    # Which browsers this process has written down lately (house.web.middleware.LastSeen).
    "seen": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "seen",
        "TIMEOUT": 5 * 60,
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Where browsers find live updates (house.stream); empty: they look again every 20 seconds instead.
LIVE_URL = env.str("LIVE_URL", default="").rstrip("/")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, *filter(None, [LIVE_URL])],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "he"
LANGUAGES = [("he", "עברית")]
FORMAT_MODULE_PATH = ["house.formats"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Jerusalem"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE / "house/web/static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Mail: the demo mailbox, SMTP when EMAIL_URL is set, else files with a warning.
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
elif DEMO:
    EMAIL_BACKEND = "house.notices.mailbox.Mailbox"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR / "mail")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default=f"build-in house <no-reply@{_site.hostname}>")

# Who pays, in the file for the banks (MASAV); without an institution's number there is a table instead.
MASAV_INSTITUTION = env.str("MASAV_INSTITUTION", default="")
MASAV_SENDER = env.str("MASAV_SENDER", default="0")
MASAV_NAME = env.str("MASAV_NAME", default="build-in house")
PAYMENTS_GATEWAY = env.str("PAYMENTS_GATEWAY", default="local")
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API = env.str("STRIPE_API", default="https://api.stripe.com")
if PAYMENTS_GATEWAY not in ("local", "stripe"):
    raise ImproperlyConfigured(f"PAYMENTS_GATEWAY is local or stripe, not {PAYMENTS_GATEWAY!r}.")
if PAYMENTS_GATEWAY == "stripe":
    if not (STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET):
        raise ImproperlyConfigured("PAYMENTS_GATEWAY=stripe needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET.")
    # The button that pays leads there, and browsers ask before they follow.
    pages = "https://checkout.stripe.com" if STRIPE_API == "https://api.stripe.com" else STRIPE_API
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(pages)
# Where the local twin posts its signed webhooks: this very market, from inside.
TWIN_CALLS = env.str("TWIN_CALLS", default=f"http://127.0.0.1:{env.str('PORT', default='8000')}")

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"procrastinate": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
