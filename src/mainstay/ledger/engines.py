"""What runs the passes over all order lines: this machine, or Spark. MAINSTAY_ENGINE says it."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

LOCAL, SPARK, CONNECT = "local", "spark", "sc://"
_HOST = r"([^\s,/:\[\]]+|\[[0-9A-Fa-f:]+\]):\d{1,5}"
_MASTER = re.compile(
    r"yarn|local(\[(\*|\d+)(,\s*\d+)?\])?|local-cluster\[[\d,\s]+\]|k8s://\S+"
    rf"|spark://{_HOST}(,{_HOST})*"
)


def chosen() -> str:
    """`local`, `spark`, or the address of a Spark Connect server, sc://host:port.

    Raises: InvalidSetting
    """
    given = os.environ.get("MAINSTAY_ENGINE", "").strip() or LOCAL
    if given not in (LOCAL, SPARK) and not _is_connect(given):
        raise InvalidSetting(
            gettext_noop(
                "MAINSTAY_ENGINE can't be “{value}”: it is local, spark, or the address of a Spark "
                "Connect server, sc://host:port."
            ),
            value=_shown(given),
        )
    return given


def master() -> str | None:
    """The master that SPARK_MASTER names, if it names one.

    Raises: InvalidSetting
    """
    given = os.environ.get("SPARK_MASTER", "").strip()
    if given and not _MASTER.fullmatch(given):
        raise InvalidSetting(
            gettext_noop(
                "SPARK_MASTER can't be “{value}”: it is spark://host:port, yarn, k8s://host:port, or "
                "local[*] for all cores of this machine."
            ),
            value=given,
        )
    return given or None


def named() -> str:
    """The variable that says where Spark is, with its value, as a reader may see it."""
    engine, given = chosen(), master()
    if engine == SPARK and given:
        return f"SPARK_MASTER={given}"
    return f"MAINSTAY_ENGINE={_shown(engine)}"


def _is_connect(word: str) -> bool:
    try:
        place = urlsplit(word)
        return word.startswith(CONNECT) and bool(place.hostname) and place.port != 0
    except ValueError:  # no number, or beyond 65535
        return False


def _shown(address: str) -> str:
    """An address without what may be secret in it: user, password, token."""
    scheme, mark, rest = address.partition("://")
    return scheme + mark + rest.split("/")[0].rpartition("@")[2]
