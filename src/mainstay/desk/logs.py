"""What is logged and how: one line an event, as text or as JSON, with no secret in it.

MAINSTAY_LOG=json|text, MAINSTAY_LOG_LEVEL=debug|info|warning|error. Nothing here knows Django, so that
the web server's own process can log alike.
"""

from __future__ import annotations

import json
import logging
import os
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.desk.postgres import lost

KINDS = ("text", "json")
LEVELS = ("debug", "info", "warning", "error")
# What an event belongs to, e.g. {"request": …} or {"job": …}; it stands in each line.
belongs_to: ContextVar[dict[str, str] | None] = ContextVar("belongs_to", default=None)

# Passwords in addresses, and whatever is told to be a secret by its name.
_SECRETS = (
    (re.compile(r"(://[^\s:/@]*:)[^\s@]+@"), r"\1***@"),
    (
        re.compile(
            r"(?i)\b((?:\w*(?:password|passwd|secret|token|api_?key))[\"']?\s*[=:]\s*)[^\s,;&}]+"
        ),
        r"\1***",
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 ***"),
)


def redacted(text: str) -> str:
    """Text without what looks like a secret."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class TextFormatter(logging.Formatter):
    """As people read it: when, how bad, where, what."""

    def format(self, record: logging.LogRecord) -> str:
        ids = " ".join(f"{k}={v}" for k, v in (belongs_to.get() or {}).items())
        said = redacted(super().format(record))
        return f"{said} [{ids}]" if ids else said


class JsonFormatter(logging.Formatter):
    """As machines read it: one object a line; `fields` of a record are members of their own."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        told: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
            "process": record.process,
            **(belongs_to.get() or {}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = record.exc_info[0].__name__
            told["trace"] = redacted(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False, default=str)


class WithoutLost(logging.Filter):
    """Says in the line that the database was lost, in place of the trace, which is always the same."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if lost(error):
            record.msg = f"{record.getMessage()} (the database does not answer)"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True


def configuration() -> dict[str, Any]:
    """For `logging.config`, as the environment wants it.

    Raises: InvalidSetting
    """
    kind = _one_of("MAINSTAY_LOG", KINDS, "text")
    level = _one_of("MAINSTAY_LOG_LEVEL", LEVELS, "warning").upper()
    text = {
        "()": TextFormatter,
        "format": "{asctime} {levelname} {name}: {message}",
        "style": "{",
    }
    quiet = {"handlers": ["nowhere"], "level": "WARNING", "propagate": False}
    own = {"handlers": ["console"], "level": level, "propagate": False}
    least = "ERROR" if level != "DEBUG" else level
    errors = {"handlers": ["console"], "level": least, "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": JsonFormatter} if kind == "json" else text},
        "filters": {"lost": {"()": WithoutLost}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": [] if level == "DEBUG" else ["lost"],
            },
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["console"], "level": "WARNING" if level == "INFO" else level},
        "loggers": {
            "mainstay": own,
            "django": {**own, "level": "WARNING"},
            "django.request": errors,
            "dbos": errors,
            "psycopg.pool": errors,  # each try to connect again
            # A wrong password is nothing to tell whoever runs the desk.
            "axes": errors,
            "_granian": {**own, "level": "WARNING"},
            "granian.access": quiet,
            # What was sent to whom, and by which secret address, is in no log.
            "apprise": quiet,
            "urllib3": quiet,
        },
    }


def _one_of(name: str, known: tuple[str, ...], otherwise: str) -> str:
    given = os.environ.get(name, "").strip().lower() or otherwise
    if given not in known:
        raise InvalidSetting(
            gettext_noop("{name} is “{value}”; it can be {known}."),
            name=name,
            value=given,
            known=", ".join(known),
        )
    return given
