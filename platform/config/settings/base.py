"""Settings. What a deployment may change comes from the environment: docs/reference/settings.md."""

from __future__ import annotations

from pathlib import Path

import environ

from common import environment
from common.home import Home
from config.settings.parts import api, logging, schedule, security, unfold
from config.settings.parts.celery import celery_settings

BASE_DIR = Path(__file__).resolve().parents[3]
VERBATIM_HOME = Home.from_environment()
VERBATIM_PORT = environment.number("VERBATIM_PORT", 8000, 1, 65535)
VERBATIM_HTTPS = environment.flag("VERBATIM_HTTPS")
VERBATIM_WORKERS = environment.number("VERBATIM_WORKERS", 1, 1, 256)
VERBATIM_IMPORT_HELPERS = environment.number("VERBATIM_IMPORT_HELPERS", 2, 0, 64)
VERBATIM_INBOX = environment.text("VERBATIM_INBOX")
VERBATIM_KEYS = environment.text("VERBATIM_KEYS") or str(VERBATIM_HOME.root / "keys")
VERBATIM_KEY_ROTATION_DAYS = environment.number("VERBATIM_KEY_ROTATION_DAYS", 30, 0, 3650)
# Days in which a request of a person is answered: GDPR Art. 12(3); PIPL Art. 50 says "timely".
VERBATIM_REQUEST_DAYS = {
    "gdpr": environment.number("VERBATIM_GDPR_DAYS", 30, 1, 90),
    "pipl": environment.number("VERBATIM_PIPL_DAYS", 15, 1, 90),
}
VERBATIM_PKCS11_MODULE = environment.text("VERBATIM_PKCS11_MODULE")
VERBATIM_PKCS11_TOKEN = environment.text("VERBATIM_PKCS11_TOKEN", "verbatim")
VERBATIM_PKCS11_PIN_FILE = environment.text("VERBATIM_PKCS11_PIN_FILE")
VERBATIM_REDACTION_REVIEWERS = environment.words("VERBATIM_REDACTION_REVIEWERS")
# Whether Label Studio servers may stand in private networks, or on this machine.
VERBATIM_LABEL_STUDIO_PRIVATE = environment.flag("VERBATIM_LABEL_STUDIO_PRIVATE")
VERBATIM_TEXT_SERVICE = environment.text("VERBATIM_TEXT_SERVICE")

SECRET_KEY = environment.text("VERBATIM_SECRET_KEY") or VERBATIM_HOME.secret("django.key")
DEBUG = environment.flag("VERBATIM_DEBUG")
ALLOWED_HOSTS = environment.words("VERBATIM_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("VERBATIM_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    # Without its own admin site: ours lets people without staff rights see our pages.
    "unfold.apps.BasicAppConfig",
    "accounts.admin_config.VerbatimAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "axes",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "common",
    "accounts",
    "privacy",
    "reviews",
    "annotation",
    "modelops",
    "analytics",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "accounts.permissions.RolePermissions",
]
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "/"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "platform" / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

if environment.text("DATABASE_URL"):
    DATABASES = {"default": environ.Env().db("DATABASE_URL")}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "verbatim",
            "USER": "verbatim",
            "PASSWORD": VERBATIM_HOME.secret("postgres.password"),
            "HOST": str(VERBATIM_HOME.postgres_socket_folder),
            "PORT": "5432",
        }
    }
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]
# One named time zone for every day, week and month that a figure is about.
TIME_ZONE = environment.text("VERBATIM_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "static/"
STATIC_ROOT = VERBATIM_HOME.folder("static")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = VERBATIM_HOME.root / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024  # bytes of a request body
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if VERBATIM_HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

globals().update(celery_settings(VERBATIM_HOME, TIME_ZONE))
for part in (api, logging, schedule, security, unfold):
    globals().update({name: value for name, value in vars(part).items() if name.isupper()})
