"""The web server's process: `python -m mainstay.desk.web HOST PORT`, started by `mainstay serve`."""

from __future__ import annotations

import os
import sys

from mainstay.desk.database import THREADS
from mainstay.desk.processes import PARENT, die_with_parent


def main(host: str, port: int) -> None:
    die_with_parent()
    os.environ[PARENT] = str(os.getpid())  # for the workers that it starts; see wsgi.py
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from mainstay.desk import logs

    Granian(
        "mainstay.desk.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=min(2, os.cpu_count() or 1),
        blocking_threads=THREADS,
        backpressure=128,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=logs.configuration(),
        respawn_failed_workers=True,
        respawn_interval=1.0,
        workers_kill_timeout=3,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
