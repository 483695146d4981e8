"""The desk as a WSGI application, for granian or any other server."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from mainstay.core.home import Home
from mainstay.desk.processes import die_with_parent
from mainstay.desk.statics import collect_once

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.desk.settings")
# The server's own handler of SIGTERM, which a worker inherits, does nothing while the worker loads this: one whose
# server was killed then would live on, and hold the port.
die_with_parent(signal.SIGKILL)
collect_once()
# Before prometheus_client is loaded: where the processes of the web server count together.
_metrics = Path(
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(Home.from_environment().metrics))
)
_metrics.mkdir(parents=True, exist_ok=True)

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
