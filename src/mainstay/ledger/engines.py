"""What runs the passes over all order lines: this machine, or Spark. MAINSTAY_ENGINE says it."""

from __future__ import annotations

import os

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

LOCAL, SPARK, CONNECT = "local", "spark", "sc://"


def chosen() -> str:
    """`local`, `spark`, or the address of a Spark Connect server, sc://host:port.

    Raises: InvalidSetting
    """
    given = os.environ.get("MAINSTAY_ENGINE", "").strip() or LOCAL
    if given not in (LOCAL, SPARK) and not given.startswith(CONNECT):
        raise InvalidSetting(
            gettext_noop(
                "MAINSTAY_ENGINE can't be “{value}”: it is local, spark, or the address of a Spark "
                "Connect server, sc://host:port."
            ),
            value=given,
        )
    return given
