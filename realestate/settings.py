"""Settings, all from the environment or from `.env`, through one reader. `.env.example` explains each one."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from realestate import setting_kinds as kinds
from realestate.database_url import sqlite
from realestate.logs import exception_text
from realestate.private_files import database_files, keep_private
from realestate.settings_reader import SettingsReader
from realestate.signing_key import DEVELOPMENT_KEY, is_on_this_machine, why_not

BASE_DIR = Path(__file__).resolve().parent.parent
env = SettingsReader.of(BASE_DIR)

# --- Django -------------------------------------------------------------------------------------
DEBUG = env.read("DEBUG", kinds.flag(), default=False)
SECRET_KEY = env.read("SECRET_KEY", kinds.signing_key(), default=DEVELOPMENT_KEY)
PHONENUMBER_DEFAULT_REGION = "US"  # (512) 555-0123 is taken as +1 512 555 0123
PUBLIC_URL = env.read("PUBLIC_URL", kinds.public_url(), default="http://127.0.0.1:8000")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or ""
HOST_HEADER = f"[{PUBLIC_HOST}]" if ":" in PUBLIC_HOST else PUBLIC_HOST
ALLOWED_HOSTS = env.read("ALLOWED_HOSTS", kinds.hosts(), default=["127.0.0.1", "localhost", "[::1]"])
if HOST_HEADER not in ALLOWED_HOSTS:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, HOST_HEADER]  # everybody calls it by that name, the carrier first
HTTPS = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
FORWARDED_ALLOW_IPS = env.read("FORWARDED_ALLOW_IPS", kinds.proxies(), default="")
VAR_DIR = env.read("VAR_DIR", kinds.folder(BASE_DIR), default=BASE_DIR / "var")

INSTALLED_APPS = [
    "daphne",
    "leads.apps.OfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "axes",
    "phonenumber_field",
    "leads",
    "calls",
    "django_tasks_db",  # after calls, whose db_worker waits for the database
    "realtime",
    "demo",
]
MIDDLEWARE = [
    "calls.api.health.HealthMiddleware",  # first: asked by address, over plain http, by whoever balances the load
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "realestate.private_pages.PrivatePages",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "realestate.htmx.htmx_redirects",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "realestate.login_guard.KnownDevices",
    "calls.api.errors.ApiMiddleware",
]
ROOT_URLCONF = "realestate.urls"
ASGI_APPLICATION = "realestate.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Data ---------------------------------------------------------------------------------------
DATABASES = {
    "default": env.read("DATABASE_URL", kinds.database_url(BASE_DIR), default=sqlite(str(VAR_DIR / "ringside.sqlite3")))
}
keep_private([*database_files(DATABASES["default"]), VAR_DIR / "media"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.read("REDIS_URL", kinds.redis_url(), default="")
CHANNEL_LAYERS = {
    "default": (
        {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
        if REDIS_URL
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    )
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {  # nothing personal in them, and a proxy may serve them
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
MAX_UPLOAD_MB = env.read("MAX_UPLOAD_MB", kinds.whole(1, 1000, "megabytes"), default=10)  # to the back office alone

# --- People -------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_HANDLER = "realestate.login_guard.LoginGuard"  # the limits stand there
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_CLIENT_IP_CALLABLE = "realestate.login_guard.client_address"
AXES_CLIENT_STR_CALLABLE = "realestate.login_guard.unnamed"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "lead_list"
LOGOUT_REDIRECT_URL = "login"
TIME_ZONE = env.read("TIME_ZONE", kinds.zone(), default="America/Chicago")
USE_TZ = True
LANGUAGE_CODE = "en-us"
USE_I18N = False

# --- Pages --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "media-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS

# --- The vendors. A base URL left empty is the real service. ------------------------------------
MODEL = kinds.word(r"[\w.:/-]{1,100}", "a model's name, e.g. gpt-4o-mini")
VOICE = kinds.word(r"[\w-]{1,60}", "a voice's name, e.g. Joanna or marin")
TWILIO_API_BASE_URL = env.read("TWILIO_API_BASE_URL", kinds.service_url(), default="")
TWILIO_ACCOUNT_SID = env.read(
    "TWILIO_ACCOUNT_SID", kinds.word(r"AC\w{1,62}", "an account's SID: AC and 32 letters and digits"), default=""
)
TWILIO_AUTH_TOKEN = env.read("TWILIO_AUTH_TOKEN", kinds.secret(), default="")
TWILIO_FROM_NUMBER = env.read("TWILIO_FROM_NUMBER", kinds.phone(), default="")
EARLY_ANSWERS = env.read("EARLY_ANSWERS", kinds.flag(), default=True)
TWILIO_SPEECH_MODEL = env.read(
    "TWILIO_SPEECH_MODEL", kinds.word(r"[\w.-]{1,60}", "a speech model's name, e.g. phone_call"), default="phone_call"
)
OPENAI_BASE_URL = env.read("OPENAI_BASE_URL", kinds.service_url(), default="https://api.openai.com/v1")
OPENAI_API_KEY = env.read("OPENAI_API_KEY", kinds.secret(), default="")
OPENAI_REALTIME_MODEL = env.read("OPENAI_REALTIME_MODEL", MODEL, default="gpt-realtime-2.1")
OPENAI_REALTIME_VOICE = env.read("OPENAI_REALTIME_VOICE", VOICE, default="marin")
OPENAI_CHAT_MODEL = env.read("OPENAI_CHAT_MODEL", MODEL, default="gpt-4o-mini")
CHAT_HISTORY_TOKENS = env.read("CHAT_HISTORY_TOKENS", kinds.whole(0, 1_000_000, "tokens"), default=8000)
OPENAI_REASONING_EFFORT = env.read(
    "OPENAI_REASONING_EFFORT", kinds.one_of("none", "minimal", "low", "medium", "high", "xhigh"), default=""
)
OPENAI_TRANSCRIBE_MODEL = env.read("OPENAI_TRANSCRIBE_MODEL", MODEL, default="gpt-transcribe")
AWS_ENDPOINT_URL_POLLY = env.read("AWS_ENDPOINT_URL_POLLY", kinds.service_url(), default="")
AWS_REGION = env.read(
    "AWS_REGION", kinds.word(r"[a-z]{2,3}(-[a-z]+)+-\d{1,2}", "a region of AWS, e.g. us-east-1"), default="us-east-1"
)
AWS_ACCESS_KEY_ID = env.read("AWS_ACCESS_KEY_ID", kinds.secret(), default="")
AWS_SECRET_ACCESS_KEY = env.read("AWS_SECRET_ACCESS_KEY", kinds.secret(), default="")
POLLY_VOICE = env.read("POLLY_VOICE", VOICE, default="Joanna")
POLLY_ENGINE = env.read("POLLY_ENGINE", kinds.one_of("standard", "neural", "long-form", "generative"), default="neural")
SPEECH_CACHE_DAYS = env.read("SPEECH_CACHE_DAYS", kinds.whole(0, 3650, "days"), default=30)
SPEECH_CACHE_MB = env.read("SPEECH_CACHE_MB", kinds.whole(0, 1_000_000, "megabytes"), default=500)

# --- The brokerage ------------------------------------------------------------------------------
DEMO_BROKERAGE = "Lakeside Homes Realty"
BROKERAGE_NAME = env.read("BROKERAGE_NAME", kinds.text(100), default=DEMO_BROKERAGE)
AGENT_NAME = env.read("AGENT_NAME", kinds.text(60), default="Riley")
TEST_LINES = env.read("TEST_LINES", kinds.phone_lines(), default={})  # persona to numbers
MAX_LIVE_CALLS = env.read("MAX_LIVE_CALLS", kinds.whole(1, 10_000), default=20)
MAX_CALL_SECONDS = env.read("MAX_CALL_SECONDS", kinds.whole(30, 86_400, "seconds"), default=600)
ECHO_GUARD_DB = env.read("ECHO_GUARD_DB", kinds.number(0, 96, "decibels"), default=18.0)  # softer is an echo; 0: never
DRAIN_SECONDS = env.read("DRAIN_SECONDS", kinds.number(0, 86_400, "seconds"), default=60.0)  # for live calls to end
RING_SECONDS = env.read("RING_SECONDS", kinds.whole(5, 600, "seconds"), default=25)
LISTINGS_STALE_AFTER_HOURS = env.read("LISTINGS_STALE_AFTER_HOURS", kinds.whole(0, 87_600, "hours"), default=24)

# --- Logs: a fixed message and values as keys; never a name, a number, a transcript or a secret --
LOG_LEVEL = env.read("LOG_LEVEL", kinds.log_level(), default="INFO")
LOG_JSON = env.read("LOG_JSON", kinds.flag(), default=not DEBUG)
SHARED_PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(exception_text),
]
structlog.configure(
    processors=[*SHARED_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer() if LOG_JSON else structlog.dev.ConsoleRenderer(),
            "foreign_pre_chain": SHARED_PROCESSORS,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "uvicorn.access": {"level": "WARNING"},  # its lines hold what was searched for
        "httpx": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "twilio": {"level": "WARNING"},
        "websockets": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
    },
}

# --- Everything is read: what is wrong ends the process here ------------------------------------
CALLS_PEOPLE = bool(TWILIO_ACCOUNT_SID and not TWILIO_API_BASE_URL)
IS_PUBLIC = not is_on_this_machine(PUBLIC_HOST)
if refused := why_not(
    SECRET_KEY,
    is_production=not DEBUG and (env.is_said("DEBUG") or IS_PUBLIC or CALLS_PEOPLE),
    host=PUBLIC_HOST,
):
    env.refuse("SECRET_KEY", refused)
env.finish()
env.pass_on(os.environ)
SETTINGS_NOTES = env.notes()
