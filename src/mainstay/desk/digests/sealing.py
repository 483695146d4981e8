"""Secrets of digests, encrypted with the installation's key: addresses of messengers, the mail password."""

from __future__ import annotations

from mainstay.desk.secret import Box

_box = Box("digests")
sealed, opened = _box.sealed, _box.opened
