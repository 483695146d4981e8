"""What the worker does for nightly runs beside the sources: begins them in time, sends what waited."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils import timezone

from mainstay.core.errors import MainstayError
from mainstay.desk.nightly import services

log = logging.getLogger(__name__)


def look(now: datetime) -> None:
    """Begin the run that is due."""
    try:
        night = services.begin_if_due(now)
    except MainstayError as error:  # a time zone that this machine has no longer
        log.warning("the nightly run can't begin: %s", error)
        return
    if night is not None:
        log.info("the nightly run of %s begins", night.night)


def send_digests() -> dict[str, Any]:
    """Send the digests that are due; they waited for the run's new figures."""
    from mainstay.desk.digests import sending

    return asdict(sending.run(timezone.localtime()))
