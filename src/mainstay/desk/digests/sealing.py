"""Secrets of digests, encrypted with the installation's key: addresses of messengers, the mail password."""

from __future__ import annotations

from cryptography.fernet import InvalidToken
from django.conf import settings

from mainstay.desk.secret import seal

_PURPOSE = "digests"


def sealed(text: str) -> str:
    return seal(settings.SECRET_KEY, _PURPOSE).encrypt(text.encode()).decode() if text else ""


def opened(text: str) -> str:
    """Empty where there is none, and where the installation's key is another one now."""
    try:
        return seal(settings.SECRET_KEY, _PURPOSE).decrypt(text.encode()).decode() if text else ""
    except InvalidToken:
        return ""
