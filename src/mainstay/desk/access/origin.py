"""Where a request comes from, and with what it was made."""

from __future__ import annotations

import re
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import pgettext

NOWHERE = "0.0.0.0"  # noqa: S104  # an address that nobody has; nothing listens at it

# The first that is found is meant: each of them also calls itself by the names of those below it.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Whale/", "Whale"),
    ("MicroMessenger", "WeChat"),
    ("KAKAOTALK", "KakaoTalk"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def address(request: HttpRequest | None) -> str:
    """The caller's address, read from as many proxies as MAINSTAY_PROXIES says stand in front.

    What a caller may have written into the header by themselves stands to the left of that and is
    passed over; with fewer entries than proxies it is the address of whoever called here.
    """
    meta = request.META if request is not None else {}
    found = str(meta.get("REMOTE_ADDR") or "")
    forwarded = str(meta.get("HTTP_X_FORWARDED_FOR") or "").split(",")
    if 0 < settings.PROXIES <= len(forwarded):
        found = _plain(forwarded[-settings.PROXIES]) or found
    return _plain(found) or NOWHERE


def _plain(text: str) -> str:
    """An address without its port; empty where it is none."""
    text = text.strip()
    text = re.sub(r"^\[(.*)\](:\d+)?$|^([\d.]+):\d+$", r"\1\3", text)
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def device(user_agent: str) -> str:
    """A browser and its system in words: Chrome on Windows."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if not browser:
        return system or pgettext("device", "an unknown device")
    if not system:
        return browser
    return pgettext("device", "{browser} on {system}").format(browser=browser, system=system)
