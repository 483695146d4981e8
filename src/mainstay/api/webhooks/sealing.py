"""Addresses and secrets of webhooks, encrypted with the installation's key."""

from __future__ import annotations

from mainstay.desk.secret import Box

_box = Box("webhooks")
sealed, opened = _box.sealed, _box.opened
