"""Is the machine fit: versions, room, rights, clock, fonts, Java?"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from mainstay import __version__
from mainstay.core.errors import MainstayError
from mainstay.core.home import Home, is_read_only
from mainstay.core.texts import gettext_noop
from mainstay.desk.doctor.types import LOOK, Advice, Finding, fine

LEAST_FREE = 500 << 20  # bytes
LITTLE_FREE = 5 << 30
SLACK_SECONDS = 300.0
_PLACES = ("store", "uploads", "case_files", "desk.sqlite3", "secret_key", "mainstay.toml")

_FULL = Advice(
    gettext_noop(
        "Imports and assessments stop when it is full: make room on it, or move the home folder to a larger "
        "one and name it in MAINSTAY_HOME."
    ),
    "{vacuum}",
)
_SOON = Advice(_FULL.why, _FULL.mend, LOOK)
_OPEN = Advice(
    gettext_noop("Everybody who may sign in to this machine can read it."), "chmod go= '{place}'"
)
_SHUT = Advice(gettext_noop("Mainstay can't work in it."), "sudo chown -R {user} '{place}'")
_FROZEN = Advice(_SHUT.why, "sudo mount -o remount,rw '{disk}'")
_CLOCK = Advice(
    gettext_noop("What people write down would count from the wrong moment."), "timedatectl status"
)
_FONTS = Advice(
    gettext_noop("Chinese and Korean in PDFs would be empty squares."),
    "sudo apt install fonts-noto-cjk",
    LOOK,
)
_ENGINE = Advice(gettext_noop("No assessment can be made."), "MAINSTAY_ENGINE=local")
_LEFT = Advice(
    gettext_noop("It was left by a restore that was ended in the middle, and takes room."),
    "rm -r '{place}'",
    LOOK,
)


def machine(home: Home) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield fine(
        "versions",
        gettext_noop("Mainstay {version}, Python {python}, {system}."),
        version=__version__,
        python=version,
        system=sys.platform,
    )
    yield from _room(home)
    yield from _rights(home)
    yield from _clock(home)
    yield from _fonts()
    yield from _engine()
    for left in home.folder.glob(".restoring-*"):
        yield _LEFT.about("leftover", gettext_noop("There is “{place}”."), place=str(left))


def _room(home: Home) -> Iterator[Finding]:
    free = shutil.disk_usage(home.folder).free
    said = gettext_noop("{free} MB are free on the disk of “{place}”.")
    told = {"free": f"{free >> 20:,}", "place": str(home.folder)}
    # What is out of use lies where orders were imported; elsewhere there is nothing to clear away.
    told["vacuum"] = "mainstay store vacuum" if (home.store / "order_lines").is_dir() else ""
    if free < LEAST_FREE:
        yield _FULL.about("disk", said, **told)
    elif free < LITTLE_FREE:
        yield _SOON.about("disk", said, **told)
    else:
        yield fine("disk", said, **told)


def _rights(home: Home) -> Iterator[Finding]:
    mode = home.folder.stat().st_mode
    if is_read_only(home.folder):
        disk = [one for one in (home.folder, *home.folder.parents) if is_read_only(one)][-1]
        said = gettext_noop("“{place}” lies on a disk that is mounted read-only (“{disk}”).")
        yield _FROZEN.about("no_access", said, place=str(home.folder), disk=str(disk))
        return
    if not os.access(home.folder, os.R_OK | os.W_OK | os.X_OK):
        said = gettext_noop("“{place}” may not be read and written.")
        yield _SHUT.about("no_access", said, place=str(home.folder), user=_user())
        return
    if not mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield fine("rights", gettext_noop("Only its owner can read the home folder."))
        return
    for place in (home.folder / name for name in _PLACES):
        if place.exists() and place.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield _OPEN.about(
                "rights", gettext_noop("Others can open “{place}”."), place=str(home.folder)
            )
            return


def _user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container's user without a name
        return str(os.geteuid())


def _clock(home: Home) -> Iterator[Finding]:
    """The clock may not be behind what was written here."""
    newest = max((p.stat().st_mtime for p in _written(home)), default=0.0)
    behind = newest - time.time()
    if behind > SLACK_SECONDS:
        yield _CLOCK.about(
            "clock",
            gettext_noop("The clock is {minutes} minutes behind what was written here."),
            minutes=round(behind / 60),
        )


def _written(home: Home) -> Iterator[Path]:
    for name in ("desk.sqlite3", "desk.sqlite3-wal", "store/facts/manifest.json"):
        if (home.folder / name).exists():
            yield home.folder / name
    yield from (home.store / "order_lines" / "_delta_log").glob("*.json")


def _fonts() -> Iterator[Finding]:
    if lister := shutil.which("fc-list"):
        done = subprocess.run(  # noqa: S603  # the system's own
            [lister, ":lang=zh-tw", "family"], capture_output=True, text=True, check=False
        )
        there = bool(done.stdout.strip())
    else:
        places = (Path("/usr/share/fonts"), Path.home() / ".fonts", Path("/Library/Fonts"))
        there = any("CJK" in file.name for place in places for file in place.rglob("*.[ot]t[cf]"))
    if there:
        yield fine("fonts", gettext_noop("There are fonts for Chinese and Korean."))
    else:
        yield _FONTS.about("fonts", gettext_noop("There is no font for Chinese and Korean."))


def _engine() -> Iterator[Finding]:
    from mainstay import engine

    try:
        engine.spark_needed()
    except MainstayError as error:
        yield _ENGINE.about("engine", error.text.template, **error.text.data)
