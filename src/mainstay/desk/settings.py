"""Django's settings of the desk, from the environment and the home folder.

MAINSTAY_HOME, DATABASE_URL, MAINSTAY_HOSTS, MAINSTAY_HTTPS, MAINSTAY_HSTS_SECONDS,
MAINSTAY_TRUSTED_ORIGINS, MAINSTAY_PROXIES, MAINSTAY_TIME_ZONE, MAINSTAY_DEBUG, MAINSTAY_MFA_ROLES,
MAINSTAY_COMPANY, MAINSTAY_API_RATE, MAINSTAY_WEBHOOKS_PRIVATE, MAINSTAY_OIDC_URL, MAINSTAY_NOTES_URL and what stands beside them,
MAINSTAY_ASSISTANTS, MAINSTAY_LOG, MAINSTAY_METRICS_TOKEN,
MAINSTAY_SOURCE_FOLDERS: see docs/settings.md.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from mainstay.core.home import Home
from mainstay.desk import database, logs, oidc
from mainstay.desk.secret import secret_key


def _words(name: str, default: str = "") -> list[str]:
    return [word for word in os.environ.get(name, default).replace(",", " ").split() if word]


def _yes(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "true", "yes", "on")


PACKAGE = Path(__file__).parent
HOME = Home.from_environment().prepare()

DEBUG = _yes("MAINSTAY_DEBUG")
# As whom we ask accounts; whoever has a survey's link reads no more of us than this.
COMPANY = os.environ.get("MAINSTAY_COMPANY", "")
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = _words("MAINSTAY_HOSTS", "127.0.0.1 localhost [::1]")

INSTALLED_APPS = [
    "mainstay.desk.access",
    "mainstay.desk.accounts",
    "mainstay.desk.facts",
    "mainstay.desk.care",
    "mainstay.desk.relations",
    "mainstay.desk.team",
    "mainstay.desk.timeline",
    "mainstay.desk.causes",
    "mainstay.desk.complaints",
    "mainstay.desk.reviews",
    "mainstay.desk.cases",
    "mainstay.desk.digests",
    "mainstay.desk.winback",
    "mainstay.desk.designs",
    "mainstay.desk.learning",
    "mainstay.desk.value",
    "mainstay.desk.quality",
    "mainstay.desk.delivery",
    "mainstay.desk.strategy",
    "mainstay.desk.needs",
    "mainstay.desk.keeping",
    "mainstay.desk.incentives",
    "mainstay.desk.allocation",
    "mainstay.desk.service",
    "mainstay.desk.seasons",
    "mainstay.desk.plays",
    "mainstay.desk.quarter",
    "mainstay.desk.guarantees",
    "mainstay.desk.jobs",
    "mainstay.desk.nightly",
    "mainstay.desk.imports",
    "mainstay.api",
    "mainstay.api.assistants",
    "ninja",
    "mainstay.api.webhooks",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "mainstay.desk.health.middleware.Observed",
    "mainstay.desk.health.middleware.Watched",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "mainstay.api.middleware.Programs",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mainstay.desk.access.middleware.HtmxRedirects",
    "mainstay.desk.access.middleware.UserLanguage",
    "mainstay.desk.access.middleware.SignInFirst",
    "mainstay.desk.access.middleware.LastSeen",
    "mainstay.desk.access.middleware.PasswordMustChange",
    "mainstay.desk.access.middleware.SecondFactorMustBe",
    "mainstay.desk.imports.notices.Notices",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "mainstay.desk.urls"
WSGI_APPLICATION = "mainstay.desk.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mainstay.desk.access.context.navigation",
                "mainstay.desk.access.context.second_factor",
            ],
        },
    }
]

DATABASES = {"default": database.of_home(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People, sign-in and lock-out
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[0]["OPTIONS"] = {"user_attributes": ("username", "name")}  # type: ignore[assignment]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[assignment]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "mainstay.desk.access.adapter.Adapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # axes counts these, for all processes together
ACCOUNT_FORMS = {
    "login": "mainstay.desk.access.forms.SignInForm",
    "change_password": "mainstay.desk.access.forms.ChangePasswordForm",
    "reauthenticate": "mainstay.desk.access.forms.ConfirmForm",
}
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "mainstay.desk.access.adapter.tried_name"
AXES_LOCKOUT_CALLABLE = "mainstay.desk.access.views.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the audit table has the sign-ins
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "mainstay.desk.access.origin.address"
# Who may read /metrics from elsewhere; empty: nobody, only this machine may
METRICS_TOKEN = os.environ.get("MAINSTAY_METRICS_TOKEN", "")
PROXIES = int(os.environ.get("MAINSTAY_PROXIES", "0"))

# Programs: requests a minute of one token; 0 = no limit
API_RATE = int(os.environ.get("MAINSTAY_API_RATE", "600"))

# The second factor: an app or a passkey beside the password
MFA_ROLES = frozenset(_words("MAINSTAY_MFA_ROLES"))
MFA_ADAPTER = "mainstay.desk.access.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Mainstay"
MFA_TOTP_TOLERANCE = 1  # clocks differ; a code that was used is refused for as long as it would fit
MFA_FORMS = {
    "authenticate": "mainstay.desk.access.second_factor.CodeForm",
    "reauthenticate": "mainstay.desk.access.second_factor.ConfirmByCodeForm",
    "activate_totp": "mainstay.desk.access.second_factor.ActivateForm",
    "authenticate_webauthn": "mainstay.desk.access.second_factor.PasskeyForm",
    "login_webauthn": "mainstay.desk.access.second_factor.SignInByPasskeyForm",
    "reauthenticate_webauthn": "mainstay.desk.access.second_factor.ConfirmByPasskeyForm",
    "add_webauthn": "mainstay.desk.access.second_factor.AddPasskeyForm",
    "edit_webauthn": "mainstay.desk.access.second_factor.RenamePasskeyForm",
}

# Single sign-on by OpenID Connect; off unless all three are set
SOCIALACCOUNT_ADAPTER = "mainstay.desk.access.single_sign_on.Adapter"
SOCIALACCOUNT_PROVIDERS = oidc.provider(
    os.environ.get("MAINSTAY_OIDC_URL", ""),
    os.environ.get("MAINSTAY_OIDC_CLIENT_ID", ""),
    os.environ.get("MAINSTAY_OIDC_CLIENT_SECRET", ""),
    name=os.environ.get("MAINSTAY_OIDC_NAME", ""),
    trust_email=_yes("MAINSTAY_OIDC_TRUST_EMAIL"),
)
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads elsewhere is against the policy below
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"

# What assistants may ask over HTTP, and whom notes may be shown to; both off unless somebody sets them
ASSISTANTS = _yes("MAINSTAY_ASSISTANTS")
NOTES_URL = os.environ.get("MAINSTAY_NOTES_URL", "")
NOTES_MODEL = os.environ.get("MAINSTAY_NOTES_MODEL", "")
NOTES_KEY = os.environ.get("MAINSTAY_NOTES_KEY", "")

# What forgets, each night, what was kept for a time only; of parts that the desk does not know
FORGETTING = ["mainstay.api.assistants.visits.forget_drafts", "mainstay.api.forgetting.forget_old"]

# Nothing from elsewhere, nothing inline, nothing evaluated, in nobody's frame.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = _yes("MAINSTAY_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True  # pages take the token from the form or hx-headers
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 86400
SECURE_SSL_REDIRECT = HTTPS and _yes("MAINSTAY_HTTPS_REDIRECT")
SECURE_HSTS_SECONDS = int(os.environ.get("MAINSTAY_HSTS_SECONDS", "0"))
CSRF_TRUSTED_ORIGINS = _words("MAINSTAY_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "mainstay.desk.errors.csrf_failure"
if HTTPS:
    # The proxy in front ends TLS; it must set or remove this header itself.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Languages: the user's own setting, then the cookie, then the browser's wish. Bare `zh` takes the first Chinese.
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("zh-hant", "Traditional Chinese"),
    ("zh-hans", "Simplified Chinese"),
    ("ko", "Korean"),
]
USE_I18N = USE_TZ = USE_THOUSAND_SEPARATOR = True
TIME_ZONE = os.environ.get("MAINSTAY_TIME_ZONE", "UTC")
LOCALE_PATHS = [PACKAGE.parent / "locale"]
FORMAT_MODULE_PATH = ["mainstay.desk.formats"]

# Static files: collected under hashed names into the cache at start.
STATIC_URL = "static/"
STATIC_ROOT = HOME.cache / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# What the worker does beside its jobs: threads that are given the event which ends them.
WORKER_THREADS = [
    "mainstay.desk.digests.postman.Postman",
    "mainstay.api.webhooks.courier.Courier",
]
# Addresses inside the company that webhooks may reach: networks, hosts, or 1 for all private ones
WEBHOOKS_PRIVATE = _words("MAINSTAY_WEBHOOKS_PRIVATE")

MEDIA_ROOT = HOME.uploads
FILE_UPLOAD_TEMP_DIR = HOME.uploads  # a move into place, not a copy across disks
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["mainstay.desk.imports.receiving.StreamToDisk"]
# Below which the files of sources may lie; empty: anywhere but in the home folder
SOURCE_FOLDERS = [Path(word).resolve() for word in _words("MAINSTAY_SOURCE_FOLDERS")]
UPLOAD_BYTES = int(os.environ.get("MAINSTAY_UPLOAD_MB", "4096")) * 2**20  # of one request
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # the mapping page has some for each heading of each sheet
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = logs.configuration()
