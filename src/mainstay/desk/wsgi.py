"""The desk as a WSGI application, for granian or any other server."""

from __future__ import annotations

import os
from pathlib import Path

from mainstay.core.home import Home
from mainstay.desk.processes import die_with_parent
from mainstay.desk.statics import collect_once

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.desk.settings")
die_with_parent()
collect_once()
# Before prometheus_client is loaded: where the processes of the web server count together.
_metrics = Path(
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(Home.from_environment().metrics))
)
_metrics.mkdir(parents=True, exist_ok=True)

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
