"""The desk as a WSGI application, for granian or any other server."""

from __future__ import annotations

import os

from mainstay.desk.processes import die_with_parent
from mainstay.desk.statics import collect_once

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.desk.settings")
die_with_parent()
collect_once()

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
