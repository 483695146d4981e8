"""Whether a source can be reached, as its nightly run would reach it; nothing is read or imported."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from mainstay.core.errors import MainstayError, UnreadableFile, refused_by_machine
from mainstay.core.texts import Text, gettext_noop
from mainstay.desk.nightly import places, sealing
from mainstay.desk.nightly.fetching import SYSTEMS
from mainstay.desk.nightly.models import Source

log = logging.getLogger(__name__)

SECONDS = 6  # somebody waits for the page


def try_source(source: Source) -> Text:
    """What was found; nothing of it says the password.

    Raises: MainstayError
    """
    places.check_address(source.address)
    _check_recipe(source)
    if not source.is_database:
        return _files(lambda: places.files(source.address), source.address)
    if (file := places.file_of(source.address)) is not None:
        return _files(lambda: [file], str(file))
    secret = sealing.secret_of(source)
    from mainstay.engine.systems import reach_database, reach_system

    reach = reach_system if source.address.startswith(SYSTEMS) else reach_database
    _within(partial(reach, source.address, secret, seconds=SECONDS))
    return Text(gettext_noop("It lets the desk in."))


def _files(find: Callable[[], list[Path]], address: str) -> Text:
    try:
        there = [path for path in find() if path.exists()]
    except OSError as error:
        raise _in_words(error) from None
    if not there:
        raise UnreadableFile(gettext_noop("There is no file at {place}."), place=address)
    for path in there:
        places.check(path)
        if not os.access(path, os.R_OK):
            raise UnreadableFile(gettext_noop("{place} can't be read."), place=str(path))
    return Text(gettext_noop("Files that are there: {n}."), {"n": len(there)})


def _check_recipe(source: Source) -> None:
    """Raises: NotFound, RecipeBroken"""
    if not source.recipe:
        return
    from mainstay.engine.recipes import find

    if "/" in source.recipe:
        places.check(Path(source.recipe))
    find(source.recipe)


def _within(work: Callable[[], None]) -> None:
    """Do it in a thread of its own: not every driver can be told to be quick, nor the look-up of names.

    Raises: MainstayError
    """
    ended: list[Exception | None] = []

    def run() -> None:
        try:
            work()
            ended.append(None)
        except Exception as error:  # noqa: BLE001 - raised again where somebody waits
            ended.append(error)

    thread = threading.Thread(target=run, name="try a source", daemon=True)
    thread.start()
    thread.join(SECONDS + 1)
    if not ended:
        raise UnreadableFile(
            gettext_noop(
                "There was no answer within {seconds} seconds. Check host and port, and that it runs."
            ),
            seconds=SECONDS,
        )
    if ended[0] is not None:
        raise _in_words(ended[0])


def _in_words(error: Exception) -> MainstayError:
    if isinstance(error, MainstayError):
        return error
    # Its words may hold the address as the driver was given it, so the log has its kind alone.
    log.error("a source could not be tried: %s", type(error).__name__)
    known = refused_by_machine(error)
    text = gettext_noop("This should not have happened: {error}. The log has the details.")
    return known or UnreadableFile(text, error=type(error).__name__)
