"""Are the settings ones that there are, and fit for who can reach the desk?"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from mainstay.core.errors import MainstayError
from mainstay.core.home import Home
from mainstay.core.settings import Settings
from mainstay.core.texts import gettext_noop
from mainstay.desk.doctor.types import LOOK, Advice, Finding, fine

_PACKAGE = Path(__file__).parents[2]
_NAME = re.compile(r"\"(MAINSTAY_[A-Z0-9_]+)\"")
_LOCAL = {"127.0.0.1", "localhost", "[::1]", "::1"}

_TYPO = Advice(gettext_noop("It does nothing; did you mean {meant}?"), "{meant}=…", LOOK)
_UNKNOWN = Advice(gettext_noop("It does nothing; docs/settings.md has all there are."), level=LOOK)
_FILE = Advice(gettext_noop("No command begins with it."), "mainstay.toml")
_ZONE = Advice(gettext_noop("Days and hours on pages would be others'."), "MAINSTAY_TIME_ZONE=UTC")
_DEBUG = Advice(
    gettext_noop("Error pages show code and settings to whoever reaches the desk."),
    "unset MAINSTAY_DEBUG",
)
_ANY_HOST = Advice(
    gettext_noop(
        "The desk answers under names that others choose; links in mails could be theirs."
    ),
    "MAINSTAY_HOSTS=desk.example.com",
)
_PLAIN = Advice(
    gettext_noop("Passwords and figures go through the network in the clear."),
    "MAINSTAY_HTTPS=1",
    LOOK,
)


def settings(home: Home) -> Iterator[Finding]:
    yield from _file(home)
    yield from _names()
    yield from _reach()
    name = os.environ.get("MAINSTAY_TIME_ZONE", "UTC")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        yield _ZONE.about("time_zone", gettext_noop("There is no time zone “{zone}”."), zone=name)


def _file(home: Home) -> Iterator[Finding]:
    try:
        Settings.load(home.folder)
    except MainstayError as error:
        yield _FILE.about("settings_file", error.text.template, **error.text.data)
    else:
        yield fine("settings_file", gettext_noop("The settings can be read."))


def _names() -> Iterator[Finding]:
    for name in sorted(n for n in os.environ if n.startswith("MAINSTAY")):
        if name in known_names():
            continue
        near = get_close_matches(name, known_names(), 1, 0.75)
        said = gettext_noop("{name} is set, and there is no such setting.")
        if near:
            yield _TYPO.about("unknown_setting", said, name=name, meant=near[0])
        else:
            yield _UNKNOWN.about("unknown_setting", said, name=name)


@lru_cache(maxsize=1)
def known_names() -> frozenset[str]:
    """All environment variables of ours: those that stand in our sources, so that no list can be old."""
    return frozenset(
        name for file in _PACKAGE.rglob("*.py") for name in _NAME.findall(file.read_text("utf-8"))
    )


def _reach() -> Iterator[Finding]:
    hosts = {one for one in re.split(r"[,\s]+", os.environ.get("MAINSTAY_HOSTS", "")) if one}
    others = sorted(hosts - _LOCAL)
    yes = ("1", "true", "yes", "on")
    if others and os.environ.get("MAINSTAY_DEBUG", "").lower() in yes:
        yield _DEBUG.about(
            "debug", gettext_noop("MAINSTAY_DEBUG is on, and others reach the desk.")
        )
    if "*" in hosts:
        yield _ANY_HOST.about("hosts", gettext_noop("MAINSTAY_HOSTS takes any name."))
    if others and os.environ.get("MAINSTAY_HTTPS", "").lower() not in yes:
        yield _PLAIN.about(
            "https",
            gettext_noop("The desk answers as {hosts} without HTTPS."),
            hosts=", ".join(others),
        )
