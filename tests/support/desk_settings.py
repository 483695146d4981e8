"""The desk's settings for tests: a home folder of their own, and nothing slow.

DATABASE_URL decides the database as everywhere; without it SQLite in memory.
"""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="mainstay-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["MAINSTAY_HOME"] = _home
os.environ.pop("MAINSTAY_DEBUG", None)

from mainstay.desk.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
